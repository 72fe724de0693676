"""Rules of how a workbook calculates."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from engine import graph
from exports.lint.context import Context, Finding, name_place
from exports.reading.formula_text import Read
from exports.reading.records import Opened, Place
from exports.style.a1 import address
from exports.style.words import counted

_ALLOWED: Final = frozenset({"0", "1", "2", "10"})
_MOVING: Final = frozenset({"OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "CELL", "INFO"})
_MOST_EDGES: Final = 3_000_000
_MOST_CYCLES: Final = 20
_SHORTEST_RUN: Final = 3
# What no sheet's name begins with.
_RUN: Final = "*"


def apart(context: Context) -> Iterator[Finding]:
    """Yield sheets on which numbers are typed and calculated with."""
    for sheet in context.sheets:
        typed = context.inputs[sheet.name]
        busy = [place for place in sheet.formulas if typed and context.of_formula(sheet, place).calculates]
        if busy:
            message = f"has {counted(len(typed), 'input')}, and calculates too: {sheet.cells[busy[0]].value}"
            yield Finding(name_place(sheet, busy[0]), message)


def flow(context: Context) -> Iterator[Finding]:
    """Yield formulas that calculate with what stands on a sheet further to the right."""
    for sheet in context.sheets:
        own = context.order[sheet.name]
        for place, read in context.reads[sheet.name].items():
            later = [one.sheet for one in read if context.order.get(one.sheet, -1) > own]
            if later and context.of_formula(sheet, place).calculates:
                message = f"calculates with '{later[0]}', which stands further to the right"
                yield Finding(name_place(sheet, place), message)


def rows(context: Context) -> Iterator[Finding]:
    """Yield formulas that differ from the others of their row, and from those above and below."""
    for sheet in context.sheets:
        shapes = context.shapes[sheet.name]
        yield from _find_pasted(sheet, shapes)
        for run in _runs(sheet):
            (most, count), *_ = Counter([shapes[place] for place in run]).most_common(1)
            if len(run) < _SHORTEST_RUN or count * 2 < len(run) or count < 2:  # noqa: PLR2004  # one is no pattern
                continue
            for row, column in run:
                own = shapes[row, column]
                if own != most and own not in {shapes.get((row - 1, column)), shapes.get((row + 1, column))}:
                    formula = sheet.formulas[row, column]
                    yield Finding(name_place(sheet, (row, column)), f"differs from the rest of its row: {formula}")


def _find_pasted(sheet: Opened, shapes: Mapping[Place, str]) -> Iterator[Finding]:
    """Yield numbers that stand where their neighbours on both sides have one formula."""
    for (row, column), cell in sheet.cells.items():
        if not cell.is_formula and not cell.is_filled and cell.is_number and (cell.is_locked or not sheet.is_protected):
            before, after = shapes.get((row, column - 1)), shapes.get((row, column + 1))
            if before is not None and before == after:
                yield Finding(
                    name_place(sheet, (row, column)), f"is the number {cell.value} among formulas of one kind"
                )


def _runs(sheet: Opened) -> Iterator[list[Place]]:
    """Yield the formulas that stand side by side; an input that takes another over is none of them."""
    run: list[Place] = []
    for place in sorted(place for place in sheet.formulas if not sheet.is_protected or sheet.cells[place].is_locked):
        if run and (place[0], place[1] - 1) != run[-1]:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def constants(context: Context) -> Iterator[Finding]:
    """Yield formulas with a number that might change."""
    for sheet in context.sheets:
        for place, formula in sheet.formulas.items():
            found = [number for number in context.of_formula(sheet, place).numbers if number not in _ALLOWED]
            if found:
                yield Finding(name_place(sheet, place), f"holds {', '.join(found[:3])}: {formula}")


def moving(context: Context) -> Iterator[Finding]:
    """Yield formulas whose precedents nobody can trace, or whose value changes by itself."""
    for sheet in context.sheets:
        for place in sheet.formulas:
            found = [name for name in context.of_formula(sheet, place).functions if name in _MOVING]
            if found:
                yield Finding(name_place(sheet, place), f"uses {found[0]}: {sheet.formulas[place]}")


def names(context: Context) -> Iterator[Finding]:
    """Yield formulas that refer to cells by defined names."""
    for sheet in context.sheets:
        for place in sheet.formulas:
            found = [
                name for name in context.of_formula(sheet, place).names if context.resolve(sheet, name) is not None
            ]
            if found:
                yield Finding(name_place(sheet, place), f"refers to the name {found[0]}")


def outside(context: Context) -> Iterator[Finding]:
    """Yield what leads out of the workbook: links, and formulas that ask other files, programs or the network."""
    for way in context.book.outside:
        yield Finding(way.where, way.message)


def circular(context: Context) -> Iterator[Finding]:
    """Yield formulas that feed themselves."""
    feeds = _Feeds(context).found
    if feeds is None:
        yield Finding("the workbook", f"has more than {_MOST_EDGES:,} references, and was not searched for circles")
    elif graph.order(feeds) is None:
        for cycle in graph.cycles(feeds)[:_MOST_CYCLES]:
            cells = [name for name in cycle if not name.startswith(_RUN)]
            yield Finding(cells[0], f"feeds itself: {' reads '.join(cells[:6])}{' ...' if len(cells) > 6 else ''}")  # noqa: PLR2004


class _Feeds:
    """Which formulas each formula reads: of a range, runs of them, each made of two half as long.

    So a column of running totals takes a few references a line, and not as many as there are lines above it.
    """

    def __init__(self, context: Context) -> None:
        self.columns: dict[str, dict[int, list[int]]] = {}
        for sheet in context.sheets:
            for row, column in sorted(sheet.formulas):
                self.columns.setdefault(sheet.name, {}).setdefault(column, []).append(row)
        self.runs: dict[str, list[str]] = {}
        self.edges = 0
        self.found = self._found(context)

    def _found(self, context: Context) -> dict[str, list[str]] | None:
        feeds: dict[str, list[str]] = {}
        for sheet in context.sheets:
            for place, read in context.reads[sheet.name].items():
                used = [name for one in read for name in islice(self._of(one), _MOST_EDGES - self.edges + 1)]
                self.edges += len(used)
                if self.edges > _MOST_EDGES:
                    return None
                feeds[name_place(sheet, place)] = used
        return feeds | self.runs

    def _of(self, one: Read) -> Iterator[str]:
        there = self.columns.get(one.sheet, {})
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

    def _run(self, sheet: str, column: int, first: int, size: int) -> str:
        if size == 1:
            return f"{sheet}!{address((self.columns[sheet][column][first], column))}"
        name = f"{_RUN}{sheet}!{column}:{first}:{size}"
        if name not in self.runs:
            self.runs[name] = []
            self.runs[name] += [self._run(sheet, column, at, size // 2) for at in (first, first + size // 2)]
            self.edges += 2
        return name


def errors(context: Context) -> Iterator[Finding]:
    """Yield cells that show an error."""
    for sheet in context.sheets:
        for place, cell in sheet.cells.items():
            if cell.is_error:
                yield Finding(name_place(sheet, place), f"shows an error: {cell.value}")
