"""The square as a reader sees it on Sensitivity: two inputs chosen, and the output from low ends to high ones."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Final

from exports.style.a1 import letter
from exports.style.looks import SHADES
from exports.style.words import unit_or_number
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, UNIT, WORDS, at_place
from exports.workbook.layout.grid import SheetCell, SheetLine, StyleRule, Typing
from exports.workbook.layout.sensitivity import VALUE
from exports.workbook.layout.turns.crossings import NAMES
from exports.workbook.layout.working.square import ACROSS, DOWN, NOTE, PLACES, VALUES, Square
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, band, describe, heading, line_of
from exports.workbook.parts.numbers import NUMBER, by_unit, titles_of
from exports.workbook.parts.square.working import value_along

TITLE: Final = "Two inputs at once"
_HOW: Final = "The chosen output, with both inputs between the ends of their ranges."
_SAME: Final = "Choose two different inputs."


def lines(book: Book, square: Square, last: int) -> Iterator[Numbered]:
    """Yield the lines of the square on Sensitivity."""
    yield heading(square.shown, TITLE, last, "Choose both: the table follows, and the output above.")
    titles, rows = titles_of(square.crossing.inputs), square.crossing.inputs
    for which, label, row, place in (
        (ACROSS, headings.CROSSED[0], square.crossing.chosen[0], square.across),
        (DOWN, headings.CROSSED[1], square.crossing.chosen[1], square.down),
    ):
        cells = describe(label, "", "", "")
        units = at_place(f"Cases!{square.of_inputs(UNIT)}", f"Cases!{place}", "1")
        cells[UNIT] = SheetCell(unit_or_number(row.unit.text), "unit", formula=f"={units}")
        cells[LIVE] = SheetCell(titles[rows.index(row)], "choice_beside", "@")
        yield square.shown + which, line_of(cells)
    formula = f'=IF(Cases!{square.across}=Cases!{square.down},"{_SAME}","{_HOW}")'
    yield square.shown + NOTE, SheetLine({LABEL: SheetCell(_HOW, "caption", formula=formula)})
    yield from _heads(book, square)
    for number in range(square.side):
        yield square.shown + VALUES + 1 + number, line_of(_line(book, square, number))


def typing(square: Square) -> list[Typing]:
    """Return the lists to choose from."""
    message = "Choose one of the inputs in the list."
    cells = [f"{letter(LIVE)}{square.shown + which}" for which in (ACROSS, DOWN)]
    return [Typing(cell, "list", choices=square.labels, message=message) for cell in cells]


def rules(square: Square) -> list[StyleRule]:
    """Return how the numbers are shown, of inputs and of an output that may be any, and the shades of the output."""
    first, last = square.shown + VALUES, square.shown + VALUES + square.side
    left, right = letter(GRID), letter(GRID + square.side - 1)
    live = letter(LIVE)
    found = [StyleRule(f"{left}{first + 1}:{right}{last}", "", SHADES)]
    for area, unit in (
        (f"{left}{first}:{right}{first}", f"${letter(UNIT)}${square.shown + ACROSS}"),
        (f"{live}{first + 1}:{live}{last}", f"${letter(UNIT)}${square.shown + DOWN}"),
        (f"{left}{first + 1}:{right}{last}", f"${letter(UNIT)}${VALUE}"),
    ):
        found += by_unit(area, unit)
    return found


def _heads(book: Book, square: Square) -> Iterator[Numbered]:
    """Yield what stands above the columns: where on its side each is, and what the input is there."""
    right = GRID + square.side - 1
    cells = band("members", right)
    cells[LABEL] = SheetCell("Down, and across", "members")
    cells |= {GRID + at: SheetCell(NAMES[share], "members_right") for at, share in enumerate(square.crossing.shares)}
    yield square.shown + PLACES, SheetLine(cells)
    cells = band("members", right)
    cells[LIVE] = SheetCell("Down", "members_right")
    unit = unit_or_number(square.crossing.chosen[0].unit.text)
    cells[UNIT] = SheetCell(unit, "members", formula=f"=${letter(UNIT)}${square.shown + ACROSS}")
    for at, share in enumerate(square.crossing.shares):
        value = value_along(book, square.crossing.chosen[0], share)
        formula = f"=Cases!{letter(GRID + at)}${square.table + 1}"
        cells[GRID + at] = SheetCell(value, "members_value", NUMBER, formula=formula)
    yield square.shown + VALUES, SheetLine(cells)


def _line(book: Book, square: Square, place: int) -> dict[int, SheetCell]:
    crossing, output = square.crossing, book.cases.outputs[0]
    at_line, title = (
        square.table + 2 + place,
        titles_of(crossing.inputs)[crossing.inputs.index(crossing.chosen[1])],
    )
    name = NAMES[crossing.shares[place]]
    cells = describe("", "", "", "")
    formula = f'=${letter(LIVE)}${square.shown + DOWN}&": {name}"'
    cells[LABEL] = SheetCell(f"{title}: {name}", "label", formula=formula)
    unit = f"=${letter(UNIT)}${VALUE}"
    cells[UNIT] = SheetCell(unit_or_number(output.row.unit.text), "unit", formula=unit)
    value = value_along(book, crossing.chosen[1], crossing.shares[place])
    cells[LIVE] = SheetCell(value, "calculation", NUMBER, formula=f"=Cases!${letter(LIVE)}${at_line}")
    cells[WORDS] = SheetCell("", "words")
    for at in range(square.side):
        found = book.cases.value(book.cases.crossed(at, place), output)
        shown = NO_VALUE if isnan(found) else found
        is_live = not crossing.shares[place] and not crossing.shares[at]
        formula = f"=Cases!{letter(GRID + at)}${at_line}"
        cells[GRID + at] = SheetCell(shown, "total" if is_live else "calculation", NUMBER, formula=formula)
    return cells
