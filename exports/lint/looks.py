"""Rules of how cells look: a named style each, one for each kind of cell, and one format along a line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from engine.problems import shortened
from exports.lint.areas import Area
from exports.lint.context import Context, Finding, name_place
from exports.lint.shapes import side_by_side
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
    # Where the cells are that look alike and are of one kind, by the number of their sheet.
    found: dict[_Look, dict[str, list[tuple[int, Place]]]] = defaultdict(lambda: defaultdict(list))
    for number, sheet in enumerate(context.sheets):
        for place, cell, kind in _kinds(context, sheet):
            found[cell.style, cell.colour, cell.fill][kind].append((number, place))
    owners = {look: max(_KINDS, key=lambda kind: len(alike.get(kind, ()))) for look, alike in found.items()}
    # Where links look like no kind of their own, they are formulas.
    are_told = "link" in owners.values()
    other = [
        (number, place, own, owners[look])
        for look, alike in found.items()
        for kind, places in alike.items()
        if owners[look] != (own := kind if are_told or kind != "link" else "formula")
        for number, place in places
    ]
    for number, place, own, owner in sorted(other):
        yield Finding(name_place(context.sheets[number], place), f"is {_KINDS[own]}, and looks like {_KINDS[owner]}")


def _kinds(context: Context, sheet: Opened) -> Iterator[tuple[Place, Held, str]]:
    """Yield the numbers of a sheet, each with what it is; of those that are typed, what formulas read."""
    read = Area(context.reached[sheet.name], {column for _, column in sheet.cells})
    shapes, top = context.shapes[sheet.name], sheet.frozen[0]
    kinds = {
        shape: "link" if shape.parts.is_link and any(one.sheet != sheet.name for one in shape.references) else "formula"
        for shape in context.kinds[sheet.name]
    }
    for place, cell in sheet.cells.items():
        # Below the headings.
        if cell.is_filled or not cell.is_number or place[0] < top:
            continue
        if not cell.is_formula:
            if place in read:
                yield place, cell, "typed"
        elif not cell.is_locked and context.takes_over(sheet, place):
            yield place, cell, "typed"
        else:
            yield place, cell, kinds[shapes[place]]


def formats(context: Context) -> Iterator[Finding]:
    """Yield numbers of one formula that are shown in several formats: along a line, and in a block with a name."""
    for sheet in context.sheets:
        shapes = context.shapes[sheet.name]
        for _, row, first, _, last in side_by_side(shapes):
            places = [(row, column) for column in range(first, last + 1)] if last > first else []
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
    blank: dict[tuple[str, bool], bool] = {}
    for place, cell in sheet.cells.items():
        look = cell.shown, cell.is_number
        if look not in blank:
            blank[look] = _is_blank(*look)
        if blank[look]:
            yield place, "is shown in a format that shows nothing"
        elif cell.colour == (cell.fill or "FFFFFF"):
            yield place, "is written in the colour of its background"


def _is_blank(shown: str, is_number: bool) -> bool:  # noqa: FBT001  # as a cell has it
    return shown.replace(" ", "").strip('"') in {";;;", ";;"} and (is_number or shown.count(";") > 2)  # noqa: PLR2004  # the fourth part is that of texts
