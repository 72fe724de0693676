"""Rules of how cells look: a named style each, one for each kind of cell, and one format along a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from engine.problems import shortened
from exports.lint.areas import Area
from exports.lint.context import Context, Finding, is_heading, name_place
from exports.reading.records import Held, Opened, Place

_Look = tuple[str, str, str]
# What a cell is to its reader; of as many, the first has a look.
_KINDS: Final = {"formula": "a formula", "typed": "a typed number", "link": "a link to another sheet"}


def styles(context: Context) -> Iterator[Finding]:
    """Yield cells without a named style."""
    for sheet in context.sheets:
        plain = [place for place, cell in sheet.cells.items() if cell.style in {"Normal", ""}]
        if plain:
            yield Finding(name_place(sheet, plain[0]), f"{len(plain)} cells of '{sheet.name}' have no named style")


def kinds(context: Context) -> Iterator[Finding]:
    """Yield cells that look like those of another kind: a look is that of the kind which most of its cells are of."""
    found: list[tuple[Opened, Place, str, _Look]] = []
    counts: dict[_Look, Counter[str]] = {}
    for sheet in context.sheets:
        for place, kind in _kinds(context, sheet):
            cell = sheet.cells[place]
            look = cell.style, cell.colour, cell.fill
            counts.setdefault(look, Counter())[kind] += 1
            found.append((sheet, place, kind, look))
    owners = {look: max(_KINDS, key=lambda kind: count[kind]) for look, count in counts.items()}
    # Where links look like no kind of their own, they are formulas.
    are_told = "link" in owners.values()
    for sheet, place, kind, look in found:
        own = kind if are_told or kind != "link" else "formula"
        if owners[look] != own:
            message = f"is {_KINDS[own]}, and looks like {_KINDS[owners[look]]}"
            yield Finding(name_place(sheet, place), message)


def _kinds(context: Context, sheet: Opened) -> Iterator[tuple[Place, str]]:
    """Yield the numbers of a sheet, each with what it is; of those that are typed, what formulas read."""
    read = Area(context.spans[sheet.name], {column for _, column in sheet.cells})
    for place, cell in sheet.cells.items():
        if cell.is_filled or not cell.is_number or is_heading(sheet, place):
            continue
        if not cell.is_formula:
            if place in read:
                yield place, "typed"
        elif context.takes_over(sheet, place):
            yield place, "typed"
        elif context.is_link(sheet, place) and any(one.sheet != sheet.name for one in context.reads[sheet.name][place]):
            yield place, "link"
        else:
            yield place, "formula"


def formats(context: Context) -> Iterator[Finding]:
    """Yield numbers of one formula that are shown in several formats: along a line, and in a block with a name."""
    for sheet in context.sheets:
        shapes = context.shapes[sheet.name]
        # Those of one shape that stand side by side.
        runs = [(place[0], place[1] - number, shapes[place]) for number, place in enumerate(sheet.formulas)]
        for _, run in groupby(zip(runs, sheet.formulas, strict=True), lambda one: one[0]):
            places = [place for _, place in run]
            # What is shown twice is no line of numbers.
            if len({sheet.formulas[place] for place in places}) > 1:
                yield from _find_others(sheet, places, "line")
        for top, left, bottom, right in context.blocks(sheet):
            cells = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
            if all(place in shapes for place in cells) and _is_one(context, sheet, cells):
                yield from _find_others(sheet, cells, "block")


def _is_one(context: Context, sheet: Opened, cells: list[Place]) -> bool:
    """Return whether the lines of a block are of one kind: in one unit, or else of one formula."""
    column = next((at for at, text in sheet.headings.items() if text.strip().casefold() in {"unit", "units"}), None)
    if column is None:
        return len({context.shapes[sheet.name][place] for place in cells}) == 1
    units = {sheet.cells[row, column].value if (row, column) in sheet.cells else "" for row, _ in cells}
    return len(units) == 1


def _find_others(sheet: Opened, places: list[Place], what: str) -> Iterator[Finding]:
    shown = [(place, cell) for place in places if (cell := sheet.cells.get(place)) is not None and cell.is_number]
    codes = Counter([cell.shown for _, cell in shown])
    if len(codes) > 1:
        most = codes.most_common(1)[0][0]
        place, other = next((place, cell.shown) for place, cell in shown if cell.shown != most)
        message = f"is shown as '{shortened(other)}', and the rest of its {what} as '{shortened(most)}'"
        yield Finding(name_place(sheet, place), message)


def unseen(sheet: Opened) -> Iterator[tuple[Place, str]]:
    """Yield the cells that cannot be seen: in the colour of their background, or in a format that shows nothing."""
    for place, cell in sheet.cells.items():
        if _is_blank(cell):
            yield place, "is shown in a format that shows nothing"
        elif cell.colour == (cell.fill or "FFFFFF"):
            yield place, "is written in the colour of its background"


def _is_blank(cell: Held) -> bool:
    return cell.shown.replace(" ", "").strip('"') in {";;;", ";;"} and (cell.is_number or cell.shown.count(";") > 2)  # noqa: PLR2004  # the fourth part is that of texts
