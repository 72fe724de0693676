"""Actual against plan on Scenarios: a line a period with the variance and whether it is for better or worse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.charts.plot import Curve
from engine.charts.series import Drawn
from engine.model.charts import VarianceChart
from exports.style.a1 import letter
from exports.style.looks import CURVES, PLANNED
from exports.style.number_format import for_axis, for_result
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, Block, at_place, on_sheet
from exports.workbook.layout.grid import Axis, Box, Data, NativeChart, Series, SheetCell, StyleRule
from exports.workbook.layout.lines import rolled
from exports.workbook.parts.book import Book
from exports.workbook.parts.dimensions.heads import headings
from exports.workbook.parts.dimensions.rollups import TOGETHER, together
from exports.workbook.parts.frame import Numbered, describe, heading, line_of

_PLAN, _VARIANCE, _SHARE, _VERDICT = range(GRID, GRID + 4)
_TITLES: Final = {
    LIVE: "Actual",
    _PLAN: "Plan",
    _VARIANCE: "Variance",
    _SHARE: "Variance, percent",
    _VERDICT: "Verdict",
}
_ON_PLAN: Final = "on plan"
_TOTALS: Final = {"sum": "Total", "mean": "Average", "last": "At the end", "first": "At the start"}


@dataclass(frozen=True, slots=True)
class _Compared:
    """A line of the table: its label, the actual and the planned value, each with its formula."""

    label: float | str
    label_formula: str
    actual: float
    actual_formula: str
    planned: float
    planned_formula: str
    is_total: bool = False


class VarianceTable:
    """A line for each period that has come to be, then all of them together where the quantity says how."""

    def __init__(self, book: Book, found: Drawn, first: int) -> None:
        chart = found.plot.chart
        assert isinstance(chart, VarianceChart)  # noqa: S101  # asked before
        self.book = book
        self.plot = found.plot
        self.first = first
        self.is_higher_better = chart.better == "higher"
        self.numbers = found.lines
        row = book.results.plan.row(self.plot.curves[0].cells[0].id)
        self.row = row
        self.kind = rolled(row, row.over[0])
        self.periods = headings(book.results.plan.model.dimension[row.over[0]])[: len(found.plot.categories)]

    @property
    def after(self) -> int:
        """Return the line below the table."""
        return self.first + 1 + len(self.plot.categories) + bool(self.kind)

    @property
    def _last(self) -> int:
        """Return the line of the last period."""
        return self.first + len(self.plot.categories)

    def lines(self, last: int) -> Iterator[Numbered]:
        """Yield the lines of the table."""
        yield heading(self.first, self.plot.chart.title, last, "", {**_TITLES, _PLAN: self.plot.curves[1].label})
        compared = list(self._compared())
        shown = for_result(self.plot.unit, [value for one in compared for value in (one.actual, one.planned)])
        apart = for_result(self.plot.unit, [one.actual - one.planned for one in compared])
        for number, one in enumerate(compared, self.first + 1):
            yield number, line_of(self._line(number, one, shown, apart))

    def _line(self, number: int, one: _Compared, shown: str, apart: str) -> dict[int, SheetCell]:
        cells = describe(str(one.label), "", self.row.unit.text, "")
        cells[LABEL] = SheetCell(one.label, "label", formula=one.label_formula)
        is_given = self.row.given > 0 and not one.is_total
        style = "total" if one.is_total else "calculation"
        cells[LIVE] = SheetCell(one.actual, "actual" if is_given else style, shown, formula=one.actual_formula)
        cells[_PLAN] = SheetCell(one.planned, style, shown, formula=one.planned_formula)
        variance = one.actual - one.planned
        actual, planned, between = (f"${letter(column)}{number}" for column in (LIVE, _PLAN, _VARIANCE))
        cells[_VARIANCE] = SheetCell(variance, style, apart, formula=f'=IFERROR({actual}-{planned},"{NO_VALUE}")')
        share = variance / abs(one.planned) if one.planned else "n/m"
        formula = f'=IFERROR(IF({planned}=0,"n/m",{between}/ABS({planned})),"{NO_VALUE}")'
        cells[_SHARE] = SheetCell(share, style, "0.0 %", formula=formula)
        good, bad = ("better", "worse") if self.is_higher_better else ("worse", "better")
        verdict = _ON_PLAN if not variance else good if variance > 0 else bad
        judged = f'CHOOSE(SIGN({between})+2,"{bad}","{_ON_PLAN}","{good}")'
        formula = f'=IF(ISNUMBER({between}),{judged},"{NO_VALUE}")'
        cells[_VERDICT] = SheetCell(verdict, "status", formula=formula)
        return cells

    def rules(self) -> list[StyleRule]:
        """Return the colours of the verdicts."""
        cell = f"${letter(_VERDICT)}{self.first + 1}"
        area = f"{letter(_VERDICT)}{self.first + 1}:{letter(_VERDICT)}{self.after - 1}"
        return [StyleRule(area, f'{cell}="{text}"', style) for text, style in (("better", "good"), ("worse", "bad"))]

    def shape(self, box: Box) -> NativeChart:
        """Return the chart: what came to be beside what was planned."""
        series = [
            Series(
                Data(f"Scenarios!${letter(column)}${self.first}", (title,)),
                Data(self._area(column), numbers),
                colour,
            )
            for column, title, numbers, colour in (
                (LIVE, _TITLES[LIVE], self.numbers[0], CURVES[0]),
                (_PLAN, self.plot.curves[1].label, self.numbers[1], PLANNED),
            )
        ]
        values = [value for line in self.numbers for value in line]
        y = Axis(self.plot.unit.words, for_axis(self.plot.unit, values))
        x = Axis(self.plot.x_label)
        periods = Data(self._area(LABEL), tuple(self.periods))
        return NativeChart("bar", self.plot.chart.title, box, periods, tuple(series), x=x, y=y)

    def _area(self, column: int) -> str:
        name = letter(column)
        return f"Scenarios!${name}${self.first + 1}:${name}${self._last}"

    def _compared(self) -> Iterator[_Compared]:
        along = self.book.layout.heads(self.row.over[0])
        areas = [self._block(curve) for curve in self.plot.curves]
        for index, label in enumerate(self.periods):
            place = f"ROW()-ROW($B${self.first})"
            cells = [on_sheet(area, area.searched(), "Scenarios") for area in (along, *areas)]
            spelled = [f"={at_place(area, '1', place)}" for area in cells]
            actual, planned = (line[index] for line in self.numbers)
            yield _Compared(label, spelled[0], actual, spelled[1], planned, spelled[2])
        if self.kind:
            ends = self.first + 1, self._last
            formulas = []
            for column in (LIVE, _PLAN):
                first, last = (f"{letter(column)}{end}" for end in ends)
                found = TOGETHER[self.kind].format(first, last)
                formulas.append(f'=IF(COUNT({first}:{last})<ROWS({first}:{last}),"{NO_VALUE}",{found})')
            actual, planned = (together(self.kind, line) for line in self.numbers)
            yield _Compared(_TOTALS[self.kind], "", actual, formulas[0], planned, formulas[1], is_total=True)

    def _block(self, curve: Curve) -> Block:
        cases = self.book.cases
        layout = self.book.layout if curve.case is None else cases.at(cases.scenarios.index(curve.case))
        return layout.block(curve.cells[0].id)
