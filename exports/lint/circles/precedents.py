"""Which formulas each formula of a workbook reads, cell by cell."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from exports.lint.circles.left import left
from exports.lint.context import Context, name_place
from exports.lint.shapes import Region
from exports.reading.records import Place
from exports.reading.references import Read

MOST_EDGES: Final = 3_000_000
# What no sheet's name begins with: a run of cells, which only stands for these.
RUN: Final = "*"


class Precedents:
    """Which formulas those of some regions read, by number: of a range, runs of them, each of two half as long.

    So a column of running totals takes a few references a line, and not as many as there are lines above it.
    """

    def __init__(self, context: Context, regions: Sequence[tuple[str, Region]]) -> None:
        self._cells = [(sheet, place) for sheet in context.sheets for place in sheet.formulas]
        self._numbers: dict[str, dict[Place, int]] = {sheet.name: {} for sheet in context.sheets}
        for number, (sheet, place) in enumerate(self._cells):
            self._numbers[sheet.name][place] = number
        self._columns: dict[str, dict[int, list[int]]] = {}
        for name, numbers in self._numbers.items():
            columns = self._columns[name] = {}
            for row, column in numbers:
                columns.setdefault(column, []).append(row)
        self._runs: dict[tuple[str, int, int, int], int] = {}
        self._known: dict[Read, list[int]] = {}
        self._feeds: list[list[int]] = [[] for _ in self._cells]
        self._edges = 0
        self.are_too_many = not self._find(regions)

    def _find(self, regions: Sequence[tuple[str, Region]]) -> bool:
        """Find what every formula of some regions reads; return whether these are few enough."""
        for sheet, region in regions:
            for place in region.places():
                number = self._numbers[sheet][place]
                for one in region.shape.reads(place):
                    used = self._known.get(one)
                    if used is None:
                        used = self._known[one] = self._find_used(one)
                    self._feeds[number] += used
                    self._edges += len(used)
                    if self._edges > MOST_EDGES:
                        return False
        return True

    def left(self) -> dict[str, list[str]]:
        """Return the formulas that are left when all are taken away that read nothing which is left: all circles."""
        return {self._name(number): [self._name(one) for one in feeds] for number, feeds in left(self._feeds).items()}

    def _name(self, number: int) -> str:
        return name_place(*self._cells[number]) if number < len(self._cells) else f"{RUN}{number}"

    def _find_used(self, one: Read) -> list[int]:
        """Return the formulas, and the runs of them, in a range; no more than there may be in all, and one."""
        sheet, top, left, bottom, right = one
        if top == bottom and left == right:
            number = self._numbers.get(sheet, {}).get((top, left))
            return [] if number is None else [number]
        return list(islice(self._of(one), MOST_EDGES - self._edges + 1))

    def _of(self, one: Read) -> Iterator[int]:
        there = self._columns.get(one.sheet, {})
        # A range may span all columns that there are; few of them hold formulas.
        wanted = range(one.left, one.right + 1)
        for column in [name for name in there if name in wanted] if len(wanted) > len(there) else wanted:
            lines = there.get(column, [])
            first, last = bisect_left(lines, one.top), bisect_right(lines, one.bottom)
            while first < last:
                # The longest run that begins here, and whose length is a power of two.
                size = 1
                while first % (size * 2) == 0 and first + size * 2 <= last:
                    size *= 2
                yield self._run(one.sheet, column, first, size)
                first += size

    def _run(self, sheet: str, column: int, first: int, size: int) -> int:
        if size == 1:
            return self._numbers[sheet][self._columns[sheet][column][first], column]
        key = sheet, column, first, size
        if key not in self._runs:
            halves = [self._run(sheet, column, at, size // 2) for at in (first, first + size // 2)]
            self._runs[key] = len(self._feeds)
            self._feeds.append(halves)
            self._edges += 2
        return self._runs[key]
