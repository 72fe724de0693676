"""Many ranges of cells as one area, of which it is soon told whether a cell lies in it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from exports.reading.records import Place

_LAST: Final = 2_000_000


class Area:
    """The cells of ranges, each given by its first line and column and its last ones, in the columns that matter."""

    def __init__(self, ranges: Iterable[tuple[int, int, int, int]], columns: AbstractSet[int]) -> None:
        # Of the ranges that overlap a column, by their first line: few cells are asked about many ranges.
        spans: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
        for top, left, bottom, right in ranges if columns else ():
            if left == right:
                if left in columns:
                    spans[left].add((top, bottom))
                continue
            for column in columns if right - left >= len(columns) else range(left, right + 1):
                if left <= column <= right and column in columns:
                    spans[column].add((top, bottom))
        self._spans = {column: _unite(found) for column, found in spans.items()}

    def __contains__(self, place: Place) -> bool:
        """Return whether a cell lies in one of the ranges."""
        spans = self._spans.get(place[1], [])
        index = bisect_right(spans, (place[0], _LAST)) - 1
        return index >= 0 and spans[index][1] >= place[0]


def _unite(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans of lines that do not overlap, in order."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found
