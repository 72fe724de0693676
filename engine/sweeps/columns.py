"""Cases as columns: by input, or member of one, a value a case in the declared unit, and by case a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np

from engine.model.names import row_of
from engine.plan.cells import Cell, cell_at, cell_name
from engine.plan.plan import Array, Plan
from engine.plan.selection import composed_case, locate, refuse_change
from engine.problems import ModelError, Problem, error

MOST_CASES: Final = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What varies from case to case: by name an array, and the scenario of each, where these vary too."""

    inputs: Mapping[str, Array]
    scenarios: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Return how many cases there are."""
        return len(self.scenarios) or len(next(iter(self.inputs.values()), ()))


def grid(plan: Plan, axes: Mapping[str, Sequence[float]]) -> Columns:
    """Return every combination of some values of inputs, the last one fastest; ModelError for too many."""
    count = prod([len(values) for values in axes.values()])
    if count > MOST_CASES:
        sizes = " × ".join([f"{len(values):,}" for values in axes.values()])
        raise ModelError([too_many(plan, count, f"{sizes} are ")])
    wide = np.meshgrid(*[np.asarray(values, np.float64) for values in axes.values()], indexing="ij")
    return Columns({name: own.ravel() for name, own in zip(axes, wide, strict=True)})


def too_many(plan: Plan, count: int, before: str = "") -> Problem:
    """Return that there are too many cases."""
    message = f"{before}{count:,} cases, and {MOST_CASES:,} are the most"
    return error("size", message, plan.model.at(), "take fewer values of each input")


def canonical(plan: Plan, name: str) -> str:
    """Return an input's name, or a member's, as it is told; ModelError for what is not there."""
    row, indices = locate(plan, name)
    return row.id if indices is None else cell_name(plan, cell_at(plan, row, indices))


def refuse(plan: Plan, found: Columns, changes: Mapping[str, object]) -> None:
    """Raise ModelError for values that inputs cannot have, scenarios that are not there, and what is given twice."""
    problems: list[Problem] = []
    at = plan.model.at()
    for name, values in found.inputs.items():
        row, cells = locate(plan, name)
        alike = [other for other in [*found.inputs, *changes] if other != name and row_of(other) == row.id]
        whole = [other for other in alike if other in changes or row.id in {name, other}]
        if name in changes or whole:
            other = name if name in changes else whole[0]
            message = f"'{name}' varies, and is set too" if other == name else f"both '{name}' and '{other}' are given"
            problems.append(error("value", message, at, "give each input once, whole or by its members"))
            continue
        for value in np.unique(values).tolist():
            try:
                refuse_change(plan, row, cells, value)
            except ModelError as wrong:
                # One of them tells what is wrong with all.
                problems += wrong.problems
                break
    for scenario in dict.fromkeys(found.scenarios):
        try:
            composed_case(plan, scenario)
        except ModelError as wrong:
            problems += wrong.problems
    if problems:
        raise ModelError(list(dict.fromkeys(problems)))


def cells_of(plan: Plan, name: str) -> list[Cell]:
    """Return the cells that a name is of."""
    row, indices = locate(plan, name)
    if indices is not None:
        return [cell_at(plan, row, indices)]
    return [Cell(row.id, number) for number in range(plan.model.size(row.over))]
