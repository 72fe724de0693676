"""Swept inputs as cases: for each point along a chart the rows that follow the input, below each other on Cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine import graph
from engine.charts.plot import Mark, Plot, Sweep
from engine.charts.series import Drawn, drawn, refuse
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.plan import Case, Numbers, Plan, Row
from exports.style.a1 import letter
from exports.workbook.layout.cases import MOST_CELLS, Cases
from exports.workbook.layout.geometry import GRID, LIVE
from exports.workbook.layout.rows import CaseLayout, RowPlaces
from exports.workbook.layout.turns.blocks import CaseBlock, CaseLine, cells_of

# Above the points: a heading, where the sweep begins, where it ends, and how many steps lie between.
FROM, TO, STEPS = 1, 2, 3
HEAD_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One case of a sweep: its scenario (None: the live one), its place along x or its mark, and its heading's line."""

    case: Case | None
    index: int
    mark: Mark | None
    number: int


class SweptPlot:
    """Where the points of one chart stand on Cases."""

    def __init__(self, cases: Cases, found: Drawn, sweep: Sweep, head: int) -> None:
        self.plan: Plan = cases.plan
        self.found = found
        self.sweep = sweep
        self.head = head
        self._cases = cases
        self.rows = _following(self.plan, found.plot, sweep.row)
        self._block = CaseBlock(cases.layout, [sweep.row], self.rows)
        self.guards = self._block.guards
        self.height = self._block.height
        self.points = list(self._points())

    @property
    def first(self) -> int:
        """Return the line of the heading of the first point."""
        return self.head + HEAD_LINES

    @property
    def after(self) -> int:
        """Return the line below the last point."""
        return self.first + len(self.points) * self.height

    @property
    def cells(self) -> int:
        """Return how many cells the points take, of long formulas each as several."""
        beside = 1 + len(self.found.plot.curves) + 3 * len(self.guards.lines)
        return len(self.points) * (beside + sum(cells_of(self.plan, row) for row in self.rows))

    def setting(self, which: int) -> str:
        """Return the cell that says where the sweep begins or ends, or in how many steps."""
        return f"${letter(LIVE)}${self.head + which}"

    def base(self, case: Case | None) -> RowPlaces:
        """Return where the rows stand that do not follow the input."""
        return self._cases.layout if case is None else self._cases.at(self._cases.scenarios.index(case))

    def at(self, point: Point) -> CaseLayout:
        """Return the places of a point's rows, for its formulas."""
        return self._block.at(point.number, self.base(point.case))

    def lines(self, point: Point) -> Iterator[tuple[int, CaseLine]]:
        """Yield the lines of a point by number: that of the input, then those of the rows that follow it."""
        return ((point.number + at, line) for at, line in self._block.lines)

    def values(self, point: Point, row: Row) -> Numbers:
        """Return a row's values at a point, as stored."""
        numbers = self.found.many[point.case].values[self.plan.index[row.id]]
        index = point.index if point.mark is None else self.sweep.points + self.sweep.marks.index(point.mark)
        count = self.sweep.points + len(self.sweep.marks)
        value: Numbers = np.broadcast_to(numbers, (count, *self.plan.shape(row)))[index]
        return value if row.over else float(value)

    def follows(self, cell: Cell) -> bool:
        """Return whether a cell has lines of its own at each point."""
        return self._block.has(self.plan.row(cell.id))

    def curves(self, point: Point) -> list[tuple[int, Cell]]:
        """Return the columns in the heading of a point, and the cells of the curves that stand there."""
        return [
            (GRID + index, curve.cells[0])
            for index, curve in enumerate(self.found.plot.curves)
            if self.follows(curve.cells[0]) and (curve.case is point.case if point.mark is None else not index)
        ]

    def run(self, case: Case | None) -> Point:
        """Return the first point of a scenario."""
        return next(point for point in self.points if point.case is case and point.mark is None)

    def point_of(self, mark: Mark) -> Point:
        """Return the point of a mark."""
        return next(point for point in self.points if point.mark is mark)

    def _points(self) -> Iterator[Point]:
        number = self.first
        for case in dict.fromkeys([curve.case for curve in self.found.plot.curves]):
            for index in range(self.sweep.points):
                yield Point(case, index, None, number)
                number += self.height
        for mark in self.sweep.marks:
            yield Point(mark.case, 0, mark, number)
            number += self.height


class Charted:
    """The plots of a workbook in numbers, and where the points of those stand that sweep an input."""

    def __init__(self, cases: Cases, results: Results, others: Mapping[str, Results]) -> None:
        self.left_out: list[str] = []
        self.drawn: list[Drawn] = []
        self.swept: dict[str, SweptPlot] = {}
        # How many cells all charts together take.
        self.cells = 0
        number = cases.after
        for plot in cases.plots:
            found = drawn(plot, results, others)
            refuse(found, results)
            named = {curve.case for curve in plot.curves} | set(plot.cases)
            fits = all(case is None or case in cases.scenarios for case in named)
            if fits and plot.sweep is not None:
                placed = SweptPlot(cases, found, plot.sweep, number)
                fits = placed.cells <= MOST_CELLS - self.cells
                if fits:
                    self.cells += placed.cells
                    self.swept[plot.chart.id] = placed
                    number = placed.after + 1
            if fits:
                self.drawn.append(found)
            else:
                self.left_out.append(plot.chart.title)
        # The line below the last point of the last chart.
        self.after = number


def _following(plan: Plan, plot: Plot, row: Row) -> list[Row]:
    """Return the rows between a swept input and what is drawn; of a row with parts the whole."""
    feeding = plan.feeding(*[curve.cells[0].id for curve in plot.curves])
    found = graph.downstream({id_: plan.row(id_).uses for id_ in feeding}, row.id)
    return [one for one in plan.rows if one.id in found and one.kind != "part"]
