"""The tables behind waterfalls and tornado charts: a line for each bar, the same formula down each column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.charts.series import Drawn, WaterfallBar, steps, total_of
from engine.plan.cells import Cell
from engine.plan.outputs import Output
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.style.looks import FALL, HIGH_END, LOW_END, RISE, WHOLE
from exports.style.number_format import for_axis, for_result, in_text
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.formulas.references import References
from exports.workbook.layout.cases import HIGH as HIGH_OF
from exports.workbook.layout.cases import LOW as LOW_OF
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, NAME, WORDS
from exports.workbook.layout.grid import Axis, Box, Data, NativeChart, Series, SheetCell
from exports.workbook.layout.sensitivity import MOST_BARS
from exports.workbook.parts import guards
from exports.workbook.parts.book import Book
from exports.workbook.parts.charts.short_numbers import in_short
from exports.workbook.parts.frame import Numbered, describe, heading, line_of
from exports.workbook.parts.tornado.swings import Swings, at_rank, bar_label, change_formula, ranking, swing_formula
from exports.workbook.parts.tornado.turns import Columns, member_lines

SIGN, IS_WHOLE, START, END, MOVE, BASE, FULL, UP, UP_BELOW, DOWN, DOWN_BELOW = range(GRID, GRID + 11)
SIZE, POWER, TEXT = range(GRID + 11, GRID + 14)
# The series of a waterfall, which stand on each other: what is hidden below a bar, and its parts with their colours.
STACK: Final = ((BASE, ""), (FULL, WHOLE), (UP, RISE), (UP_BELOW, RISE), (DOWN, FALL), (DOWN_BELOW, FALL))
TITLES: Final = {
    LIVE: "Value", SIGN: "Sign", IS_WHOLE: "Whole", START: "From", END: "To", MOVE: "By", BASE: "Hidden below",
    FULL: "Whole bar", UP: "Rise", UP_BELOW: "Rise below 0", DOWN: "Fall", DOWN_BELOW: "Fall below 0",
    SIZE: "Size", POWER: "Power of ten", TEXT: "In short",
}  # fmt: skip


class WaterfallTable:
    """A line a step, then one for the total: from where to where each bar goes."""

    def __init__(self, book: Book, found: Drawn, first: int) -> None:
        self.book = book
        self.plot = found.plot
        self.first = first
        cells = list(self.plot.curves[0].cells)
        self.cells: list[Cell] = cells + ([self.plot.total] if self.plot.total is not None else [])
        self.steps = [*steps(self.plot, found.lines[0], total_of(self.plot, book.results))]
        if self.steps[-1].label in [step.label for step in self.steps[:-1]]:
            # Both are the same quantity: the last of what adds up, and what it adds up to.
            self.steps[-1] = replace(self.steps[-1], label=f"{self.steps[-1].label}, in all")

    @property
    def after(self) -> int:
        """Return the line below the table."""
        return self.first + 1 + len(self.steps)

    def lines(self, last: int) -> Iterator[Numbered]:
        """Yield the lines of the table."""
        yield heading(self.first, self.plot.chart.title, last, "Numbers of the chart.", TITLES)
        plan = self.book.results.plan
        shown = for_result(self.plot.unit, [step.end for step in self.steps])
        for index, (step, cell) in enumerate(zip(self.steps, self.cells, strict=True)):
            number = self.first + 1 + index
            output = Output.of(plan, cell)
            cells = describe(step.label, output.name(plan), output.row.unit.text, "")
            value = output.value(plan, self.book.results.values)
            reference = References(self.book.layout, "Scenarios").output(output)
            cells[LIVE] = SheetCell(value, "calculation", shown, formula=f"={reference}")
            sign = self.plot.signs[index] if index < len(self.plot.signs) else 0
            cells[SIGN] = SheetCell(float(sign), "constant", "0")
            cells[IS_WHOLE] = SheetCell(float(step.is_whole), "constant", "0")
            for column, (value, formula) in bar(step, number).items():
                cells[column] = SheetCell(value + 0.0, "calculation", shown, formula=formula)
            cells |= in_short((MOVE, SIZE, POWER, TEXT), number, step.shown, self.plot.unit)
            text, formula = self._label(step, number)
            cells[WORDS] = SheetCell(text, "words", formula=formula)
            yield number, line_of(cells)

    def shape(self, box: Box) -> NativeChart:
        """Return the chart: hidden bars carry those that do not begin at 0."""
        bars = [bar(step, 0) for step in self.steps]

        def series(column: int, colour: str) -> Series:
            title = Data(f"Scenarios!${letter(column)}${self.first}", (TITLES[column],))
            values = Data(self._area(column), tuple([one[column][0] for one in bars]))
            return Series(title, values, colour, "plain" if colour else "hidden")

        labels = Data(self._area(WORDS), tuple([self._label(step, 0)[0] for step in self.steps]))
        ends = [end for step in self.steps for end in (step.start, step.end)]
        y = Axis(self.plot.unit.words, for_axis(self.plot.unit, ends))
        drawn = tuple([series(column, colour) for column, colour in STACK])
        return NativeChart("stack", self.plot.chart.title, box, labels, drawn, y=y)

    def _label(self, step: WaterfallBar, number: int) -> tuple[str, str]:
        """Return what stands below a bar: its name and number, and the formula of that.

        Not the labels that spreadsheets offer, which have a number for each part of a bar that is not there.
        """
        move, whole = f"${letter(MOVE)}{number}", f"${letter(IS_WHOLE)}{number}"
        text, _ = in_text(("",) * 3, step.shown, self.plot.unit)
        sign = "" if step.is_whole or step.shown < 0 else "+"
        formula = f'=${letter(LABEL)}{number}&": "&IF(OR({whole}=1,{move}<0),"","+")&${letter(TEXT)}{number}'
        return f"{step.label}: {sign}{text}", formula

    def _area(self, column: int) -> str:
        name = letter(column)
        return f"Scenarios!${name}${self.first + 1}:${name}${self.after - 1}"


def bar(step: WaterfallBar, number: int) -> dict[int, tuple[float, str]]:
    """Return for each column of a bar of a waterfall its value and its formula, the same on every line."""
    sign, whole, start, end = (f"${letter(column)}{number}" for column in (SIGN, IS_WHOLE, START, END))
    low, high = min(step.start, step.end), max(step.start, step.end)
    above, below = max(high, 0.0) - max(low, 0.0), min(low, 0.0) - min(high, 0.0)
    rises, falls = not step.is_whole and step.end >= step.start, not step.is_whole and step.end < step.start
    value = f"${letter(LIVE)}{number}"
    return {
        START: (step.start, f"=IF({whole}=1,0,SUM(${letter(END)}{number - 1}))"),
        END: (step.end, f"=IF({sign}=0,{value},{start}+{sign}*{value})"),
        MOVE: (step.shown, f"=IF({whole}=1,{end},{end}-{start})"),
        BASE: (0.0 if step.is_whole else max(low, 0.0) + min(high, 0.0),
               f"=IF({whole}=1,0,MAX(MIN({start},{end}),0)+MIN(MAX({start},{end}),0))"),
        FULL: (step.end if step.is_whole else 0.0, f"=IF({whole}=1,{end},0)"),
        UP: (above if rises else 0.0, f"=IF(OR({whole}=1,{end}<{start}),0,MAX({end},0)-MAX({start},0))"),
        UP_BELOW: (below if rises else 0.0, f"=IF(OR({whole}=1,{end}<{start}),0,MIN({start},0)-MIN({end},0))"),
        DOWN: (above if falls else 0.0, f"=IF(OR({whole}=1,{end}>={start}),0,MAX({start},0)-MAX({end},0))"),
        DOWN_BELOW: (below if falls else 0.0, f"=IF(OR({whole}=1,{end}>={start}),0,MIN({end},0)-MIN({start},0))"),
    }  # fmt: skip


def largest(swings: Swings, bars: int, titles: Sequence[Data], areas: Sequence[str]) -> tuple[Data, tuple[Series, ...]]:
    """Return the labels and the bars of the largest swings.

    `titles` are those of the two ends, `areas` the cells of the labels, of the low and of the high ends.
    """
    shown = swings.order[:bars]
    labels, *ends = areas
    changes = swings.changes(swings.low), swings.changes(swings.high)
    series = [
        Series(title, Data(cells, tuple([change[index] for index in shown])), colour)
        for title, cells, change, colour in zip(titles, ends, changes, (LOW_END, HIGH_END), strict=True)
    ]
    return Data(labels, tuple([bar_label(swings, index, "", "")[0] for index in shown])), tuple(series)


LOW, HIGH, SHARE, RANK = range(GRID, GRID + 4)
_TORNADO_TITLES: Final = {
    LIVE: "Swing", LOW: "At low end", HIGH: "At high end", SHARE: "Share of largest", RANK: "Rank",
}  # fmt: skip


class TornadoTable:
    """A line an input with the change of one result at both ends of its range, then the largest in order."""

    def __init__(self, book: Book, found: Drawn, first: int) -> None:
        self.book = book
        self.plot = found.plot
        self.first = first
        self.output = Output.of(book.results.plan, self.plot.curves[0].cells[0])
        # What does not feed the result has no bar, whatever is typed.
        feeding = book.results.plan.upstream(self.output.row.id)
        self.rows = [row for row in book.cases.varied if row.id in feeding]
        self.bars = min(MOST_BARS, len(self.rows))
        self.swings = Swings.of(book, self.output, self.rows)
        self.base = self.swings.base
        self.input = self.first + 2
        self.top = self.input + len(self.rows) + 1
        self.choices = [row for row in self.rows if is_choice(row)]

    @property
    def after(self) -> int:
        """Return the line below the table."""
        return self.top + self.bars + sum(len(self.book.cases.steps(row)) for row in self.choices)

    def lines(self, last: int) -> Iterator[Numbered]:
        """Yield the lines of both tables."""
        yield heading(self.first, self.plot.chart.title, last, "Numbers of the chart.", _TORNADO_TITLES)
        plan = self.book.results.plan
        reference = References(self.book.layout, "Scenarios").output(self.output)
        cells = describe(self.output.label, self.output.name(plan), self.output.row.unit.text, "As it is now")
        cells[LIVE] = SheetCell(self.base, "calculation", self._shown([self.base]), formula=f"={reference}")
        yield self.first + 1, line_of(cells)
        ranked = list(zip(self.swings.keys, self.swings.ranks(), strict=True))
        for index, row in enumerate(self.rows):
            yield self.input + index, line_of(self._input(row, index, ranked[index]))
        for index in range(self.bars):
            yield self.top + index, line_of(self._bar(index))
        for row in self.choices:
            cases = [self.book.cases.turn(row, step) for step in self.book.cases.steps(row)]
            found = [guards.at_end(self.book, case, self.output) for case in cases]
            lines = dict(zip(self._members(row), found, strict=True))
            yield from member_lines(self.book, row, self.output, lines, self._shown([self.base]))

    def shape(self, box: Box) -> NativeChart:
        """Return the chart of the largest swings."""
        titles = [
            Data(f"Scenarios!${letter(column)}${self.first}", (_TORNADO_TITLES[column],)) for column in (LOW, HIGH)
        ]
        areas = [self._area(column, self.top, self.bars) for column in (LABEL, LOW, HIGH)]
        changes = (*self.swings.changes(self.swings.low), *self.swings.changes(self.swings.high))
        moved = [change for change in changes if not isinstance(change, str)]
        unit = self.plot.unit
        y = Axis(f"Change in {unit.words}" if unit.words else "Change", for_axis(unit, moved))
        return NativeChart("tornado", self.plot.chart.title, box, *largest(self.swings, self.bars, titles, areas), y=y)

    def _input(self, row: Row, index: int, ranked: tuple[float, int]) -> dict[int, SheetCell]:
        """Return the line of an input: the result at both ends of its range, and how far these are apart."""
        number = self.input + index
        label = self.swings.labels[index]
        columns = self._columns(row) if is_choice(row) else None
        words = "At an end of its range, all else as it is" if columns is None else "At each of its members in turn"
        cells = describe(label, row.id, self.output.row.unit.text, words)
        low, high = (f"${letter(column)}${number}" for column in (LOW, HIGH))
        if columns is not None:
            cells[LABEL] = SheetCell(label, "label", formula=columns.label(row.label))
        else:
            ends = [
                (" at the low end", self.book.cases.turn(row, LOW_OF), low),
                (" at the high end", self.book.cases.turn(row, HIGH_OF), high),
            ]
            cells[WORDS] = guards.told(self.book, words, ends, self.output)
        shown = self._shown([self.base])
        for column, end, at_end in ((LOW, LOW_OF, self.swings.low), (HIGH, HIGH_OF, self.swings.high)):
            value = at_end[index]
            if columns is not None:
                formula = columns.end("MIN" if column == LOW else "MAX")
            else:
                formula = f"={guards.at_end(self.book, self.book.cases.turn(row, end), self.output)}"
            cells[column] = SheetCell(NO_VALUE if value is None else value, "calculation", shown, formula=formula)
        cells[LIVE] = SheetCell(self.swings.shown(index), "calculation", shown, formula=swing_formula(low, high))
        swings, shares = self._inputs(LIVE), self._inputs(SHARE)
        share, rank = ranking(swings, shares, f"${letter(LIVE)}${number}", f"${letter(SHARE)}${number}")
        cells[SHARE] = SheetCell(ranked[0], "calculation", "0.0000", formula=share)
        cells[RANK] = SheetCell(float(ranked[1]), "calculation", "0", formula=rank)
        return cells

    def _members(self, row: Row) -> range:
        """Return the lines of the members of a choice, below the bars."""
        before = self.choices[: self.choices.index(row)]
        first = self.top + self.bars + sum(len(self.book.cases.steps(one)) for one in before)
        return range(first, first + len(self.book.cases.steps(row)))

    def _columns(self, row: Row) -> Columns:
        lines = self._members(row)
        names, values = (f"${letter(column)}${lines[0]}:${letter(column)}${lines[-1]}" for column in (GRID, LIVE))
        return Columns(names, values)

    def _bar(self, index: int) -> dict[int, SheetCell]:
        """Return the line of a bar: how far the result moves at both ends of the input of that rank."""
        number = self.top + index
        which = self.swings.order[index]
        label = self.swings.labels[which]

        def look(column: int) -> str:
            return at_rank(self._inputs(column), self._inputs(RANK), f"${letter(NAME)}${number}")

        cells = describe(label, "", self.output.row.unit.text, "The change, in the order of the swings")
        text, named = bar_label(self.swings, which, look(LABEL), look(LIVE))
        cells[LABEL] = SheetCell(text, "label", formula=named)
        cells[NAME] = SheetCell(float(index + 1), "place", "0")
        shown = self._shown([self.base])
        for column, at_end in ((LOW, self.swings.low), (HIGH, self.swings.high)):
            formula = change_formula(look(column), f"${letter(LIVE)}${self.first + 1}")
            cells[column] = SheetCell(self.swings.changes(at_end)[which], "calculation", shown, formula=formula)
        return cells

    def _inputs(self, column: int) -> str:
        return self._area(column, self.input, len(self.rows)).removeprefix("Scenarios!")

    def _shown(self, values: list[float]) -> str:
        return for_result(self.output.row.unit, values)

    def _area(self, column: int, first: int, count: int) -> str:
        return f"Scenarios!${letter(column)}${first}:${letter(column)}${first + max(1, count) - 1}"
