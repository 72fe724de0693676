"""What may be typed for the ends of ranges: a low end up to the value as written, a high end from it on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.layout.geometry import LIVE, PlacedLine, runs
from exports.workbook.layout.grid import Typing
from exports.workbook.layout.inputs.ranges import TITLES, End, has_ends, has_one_range, has_typed_ends
from exports.workbook.parts.book import Book
from exports.workbook.parts.validation import allowed

_WORDS: Final = {"low": "at most the value as written", "high": "at least the value as written"}
_OF_ALL_MEMBERS: Final = {"low": "at most the high end", "high": "at least the low end"}


def restrict_ranges(book: Book) -> list[Typing]:
    """Return what may be typed for the ends of ranges and for the swing."""
    found = [*_singles(book)]
    for line in book.layout.inputs:
        if line.ranged is not None and has_typed_ends(line.ranged):
            end: End = "low" if line.kind == "low" else "high"
            found += (_of_all if has_one_range(line.ranged) else _by_member)(book, line.ranged, line, end)
    if swing := book.layout.swing:
        message = "This must be a share of at least 0 %: 10 % goes up and down by a tenth."
        found.append(Typing(swing.replace("$", ""), "decimal", 0.0, None, message=message))
    if target := book.layout.target:
        message = "This must be a number, in the unit of the output that is chosen on Sensitivity."
        found.append(Typing(target.replace("$", ""), "decimal", None, None, message=message))
    return found


def _singles(book: Book) -> Iterator[Typing]:
    """Yield the rules of ends beside single numbers: one for lines that follow one another and have the same bounds."""
    layout = book.layout
    base = letter(layout.scenario_column(next(case for case in book.results.plan.cases if case.is_base)))
    for end in TITLES:
        alike: dict[Typing, list[int]] = {}
        for line in layout.inputs:
            if line.row is not None and not line.row.over and has_typed_ends(line.row):
                alike.setdefault(_bounded(book, line.row, 0, end), []).append(line.number)
        for typing, numbers in alike.items():
            column = letter(layout.end_columns[end])
            for first, last in runs(numbers):
                yield _against(typing, f"{column}{first}:{column}{last}", end, f"${base}{first}")


def _of_all(book: Book, row: Row, line: PlacedLine, end: End) -> Iterator[Typing]:
    """Yield the rule of an end that all members have: it keeps to the other end."""
    other: End = "high" if end == "low" else "low"
    typing = _bounded(book, row, 0, end, _OF_ALL_MEMBERS)
    yield _against(typing, f"{letter(LIVE)}{line.number}", end, book.layout.end(row, other))


def _by_member(book: Book, row: Row, line: PlacedLine, end: End) -> Iterator[Typing]:
    """Yield the rules of the ends of members: one for those side by side that have the same bounds."""
    block = book.layout.input_block(row)
    base = next(case for case in book.results.plan.cases if case.is_base)
    number = book.layout.case_line(block, line.indices, base)
    alike: dict[Typing, list[int]] = {}
    for right, cell in enumerate(book.numbers(row, block, line.indices)):
        if row.is_set[cell] and has_ends(row, cell):
            alike.setdefault(_bounded(book, row, cell, end), []).append(block.column + right)
    for typing, columns in alike.items():
        for first, last in runs(columns):
            cells = f"{letter(first)}{line.number}:{letter(last)}{line.number}"
            yield _against(typing, cells, end, f"{letter(first)}${number}")


def _bounded(book: Book, row: Row, number: int, end: End, words: dict[str, str] = _WORDS) -> Typing:
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # inputs are quantities
    typing = allowed(book, row, quantity, number)
    return replace(typing, message=f"{typing.message.removesuffix('.')}, and {words[end]}.")


def _against(typing: Typing, cells: str, end: End, value: str) -> Typing:
    return replace(typing, cells=cells, high=value) if end == "low" else replace(typing, cells=cells, low=value)
