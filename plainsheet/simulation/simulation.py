"""What a simulation found: arrays, figures, and the cases as tables of others."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.plan.cells import cell_at, cell_name
from engine.plan.outputs import numbers_of
from engine.plan.plan import Array, Plan
from engine.problems import ModelError, error, some
from engine.uncertainty import figures as figures_
from engine.uncertainty import simulation as simulated
from engine.uncertainty.decisions.appraisal import Appraisal, appraise
from engine.uncertainty.drivers.indices import CASES, Driver, drivers
from engine.uncertainty.statements.conditions import condition
from engine.work.workers import Workers
from plainsheet.arguments.names import named
from plainsheet.display.frame import plain_frame
from plainsheet.display.parquet import write
from plainsheet.simulation.cases import columns, dataset, parquet

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


_SUREST = 10.0


@dataclass(frozen=True, eq=False)
class Simulation:
    """Many cases of a model's draws: ``found["rent"]`` is an array of a value a case, in the declared unit.

    A case without a value is NaN; where `given` left cases out, the array has the others. `solved` is the engine's
    record: `spreads` with the figures of each output, `targets`, `held`.
    """

    solved: simulated.Simulation = field(repr=False)

    def __reduce__(self) -> tuple[type[Simulation], tuple[simulated.Simulation]]:
        """Return what it is pickled as: its figures, and none of the arrays that are computed again when asked for."""
        return Simulation, (self.solved,)

    @property
    def scenario(self) -> str:
        """Return the id of the scenario."""
        return self.solved.case.id

    @property
    def samples(self) -> int:
        """Return how many cases were computed."""
        return self.solved.samples

    @property
    def outputs(self) -> dict[str, figures_.Figures]:
        """Return the figures of each output by name: `mean`, `sd` and `percentiles` by 5, 25, 50, 75 and 95, `missing`.

        Each has a `value` and its standard `error`, in the declared unit.
        """
        return {cell_name(self.solved.plan, one.output): one.figures for one in self.solved.spreads}

    @property
    def chances(self) -> dict[str, figures_.Figure]:
        """Return the chance of each target, by its text: `value`, and its standard `error`."""
        return {one.condition.text: one.chance for one in self.solved.targets}

    def __getitem__(self, name: str) -> Array:
        """Return the values of an output or of a draw, one a case that is counted; ModelError for any other name."""
        row, member = named(self.solved.plan, name)
        if member is not None:
            name = cell_name(self.solved.plan, cell_at(self.solved.plan, row, member))
        if name not in self._columns:
            message = f"'{name}' was neither simulated nor drawn"
            hint = f"there are {some(list(self._columns))}"
            raise ModelError([error("unknown-name", message, self.solved.plan.model.at(), hint)])
        return self._columns[name]

    @cached_property
    def _columns(self) -> dict[str, Array]:
        return columns(self.solved)

    def drivers(self, samples: int = CASES) -> dict[str, tuple[Driver, ...]]:
        """Return by output the inputs that its spread comes from, the largest Shapley effect first.

        A Driver has the `name` of the input, all its draws together, and `first`, `total` and `shapley`: each has a
        `value`, a share of the variance, and `half`, half the width of its 95 % interval. They are of all cases, also
        where some were left out by what was given. Raises ModelError for more draws than there are points for.
        """
        found = drivers(self.solved, samples)
        return {cell_name(self.solved.plan, cell): own for cell, own in found.items()}

    @cached_property
    def decisions(self) -> dict[str, Appraisal]:
        """Return the model's decisions by id, each option on the same draws, in the declared unit of its value.

        An Appraisal has `options` by name, with `mean` and the chance to be the `best`, each with its `value` and
        standard `error`; the `best` on average; `evpi` and by input `evppi`, the most that it is worth to know all or
        that input before, with `value`, `low` and `high` of the 95 % interval; and the share `missing` of cases. They
        are of 65,536 cases at most, also where some were left out by what was given. Raises ModelError for more than
        100 options, and for more draws than there are points for.
        """
        return appraise(self.solved)

    def frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame with a line for each case and a column for each draw and output.

        Raises ImportError where pandas is not installed.
        """
        made = plain_frame(columns(self.solved))
        made.index.name = "sample"
        return made

    def to_xarray(self) -> xr.Dataset:
        """Return an xarray Dataset with the dimension `sample` and a variable for each draw and output, with its unit.

        Raises ImportError where xarray is not installed.
        """
        return dataset(self.solved)

    def to_parquet(self, path: str | os.PathLike[str]) -> Path:
        """Write a line for each case and a column for each draw and output to a .parquet file; return the path.

        Headings have the unit, ``price [USD/MWh]``. Raises ModelError for another suffix or a data file of the
        model, ImportError where pyarrow is not installed, and OSError where the disk refuses.
        """
        return write(path, parquet(self.solved), self.solved.plan)

    def __repr__(self) -> str:
        """Return what was simulated."""
        return f"<Simulation of {self.solved.plan.model.title!r}, scenario {self.scenario!r}, {self.samples:,} cases>"


def simulate(
    plan: Plan,
    outputs: Sequence[str],
    scenario: str | None,
    changes: Mapping[str, float | Array],
    *,
    tests: tuple[Sequence[str], str | None],
    samples: int | None,
    sure: float | None,
    seed: int,
    workers: Workers,
) -> Simulation:
    """Return the simulation of outputs by name; `tests` are the targets, and what is given. Raises ModelError."""
    at = plan.model.at()
    if samples is not None and sure is not None:
        raise ModelError([error("usage", "choose one of samples and error", at)])
    if sure is not None and (not isinstance(sure, int | float) or not 0 < sure <= _SUREST):
        message = f"the error {sure!r} is not between 0 and {_SUREST:g}"
        raise ModelError([error("share", message, at, "write 0.01 for 1 percent")])
    for name, number in (("samples", samples or 0), ("seed", seed)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise ModelError([error("value", f"{name} = {number!r} is no whole number", at)])
    targets, given = tests
    found = simulated.simulate(
        plan,
        numbers_of(plan, outputs, "percentiles"),
        scenario,
        changes,
        samples=(simulated.SAMPLES if sure is None else simulated.SUREST) if samples is None else samples,
        sure=sure,
        seed=seed,
        targets=[condition(plan, text, "target") for text in targets],
        given=None if given is None else condition(plan, given, "given"),
        workers=workers,
    )
    return Simulation(found)
