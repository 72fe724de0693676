"""The ends of inputs' ranges: lines of Inputs for those of members, and on Cases how far an input goes."""

from __future__ import annotations

from math import isnan

from engine.analysis.swings import SWING, ends
from engine.model.declared.ranges import ENDS
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.layout.cases import HIGH, End
from exports.workbook.layout.geometry import LIVE, WORDS, PlacedLine, end_of
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.layout.inputs.ranges import TITLES, What, bound_of, has_end, is_once, settings, swings
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import describe, line_of, uncapitalize


def range_of_single(book: Book, row: Row) -> dict[int, SheetCell]:
    """Return the ends of the range of a single number, or its bounds, in their columns behind the scenarios."""
    columns = book.layout.range_columns
    return {columns[what]: cell for what in settings(row) if (cell := _cell(book, row, what, 0)) is not None}


def range_line(book: Book, row: Row, line: PlacedLine) -> SheetLine:
    """Return a line with an end of an input's range, or a bound: one for all members, or one a member."""
    what: What = line.kind  # type: ignore[assignment]  # a line of a range is of one of these kinds
    block = book.layout.input_block(row)
    once = is_once(row, what)
    label, _ = (row.label, "") if once else book.names(row, block, line.indices)
    name = row.id if once else book.layout.line_name(row, block.down, line.indices)
    words = "An end of the range" if what in ENDS else "A bound that the swing keeps to"
    cells = describe(f"{label} · {uncapitalize(TITLES[what])}", end_of(name, what), row.unit.text, words)
    if once:
        found = _cell(book, row, what, 0)
        return line_of(cells if found is None else {**cells, LIVE: found})
    cells[WORDS] = cells[WORDS]._replace(value=f"{words}, member by member")
    live = book.along(row, block, line.indices, row.given_values(book.results.values[book.results.plan.index[row.id]]))
    for index, number in enumerate(book.numbers(row, block, line.indices)):
        found = _cell(book, row, what, number)
        if found is not None and not isnan(live[index]):
            cells[block.column + index] = found
    return line_of(cells)


def _cell(book: Book, row: Row, what: What, number: int) -> SheetCell | None:
    """Return an end or a bound of one cell of an input; None where the text gives none."""
    shown = book.input_format(row)
    if what not in ENDS:
        bound = bound_of(row, what, number)
        return None if bound is None else SheetCell(bound, "constant", shown)
    if not has_end(row, number):
        return None
    return SheetCell(end_value(book, row, number, what), "input", shown)


def end_value(book: Book, row: Row, number: int, end: str) -> float:
    """Return how low or how high one cell of an input goes, as stored."""
    return ends(book.results, row, number, SWING)[end == HIGH] / row.unit.scale


def end_formula(book: Book, row: Row, indices: tuple[int, ...], end: End, column: str) -> str:
    """Return the part of a formula on Cases that has an end of an input, in its column.

    Where the text gives none it is a share up or down, whole where it must be, within the bounds.
    """
    at = {what: f"Inputs!{cell}" for what in settings(row)
          if (cell := book.layout.range_cell(row, what, indices, column)) is not None}  # fmt: skip
    if not swings(row):
        return at[end]
    fixed = "$" if column == letter(LIVE) else ""
    live = f"Inputs!{fixed}{column}${book.layout.input_block(row).line(indices)}"
    text = f"{live}{'+' if end == HIGH else '-'}ABS({live}*Inputs!{book.layout.swing})"
    if row.quantity is not None and row.quantity.whole:
        # A whole number of percent has two decimals as a fraction.
        text = f"ROUND({text},{2 if row.unit.percent else 0})"
    text = f"MAX({at['least']},{text})" if "least" in at else text
    text = f"MIN({at['most']},{text})" if "most" in at else text
    # Of some members alone the text gives a range.
    return f"IF(ISNUMBER({at[end]}),{at[end]},{text})" if end in at else text
