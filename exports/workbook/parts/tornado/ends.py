"""The ends of inputs' ranges: on Inputs those that the text gives, and on Cases how far an input goes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.swings.ranges import SWING, ends
from engine.model.dimensions import cell
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.layout.cases import HIGH
from exports.workbook.layout.geometry import LABEL, LIVE, PlacedLine, end_of
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.layout.inputs.ranges import (
    NAMES,
    Bound,
    End,
    bound_of,
    bounds,
    ends_of,
    has_ends,
    has_one_range,
    has_range,
    has_typed_ends,
    swings,
)
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of


def ends_beside(book: Book, row: Row) -> dict[int, SheetCell]:
    """Return the ends of the range of a single number, in their columns behind the scenarios."""
    columns = book.layout.end_columns
    return {
        columns[end]: SheetCell(end_value(book, row, 0, end), _style(row), book.input_format(row))
        for end in ends_of(row)
    }


def end_line(book: Book, row: Row, line: PlacedLine) -> SheetLine:
    """Return the line below an input with an end of its range: one for all members, or one a member."""
    end = line.end
    block = book.layout.input_block(row)
    label, name = row.label, row.id
    if not has_one_range(row):
        label, _ = book.names(row, block, line.indices)
        name = book.layout.line_name(row, block.down, line.indices)
    what = "range" if has_typed_ends(row) else "values"
    part = "The middle" if end == "middle" else "An end"
    words = f"{part} of the {what} of {'all members' if has_one_range(row) else 'each member'}"
    cells = describe("", end_of(name, end), row.unit.text, words)
    cells[LABEL] = SheetCell(f"{label} · {NAMES[end]}", "scenario_label")
    numbers = {LIVE: 0}
    if not has_one_range(row):
        numbers = dict(enumerate(book.numbers(row, block, line.indices), block.column))
    for column, number in numbers.items():
        if has_ends(row, number) and row.is_set[number]:
            cells[column] = SheetCell(end_value(book, row, number, end), _style(row), book.input_format(row))
    return line_of(cells)


def _style(row: Row) -> str:
    return "input" if has_typed_ends(row) else "constant"


def end_value(book: Book, row: Row, number: int, end: End) -> float:
    """Return how low or how high one cell of an input goes, or the middle of its metalog, as stored."""
    if end == "middle":
        middle = cell(row.quantity.range, number) if row.quantity is not None else None
        assert middle is not None  # noqa: S101  # a metalog has a range
        return float(middle[1] / row.unit.scale)
    return ends(book.results, row, number, SWING)[end == HIGH] / row.unit.scale


def end_formula(book: Book, row: Row, indices: tuple[int, ...], end: End, column: str) -> str:
    """Return the part of a formula on Cases that has an end of an input, in its column.

    Where the text gives none it is a share up or down, whole where it must be, within the bounds.
    """
    declared = f"Inputs!{book.layout.end(row, end, indices, column)}" if has_range(row) else ""
    if not swings(row):
        return declared
    block = book.layout.input_block(row)
    live = f"{block.sheet}!{_fixed(column)}${block.line(indices)}"
    text = f"{live}{'+' if end == HIGH else '-'}ABS({live}*Inputs!{book.layout.swing})"
    if row.quantity is not None and row.quantity.whole:
        # A whole number of percent has two decimals as a fraction.
        text = f"ROUND({text},{2 if row.unit.percent else 0})"
    for which, once in bounds(row):
        number = book.cases.bounds[row.id, which, () if once else indices]
        text = f"{'MAX' if which == 'least' else 'MIN'}({_fixed(letter(LIVE) if once else column)}${number},{text})"
    # Of some members alone the text gives a range.
    return f"IF(ISNUMBER({declared}),{declared},{text})" if declared else text


def _fixed(column: str) -> str:
    return f"${column}" if column == letter(LIVE) else column


def bound_lines(book: Book, last: int) -> Iterator[Numbered]:
    """Yield the bounds that swings keep to, a line each."""
    if book.cases.bounds:
        yield heading(book.cases.bounds_table, "Working: bounds that swings keep to", last)
    for (id_, which, indices), number in book.cases.bounds.items():
        yield number, _bound_line(book, book.results.plan.row(id_), which, indices)


def _bound_line(book: Book, row: Row, which: Bound, indices: tuple[int, ...]) -> SheetLine:
    block, shown = book.layout.input_block(row), book.input_format(row)
    once = dict(bounds(row))[which]
    label = row.label if once else book.names(row, block, indices)[0]
    word = "at least" if which == "least" else "at most"
    cells = describe(f"{label} · {word}", "", row.unit.text, "As the model declares it")
    numbers = {LIVE: 0} if once else dict(enumerate(book.numbers(row, block, indices), block.column))
    for column, at in numbers.items():
        bound = bound_of(row, which, at)
        if bound is not None:
            cells[column] = SheetCell(bound, "constant", shown)
    return line_of(cells)
