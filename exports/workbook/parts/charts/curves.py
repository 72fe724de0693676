"""The charts on Scenarios: a table of live numbers for each, below everything else, and the chart that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.charts.plot import Curve, Mark
from engine.charts.series import Drawn
from engine.model.charts import LineChart
from engine.plan.cells import Cell, cell_name
from engine.plan.outputs import Output
from engine.plan.plan import Case
from exports.style.a1 import letter
from exports.style.log_scale import is_narrow
from exports.style.looks import CURVES
from exports.style.number_format import for_axis, for_result, in_text
from exports.workbook.formulas.addresses import Index, Moving, along
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, WORDS, at_place
from exports.workbook.layout.grid import (
    Axis,
    Box,
    ChartKind,
    Data,
    NativeChart,
    Series,
    SeriesLook,
    SheetCell,
    SheetLine,
)
from exports.workbook.layout.rows import RowPlaces
from exports.workbook.layout.sweeps import Point, SweptPlot
from exports.workbook.parts.book import Book
from exports.workbook.parts.charts.short_numbers import in_short
from exports.workbook.parts.frame import Numbered, describe, heading, line_of, member_values

_LOOKS: Final[tuple[SeriesLook, ...]] = ("plain", "dashed", "dotted", "dashed and dotted")


class CurveTable:
    """A table of curves: what stands along x to the right, a line for each curve and each mark."""

    def __init__(self, book: Book, found: Drawn, first: int) -> None:
        self.book = book
        self.found = found
        self.plot = found.plot
        self.first = first
        self.swept = book.charted.swept.get(found.plot.chart.id)
        self.marks = self.swept.sweep.marks if self.swept is not None else ()

    @property
    def curve(self) -> int:
        """Return the line of the first curve: below the heading, x, and where each place stands on Cases."""
        return self.first + (3 if self.swept is not None or self.plot.cases else 2)

    @property
    def after(self) -> int:
        """Return the line below the table."""
        return self.curve + len(self.plot.curves) + len(self.marks)

    @property
    def columns(self) -> int:
        """Return how many places there are along x."""
        return len(self.found.lines[0])

    def lines(self, last: int) -> Iterator[Numbered]:
        """Yield the lines of the table."""
        yield heading(self.first, self.plot.chart.title, last, "Numbers of the chart.")
        yield from self._swept_x(self.swept) if self.swept is not None else self._categories()
        for index, curve in enumerate(self.plot.curves):
            yield self.curve + index, line_of(self._curve(index, curve))
        if self.swept is not None:
            yield from self._marks(self.swept)

    def shape(self, box: Box) -> NativeChart:
        """Return the chart."""
        chart, unit = self.plot.chart, self.plot.unit
        is_scatter = self.swept is not None
        labels = [curve.label for curve in self.plot.curves]
        is_line = isinstance(chart, LineChart)
        x = Data(self._area(self.first + 1), self.found.x or self.plot.categories)
        series = [
            Series(
                self._title(self.curve + index, label),
                Data(self._area(self.curve + index), self.found.lines[index]),
                CURVES[index % len(CURVES)],
                _LOOKS[index % len(_LOOKS)] if is_line else "plain",
                x if is_scatter else None,
            )
            for index, label in enumerate(labels)
        ]
        for number, marked, (at, height) in self._place_marks():
            x_of = Data(f"Scenarios!${letter(LIVE)}${number}", (at,))
            y_of = Data(f"Scenarios!${letter(GRID)}${number}", (height,))
            title = Data(f"Scenarios!${letter(WORDS)}${number}", (marked.text,))
            series.append(Series(title, y_of, CURVES[self.plot.curve_of(marked.mark) % len(CURVES)], "mark", x_of))
        values = [value for line in self.found.lines for value in line]
        # Within a decade an axis of powers has no number: steps that are equal are read off better.
        logs = [name for name, along in (("x", self.found.x), ("y", values))
                if name in self.plot.log and not is_narrow(min(along), max(along))]  # fmt: skip
        y_format = for_axis(unit, values, is_log="y" in logs)
        x_axis = Axis(self._x_title(), self._x_format(), "x" in logs)
        kind: ChartKind = "scatter" if is_scatter else "line" if is_line else "bar"
        return NativeChart(kind, chart.title, box, None if is_scatter else x, tuple(series),
                     x=x_axis, y=Axis(self._y_title(), y_format, "y" in logs))  # fmt: skip

    def _x_title(self) -> str:
        if self.swept is None:
            return self.plot.x_label
        unit = self.swept.sweep.row.unit.for_readers
        return f"{self.plot.x_label}, {unit}" if unit else self.plot.x_label

    def _y_title(self) -> str:
        # The numbers along the axis have the sign of percent already.
        label = self.plot.y_label
        return label.removesuffix("percent").rstrip(", ") if self.plot.unit.text == "percent" else label

    def _x_format(self) -> str:
        return for_axis(self.swept.sweep.row.unit, self.found.x) if self.swept is not None else "General"

    def _area(self, number: int) -> str:
        return f"Scenarios!${letter(GRID)}${number}:${letter(GRID + self.columns - 1)}${number}"

    def _title(self, number: int, label: str) -> Data:
        return Data(f"Scenarios!${letter(LABEL)}${number}", (label,))

    def _categories(self) -> Iterator[Numbered]:
        """Yield the lines of what stands along x: members, or scenarios with where each stands on Cases."""
        plot = self.plot
        dimension = self.book.results.plan.model.dimension.get(plot.x)
        unit = dimension.unit if dimension is not None and dimension.numbers else ""
        cells = describe(plot.x_label or "Scenario", "", unit, "")
        values: Sequence[float | str] = member_values(dimension) if dimension is not None else plot.categories
        for index, value in enumerate(values):
            if dimension is not None:
                formula = f"=Inputs!{letter(GRID + index)}${self.book.layout.members(dimension.id).row}"
            else:
                formula = self._look_up_scenario(self.book.cases.header(0), LABEL, index)
            cells[GRID + index] = SheetCell(value, "text_right", formula=formula)
        yield self.first + 1, line_of(cells)
        if dimension is None:
            turns = [self._turn(case) for case in plot.cases]
            yield self.first + 2, self._places(turns, self.book.cases.height)

    def _places(self, numbers: Sequence[int], height: int) -> SheetLine:
        cells = describe("Its line on Cases", "", "1", "Counted from the first of its kind")
        for index, number in enumerate(numbers):
            cells[GRID + index] = SheetCell(float(number * height + 1), "place", "0")
        return line_of(cells)

    def _swept_x(self, swept: SweptPlot) -> Iterator[Numbered]:
        row = swept.sweep.row
        shown = for_result(row.unit, list(self.found.x))
        run = swept.run(self.plot.curves[0].case)
        cells = describe(row.label, row.id, row.unit.text, "Along the chart")
        for index, value in enumerate(self.found.x):
            cells[GRID + index] = SheetCell(
                value, "calculation", shown, formula=self._look_up_point(run.number + 1, LIVE, index, swept)
            )
        yield self.first + 1, line_of(cells)
        yield self.first + 2, self._places(range(self.columns), swept.height)

    def _look_up_point(self, first: int, column: int, index: int, swept: SweptPlot) -> str:
        """Return the formula for a cell of the points of a sweep; `first` is its line at the first of them."""
        return self._look_up(first, first + (swept.sweep.points - 1) * swept.height, column, index)

    def _look_up_scenario(self, first: int, column: int, index: int) -> str:
        """Return the formula for a cell of the scenarios on Cases; `first` is its line in the first of them."""
        cases = self.book.cases
        return self._look_up(first, first + (len(cases.scenarios) - 1) * cases.height, column, index)

    def _look_up(self, first: int, last: int, column: int, index: int) -> str:
        area = f"Cases!${letter(column)}${first}:${letter(column)}${last}"
        return f"={at_place(area, f'{letter(GRID + index)}${self.first + 2}', '1')}"

    def _curve(self, which: int, curve: Curve) -> dict[int, SheetCell]:
        plan = self.book.results.plan
        output = Output.of(plan, curve.cells[0])
        name = output.name(plan) if len(curve.cells) == 1 else output.row.id
        cells = describe(curve.label, name, output.row.unit.text, "")
        shown = for_result(output.row.unit, list(self.found.lines[which]))
        for index, value in enumerate(self.found.lines[which]):
            cells[GRID + index] = SheetCell(value, "calculation", shown, formula=self._formula(curve, index))
        return cells

    def _formula(self, curve: Curve, index: int) -> str:
        """Return the formula of a curve at a place along x: the same in every column."""
        if self.swept is not None:
            if not self.swept.follows(curve.cells[0]):
                return _or_gap(f"={self._cell(self.swept.base(curve.case), curve.cells[0])}")
            run = self.swept.run(curve.case)
            column = GRID + self.plot.curves.index(curve)
            return _or_gap(self._look_up_point(run.number, column, index, self.swept))
        if self.plot.cases:
            column, number = self._place(self.book.cases.at(0), curve.cells[0])
            return _or_gap(self._look_up_scenario(number, column, index))
        layout = self.book.layout if curve.case is None else self.book.cases.at(self._turn(curve.case))
        output = Output.of(self.book.results.plan, curve.cells[0])
        at: dict[str, Index] = {**output.indices(self.book.results.plan), self.plot.x: Moving()}
        return _or_gap(along(f"={References(layout, 'Scenarios').shown(output.row.id, at)}", GRID + index))

    def _turn(self, case: Case) -> int:
        return self.book.cases.scenarios.index(case)

    def _place(self, layout: RowPlaces, cell: Cell) -> tuple[int, int]:
        """Return the column and the line of a cell."""
        output = Output.of(self.book.results.plan, cell)
        block = layout.block(cell.id)
        indices = output.indices(self.book.results.plan)
        right = indices[block.across] if block.across else 0
        return block.column + right, block.line(tuple([indices[name] for name in block.down]))

    def _cell(self, layout: RowPlaces, cell: Cell) -> str:
        return References(layout, "Scenarios").output(Output.of(self.book.results.plan, cell))

    def _place_marks(self) -> Iterator[tuple[int, _Marked, tuple[float, float]]]:
        """Yield the line of each mark, with what is said of it, and where it stands."""
        if self.swept is None:
            return
        for index, (mark, found) in enumerate(zip(self.swept.sweep.marks, self.found.marks, strict=True)):
            number = self.curve + len(self.plot.curves) + index
            text, _ = in_text(("",) * 3, found[0], self.swept.sweep.row.unit)
            formula = f'=${letter(LABEL)}${number}&": "&${letter(GRID + 3)}${number}'
            yield number, _Marked(mark, self.swept.point_of(mark), f"{mark.label}: {text}", formula), found

    def _marks(self, swept: SweptPlot) -> Iterator[Numbered]:
        row, unit = swept.sweep.row, self.plot.unit
        for number, marked, (at, height) in self._place_marks():
            cells = describe(marked.mark.label, cell_name(self.book.results.plan, marked.mark.cell), row.unit.text, "")
            cells[WORDS] = SheetCell(marked.text, "words", formula=marked.formula)
            formula = _or_gap(f"=Cases!${letter(LIVE)}${marked.point.number + 1}")
            cells[LIVE] = SheetCell(at, "calculation", for_result(row.unit, [at]), formula=formula)
            first = self.plot.curves[0].cells[0]
            place = f"Cases!${letter(GRID)}${marked.point.number}"
            formula = _or_gap(f"={place if swept.follows(first) else self._cell(swept.at(marked.point), first)}")
            cells[GRID] = SheetCell(height, "calculation", for_result(unit, [height]), formula=formula)
            cells |= in_short((LIVE, GRID + 1, GRID + 2, GRID + 3), number, at, row.unit)
            yield number, line_of(cells)


@dataclass(frozen=True, slots=True)
class _Marked:
    """A mark, its point on Cases, and what the legend says of it, as a text and as a formula."""

    mark: Mark
    point: Point
    text: str
    formula: str


def _or_gap(formula: str) -> str:
    """Return a formula that is an error where there is no number, which charts leave out: they draw a text as 0."""
    found = formula.removeprefix("=")
    return f"=IF(ISNUMBER({found}),{found},NA())"
