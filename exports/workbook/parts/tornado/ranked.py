"""The inputs in the order of their swings, and the chart of the largest: outliers are cut, or all are to scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.language.numbers.scalars import add_up
from exports.style.a1 import letter
from exports.style.looks import HIGH_END, LOW_END
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout.geometry import (
    LABEL,
    LINE_HEIGHT,
    LIVE,
    NAME,
    POINTS,
    UNIT,
    WIDTHS,
    WORDS,
    at_place,
    centimetres,
    text_height,
)
from exports.workbook.layout.grid import Axis, Box, Data, NativeChart, Series, SheetCell, SheetLine, StyleRule, Value
from exports.workbook.layout.sensitivity import (
    ABOVE,
    BAR_HIGH,
    BAR_LOW,
    CHANGE_HIGH,
    CHANGE_LOW,
    CHART_LINES,
    CHOSEN_UNIT,
    CHOSEN_VALUE,
    CUT,
    CUTS,
    ELASTICITY,
    HIGH,
    KEY,
    LENGTH,
    LONGEST,
    LOW,
    OUT_HIGH,
    OUT_LOW,
    OUTLIER,
    RANK,
    REACH,
    SCALE,
    SCALES,
    SIZE,
    SWING,
    VALUE,
)
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of
from exports.workbook.parts.numbers import NUMBER
from exports.workbook.parts.tornado.swings import Swings, at_rank, change_formula, input_lines

# A bar that is so many times as long as the next is an outlier; what is cut is so many times as long as the rest.
_OUTLIER: Final = 4
_ABOVE: Final = 1.25
_MOST_CUT: Final = 3
# To so many digits of the longest, what is left of numbers that cancel is no bar.
_DIGITS: Final = 10
# What numbers along the chart are counted by, and how that is said behind their unit.
_LARGEST: Final = 1e12
_SIZES: Final = {1.0: "", 1e3: ", thousands", 1e6: ", millions", 1e9: ", billions"}
_SIZE_CELL: Final = f"${letter(LIVE)}${SIZE}"
_TITLES: Final = {
    LIVE: "Live", LOW: "Low", HIGH: "High", OUT_LOW: "Output at low", OUT_HIGH: "Output at high", SWING: "Swing",
    ELASTICITY: "Elasticity", CHANGE_LOW: "Change, low end", CHANGE_HIGH: "Change, high end",
    KEY: "Share of largest (2: no value)", RANK: "Rank", BAR_LOW: "Low end", BAR_HIGH: "High end",
    REACH: "Reach", LENGTH: "In order", CUTS: "Far longer than the next",
}  # fmt: skip
_BLANK: Final = frozenset({LIVE, LOW, HIGH})
_NO_VALUE: Final = f" ({NO_VALUE})"
_IS_CUT: Final = " (bar cut)"
_FORMATS: Final = {OUT_LOW: NUMBER, OUT_HIGH: NUMBER, SWING: NUMBER, ELASTICITY: "0.00", KEY: "0.0000"}


class Ranked:
    """The table of inputs by rank, its chart, and how that is scaled."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.ranges = book.ranges
        self.swings = Swings.of(book, book.cases.outputs[0], book.ranges.inputs)
        self.order = self.swings.order
        self.inputs = input_lines(book, self.swings)
        low, high = (self.swings.changes(at_end) for at_end in (self.swings.low, self.swings.high))
        self.changes = [(low[index], high[index]) for index in self.order]
        sizes = [[abs(one) for one in ends if not isinstance(one, str)] for ends in self.changes]
        base = self.swings.base
        reaches = [max(found, default=0.0) for found in sizes[: self.ranges.bars]]
        # Digits that are left of numbers that cancel differ from spreadsheet to spreadsheet.
        self.reaches = [round(one / base, _DIGITS) * base if base else one for one in reaches]
        self.most_cut = max(0, min(_MOST_CUT, self.ranges.bars - 1))
        self.lengths = sorted(self.reaches, reverse=True)
        self.cut = outliers(self.reaches)
        largest = max(self.lengths, default=0.0)
        self.longest = _ABOVE * self.lengths[self.cut] if self.cut else largest
        reached = [size for size in _SIZES if size <= self.longest < _LARGEST]
        is_percent = book.cases.outputs[0].row.unit.percent
        self.size = 1 / 10**2 if is_percent else max([1.0, *reached])

    def scale(self) -> Iterator[Numbered]:
        """Yield the lines that choose how the chart is scaled, and what comes of it."""
        cells = describe("Bars of the chart", "", "", "Choose from the list: one long bar hides all others.")
        cells[LIVE] = SheetCell(SCALES[0], "input_text", "@")
        yield SCALE, line_of(cells)
        for number, label, value, shown in (
            (OUTLIER, "A bar is cut that is so many times as long as the next", _OUTLIER, "0"),
            (ABOVE, "What is cut is so many times as long as the next", _ABOVE, "0.00"),
        ):
            cells = describe(label, "", "1", "")
            cells[LIVE] = SheetCell(float(value), "constant", shown)
            yield number, line_of(cells)
        place = f"MATCH(${letter(LIVE)}${SCALE},{self.ranges.scales_list},0)"
        column, first = letter(CUTS), self.ranges.top
        outlying = f"MAX(${column}${first}:${column}${first + self.most_cut - 1})" if self.most_cut else "0"
        cells = describe("Bars that are cut", "", "1", "The longest, whose names say so")
        cells[LIVE] = SheetCell(float(self.cut), "calculation", "0", formula=f"=IF({place}=1,{outlying},{place}-2)")
        yield CUT, line_of(cells)
        cells = describe("Length of the longest bar", "", "", "")
        unit = unit_or_number(self.book.cases.outputs[0].row.unit.text)
        cells[UNIT] = SheetCell(unit, "unit", formula=f"=${letter(UNIT)}${VALUE}")
        cut, lengths = f"${letter(LIVE)}${CUT}", self.ranges.bars_of(LENGTH)
        longest, next_ = self._length(0), at_place(lengths, f"1+{cut}", "1")
        shorter = f"IF(ROUND({next_}/{longest},{_DIGITS})>0,${letter(LIVE)}${ABOVE}*{next_},{longest})"
        formula = f"=IF(OR({cut}=0,{cut}>=COUNT({lengths}),{longest}=0),{longest},{shorter})"
        # One bar alone is never cut.
        formula = formula if self.most_cut else f"={longest}"
        cells[LIVE] = SheetCell(self.longest, "calculation", NUMBER, formula=formula)
        yield LONGEST, line_of(cells)
        # So numbers along the chart are short, whichever output is chosen, and what they are is said beside it.
        long = f"${letter(LIVE)}${LONGEST}"
        thousands = "+".join([f"({long}>=10^{power})" for power in (3, 6, 9, 12)])
        cells = describe("Numbers along the chart are of this size", "", "1", "")
        formula = f'=IF({CHOSEN_UNIT}="percent",1/10^2,CHOOSE(1+{thousands},1,10^3,10^6,10^9,1))'
        cells[LIVE] = SheetCell(self.size, "calculation", "#,##0.00", formula=formula)
        said = "+".join([f"({_SIZE_CELL}>=10^{power})" for power in (3, 6, 9)])
        words = ",".join([f'"{text}"' for text in _SIZES.values()])
        formula = f'="Change in "&{CHOSEN_UNIT}&CHOOSE(1+{said},{words})'
        cells[WORDS] = SheetCell(f"Change in {unit}{_SIZES.get(self.size, '')}", "words", formula=formula)
        yield SIZE, line_of(cells)

    def lines(self, last: int) -> Iterator[Numbered]:
        """Yield the inputs by rank, on lines that are as high as the highest: each may stand on any of them."""
        yield heading(self.ranges.sorted, "Inputs, the largest swing first", last, self._left_out(), _TITLES)
        texts = [(str(cells[WORDS].value), "words", WIDTHS[WORDS]) for cells in self.inputs]
        texts += [(f"{cells[LABEL].value}{_NO_VALUE}{_IS_CUT}", "label", WIDTHS[LABEL]) for cells in self.inputs]
        tall = max([text_height(*text) for text in texts], default=LINE_HEIGHT)
        for index in range(len(self.order)):
            yield self.ranges.top + index, SheetLine(self._line(index), tall)

    def scales(self, last: int) -> Iterator[Numbered]:
        """Yield the list of scales."""
        yield heading(self.ranges.scales_table, "Scales in the list", last)
        for index, text in enumerate(SCALES):
            yield self.ranges.scales_table + 1 + index, line_of(describe(text, "", "", ""))

    def chart(self, widths: Mapping[int, float]) -> NativeChart:
        """Return the chart of the largest swings, as wide as the table."""
        bars = range(self.ranges.bars)
        series = []
        for column, end, colour in ((BAR_LOW, 0, LOW_END), (BAR_HIGH, 1, HIGH_END)):
            named = Data(f"Sensitivity!${letter(column)}${self.ranges.sorted}", (_TITLES[column],))
            values = tuple([self._bar(self.changes[index][end]) for index in bars])
            series.append(Series(named, Data(f"Sensitivity!{self.ranges.bars_of(column)}", values), colour))
        names = tuple([self._label(index) for index in bars])
        width = add_up(centimetres(widths[column]) for column in range(LABEL, RANK + 1))
        box = Box(self.ranges.chart, LABEL, width, (CHART_LINES - 1) * LINE_HEIGHT / POINTS)
        unit = unit_or_number(self.book.cases.outputs[0].row.unit.text)
        # Other outputs are of another size: let the spreadsheet choose how many decimals there are.
        y = Axis(f"Change in {unit}{_SIZES.get(self.size, '')}", cells=f"Sensitivity!${letter(WORDS)}${SIZE}")
        title = "Change of the chosen output, with each input at an end of its range"
        labels = Data(f"Sensitivity!{self.ranges.bars_of(LABEL)}", names)
        return NativeChart("tornado", title, box, labels, tuple(series), y=y)

    def rules(self) -> list[StyleRule]:
        """Return how inputs are shown that may stand on any line: as percentages, or with thousands apart."""
        first, last = self.ranges.top, self.ranges.top + len(self.order) - 1
        areas = [f"{letter(left)}{first}:{letter(right)}{last}" for left, right in ((LIVE, LIVE), (LOW, HIGH))]
        rules = []
        for area in areas if self.order else []:
            cell = area.split(":", maxsplit=1)[0]
            is_percent = f'${letter(UNIT)}{first}="percent"'
            rules.append(StyleRule(area, f"AND(ISNUMBER({cell}),{is_percent})", "percent"))
            rules.append(StyleRule(area, f"AND(ABS(N({cell}))>=1E4,ABS(N({cell}))<1E9)", "grouped"))
            rules.append(StyleRule(area, f"ABS(N({cell}))>=1E9", "extreme"))
        return rules

    def _length(self, place: int) -> str:
        """Return the cell with the length of a bar, by its place from the longest on."""
        return f"${letter(LENGTH)}${self.ranges.top + place}"

    def _is_outlier(self, index: int) -> SheetCell:
        """Return the rank of a bar that is much longer than the next, 0 for any other, as `outliers` has it."""
        longest, this, after = self._length(0), self._length(index), self._length(index + 1)
        test = f"AND(ROUND({after}/{longest},{_DIGITS})>0,{this}>${letter(LIVE)}${OUTLIER}*{after})"
        formula = f"=IF({longest}=0,0,IF({test},${letter(RANK)}{self.ranges.top + index},0))"
        value = index + 1 if is_outlier(self.lengths, index) else 0
        return SheetCell(float(value), "calculation", "0", formula=formula)

    def _left_out(self) -> str:
        left = self.book.cases.left_out
        more = f" and {len(left) - _MOST_CUT} more" if len(left) > _MOST_CUT else ""
        return f"Left out for their number: {', '.join(left[:_MOST_CUT])}{more}." if left else ""

    def _line(self, index: int) -> dict[int, SheetCell]:
        number, found = self.ranges.top + index, self.inputs[self.order[index]]
        rank = f"${letter(RANK)}${number}"

        def look(column: int) -> str:
            return at_rank(self.ranges.column(column), self.ranges.column(RANK), rank)

        cells = describe("", "", "", "")
        for column in (NAME, UNIT, WORDS, LIVE, LOW, HIGH, OUT_LOW, OUT_HIGH, SWING, ELASTICITY, KEY):
            value: Value = found[column].value if column in found else ""
            formula = f'=IF({look(column)}="","",{look(column)})' if column in _BLANK else f"={look(column)}"
            style = {NAME: "name", UNIT: "unit", WORDS: "words"}.get(column, "calculation")
            cells[column] = SheetCell(value, style, _FORMATS.get(column, "General"), formula=formula)
        cells[RANK] = SheetCell(float(index + 1), "place", "0")
        columns = zip((CHANGE_LOW, CHANGE_HIGH), (OUT_LOW, OUT_HIGH), self.changes[index], strict=True)
        for column, source, change in columns:
            formula = change_formula(f"${letter(source)}{number}", CHOSEN_VALUE)
            cells[column] = SheetCell(change, "calculation", NUMBER, formula=formula)
        name = f'={look(LABEL)}&IF(ISNUMBER(${letter(SWING)}{number}),"","{_NO_VALUE}")'
        if index < self.ranges.bars:
            name += f'&IF(${letter(REACH)}{number}>${letter(LIVE)}${LONGEST},"{_IS_CUT}","")'
            cells |= self._bars(index, number)
        cells[LABEL] = SheetCell(self._label(index), "label", formula=name)
        return cells

    def _bars(self, index: int, number: int) -> dict[int, SheetCell]:
        longest = f"${letter(LIVE)}${LONGEST}"
        low, high = (f"${letter(column)}{number}" for column in (CHANGE_LOW, CHANGE_HIGH))
        ends = ((low, f"${letter(OUT_LOW)}{number}"), (high, f"${letter(OUT_HIGH)}{number}"))
        sizes = ",".join([f"IF(ISNUMBER({change}),ABS({end}-{CHOSEN_VALUE}),0)" for change, end in ends])
        base = CHOSEN_VALUE
        rounded = f"IF({base}=0,MAX({sizes}),ROUND(MAX({sizes})/{base},{_DIGITS})*{base})"
        cells = {REACH: SheetCell(self.reaches[index], "calculation", NUMBER, formula=f"=IFERROR({rounded},0)")}
        formula = f"=LARGE({self.ranges.bars_of(REACH)},${letter(RANK)}{number})"
        cells[LENGTH] = SheetCell(self.lengths[index], "calculation", NUMBER, formula=formula)
        if index < self.most_cut:
            cells[CUTS] = self._is_outlier(index)
        for column, (is_known, end), change in zip((BAR_LOW, BAR_HIGH), ends, self.changes[index], strict=True):
            cut = f"MAX(-{longest},MIN({longest},{end}-{CHOSEN_VALUE}))/{_SIZE_CELL}"
            formula = f'=IF(ISNUMBER({is_known}),{cut},"{NO_VALUE}")'
            cells[column] = SheetCell(self._bar(change), "calculation", NUMBER, formula=formula)
        return cells

    def _bar(self, change: float | str) -> float | str:
        return change if isinstance(change, str) else max(-self.longest, min(self.longest, change)) / self.size

    def _label(self, index: int) -> str:
        which = self.order[index]
        without = "" if self.swings.swing(which) is not None else _NO_VALUE
        is_cut = index < self.ranges.bars and self.reaches[index] > self.longest
        return f"{self.swings.labels[which]}{without}{_IS_CUT if is_cut else ''}"


def outliers(reaches: Sequence[float]) -> int:
    """Return how many of the longest bars are much longer than the next."""
    ordered = sorted(reaches, reverse=True)
    cuts = range(min(_MOST_CUT, len(ordered) - 1), 0, -1)
    return next((cut for cut in cuts if is_outlier(ordered, cut - 1)), 0)


def is_outlier(lengths: Sequence[float], index: int) -> bool:
    """Return whether one of the longest bars, the longest first, is much longer than the next."""
    longest, this, after = lengths[0], *lengths[index : index + 2]
    return bool(longest) and round(after / longest, _DIGITS) > 0 and this > _OUTLIER * after
