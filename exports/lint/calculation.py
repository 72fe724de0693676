"""Rules of how a workbook calculates."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from engine import graph
from exports.lint.context import Context, Finding, called
from exports.lint.formulas import Read
from exports.lint.opened import Opened, Place, address

_ALLOWED: Final = frozenset({"0", "1", "2", "10"})
_MOVING: Final = frozenset({"OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "CELL", "INFO"})
_MOST_EDGES: Final = 3_000_000
_MOST_CYCLES: Final = 20
_SHORTEST_RUN: Final = 3


def apart(context: Context) -> Iterator[Finding]:
    """Yield sheets on which numbers are typed and calculated with."""
    for sheet, typed in zip(context.sheets, context.inputs, strict=True):
        busy = [place for place in sheet.formulas if typed and context.of_formula(sheet, place).calculates]
        if busy:
            message = f"has {len(typed)} inputs, and calculates too: {sheet.cells[busy[0]].value}"
            yield Finding(called(sheet, busy[0]), message)


def flow(context: Context) -> Iterator[Finding]:
    """Yield formulas that calculate with what stands on a sheet further to the right."""
    for sheet in context.sheets:
        own = context.order[sheet.name]
        for place, read in context.reads[sheet.name].items():
            later = [one.sheet for one in read if context.order.get(one.sheet, -1) > own]
            if later and context.of_formula(sheet, place).calculates:
                message = f"calculates with '{later[0]}', which stands further to the right"
                yield Finding(called(sheet, place), message)


def rows(context: Context) -> Iterator[Finding]:
    """Yield formulas that differ from the others of their row, and from those above and below."""
    for sheet, shapes in zip(context.sheets, context.shapes, strict=True):
        yield from _pasted(sheet, shapes)
        for run in _runs(sheet):
            (most, count), *_ = Counter([shapes[place] for place in run]).most_common(1)
            if len(run) < _SHORTEST_RUN or count * 2 < len(run) or count < 2:  # noqa: PLR2004  # one is no pattern
                continue
            for row, column in run:
                own = shapes[row, column]
                if own != most and own not in {shapes.get((row - 1, column)), shapes.get((row + 1, column))}:
                    formula = sheet.formulas[row, column]
                    yield Finding(called(sheet, (row, column)), f"differs from the rest of its row: {formula}")


def _pasted(sheet: Opened, shapes: Mapping[Place, str]) -> Iterator[Finding]:
    """Yield numbers that stand where their neighbours on both sides have one formula."""
    for (row, column), cell in sheet.cells.items():
        if not cell.is_formula and cell.is_number and (cell.is_locked or not sheet.is_protected):
            before, after = shapes.get((row, column - 1)), shapes.get((row, column + 1))
            if before is not None and before == after:
                yield Finding(called(sheet, (row, column)), f"is the number {cell.value} among formulas of one kind")


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
                yield Finding(called(sheet, place), f"holds {', '.join(found[:3])}: {formula}")


def moving(context: Context) -> Iterator[Finding]:
    """Yield formulas whose precedents nobody can trace, or whose value changes by itself."""
    for sheet in context.sheets:
        for place in sheet.formulas:
            found = [name for name in context.of_formula(sheet, place).functions if name in _MOVING]
            if found:
                yield Finding(called(sheet, place), f"uses {found[0]}: {sheet.formulas[place]}")


def names(context: Context) -> Iterator[Finding]:
    """Yield formulas that refer to cells by defined names."""
    for sheet in context.sheets:
        for place in sheet.formulas:
            found = [name for name in context.of_formula(sheet, place).names if name.upper() in context.book.names]
            if found:
                yield Finding(called(sheet, place), f"refers to the name {found[0]}")


def outside(context: Context) -> Iterator[Finding]:
    """Yield links to other files."""
    for part in context.book.outside:
        yield Finding(part, "the workbook is linked to something outside of it")
    for sheet in context.sheets:
        for place, read in context.reads[sheet.name].items():
            if any("[" in one.sheet for one in read):
                yield Finding(called(sheet, place), f"reads another file: {sheet.formulas[place]}")


def circular(context: Context) -> Iterator[Finding]:
    """Yield formulas that feed themselves."""
    feeds = _feeds(context)
    if feeds is None:
        yield Finding("the workbook", f"has more than {_MOST_EDGES:,} references, and was not searched for circles")
    elif graph.order(feeds) is None:
        for cycle in graph.cycles(feeds)[:_MOST_CYCLES]:
            yield Finding(cycle[0], f"feeds itself: {' reads '.join(cycle[:6])}{' ...' if len(cycle) > 6 else ''}")  # noqa: PLR2004


def _feeds(context: Context) -> dict[str, list[str]] | None:
    """Return which formulas each formula reads; None where that is too much to hold."""
    columns: dict[str, dict[int, list[int]]] = {}
    for sheet in context.sheets:
        for row, column in sorted(sheet.formulas):
            columns.setdefault(sheet.name, {}).setdefault(column, []).append(row)
    feeds: dict[str, list[str]] = {}
    edges = 0
    for sheet in context.sheets:
        for place, read in context.reads[sheet.name].items():
            used = list(islice((cell for one in read for cell in _formulas_in(columns, one)), _MOST_EDGES - edges + 1))
            edges += len(used)
            if edges > _MOST_EDGES:
                return None
            feeds[called(sheet, place)] = used
    return feeds


def _formulas_in(columns: Mapping[str, Mapping[int, Sequence[int]]], one: Read) -> Iterator[str]:
    there = columns.get(one.sheet, {})
    # A range may span all columns that there are; few of them hold formulas.
    wanted = range(one.left, one.right + 1)
    for column in [name for name in there if name in wanted] if len(wanted) > len(there) else wanted:
        lines = there.get(column, ())
        for row in lines[bisect_left(lines, one.top) : bisect_right(lines, one.bottom)]:
            yield f"{one.sheet}!{address((row, column))}"


def errors(context: Context) -> Iterator[Finding]:
    """Yield cells that show an error."""
    for sheet in context.sheets:
        for place, cell in sheet.cells.items():
            if cell.is_error:
                yield Finding(called(sheet, place), f"shows an error: {cell.value}")
