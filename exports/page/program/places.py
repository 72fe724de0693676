"""Where the cells of every row stand in the array of numbers that a page computes with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.plan.cells import Cell
from engine.plan.plan import Array, Numbers, Plan


@dataclass(frozen=True, slots=True)
class Places:
    """The first place of each row, by its id; the cells of a row follow each other, the last dimension fastest."""

    first: Mapping[str, int]
    count: int

    def of(self, cell: Cell) -> int:
        """Return the place of a cell."""
        return self.first[cell.id] + cell.number


def places(plan: Plan) -> Places:
    """Return where a plan's cells stand: in the order of its rows."""
    first: dict[str, int] = {}
    count = 0
    for row in plan.rows:
        first[row.id] = count
        count += plan.model.size(row.over)
    return Places(first, count)


def in_a_line(plan: Plan, values: Sequence[Numbers]) -> Array:
    """Return the values of all rows, as stored, each cell at its place."""
    lines = [np.broadcast_to(value, plan.shape(row)).ravel() for row, value in zip(plan.rows, values, strict=True)]
    return np.concatenate(lines).astype(np.float64) if lines else np.zeros(0)
