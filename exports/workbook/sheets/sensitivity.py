"""Sensitivity: an output chosen from a list, its tornado chart, and every input with its swing and elasticity."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import ceil
from typing import Final

from engine.analysis.swings import SWING as SWING_SHARE
from exports.style.a1 import letter
from exports.style.number_format import for_result
from exports.style.words import unit_or_number
from exports.workbook.formulas.references import References
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import FIRST_ROW, GRID, LABEL, LIVE, NAME, UNIT, WIDTHS, WORDS, at_place
from exports.workbook.layout.grid import Axis, Box, Data, NativeChart, Sheet, SheetCell, SheetLine, StyleRule, Typing
from exports.workbook.layout.sensitivity import (
    CHART_LINES,
    CHOICE,
    CHOSEN_PLACE,
    CHOSEN_VALUE,
    ELASTICITY,
    OUT_HIGH,
    OUT_LOW,
    PLACE,
    RANK,
    SWING,
    SWING_ROW,
    TOP,
    VALUE,
)
from exports.workbook.parts import derivatives, swings
from exports.workbook.parts.book import Book
from exports.workbook.parts.charts.bars import largest
from exports.workbook.parts.frame import Numbered, describe, header, heading, line_of, pages_wide, top
from exports.workbook.parts.swings import NUMBER
from exports.workbook.parts.turns import at_each, member_lines

SUBTITLE = "How much each assumption matters to one output: choose it below. Everything follows the live scenario."
_LARGE: Final = 1e9
_CHOICE_WIDTH: Final = 14
# What a search reads as any character, and the sign that makes it plain, which comes first.
_SIGNS: Final = "~*?"
_TITLES: Final = {LIVE: "Swing", GRID: "Change, low end", GRID + 1: "Change, high end", GRID + 2: "Elasticity"}


def sensitivity(book: Book) -> Sheet:
    """Return the sheet of the tornado and the elasticities."""
    ranges = book.ranges
    last = max(RANK, book.derivatives.last_column)
    return Sheet(
        "Sensitivity",
        {**WIDTHS, WORDS: 44, **dict.fromkeys(range(GRID, last + 1), 14.5)},
        _lines(book, last),
        typing=[
            Typing(
                f"{letter(LIVE)}{CHOICE}", "list", choices=ranges.outputs_list,
                message="Choose one of the outputs in the list.",
            )
        ],
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="7030A0",
        charts=[_chart(book)] if ranges.bars else [],
        rules=_extremes(book),
        printed=f"A1:{letter(RANK)}{ranges.derivatives - 2}",
        pages_wide=pages_wide(RANK),
    )  # fmt: skip


def _extremes(book: Book) -> list[StyleRule]:
    """Return what shows very large and very small numbers with exponents: outputs differ in size, and share columns."""
    ranges = book.ranges
    areas = [(LIVE, VALUE, LIVE, VALUE)]
    if ranges.inputs:
        last = ranges.first_input + len(ranges.inputs) - 1
        areas += [(LIVE, TOP, LIVE, TOP + ranges.bars - 1), (GRID, TOP, GRID + 1, TOP + ranges.bars - 1),
                  (OUT_LOW, ranges.first_input, SWING, last)]  # fmt: skip
    rules = []
    for left, first, right, end in areas:
        cell = f"{letter(left)}{first}"
        size = f"ABS(N({cell}))"
        formula = f"OR({size}>=1E9,AND({size}>0,{size}<0.01))"
        rules.append(StyleRule(f"{cell}:{letter(right)}{end}", formula, "extreme"))
    return rules


def _chart(book: Book) -> NativeChart:
    ranges = book.ranges
    found = swings.Swings.of(book, book.cases.outputs[0], ranges.inputs)
    columns = (GRID, GRID + 1)
    titles = [Data(f"Sensitivity!${letter(column)}${TOP - 1}", (_TITLES[column],)) for column in columns]
    areas = [
        f"Sensitivity!${letter(column)}${TOP}:${letter(column)}${TOP + ranges.bars - 1}" for column in (LABEL, *columns)
    ]
    sizes = [abs(change) for at_end in (found.low, found.high) for change in found.changes(at_end)]
    # Other outputs are of another size: let the spreadsheet choose.
    y = Axis(format="General" if max(sizes, default=0.0) < _LARGE else "0.0E+00")
    title = "Change of the chosen output, with each input at an end of its range"
    box = Box(ranges.chart, LABEL, 32.0, CHART_LINES * 0.5)
    return NativeChart("tornado", title, box, *largest(found, ranges.bars, titles, areas), y=y)


def _lines(book: Book, last: int) -> Iterator[Numbered]:
    yield from top(book, "Sensitivity", SUBTITLE, last)
    yield header({LABEL: "The output", NAME: "Name", UNIT: "Unit", LIVE: "Live", WORDS: "What it is"}, last)
    yield from _choice(book)
    yield from _tornado(book, last)
    yield from swings.table(book, last)
    yield from _outputs(book, last)
    yield from swings.ranges_by_member(book, last)
    yield from _members_in_turn(book, last)
    yield from derivatives.lines(book, last)


def _choice(book: Book) -> Iterator[Numbered]:
    first, listed = book.ranges.titles[0], book.ranges.outputs_list
    cells = describe("Output", "", "", "Choose from the list: table and chart follow.")
    cells[LIVE] = SheetCell(first, "choice", "@")
    yield CHOICE, SheetLine(cells, 24.0 + 16.0 * (ceil(len(first) / _CHOICE_WIDTH) - 1))
    cells = describe("Its place in the list", "", "1", "Found from the choice above")
    chosen = f"${letter(LIVE)}${CHOICE}"
    if any(sign in title for title in book.ranges.titles for sign in _SIGNS):
        for sign in _SIGNS:
            chosen = f'SUBSTITUTE({chosen},"{sign}","~{sign}")'
    cells[LIVE] = SheetCell(1.0, "calculation", "0", formula=f"=MATCH({chosen},{listed},0)")
    yield PLACE, line_of(cells)
    cells = describe("Its value", "", "", "In the live scenario")
    units, values = (listed.replace("$B", f"${letter(column)}") for column in (UNIT, LIVE))
    cells[UNIT] = SheetCell(_unit(book), "unit", formula=f"={at_place(units, CHOSEN_PLACE, '1')}")
    cells[LIVE] = SheetCell(_value(book), "live", NUMBER, formula=f"={at_place(values, CHOSEN_PLACE, '1')}")
    yield VALUE, line_of(cells)
    cells = describe("Swing of an input without a range", "", "percent", "Up and down, within its bounds")
    cells[LIVE] = SheetCell(SWING_SHARE, "constant", "0 %")
    yield SWING_ROW, line_of(cells)


def _unit(book: Book) -> str:
    return unit_or_number(book.cases.outputs[0].row.unit.text)


def _value(book: Book, index: int = 0) -> float:
    return book.cases.outputs[index].value(book.results.plan, book.results.values)


def _tornado(book: Book, last: int) -> Iterator[Numbered]:
    """Yield the inputs with the largest swings, in order, with the change of the output at each end."""
    ranges = book.ranges
    yield heading(TOP - 1, "Largest swings", last, "", _TITLES)
    found = swings.Swings.of(book, book.cases.outputs[0], ranges.inputs)
    for index in range(ranges.bars):
        number = TOP + index
        which = found.order[index]
        row = ranges.inputs[which]
        look = partial(_look_up, book, f"${letter(NAME)}${number}")
        cells = describe(found.labels[which], "", "", "")
        cells[UNIT] = SheetCell(_unit(book), "unit", formula=f"=${letter(UNIT)}${VALUE}")
        cells[LABEL] = SheetCell(found.labels[which], "label", formula=f"={look(LABEL)}")
        cells[NAME] = SheetCell(float(index + 1), "place", "0")
        cells[LIVE] = SheetCell(found.swing(which), "calculation", NUMBER, formula=f"={look(SWING)}")
        for column, source, at_end in ((GRID, OUT_LOW, found.low), (GRID + 1, OUT_HIGH, found.high)):
            formula = swings.change_formula(look(source), CHOSEN_VALUE)
            cells[column] = SheetCell(found.changes(at_end)[which], "calculation", NUMBER, formula=formula)
        elasticity = None if is_choice(row) else derivatives.elasticity(book, row)
        shown = "none" if elasticity is None else elasticity
        cells[GRID + 2] = SheetCell(shown, "calculation", "0.00", formula=f"={look(ELASTICITY)}")
        yield number, line_of(cells)


def _look_up(book: Book, rank: str, column: int) -> str:
    return swings.at_rank(book.ranges.column(column), book.ranges.column(RANK), rank)


def _outputs(book: Book, last: int) -> Iterator[Numbered]:
    """Yield the list to choose from, with the live values."""
    plan = book.results.plan
    yield heading(book.ranges.outputs_table, "Outputs in the list", last, "", {LIVE: "Live"})
    references = References(book.layout, "Sensitivity")
    for index, output in enumerate(book.cases.outputs):
        cells = describe(book.ranges.titles[index], output.name(plan), output.row.unit.text, "")
        formula = f"={references.output(output)}"
        value = _value(book, index)
        cells[LIVE] = SheetCell(value, "calculation", for_result(output.row.unit, [value]), formula=formula)
        yield book.ranges.outputs_table + 1 + index, line_of(cells)


def _members_in_turn(book: Book, last: int) -> Iterator[Numbered]:
    """Yield what the chosen output is at each member of each choice."""
    ranges = book.ranges
    if ranges.choices:
        yield heading(ranges.members_table, "Members of choices", last, "", {LIVE: "Output", GRID: "Member"})
    for row in ranges.choices:
        values = at_each(book, row, book.cases.outputs[0])
        cases_ = [book.cases.turn(row, step) for step in book.cases.steps(row)]
        found = [
            (value, at_place(book.cases.outputs_of(case), "1", CHOSEN_PLACE))
            for case, value in zip(cases_, values, strict=True)
        ]
        unit = SheetCell(_unit(book), "unit", formula=f"=${letter(UNIT)}${VALUE}")
        yield from zip(ranges.members(row), member_lines(book, row, unit, found, NUMBER), strict=True)
