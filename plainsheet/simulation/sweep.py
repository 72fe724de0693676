"""Many cases of a model, as a caller lists them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.plan.cells import cell_at, cell_name
from engine.plan.outputs import numbers_of
from engine.plan.plan import Array, Plan
from engine.problems import ModelError, error, shortened, some
from engine.sweeps import sweep as swept
from engine.sweeps.columns import Columns, canonical, grid
from engine.work.workers import Workers
from plainsheet.arguments.changes import columns_of, valued
from plainsheet.arguments.names import named
from plainsheet.display import parquet
from plainsheet.display.columns import TableColumn
from plainsheet.display.frame import plain_frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Sweep:
    """Many cases: ``found["rent"]`` is an array of a value a case, in the declared unit, NaN for none.

    What varies has its values by name too, and so has ``found["scenario"]`` where that varies. `solved` is the engine's
    record: `columns`, `outputs`, `values`, and `why` cases have no value.
    """

    solved: swept.Sweep = field(repr=False)

    @property
    def cases(self) -> int:
        """Return how many cases there are."""
        return self.solved.columns.count

    @property
    def columns(self) -> dict[str, Any]:
        """Return what varies, and then the outputs, by name: arrays of a value a case."""
        found, plan = self.solved, self.solved.plan
        pairs = found.columns.inputs.items()
        varying = {name: valued(plan, named(plan, name)[0], None, own) for name, own in pairs}
        scenarios = {"scenario": np.array(found.columns.scenarios)} if found.columns.scenarios else {}
        outputs = {cell_name(plan, cell): own for cell, own in zip(found.outputs, found.values, strict=True)}
        return {**scenarios, **varying, **outputs}

    @property
    def why(self) -> dict[str, Mapping[str, int]]:
        """Return by output why cases have no value: each reason, and how many cases it has."""
        return {
            cell_name(self.solved.plan, cell): why
            for cell, why in zip(self.solved.outputs, self.solved.why, strict=True)
        }

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # an array of numbers, or of texts
        """Return the values of an output, or of what varies, one a case; ModelError for any other name."""
        every = self.columns
        if name not in every:
            plan = self.solved.plan
            row, member = named(plan, name)
            name = row.id if member is None else cell_name(plan, cell_at(plan, row, member))
        if name not in every:
            message = f"'{name}' neither varies nor is an output"
            raise ModelError(
                [error("unknown-name", message, self.solved.plan.model.at(), f"there are {some(list(every))}")]
            )
        return every[name]

    def frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame with a line a case, and a column for what varies and for each output.

        Raises ImportError where pandas is not installed.
        """
        return plain_frame(self.columns)

    def to_parquet(self, path: str | os.PathLike[str]) -> Path:
        """Write what `frame` returns to a .parquet file, whole or not at all, and return the path.

        Headings have the unit, ``price [USD/MWh]``. Raises ModelError for another suffix or a data file of the
        model, ImportError where pyarrow is not installed, and OSError where the disk refuses.
        """
        plan = self.solved.plan
        made = []
        for name, cells in self.columns.items():
            row = None if name not in plan.index and "[" not in name else named(plan, name)[0]
            unit, label = ("", "") if row is None else (row.unit.text, row.label)
            made.append(TableColumn(name, cells, "number" if cells.dtype.kind == "f" else "any", unit, label))
        return parquet.write(path, parquet.as_parquet(made, parquet.about(plan, "")), plan)

    def __repr__(self) -> str:
        """Return what was computed."""
        return f"<Sweep of {self.solved.plan.model.title!r}, {self.cases:,} cases>"


def sweep(
    plan: Plan,
    outputs: Iterable[str],
    scenario: str | None,
    changes: Mapping[str, float | Array],
    *,
    over: Mapping[str, Any] | None,
    cases: Any,  # noqa: ANN401  # a mapping of columns, or a DataFrame
    workers: Workers,
) -> Sweep:
    """Return outputs by name for every combination of `over`, or for each line of `cases`. Raises ModelError."""
    if (over is None) == (cases is None):
        raise ModelError([error("usage", "choose one of over and cases", plan.model.at())])
    columns = _grid(plan, over) if over is not None else _listed(plan, cases)
    if columns.scenarios and scenario is not None:
        message = "each case has a scenario of its own, and one is given for all"
        raise ModelError([error("usage", message, plan.model.at())])
    found = swept.sweep(plan, numbers_of(plan, outputs, "numbers"), columns, scenario, changes, workers=workers)
    return Sweep(found)


def _grid(plan: Plan, over: Mapping[str, Any]) -> Columns:
    axes = {canonical(plan, name): np.ravel(values).tolist() for name, values in columns_of(plan, over).items()}
    return grid(plan, axes)


def _listed(plan: Plan, cases: Any) -> Columns:  # noqa: ANN401  # as above
    if not hasattr(cases, "keys"):
        message = f"{shortened(repr(cases))} is no list of cases"
        hint = 'give a DataFrame, or columns: {"price": [1, 2]}'
        raise ModelError([error("usage", message, plan.model.at(), hint)])
    given = {str(name): cases[name] for name in cases}
    scenarios = tuple(map(str, given.pop("scenario"))) if "scenario" not in plan.index and "scenario" in given else ()
    values = {canonical(plan, name): np.atleast_1d(own) for name, own in columns_of(plan, given).items()}
    lengths = {len(own) for own in values.values()} | ({len(scenarios)} if scenarios else set())
    if len(lengths) > 1 or any(own.ndim > 1 for own in values.values()):
        message = "each column of cases needs one value a case, as many as all others"
        raise ModelError([error("value", message, plan.model.at())])
    return Columns(values, scenarios)
