"""The cases of a simulation as tables of others: the door to xarray, and to parquet by way of pandas."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.plan.cells import cell_name
from engine.plan.plan import Array
from engine.plan.selection import locate
from engine.uncertainty.simulation import Simulation
from plainsheet.display.frame import pandas_library

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def columns(found: Simulation) -> dict[str, Array]:
    """Return what was drawn and what outputs are, by name, a value a case that is counted, in declared units."""
    computed = found.computed()
    pairs = zip(found.spreads, computed.values, strict=True)
    every = {**found.draws(), **{cell_name(found.plan, one.output): values for one, values in pairs}}
    return every if found.given is None else {name: values[computed.counted] for name, values in every.items()}


def frame(found: Simulation) -> pd.DataFrame:
    """Return a line for each case, a column for each draw and output; ImportError where pandas is not installed."""
    pandas = pandas_library("pandas")
    made = pandas.DataFrame(columns(found))
    made.index.name = "sample"
    return made


def as_parquet(found: Simulation) -> bytes:
    """Return a file with the same columns as `frame`; ImportError where pandas or pyarrow are not installed."""
    made = frame(found)
    out = io.BytesIO()
    try:
        made.to_parquet(out, engine="pyarrow")
    except ImportError:
        message = "a parquet file needs pyarrow, which is not installed: pip install 'plainsheet[parquet]'"
        raise ImportError(message, name="pyarrow") from None
    return out.getvalue()


def dataset(found: Simulation) -> xr.Dataset:
    """Return a Dataset with the dimension `sample` and a variable for each draw and output, with its unit."""
    try:
        import xarray  # noqa: PLC0415  # an extra
    except ImportError:
        message = "a Dataset needs xarray, which is not installed: pip install 'plainsheet[xarray]'"
        raise ImportError(message, name="xarray") from None
    every = columns(found)
    count = len(next(iter(every.values()), ()))
    variables: dict[str, Any] = {}
    for name, values in every.items():
        row, _ = locate(found.plan, name)
        variables[name] = ("sample", values, {"units": row.unit.text, "long_name": row.label})
    coordinates = {"sample": np.arange(count)}
    attributes = {"title": found.plan.model.title, "scenario": found.case.id, "seed": found.cases.seed}
    return xarray.Dataset(variables, coordinates, attributes)
