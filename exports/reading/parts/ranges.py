"""Ranges of cells as a workbook's parts write them, and how much of them anybody reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

from engine.data.package import AGAIN
from engine.problems import Mistake, shortened
from exports.style.a1 import LAST_COLUMN, LAST_ROW, column_number

_SPAN: Final = re.compile(
    r"\$?(?P<left>[A-Za-z]{1,3})?\$?(?P<top>[0-9]{1,7})?(?::\$?(?P<right>[A-Za-z]{1,3})?\$?(?P<bottom>[0-9]{1,7})?)?"
)
# Excel's own limit is 8,192.
_LONGEST_FORMULA: Final = 10_000
# By what they bound: each is refused before anything is made of it.
_MOST: Final = {
    "ranges": 1_000_000,
    "cells merged or below links": 500_000,
    "cells that formulas of others fill": 2_000_000,
    "letters of formulas": 24_000_000,
}

# Its first line and column, and its last.
Span = tuple[int, int, int, int]


class Bounds:
    """What all sheets of a workbook hold of a kind together. Raises Mistake for more than anybody reads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, what: str, more: int) -> None:
        """Count what is met."""
        self._counts[what] += more
        if self._counts[what] > _MOST[what]:
            message = f"the workbook has more than {_MOST[what]:,} {what}"
            raise Mistake(message, "split the workbook")

    def add_formulas(self, texts: Collection[str]) -> None:
        """Count the letters of formulas; raise Mistake for one that is longer than any is."""
        if texts and len(longest := max(texts, key=len)) > _LONGEST_FORMULA:
            message = f"a formula has {len(longest):,} letters: {shortened(longest)}"
            raise Mistake(message, "a spreadsheet takes 8,192 at most")
        self.add("letters of formulas", sum(map(len, texts)))


def span_of(text: str) -> Span:
    """Return a range of cells, or of whole lines or columns; raises Mistake where it is none of a sheet."""
    found = _SPAN.fullmatch(text.strip())
    if found is not None:
        left, top, right, bottom = found["left"], found["top"], found["right"], found["bottom"]
        if ":" not in text and left and top:
            right, bottom = left, top
        first = int(top or 1), column_number(left or "A")
        last = int(bottom or LAST_ROW), column_number(right or "XFD")
        is_span = bool(left) == bool(right) and bool(top) == bool(bottom) and (left or top)
        (top_row, bottom_row), (left_column, right_column) = sorted((first[0], last[0])), sorted((first[1], last[1]))
        if is_span and top_row > 0 and bottom_row <= LAST_ROW and right_column <= LAST_COLUMN:
            return top_row, left_column, bottom_row, right_column
    message = f"{shortened(text)!r} is no range of cells"
    raise Mistake(message, AGAIN)


def spans_of(text: str, bounds: Bounds) -> Iterator[Span]:
    """Yield the ranges of a list of them."""
    for one in text.split():
        bounds.add("ranges", 1)
        yield span_of(one)


def area(span: Span) -> int:
    """Return how many cells a range has."""
    return (span[2] - span[0] + 1) * (span[3] - span[1] + 1)
