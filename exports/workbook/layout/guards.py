"""The lines of a case that watch the bounds of results: where one is broken, what the result feeds has no value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.language.numbers.arrays import less
from engine.model.dimensions import Grid, cell
from engine.plan.plan import RESULTS, Array, Numbers, Plan, Row
from exports.style.a1 import letter
from exports.workbook.layout.geometry import GRID, LIVE

LEAST, MOST = GRID, GRID + 1


@dataclass(frozen=True, slots=True)
class Guard:
    """One line: how many cells of a result are out of their bounds; `number` is the one cell, None for all alike.

    `offset` is how far below the heading of a case it stands. Its bounds stand to the right, in `LEAST` and `MOST`.
    """

    row: Row
    number: int | None
    offset: int

    def limits(self) -> tuple[float | None, float | None]:
        """Return between which values the cells must stay, as stored."""
        quantity, scale = self.row.quantity, self.row.unit.scale
        assert quantity is not None  # noqa: S101  # what has bounds is a quantity
        least, most = (cell(bound, self.number or 0) for bound in (quantity.min, quantity.max))
        return None if least is None else float(least) / scale, None if most is None else float(most) / scale

    def count(self, values: Numbers) -> int:
        """Return how many cells, of values as stored, are out of their bounds; what has no value does not count."""
        found: Array = np.ravel(values)
        found = found if self.number is None else found[[self.number]]
        low, high = self.limits()
        below = 0 if low is None else np.sum(less(found, low) == 1)
        return int(below + (0 if high is None else np.sum(less(high, found) == 1)))


class Guards:
    """The guards of the rows that stand in each case."""

    def __init__(self, plan: Plan, rows: Sequence[Row], first: int) -> None:
        self._plan = plan
        self.lines = [
            Guard(row, number, first + index)
            for index, (row, number) in enumerate([found for row in rows for found in _watched(plan, row)])
        ]

    def of(self, id_: str) -> list[Guard]:
        """Return the guards of what a row is computed from, and of itself."""
        if not self.lines:
            return []
        feeding = self._plan.upstream(id_)
        return [guard for guard in self.lines if guard.row.id in feeding]

    def total(self, id_: str, header: int) -> str:
        """Return how many cells that feed a row are out of bounds in the case below a heading, as a formula; or ''."""
        runs: list[list[int]] = []
        for guard in self.of(id_):
            number = header + guard.offset
            if runs and runs[-1][1] == number - 1:
                runs[-1][1] = number
            else:
                runs.append([number, number])
        column = letter(LIVE)
        areas = [f"${column}${first}:${column}${last}" for first, last in runs]
        return f"SUM({','.join(areas)})" if areas else ""


def _watched(plan: Plan, row: Row) -> Iterator[tuple[Row, int | None]]:
    quantity = row.quantity
    if row.kind not in RESULTS or quantity is None or (quantity.min is None and quantity.max is None):
        return
    differs = isinstance(quantity.min, Grid) or isinstance(quantity.max, Grid)
    for number in range(plan.model.size(row.over)) if row.over and differs else [None]:
        if (cell(quantity.min, number or 0), cell(quantity.max, number or 0)) != (None, None):
            yield row, number
