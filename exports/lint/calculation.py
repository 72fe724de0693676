"""Rules of how a workbook calculates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from engine import graph
from exports.lint.circles.precedents import MOST_EDGES, RUN, Precedents
from exports.lint.circles.suspects import suspects
from exports.lint.context import Context, Finding, name_place
from exports.lint.shapes import Shape
from exports.reading.records import Opened, Place
from exports.reading.references import Read
from exports.style.words import counted

_ALLOWED: Final = frozenset({"0", "1", "2", "10"})
_MOVING: Final = frozenset({"OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "CELL", "INFO"})
_MOST_CYCLES: Final = 20
_SHORTEST_RUN: Final = 3
_OF_A_LINE: Final = re.compile(r"=(?:SUM|AVERAGE)\(\$?[A-Z]{1,3}\$?(?P<line>[0-9]{1,7}):\$?[A-Z]{1,3}\$?(?P=line)\)")


def apart(context: Context) -> Iterator[Finding]:
    """Yield sheets on which numbers are typed and calculated with."""
    for sheet in context.sheets:
        typed = context.inputs[sheet.name]
        calculating = context.where(sheet, lambda shape: shape.parts.calculates) if typed else ()
        busy = (
            place for place, _ in calculating
            if not (context.takes_over(sheet, place) or _is_total(sheet, place))
        )  # fmt: skip
        for place in islice(busy, 1):
            message = f"has {counted(len(typed), 'input')}, and calculates too: {sheet.cells[place].value}"
            yield Finding(name_place(sheet, place), message)


def _is_total(sheet: Opened, place: Place) -> bool:
    """Return whether a formula does no more than take together what is typed beside it, on its own line."""
    found = _OF_A_LINE.fullmatch(str(sheet.cells[place].value))
    return found is not None and int(found["line"]) == place[0]


def flow(context: Context) -> Iterator[Finding]:
    """Yield formulas that read a sheet further to the right, but for whether the checks hold and what is chosen.

    The first sheet may show what comes out, and that of the checks looks at everything.
    """
    sheets = {sheet.name: sheet for sheet in context.sheets}
    checks = {name for name in sheets if "check" in name.casefold()}
    for number, sheet in enumerate(context.sheets):
        later = {shape: _later(context, shape, number) for shape in context.kinds[sheet.name]}
        for place, shape in context.where(sheet, later.__getitem__):
            made = shape.parts
            if not made.calculates and (
                sheet.name in checks
                or (made.is_link and number == 0)
                or all(one in checks for one in later[shape])
                or any(_is_choice(sheets.get(one.sheet), one) for one in shape.reads(place))
            ):
                continue
            message = f"{'calculates with' if made.calculates else 'reads'} '{later[shape][0]}'"
            yield Finding(name_place(sheet, place), f"{message}, which stands further to the right")


def _later(context: Context, shape: Shape, number: int) -> list[str]:
    """Return the sheets that formulas read, and that stand further to the right than theirs."""
    return [one.sheet for one in shape.references if context.order.get(one.sheet, -1) > number]


def _is_choice(sheet: Opened | None, read: Read) -> bool:
    """Return whether a text is chosen in a cell: a scenario by its name."""
    cell = sheet.cells.get(read[1:3]) if sheet is not None and read[1:3] == read[3:] else None
    return cell is not None and not cell.is_locked and not cell.is_number


def rows(context: Context) -> Iterator[Finding]:
    """Yield formulas that differ from the others of their row, and from those above and below."""
    for sheet in context.sheets:
        shapes = context.shapes[sheet.name]
        yield from _find_pasted(sheet, shapes)
        for run in _runs(sheet):
            counts = Counter([shapes[place] for place in run])
            if len(run) < _SHORTEST_RUN or len(counts) == 1:
                continue
            (most, count), *_ = counts.most_common(1)
            if count * 2 < len(run) or count < 2 or _are_cards(context, sheet, run):  # noqa: PLR2004  # one is no pattern
                continue
            for row, column in run:
                own = shapes[row, column]
                if own != most and own not in {shapes.get((row - 1, column)), shapes.get((row + 1, column))}:
                    formula = sheet.formulas[row, column]
                    yield Finding(name_place(sheet, (row, column)), f"differs from the rest of its row: {formula}")


def _are_cards(context: Context, sheet: Opened, run: list[Place]) -> bool:
    """Return whether cells side by side show one cell each of another sheet, and have no label of their own."""
    row, first = run[0]
    if any((row, column) in sheet.cells for column in range(1, first)):
        return False
    return all(
        shape.parts.is_link and "[" not in shape.text and all(one.sheet != sheet.name for one in shape.references)
        for shape in {context.shapes[sheet.name][place] for place in run}
    )


def _find_pasted(sheet: Opened, shapes: Mapping[Place, Shape]) -> Iterator[Finding]:
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
        for place, shape in context.where(sheet, lambda shape: not _ALLOWED.issuperset(shape.parts.numbers)):
            found = [number for number in shape.parts.numbers if number not in _ALLOWED]
            yield Finding(name_place(sheet, place), f"holds {', '.join(found[:3])}: {sheet.formulas[place]}")


def moving(context: Context) -> Iterator[Finding]:
    """Yield formulas whose precedents nobody can trace, or whose value changes by itself."""
    for sheet in context.sheets:
        for place, shape in context.where(sheet, lambda shape: not _MOVING.isdisjoint(shape.parts.functions)):
            found = next(name for name in shape.parts.functions if name in _MOVING)
            yield Finding(name_place(sheet, place), f"uses {found}: {sheet.formulas[place]}")


def rounding(context: Context) -> Iterator[Finding]:
    """Yield a workbook that calculates with the digits that it shows."""
    if context.book.is_as_shown:
        yield Finding("the workbook", "calculates with numbers rounded to the digits that are shown")


def names(context: Context) -> Iterator[Finding]:
    """Yield formulas that refer to cells by defined names."""
    for sheet in context.sheets:
        known = {shape: _known(context, sheet, shape) for shape in context.kinds[sheet.name]}
        for place, shape in context.where(sheet, known.__getitem__):
            yield Finding(name_place(sheet, place), f"refers to the name {known[shape][0]}")


def _known(context: Context, sheet: Opened, shape: Shape) -> Sequence[str]:
    """Return the names in formulas that refer to something."""
    return [name for name in shape.parts.names if context.resolve(sheet, name) is not None]


def outside(context: Context) -> Iterator[Finding]:
    """Yield what leads out of the workbook: links, and formulas that ask other files, programs or the network."""
    for way in context.book.outside:
        yield Finding(way.where, way.message)


def circular(context: Context) -> Iterator[Finding]:
    """Yield formulas that feed themselves."""
    if context.book.is_iterated:
        yield Finding("the workbook", "is calculated again and again, as circles need it")
    suspected = suspects(context)
    if not suspected:
        return
    found = Precedents(context, suspected)
    if found.are_too_many:
        yield Finding("the workbook", f"has more than {MOST_EDGES:,} references, and was not searched for circles")
        return
    feeds = found.left()
    for cycle in graph.cycles(feeds)[:_MOST_CYCLES] if graph.order(feeds) is None else []:
        cells = [name for name in cycle if not name.startswith(RUN)]
        yield Finding(cells[0], f"feeds itself: {' reads '.join(cells[:6])}{' ...' if len(cells) > 6 else ''}")  # noqa: PLR2004


def errors(context: Context) -> Iterator[Finding]:
    """Yield cells that show an error."""
    for sheet in context.sheets:
        for place, cell in sheet.cells.items():
            if cell.is_error:
                yield Finding(name_place(sheet, place), f"shows an error: {cell.value}")
