"""The cases of a simulation as tables of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.plan.cells import cell_name
from engine.plan.plan import Array
from engine.plan.selection import locate
from engine.uncertainty.simulation import Simulation
from plainsheet.display.columns import TableColumn
from plainsheet.display.dataset import Variable, made_dataset
from plainsheet.display.parquet import as_parquet

if TYPE_CHECKING:
    import xarray as xr


def columns(found: Simulation) -> dict[str, Array]:
    """Return what was drawn and what outputs are, by name, a value a case that is counted, in declared units."""
    computed = found.computed()
    pairs = zip(found.spreads, computed.values, strict=True)
    every = {**found.draws(), **{cell_name(found.plan, one.output): values for one, values in pairs}}
    return every if found.given is None else {name: values[computed.counted] for name, values in every.items()}


def parquet(found: Simulation) -> bytes:
    """Return a file with a line a case, a column for each draw and output; ImportError where pyarrow is missing."""
    every = columns(found)
    samples = TableColumn("sample", np.arange(len(next(iter(every.values()), ()))), "whole")
    rows = {name: locate(found.plan, name)[0] for name in every}
    own = [
        TableColumn(name, values, "number", rows[name].unit.text, rows[name].label) for name, values in every.items()
    ]
    return as_parquet([samples, *own], {"title": found.plan.model.title, "scenario": found.case.id})


def dataset(found: Simulation) -> xr.Dataset:
    """Return a Dataset with the dimension `sample` and a variable for each draw and output, with its unit."""
    every = columns(found)
    count = len(next(iter(every.values()), ()))
    rows = {name: locate(found.plan, name)[0] for name in every}
    variables = [
        Variable(name, ("sample",), values, {"units": rows[name].unit.text, "long_name": rows[name].label})
        for name, values in every.items()
    ]
    about = {"title": found.plan.model.title, "scenario": found.case.id, "seed": found.cases.seed}
    return made_dataset(variables, [Variable("sample", ("sample",), np.arange(count), {})], about)
