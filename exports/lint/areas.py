"""Many ranges of cells: as one area, of which it is soon told whether a cell lies in it, and those with a name."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate
from typing import Final

from exports.reading.records import Opened, Place

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


class Spans:
    """The ends of ranges along one column or row."""

    def __init__(self, spans: Collection[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self.firsts = {first for first, _ in ordered}
        self.lasts = {last for _, last in ordered}
        self._firsts = [first for first, _ in ordered]
        # How far those reach that begin here or before.
        self._reach = list(accumulate([last for _, last in ordered], max))

    def has_around(self, first: int, last: int) -> bool:
        """Return whether one takes in all from one place to another."""
        before = bisect_right(self._firsts, first)
        return before > 0 and self._reach[before - 1] >= last


class NamedBlocks:
    """The ranges of several cells that have a name, by sheet.

    A sheet that has none may repeat the lines of one that has: these are known by their labels.
    """

    def __init__(self, sheets: Sequence[Opened], ranges: Mapping[str, Sequence[tuple[int, int, int, int]]]) -> None:
        self._ranges = ranges
        self._labels = {sheet.name: _labels(sheet) for sheet in sheets}
        # The lines with a name, by what they are called.
        self._lines: dict[str, tuple[str, int]] = {}
        for name, labels in self._labels.items():
            lines = Area([(top, 1, bottom, 1) for top, _, bottom, _ in ranges[name]], {1})
            for row, label in labels.items():
                if (row, 1) in lines:
                    self._lines.setdefault(label, (name, row))

    def is_one(self, sheet: str, *places: Place) -> bool:
        """Return whether cells of a sheet, or of the lines that these repeat, are of one range with a name."""
        homes = [self._home(sheet, place) for place in places]
        (there, *_), cells = [name for name, _ in homes], [place for _, place in homes]
        return len({name for name, _ in homes}) == 1 and any(
            all(top <= row <= bottom and left <= column <= right for row, column in cells)
            for top, left, bottom, right in self._ranges[there]
        )

    def is_repeated(self, sheet: str, row: int) -> bool:
        """Return whether a line is called like one of a range with a name on another sheet."""
        return self._lines.get(self._labels[sheet].get(row, ""), (sheet, row))[0] != sheet

    def _home(self, sheet: str, place: Place) -> tuple[str, Place]:
        name, row = self._lines.get(self._labels[sheet].get(place[0], ""), (sheet, place[0]))
        return name, (row, place[1])

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(map(len, self._ranges.values()))


def _labels(sheet: Opened) -> dict[int, str]:
    """Return the first text of each line."""
    found: dict[int, tuple[int, str]] = {}
    for (row, column), cell in sheet.cells.items():
        if not cell.is_number and column < found.get(row, (_LAST, ""))[0]:
            found[row] = column, str(cell.value)
    return {row: text for row, (_, text) in found.items()}


def _unite(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans of lines that do not overlap, in order."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found
