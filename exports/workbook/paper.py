"""Where pages begin on paper: no heading stands alone at the end of one, and no table is cut behind two lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final, Literal, NamedTuple

from engine.language.numbers.scalars import add_up
from exports.style.a1 import parse_cell
from exports.workbook.layout.geometry import HEADER_ROW, LABEL, LINE_HEIGHT, MASTER_ROW, POINTS, UNIT, page_height
from exports.workbook.layout.grid import Sheet, SheetLine

Kind = Literal["section", "head", "row", "follower", "chart", "blank"]

# What the first cell of a line says that it is: what heads others, and what stays with the line above it.
_KINDS: Final[dict[str, Kind]] = {
    "section": "section", "members": "head", "card_label": "head", "scenario_label": "follower",
    "card_value": "follower", "card_unit": "follower", "card_link": "follower",
}  # fmt: skip
# So many lines of a table stay together at its ends.
_TOGETHER: Final = 3
# How much of a page is filled before it ends at a section, at the head of a table, or within one.
_AT_SECTION, _AT_HEAD, _AT_LEAST = 0.7, 0.75, 0.3
# Lines that are so many times as high as a page are printed a little smaller, on one.
_SHRUNK: Final = 1.15
# A chart that ends with a line, but for so many points, reaches into none below.
_ALMOST: Final = 1.0


class _Line(NamedTuple):
    number: int
    height: float
    kind: Kind


class Paper:
    """The lines of a sheet that are printed, taken down while they stream by, and where its pages begin."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        areas = [tuple(map(parse_cell, area.split(":"))) for area in sheet.printed.split(",")] if sheet.printed else []
        self.last = min(end.row for _, end in areas) if areas else None
        columns = [range(start.column, end.column + 1) for start, end in areas]
        columns = columns or [range(1, max(sheet.widths, default=1) + 1)]
        # Each of several areas is scaled by itself, and all are cut at the same lines.
        self.room = min(page_height(_printed(sheet, one), is_portrait=sheet.is_portrait, pages=sheet.pages_wide)
                        for one in columns)  # fmt: skip
        self.lines: list[_Line] = []
        # How high each chart is, and then what is left of it.
        self.left = [chart.box.height * POINTS for chart in sheet.charts]

    def watch(self, lines: Iterable[tuple[int, SheetLine]]) -> Iterator[tuple[int, SheetLine]]:
        """Yield the same lines."""
        for number, line in lines:
            if self.last is None or number <= self.last:
                tall = LINE_HEIGHT if line.height is None else line.height
                self.lines.append(_Line(number, tall, self._of_chart(number, tall) or _kind(line)))
            yield number, line

    @property
    def pages_high(self) -> int:
        """Return over how many pages the lines go, where that is known: one, if they are little more than it holds."""
        is_one = add_up(line.height for line in self.lines) <= _SHRUNK * self.room
        return 1 if is_one else self.sheet.pages_high

    def breaks(self) -> list[int]:
        """Return the lines that begin a page; none where all is to stand on one."""
        if self.pages_high or not self.lines:
            return []
        told = [number for number in self.sheet.pages if self.last is None or number <= self.last]
        tops = [1, *told, self.lines[-1].number + 1]
        found = list(told)
        for first, after in pairwise(tops):
            found += self._cut([line for line in self.lines if first <= line.number < after])
        return sorted(found)

    def _cut(self, lines: Sequence[_Line]) -> Iterator[int]:
        """Yield where lines that begin a page are cut, so that each piece fits on one."""
        down = list(accumulate((line.height for line in lines), initial=0.0))
        kinds = [line.kind for line in lines]
        ranks = [_rank(kinds, index) for index in range(len(kinds))]
        first = 0
        while True:
            room = self.room - (self._titles if lines and lines[first].number > HEADER_ROW else 0.0)
            fits = _fitting(kinds, down, first, room)
            if down[_without_blanks(kinds, len(kinds))] - down[first] <= room or not fits:
                return
            first = _choose(fits, ranks, [(down[index] - down[first]) / room for index in fits])
            yield lines[first].number

    @cached_property
    def _titles(self) -> float:
        """Return how high the lines are that are repeated on each page."""
        first, last = (1, MASTER_ROW) if self.sheet.name == "Cover" else (HEADER_ROW, HEADER_ROW)
        return add_up(line.height for line in self.lines if first <= line.number <= last)

    def _of_chart(self, number: int, tall: float) -> Kind | None:
        """Return what a line is that a chart stands on, of which there is less left below it."""
        found: Kind | None = None
        for index, chart in enumerate(self.sheet.charts):
            if number >= chart.box.row and self.left[index] > _ALMOST:
                # Lines beside a chart may be higher than others.
                self.left[index] -= tall
                found = found or ("head" if number == chart.box.row else "chart")
        return found


def _printed(sheet: Sheet, columns: range) -> dict[int, float]:
    """Return the widths of columns that are printed beside each other, with those that are repeated before them."""
    return {at: width for at, width in sheet.widths.items() if at in columns or at <= UNIT}


def _fitting(kinds: Sequence[Kind], down: Sequence[float], first: int, room: float) -> list[int]:
    """Return the lines before which a page may end that begins with one, by how far down each stands."""
    found = []
    for index in range(first + 1, len(kinds)):
        if down[_without_blanks(kinds, index)] - down[first] > room:
            break
        if kinds[index] != "blank":
            found.append(index)
    return found


def _rank(kinds: Sequence[Kind], index: int) -> int:
    """Return how good a line is to begin a page: from 0 for a section to 4 for none that may."""
    kind = kinds[index]
    if kind == "section":
        return 0
    before = _without_blanks(kinds, index)
    above = kinds[before - 1] if before else "section"
    if above in {"section", "head"} or kind == "chart":
        return 4
    if kind == "head" or before < index or kinds[index : index + 2] == ["row", "follower"]:
        return 1
    around = kinds[max(0, index - _TOGETHER) : index + _TOGETHER]
    is_inside = len(around) == 2 * _TOGETHER and {"section", "head", "blank"}.isdisjoint(around)
    return 2 if is_inside and kind == "row" else 3


def _choose(fits: Sequence[int], ranks: Sequence[int], filled: Sequence[float]) -> int:
    """Return which of the lines that fit begins the next page: the last of the best."""
    for rank, least in ((0, _AT_SECTION), (1, _AT_HEAD), (2, _AT_LEAST), (0, _AT_LEAST), (1, _AT_LEAST), (3, 0.0)):
        found = [index for index, full in zip(fits, filled, strict=True) if ranks[index] == rank and full >= least]
        if found:
            return found[-1]
    return fits[-1]


def _without_blanks(kinds: Sequence[Kind], index: int) -> int:
    """Return the end of what stands before a line, without the empty lines at its end."""
    while index and kinds[index - 1] == "blank":
        index -= 1
    return index


def _kind(line: SheetLine) -> Kind:
    if not any(cell.value not in {None, ""} for cell in line.cells.values()):
        return "blank"
    first = line.cells.get(LABEL)
    return _KINDS.get(first.style, "row") if first is not None else "row"
