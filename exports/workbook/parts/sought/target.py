"""On Inputs: what the chosen output shall be, in its unit, and below it the outputs that may be chosen."""

from __future__ import annotations

from exports.style.a1 import letter
from exports.style.words import unit_or_number
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import LABEL, LIVE, UNIT, PlacedLine, at_place
from exports.workbook.layout.grid import SheetCell, SheetLine, StyleRule
from exports.workbook.layout.sensitivity import CHOICE
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import describe, line_of, match_label
from exports.workbook.parts.numbers import NUMBER, by_unit


def target_line(book: Book, line: PlacedLine) -> SheetLine:
    """Return the line of the target, or one of the outputs below it."""
    if line.kind == "output":
        (index,) = line.indices
        output = book.cases.outputs[index]
        return line_of(describe(book.ranges.titles[index], "", output.row.unit.text, "One that may be chosen"))
    words = "In the unit of the output, a percentage as such. Asked of the workbook, and no part of the model."
    first, last = line.number + 1, line.number + len(book.cases.outputs)
    labels, units = (f"${letter(column)}${first}:${letter(column)}${last}" for column in (LABEL, UNIT))
    chosen = match_label(f"Sensitivity!${letter(LIVE)}${CHOICE}", book.ranges.titles, labels)
    cells = describe(headings.TARGET, "", "", words)
    unit = unit_or_number(book.cases.outputs[0].row.unit.text)
    cells[UNIT] = SheetCell(unit, "unit", formula=f"={at_place(units, chosen, '1')}")
    cells[LIVE] = SheetCell(book.cases.target, "input", NUMBER)
    return line_of(cells)


def target_rules(book: Book) -> list[StyleRule]:
    """Return how the target of an output is shown that may be any."""
    target = book.layout.target
    return by_unit(target.replace("$", ""), target.replace(letter(LIVE), letter(UNIT))) if target else []
