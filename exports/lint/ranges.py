"""Rules of what the ranges of totals take in: all numbers that go on beside them, and no number stored as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from engine.problems import shortened
from exports.lint.aggregates import Aggregates
from exports.lint.areas import Area, Spans
from exports.lint.context import Context, Finding, is_heading, name_place
from exports.reading.formula_text import Parts
from exports.reading.records import Opened, Place
from exports.reading.references import REFERENCE, Read
from exports.style.a1 import address

# Equal to a text, by an operator or as a condition; and a range of which that may be so.
_COMPARED: Final = re.compile(r"""\s*(?:=|<>|[,;])\s*"(?!>|<(?!>))""")
_MAY_BE_COMPARED: Final = re.compile(r':[$A-Z0-9]+\s*(?:=|<>|[,;])\s*"', re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
# How many cells and ranges are compared: some seconds.
_MOST_COMPARED: Final = 20_000_000
# Looking at two cells takes as long as comparing this many ranges.
_LOOK: Final = 10
_LONGEST: Final = 300
# How many numbers of a range say how large its numbers are, and how many times larger or smaller another may be.
_FEW, _ALIKE = 50, 3
_Words = tuple[Parts | str, ...]


class _Line(NamedTuple):
    """A range along a column or a row: its sheet, whether it runs down, its other coordinates, and its ends."""

    sheet: str
    is_down: bool
    near: int
    far: int
    first: int
    last: int

    def across(self, at: int) -> Iterator[Place]:
        """Yield the cells that stand side by side at a place along it."""
        return ((at, one) if self.is_down else (one, at) for one in range(self.near, self.far + 1))

    def corners(self, first: int, last: int) -> str:
        """Return the name of the part from one place to another."""
        ends = (first, self.near), (last, self.far)
        return ":".join(dict.fromkeys([address(end if self.is_down else end[::-1]) for end in ends]))


def adjacent(context: Context) -> Iterator[Finding]:
    """Yield totals of a range beside which the numbers go on."""
    ranges = _Ranges(context)
    for (name, place), lines in ranges.lines.items():
        sheet = ranges.sheets[name]
        for line in lines:
            for step in (1, -1):
                if run := ranges.omitted(sheet, place, line, step):
                    omitted = line.corners(*sorted((run[0], run[-1])))
                    formula = shortened(sheet.formulas[place], _LONGEST)
                    message = f"stops short of {omitted}, where the numbers go on: {formula}"
                    yield Finding(name_place(sheet, place), message)
            if ranges.compared > _MOST_COMPARED:
                message = "is the last total that was looked at: the workbook has too many ranges"
                yield Finding(name_place(sheet, place), message)
                return


def text(context: Context) -> Iterator[Finding]:
    """Yield numbers stored as text, which a total leaves out and a search does not find."""
    stored = {sheet.name: [place for place, cell in sheet.cells.items() if cell.is_number_as_text]
              for sheet in context.sheets}  # fmt: skip
    if not any(stored.values()):
        return
    aggregates = Aggregates(context)
    totalled: dict[str, set[tuple[int, int, int, int]]] = {sheet.name: set() for sheet in context.sheets}
    for one in [one for sheet in context.sheets for one in aggregates.reached(sheet)]:
        totalled.setdefault(one.sheet, set()).add(one[1:])
    codes = {
        one
        for sheet in context.sheets
        for place, _ in context.where(sheet, lambda shape: _MAY_BE_COMPARED.search(shape.formula))
        for one in _codes(context, sheet, sheet.formulas[place])
    }
    for sheet in context.sheets:
        found = stored[sheet.name]
        if not found:
            continue
        columns = {column + step for _, column in found for step in (-1, 0, 1)}
        summed = Area(totalled[sheet.name], columns)
        ranges = context.spans(sheet, with_cells=False)
        spans = [span for span in ranges if span[:2] != span[2:] and (sheet.name, *span) not in codes]
        # Keys stand below each other, or side by side.
        lines = [span for span in spans if span[0] == span[2]]
        searched = {True: Area(lines, columns), False: Area([span for span in spans if span[0] != span[2]], columns)}
        tops: dict[int, int] = {}
        for row, column in sheet.cells:
            tops.setdefault(column, row)
        for row, column in found:
            # A column or a row of keys to search for may all be text; among numbers none is.
            is_read = (row, column) in summed or any(
                (row, column) in searched[is_line]
                and _is_among_numbers(sheet, (row, column), searched[is_line], is_line=is_line)
                for is_line in (True, False)
            )
            if is_read and not _names_column(sheet, (row, column), tops[column]):
                said = f"is text, and no number: {sheet.cells[row, column].value}"
                yield Finding(name_place(sheet, (row, column)), said)


def _is_among_numbers(sheet: Opened, place: Place, searched: Area, *, is_line: bool) -> bool:
    """Return whether a number stands beside a cell, in a range that is searched too."""
    row, column = place
    beside = [(row, column + step) if is_line else (row + step, column) for step in (-1, 1)]
    return any(one in searched and one in sheet.cells and sheet.cells[one].is_number for one in beside)


def _codes(context: Context, sheet: Opened, formula: str) -> Iterator[Read]:
    """Yield the ranges of several cells that a formula compares with a text: what they hold are codes."""
    for found in REFERENCE.finditer(formula):
        if found["text"] is None and _COMPARED.match(formula, found.end()):
            yield from context.ranges(found.group(), sheet)


def _names_column(sheet: Opened, place: Place, top: int) -> bool:
    """Return whether a text is a heading: one in sight, or on top of its column a year or one of a row of numbers."""
    row, column = place
    is_year = str(sheet.cells[place].value).strip().isdecimal() and _is_year(float(str(sheet.cells[place].value)))
    beside = [sheet.cells.get((row, column + step)) for step in (-1, 1)]
    in_a_row = any(cell is not None and cell.is_number_as_text for cell in beside)
    return is_heading(sheet, place) or (row == top and (is_year or in_a_row))


def _is_year(value: object) -> bool:
    # A cell may hold an infinite number, which no whole one equals.
    return isinstance(value, int | float) and _FIRST_YEAR <= value <= _LAST_YEAR and value == int(value)


class _Ranges:
    """The ranges of totals, and what stands beside them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.sheets = {sheet.name: sheet for sheet in context.sheets}
        aggregates = Aggregates(context)
        self.lines: dict[tuple[str, Place], list[_Line]] = {}
        # By what a total is but for its ranges, and by the column or row: the ends of its ranges.
        others: dict[tuple[_Words, tuple[object, ...]], set[tuple[int, int]]] = {}
        # Where the numbers end that go on from a place, by the column or row and the direction.
        self._ends: dict[tuple[tuple[object, ...], int], dict[int, int]] = {}
        self.compared = 0
        for sheet in context.sheets:
            for place in aggregates.where(sheet):
                found = dict.fromkeys(
                    [line for one in aggregates.of(sheet, place) for line in _lines(one) if one.sheet in self.sheets]
                )
                words = _words(context, sheet, place) if found else ()
                for line in found:
                    others.setdefault((words, line[:4]), set()).add(line[4:])
                if found:
                    self.lines[sheet.name, place] = list(found)
        self._others = {key: Spans(spans) for key, spans in others.items()}

    def omitted(self, sheet: Opened, place: Place, line: _Line, step: int) -> Sequence[int]:
        """Return where numbers go on beyond an end of a total's range that it should have taken in."""
        there = self.sheets[line.sheet]
        end = line.last if step > 0 else line.first
        if not self._goes_on(there, line, end, step) or self._reads(sheet, place, line, end + step):
            return []
        beside = self._beside(sheet, place)
        self.compared += len(beside)
        # A total that was copied along its range takes in another part of it: running totals, moving averages.
        if any(one.first <= end + step <= one.last for one in beside if one[:4] == line[:4]):
            return []
        # Where a name says how far numbers go, a part of them was meant.
        if self._is_of_others(sheet, place, line, end + step) or self._is_named_part(line, end + step):
            return []
        run: Sequence[int] = self._run(there, line, end, step)
        if step < 0:
            run = _without_heading(there, line, run)
        # One number before each of several ranges side by side is what they are called, or their opening balance.
        is_name = len(run) == 1 and (bool(beside) or not line.is_down)
        is_other = step < 0 and bool(run) and (is_name or not _is_like_range(there, line, run[0]))
        return [] if is_other else run

    def _run(self, there: Opened, line: _Line, end: int, step: int) -> range:
        ends = self._ends.setdefault((line[:4], step), {})
        at = end
        while at not in ends and self._goes_on(there, line, at, step):
            at += step
        last = ends.get(at, at)
        ends.update(dict.fromkeys(range(end, at + step, step), last))
        return range(end + step, last + step, step)

    def _goes_on(self, there: Opened, line: _Line, at: int, step: int) -> bool:
        """Return whether the numbers go on from one place along a range to the next."""
        for cell, after in zip(line.across(at), line.across(at + step), strict=True):
            self.compared += _LOOK
            if not self._is_alike(there, cell, after):
                return False
        return True

    def _is_alike(self, there: Opened, one: Place, other: Place) -> bool:
        """Return whether two cells hold numbers that were both typed, or come of one formula that was copied."""
        cells, shapes = (there.cells.get(one), there.cells.get(other)), self.context.shapes[there.name]
        are_numbers = all(cell is not None and cell.is_number and not cell.is_filled for cell in cells)
        return are_numbers and shapes.get(one) == shapes.get(other)

    def _reads(self, sheet: Opened, place: Place, line: _Line, at: int) -> bool:
        """Return whether a formula reads, otherwise, a cell beside its range."""
        row, column = next(line.across(at))
        reads = self.context.reads(sheet, place)
        self.compared += len(reads)
        return any(
            one.sheet == line.sheet and one.top <= row <= one.bottom and one.left <= column <= one.right
            for one in reads
        )

    def _is_of_others(self, sheet: Opened, place: Place, line: _Line, at: int) -> bool:
        """Return whether a total of the same kind takes in what stands beside a range: of another part, or of all."""
        self.compared += len(sheet.formulas[place])
        others = self._others[_words(self.context, sheet, place), line[:4]]
        starts_or_ends = at in (others.firsts if at > line.last else others.lasts)
        return starts_or_ends or others.has_around(min(at, line.first), max(at, line.last))

    def _is_named_part(self, line: _Line, at: int) -> bool:
        """Return whether a range and what stands beside it are of one range that has a name."""
        self.compared += len(self.context.named)
        return self.context.named.is_one(line.sheet, *[next(line.across(one)) for one in (line.first, line.last, at)])

    def _beside(self, sheet: Opened, place: Place) -> list[_Line]:
        """Return the ranges of the totals next to one that were copied from it."""
        shapes = self.context.shapes[sheet.name]
        around = [(place[0] + down, place[1] + right) for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0))]
        return [
            one
            for other in around
            if shapes.get(other) == shapes[place]
            for one in self.lines.get((sheet.name, other), ())
        ]


def _without_heading(there: Opened, line: _Line, run: Sequence[int]) -> Sequence[int]:
    """Return where numbers go on before a range, without those that only name what stands behind them."""
    while run and all(_is_name(there, line, cell) for cell in line.across(run[-1])):
        run = run[:-1]
    if len(run) == 1 and all(there.cells.get(cell) is None for cell in line.across(run[0] - 1)):
        # Alone, and without a name of its own: the number of an account, or of a period.
        return []
    return run


def _is_like_range(there: Opened, line: _Line, at: int) -> bool:
    """Return whether typed numbers before a range are about as large as its first ones, and so may belong to it."""
    for place in line.across(at):
        row, column = place
        value = there.cells[place].value
        ends = range(line.first, min(line.last, line.first + _FEW) + 1)
        cells = [there.cells.get((one, column) if line.is_down else (row, one)) for one in ends]
        sizes = [abs(cell.value) for cell in cells if cell is not None and isinstance(cell.value, int | float)]
        is_typed = isinstance(value, int | float) and bool(sizes)
        if is_typed and not min(sizes) / _ALIKE <= abs(float(value)) <= max(sizes) * _ALIKE:
            return False
    return True


def _is_name(there: Opened, line: _Line, place: Place) -> bool:
    """Return whether a number names its column or row: it stays in sight, is a year, or counts on from another."""
    value = there.cells[place].value
    at, beside = (0, 1) if line.is_down else (1, 0)
    first = there.cells[next(line.across(line.first))].value
    if place[at] < there.frozen[at] or (_is_year(value) and not _is_year(first)):
        return True
    steps = [(place[0] + step * at, place[1] + step * beside) for step in (-1, 1)]
    others = [cell.value for step in steps if (cell := there.cells.get(step)) is not None and not cell.is_formula]
    return isinstance(value, int) and any(isinstance(other, int) and abs(other - value) == 1 for other in others)


def _words(context: Context, sheet: Opened, place: Place) -> _Words:
    """Return what a formula says but for its references: what it is made of, and its texts."""
    return context.of_formula(sheet, place), *sheet.formulas[place].split('"')[1::2]


def _lines(one: Read) -> Iterator[_Line]:
    """Yield a range as it runs down, and as it runs to the right; a single cell does neither."""
    if one.bottom > one.top:
        yield _Line(one.sheet, is_down=True, near=one.left, far=one.right, first=one.top, last=one.bottom)
    if one.right > one.left:
        yield _Line(one.sheet, is_down=False, near=one.top, far=one.bottom, first=one.left, last=one.right)
