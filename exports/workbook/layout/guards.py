"""The lines of a case that watch the bounds of results: where one is broken, what the result feeds has no value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np

from engine.analysis.published import RELATIVE
from engine.model.dimensions import Grid, cell
from engine.plan.plan import RESULTS, Array, Numbers, Plan, Row
from exports.style.a1 import letter
from exports.workbook.layout.geometry import LIVE

_MOST_CELLS: Final = 40


@dataclass(frozen=True, slots=True)
class Guard:
    """One line: how many cells of a result are out of their bounds; `cells` are counted one by one, () for all alike.

    `offset` is how far below the heading of a case it stands.
    """

    row: Row
    cells: tuple[int, ...]
    offset: int

    def limits(self, number: int) -> tuple[float, float]:
        """Return between which values a cell must stay, as stored, with the tolerance of the sheet Checks."""
        quantity, scale = self.row.quantity, self.row.unit.scale
        assert quantity is not None  # noqa: S101  # what has bounds is a quantity
        least, most = (cell(bound, number) for bound in (quantity.min, quantity.max))
        low = -inf if least is None else float(least) / scale
        high = inf if most is None else float(most) / scale
        return low - RELATIVE * abs(low), high + RELATIVE * abs(high)

    def count(self, values: Numbers) -> int:
        """Return how many cells, of values as stored, are out of their bounds; what has no value does not count."""
        found: Array = np.ravel(values)
        numbers = self.cells or range(len(found))
        limits = [self.limits(number) for number in numbers] if self.cells else [self.limits(0)] * len(found)
        return sum(
            bool(found[number] < low or found[number] > high)
            for number, (low, high) in zip(numbers, limits, strict=True)
        )


class Guards:
    """The guards of the rows that stand in each case."""

    def __init__(self, plan: Plan, rows: Sequence[Row], first: int) -> None:
        self._plan = plan
        self.lines = [
            Guard(row, cells, first + index)
            for index, (row, cells) in enumerate([found for row in rows for found in _watched(plan, row)])
        ]

    def of(self, id_: str) -> list[Guard]:
        """Return the guards of what a row is computed from, and of itself."""
        if not self.lines:
            return []
        feeding = self._plan.upstream(id_)
        return [guard for guard in self.lines if guard.row.id in feeding]

    def total(self, id_: str, header: int, sheet: str) -> str:
        """Return how many cells that feed a row are out of bounds in the case below a heading, as a formula; or ''.

        `sheet` is what stands before an address of Cases.
        """
        runs: list[list[int]] = []
        for guard in self.of(id_):
            number = header + guard.offset
            if runs and runs[-1][1] == number - 1:
                runs[-1][1] = number
            else:
                runs.append([number, number])
        column = letter(LIVE)
        areas = [f"{sheet}${column}${first}:${column}${last}" for first, last in runs]
        return f"SUM({','.join(areas)})" if areas else ""


def _watched(plan: Plan, row: Row) -> Iterator[tuple[Row, tuple[int, ...]]]:
    quantity = row.quantity
    if row.kind not in RESULTS or quantity is None or (quantity.min is None and quantity.max is None):
        return
    if row.over and (isinstance(quantity.min, Grid) or isinstance(quantity.max, Grid)):
        numbers = range(plan.model.size(row.over))
        for first in numbers[::_MOST_CELLS]:
            yield row, tuple(numbers[first : first + _MOST_CELLS])
    else:
        yield row, ()
