"""Sensitivity: an output chosen from a list, its tornado chart, and every input with its swing and elasticity."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.swings.ranges import SWING as SWING_SHARE
from exports.style.a1 import letter
from exports.style.number_format import for_result
from exports.style.words import unit_or_number
from exports.workbook.formulas.references import References
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import FIRST_ROW, GRID, LABEL, LIVE, NAME, UNIT, WIDTHS, WORDS, at_place
from exports.workbook.layout.grid import Sheet, SheetCell, SheetLine, StyleRule, Typing
from exports.workbook.layout.sensitivity import (
    CHANGE_HIGH,
    CHANGE_LOW,
    CHOICE,
    CHOSEN_PLACE,
    CHOSEN_UNIT,
    CHOSEN_VALUE,
    CUTS,
    LENGTH,
    LONGEST,
    OUT_LOW,
    PLACE,
    RANK,
    REACH,
    SCALE,
    SWING,
    SWING_ROW,
    VALUE,
)
from exports.workbook.parts import derivatives
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, header, heading, line_of, match_label, pages_wide, top
from exports.workbook.parts.guards import reasons
from exports.workbook.parts.numbers import NUMBER
from exports.workbook.parts.sought import table as sought
from exports.workbook.parts.square import table as square
from exports.workbook.parts.tornado.ranked import Ranked
from exports.workbook.parts.tornado.swings import table
from exports.workbook.parts.tornado.turns import member_lines

SUBTITLE = "How much each assumption matters to one output: choose it below. Everything follows the live scenario."


def sensitivity(book: Book) -> Sheet:
    """Return the sheet of the tornado and the elasticities."""
    ranges, ranked = book.ranges, Ranked(book)
    goal = book.sought
    last = max(CUTS, book.derivatives.last_column)
    widths = {**WIDTHS, **dict.fromkeys(range(GRID, last + 1), 14.5)}
    lists = [(CHOICE, ranges.outputs_list, "outputs"), (SCALE, ranges.scales_list, "scales")]
    return Sheet(
        "Sensitivity",
        widths,
        _lines(book, ranked, last),
        typing=[
            Typing(f"{letter(LIVE)}{at}", "list", choices=choices, message=f"Choose one of the {what} in the list.")
            for at, choices, what in (lists if ranges.bars else lists[:1])
        ]
        + (square.typing(book.square) if book.square is not None else [])
        + ([sought.typing(goal)] if goal is not None else []),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="7030A0",
        charts=[ranked.chart(widths)] if ranges.bars else [],
        rules=[
            *_extremes(book),
            *ranked.rules(),
            *(square.rules(book.square) if book.square is not None else []),
            *(sought.rules(goal) if goal is not None else []),
        ],
        printed=f"A1:{letter(RANK)}{ranges.outputs_table - 2}",
        pages_wide=pages_wide(RANK),
    )


def _extremes(book: Book) -> list[StyleRule]:
    """Return what shows percentages as such, and very large and very small numbers with exponents.

    Outputs differ in unit and size, and share columns.
    """
    ranges = book.ranges
    areas = [(LIVE, VALUE, LIVE, VALUE), (LIVE, LONGEST, LIVE, LONGEST)]
    if ranges.inputs:
        last = len(ranges.inputs) - 1
        areas += [(OUT_LOW, first, SWING, first + last) for first in (ranges.top, ranges.first_input)]
        areas += [(CHANGE_LOW, ranges.top, CHANGE_HIGH, ranges.top + last)]
        areas += [(REACH, ranges.top, LENGTH, ranges.top + ranges.bars - 1)]
        areas += [(LIVE, line, LIVE, line) for row in ranges.choices for line in ranges.members(row)]
    rules = []
    for left, first, right, end in areas:
        cell = f"{letter(left)}{first}"
        is_percent = f'AND(ISNUMBER({cell}),{CHOSEN_UNIT}="percent")'
        rules.append(StyleRule(f"{cell}:{letter(right)}{end}", is_percent, "percent"))
        size = f"ABS(N({cell}))"
        # What is left of numbers that cancel is shown as 0.
        formula = f"OR({size}>=1E9,AND({size}>1E-12*ABS(N({CHOSEN_VALUE})),{size}>0,{size}<0.01))"
        rules.append(StyleRule(f"{cell}:{letter(right)}{end}", formula, "extreme"))
    return rules


def _lines(book: Book, ranked: Ranked, last: int) -> Iterator[Numbered]:
    yield from top(book, "Sensitivity", SUBTITLE, last)
    yield header({LABEL: "The output", NAME: "Name", UNIT: "Unit", LIVE: "Live", WORDS: "What it is"}, last)
    yield from _choice(book)
    if book.ranges.bars:
        yield from ranked.scale()
    yield from ranked.lines(last)
    yield from derivatives.without_swings(book, last)
    if book.square is not None:
        yield from square.lines(book, book.square, last)
    elif book.ranges.lacks_square:
        yield heading(book.ranges.square, square.TITLE, last, "Left out for its size.")
    if book.sought is not None:
        yield from sought.lines(book, book.sought, last)
    yield from _outputs(book, last)
    yield from ranked.scales(last)
    yield from _members_in_turn(book, last)
    yield from table(book, ranked.inputs, last)
    yield from reasons(book, last)
    yield from derivatives.lines(book, last)


def _choice(book: Book) -> Iterator[Numbered]:
    first, listed = book.ranges.titles[0], book.ranges.outputs_list
    cells = describe("Output", "", "", "Choose from the list: table and chart follow.")
    cells[LIVE] = SheetCell(first, "choice", "@")
    yield CHOICE, SheetLine(cells, 24)
    cells = describe("Its place in the list", "", "1", "Found from the choice above")
    found = match_label(f"${letter(LIVE)}${CHOICE}", book.ranges.titles, listed)
    cells[LIVE] = SheetCell(1.0, "calculation", "0", formula=f"={found}")
    yield PLACE, line_of(cells)
    cells = describe("Its value", "", "", "In the live scenario")
    units, values = (listed.replace("$B", f"${letter(column)}") for column in (UNIT, LIVE))
    cells[UNIT] = SheetCell(_unit(book), "unit", formula=f"={at_place(units, CHOSEN_PLACE, '1')}")
    cells[LIVE] = SheetCell(_value(book), "live", NUMBER, formula=f"={at_place(values, CHOSEN_PLACE, '1')}")
    yield VALUE, line_of(cells)
    if book.layout.swing:
        cells = describe(headings.SWING, "", "percent", "Up and down, within its bounds; typed on Inputs")
        cells[LIVE] = SheetCell(SWING_SHARE, "calculation", "0.0 %", formula=f"=Inputs!{book.layout.swing}")
        yield SWING_ROW, line_of(cells)


def _unit(book: Book) -> str:
    return unit_or_number(book.cases.outputs[0].row.unit.text)


def _value(book: Book, index: int = 0) -> float:
    return book.cases.outputs[index].value(book.results.plan, book.results.values)


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
        cases = [book.cases.turn(row, step) for step in book.cases.steps(row)]
        found = [at_place(book.cases.outputs_of(case), "1", CHOSEN_PLACE) for case in cases]
        yield from member_lines(book, row, None, dict(zip(ranges.members(row), found, strict=True)), NUMBER)
