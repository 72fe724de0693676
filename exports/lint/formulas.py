"""Rules of how a formula is written: short, in steps, from its source, and once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.problems import shortened
from exports.lint.context import Context, Finding, name_place
from exports.reading.formula_text import Parts
from exports.reading.records import Opened, Place
from exports.style.a1 import address

# How many characters a reader takes in at once: of a model's own sheet half a line, elsewhere a line.
_LONGEST, _LONGEST_OF_MODEL = 240, 120
_MODELS: Final = ("model", "calc")
_DEEPEST: Final = 2
_MOST_CHOICES: Final = 12
_SHOWN: Final = 100
# What makes the same letters mean something else on another line.
_ASKS_PLACE: Final = frozenset({"ROW", "COLUMN"})


def length(context: Context) -> Iterator[Finding]:
    """Yield formulas too long to be taken in; a line of a block with a name is read there, wherever it is repeated."""
    for sheet in context.sheets:
        is_model = any(word in sheet.name.casefold() for word in _MODELS)
        most = _LONGEST_OF_MODEL if is_model else _LONGEST
        for place, formula in sheet.formulas.items():
            if len(formula) > most and not context.named.is_repeated(sheet.name, place[0]):
                message = f"has {len(formula):,} characters, {most} at most: {shortened(formula, _SHOWN)}"
                yield Finding(name_place(sheet, place), message)


def nested(context: Context) -> Iterator[Finding]:
    """Yield formulas with a decision in a decision in a decision, and with choices that a range would hold."""
    for sheet in context.sheets:
        for place, shape in context.where(sheet, lambda shape: _is_deep(shape.parts)):
            made = shape.parts
            if made.nested > _DEEPEST:
                message = f"nests {made.nested} IF, {_DEEPEST} at most: {shortened(sheet.formulas[place], _SHOWN)}"
                yield Finding(name_place(sheet, place), message)
            if made.choices > _MOST_CHOICES:
                message = f"chooses between {made.choices} by CHOOSE, where INDEX of a range would do"
                yield Finding(name_place(sheet, place), message)


def _is_deep(made: Parts) -> bool:
    return made.nested > _DEEPEST or made.choices > _MOST_CHOICES


def chains(context: Context) -> Iterator[Finding]:
    """Yield links to links: what is to be typed into is a source, whatever it takes over."""
    sheets = {sheet.name: sheet for sheet in context.sheets}
    for sheet in context.sheets:
        for place, shape in context.where(sheet, lambda shape: shape.parts.is_link):
            (read,) = shape.reads(place) or (None,)
            there = sheets.get(read.sheet) if read is not None else None
            if read is None or there is None:
                continue
            source = read.top, read.left
            if (
                (there is not sheet or source != place)
                and context.is_link(there, source)
                and not _is_open(there, source)
            ):
                message = f"links to {name_place(there, source)}, which is a link: {there.formulas[source]}"
                yield Finding(name_place(sheet, place), message)


def _is_open(sheet: Opened, place: Place) -> bool:
    return sheet.is_protected and not sheet.cells[place].is_locked


def once(context: Context) -> Iterator[Finding]:
    """Yield lines that calculate what another line of their sheet does, and names that two lines have."""
    for sheet in context.sheets:
        yield from _find_names(sheet)
        first: dict[tuple[tuple[int, str], ...], int] = {}
        blocks = list(context.blocks(sheet))
        for row, line in _find_alike(sheet).items():
            made = [context.of_formula(sheet, (row, column)) for column, _ in line]
            if any(one.calculates for one in made) and all(_ASKS_PLACE.isdisjoint(one.functions) for one in made):
                other = first.setdefault(tuple(line), row)
                # What has one name is one calculation, of which each line is a member.
                if other != row and not any(top <= other and row <= bottom for top, _, bottom, _ in blocks):
                    at = row, line[0][0]
                    message = f"calculates what {address((other, at[1]))} does: {shortened(line[0][1], _SHOWN)}"
                    yield Finding(name_place(sheet, at), message)


def _find_alike(sheet: Opened) -> dict[int, list[tuple[int, str]]]:
    """Return the lines whose first formula begins another line too, each with its formulas by column."""
    starts: dict[tuple[int, str], list[int]] = {}
    before = sheet.frozen[0] - 1
    for (row, column), formula in sheet.formulas.items():
        if row > before:
            starts.setdefault((column, formula), []).append(row)
            before = row
    lines: dict[int, list[tuple[int, str]]] = {
        row: [] for row in sorted(row for rows in starts.values() if len(rows) > 1 for row in rows)
    }
    for (row, column), formula in sheet.formulas.items() if lines else ():
        if row in lines:
            lines[row].append((column, formula))
    return lines


def _find_names(sheet: Opened) -> Iterator[Finding]:
    """Yield inputs that are called like another one, where a column is headed as that of names."""
    column = next((at for at, text in sheet.headings.items() if text.strip().casefold() in {"name", "id", "key"}), None)
    first: dict[str, int] = {}
    if not sheet.is_protected or column is None:
        return
    typed = {row for (row, _), cell in sheet.cells.items() if not cell.is_locked and cell.is_number}
    for row in sorted(typed):
        cell = sheet.cells.get((row, column))
        name = str(cell.value).strip().casefold() if cell is not None else ""
        if name and (other := first.setdefault(name, row)) != row:
            yield Finding(name_place(sheet, (row, column)), f"is the name of line {other} too")
