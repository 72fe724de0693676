"""What may be typed for the ends of ranges: a low end up to the value as written, a high end from it on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.layout.geometry import LIVE, PlacedLine, runs
from exports.workbook.layout.grid import Typing
from exports.workbook.layout.inputs.ranges import End, ends_of, has_ends, has_one_range, has_typed_ends
from exports.workbook.parts.book import Book
from exports.workbook.parts.validation import allowed

_ENDS: Final[tuple[End, ...]] = ("low", "high")
_MIDDLE: Final = {"middle": "between the ends"}
_WORDS: Final = {"low": "at most the value as written", "high": "at least the value as written", **_MIDDLE}
_OF_ALL_MEMBERS: Final = {"low": "at most the high end", "high": "at least the low end", **_MIDDLE}


def restrict_ranges(book: Book) -> list[Typing]:
    """Return what may be typed for the ends of ranges and for the swing."""
    found = [*_singles(book)]
    for line in book.layout.inputs:
        if line.ranged is not None and has_typed_ends(line.ranged):
            found += (_of_all if has_one_range(line.ranged) else _by_member)(book, line.ranged, line, line.end)
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
    for end, at in layout.end_columns.items():
        alike: dict[Typing, list[int]] = {}
        for line in layout.inputs:
            if line.row is not None and not line.row.over and has_typed_ends(line.row) and end in ends_of(line.row):
                alike.setdefault(_bounded(book, line.row, 0, end), []).append(line.number)
        for typing, numbers in alike.items():
            for first, last in runs(numbers):
                ends = [f"${letter(layout.end_columns[one])}{first}" for one in _ENDS]
                cells = f"{letter(at)}{first}:{letter(at)}{last}"
                yield _against(typing, cells, end, ends if end == "middle" else [f"${base}{first}"] * 2)


def _of_all(book: Book, row: Row, line: PlacedLine, end: End) -> Iterator[Typing]:
    """Yield the rule of an end that all members have: it keeps to the other end, a middle to both."""
    typing = _bounded(book, row, 0, end, _OF_ALL_MEMBERS)
    ends = [book.layout.end(row, one) for one in _ENDS]
    yield _against(typing, f"{letter(LIVE)}{line.number}", end, ends)


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
            ends = [book.layout.end(row, one, line.indices, letter(first)) for one in _ENDS]
            yield _against(typing, cells, end, ends if end == "middle" else [f"{letter(first)}${number}"] * 2)


def _bounded(book: Book, row: Row, number: int, end: End, words: dict[str, str] = _WORDS) -> Typing:
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # inputs are quantities
    typing = allowed(book, row, quantity, number)
    return replace(typing, message=f"{typing.message.removesuffix('.')}, and {words[end]}.")


def _against(typing: Typing, cells: str, end: End, between: Sequence[str]) -> Typing:
    """Return the rule of cells that keep to the value on their other side: below, above, or on both."""
    low, high = between
    typing = typing if end == "low" else replace(typing, low=low)
    return replace(typing, cells=cells) if end == "high" else replace(typing, cells=cells, high=high)
