"""Heads of columns: the members that run to the right, the coarser periods of these, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from engine.model.dimensions import Dimension
from exports.style.a1 import letter
from exports.style.words import unit_or_number
from exports.workbook.layout.geometry import (
    GRID,
    LABEL,
    LIVE,
    UNIT,
    Block,
    PlacedLine,
    SheetName,
    at_place,
    on_sheet,
)
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.layout.lines import coarser_calendars
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import IN_PART, Numbered, band, member_values, uncapitalize

# What stands above the totals of rows, by how these are taken together along time.
_TOTALS: Final = {"sum": "Total", "last": "Closing", "mean": "Average", "first": "Opening"}


def heads_line(book: Book, line: PlacedLine, sheet: SheetName, last: int) -> Numbered:
    """Return the line that names the members of what runs across below it, or the coarser periods of these."""
    dimension = book.results.plan.model.dimension
    found = dimension[line.members]
    shown = dimension[line.group] if line.group else found
    cells = band("members", last)
    if shown.numbers:
        cells[UNIT] = SheetCell(unit_or_number(shown.unit), "members")
    if line.totals:
        cells[LIVE] = SheetCell(_titles(line.totals), "members_right")
    places = _places(dimension, shown, found) if line.group else range(len(found.members))
    values = headings(shown)
    is_in_part = any(not period.is_whole for period in shown.periods)
    label = shown.label if line.group else f"By {uncapitalize(found.label)}"
    cells[LABEL] = SheetCell(f"{label} (* in part)" if is_in_part else label, "members")
    for column, place in enumerate(places, GRID):
        formula = _period_head(book, shown, found, column, sheet) if line.group else _head(book, found, column, sheet)
        cells[column] = SheetCell(values[place], "members_right", formula=f"={formula}")
    if sheet == "Model" and line.totals:
        cells |= dict(_beside(book, found))
    return line.number, SheetLine(cells, 16)


def _titles(kinds: Sequence[str]) -> str:
    first, *others = [title for kind, title in _TOTALS.items() if kind in kinds]
    return " / ".join([first, *map(str.lower, others)])


def headings(dimension: Dimension) -> Sequence[float | str]:
    """Return how members head columns: those of a calendar that it covers in part are marked."""
    if not dimension.periods:
        return member_values(dimension)
    return [period.name if period.is_whole else f"{period.name}{IN_PART}" for period in dimension.periods]


def _beside(book: Book, fine: Dimension) -> Iterator[tuple[int, SheetCell]]:
    """Yield the heads of the columns of coarser calendars."""
    for coarse in coarser_calendars(book.results.plan.model, fine.id):
        beside, heads = book.layout.beside[coarse.id], book.layout.heads(coarse.id)
        for index, value in enumerate(headings(coarse)):
            formula = f"=Inputs!{letter(GRID + index)}${heads.row}"
            yield beside.column + index, SheetCell(value, "members_right", formula=formula)


def _head(book: Book, dimension: Dimension, column: int, sheet: SheetName) -> str:
    """Return the cell of Inputs that says how the member of a column is headed."""
    block = book.layout.heads(dimension.id)
    return on_sheet(block, f"{letter(column)}${block.row}", sheet)


def _period_head(book: Book, coarse: Dimension, fine: Dimension, column: int, sheet: SheetName) -> str:
    """Return the part of a formula that says how the period is headed which that of a column belongs to."""
    heads, members = book.layout.heads(coarse.id), book.layout.members(coarse.id)
    if heads == members and coarse.of == fine.id:
        below = book.layout.members(fine.id)
        return on_sheet(below, f"{letter(column)}${book.layout.map_line(coarse.id)}", sheet)
    found = _period(book, coarse, fine, column, sheet)
    return found if _is_by_name(sheet) and heads == members else _at_period(book, heads, coarse, found, sheet)


def _is_by_name(sheet: SheetName) -> bool:
    """Return whether periods are looked up by their names; elsewhere they are by their codes, which is shorter."""
    # Where things are typed nothing is calculated.
    return sheet == "Inputs"


def _period(book: Book, coarse: Dimension, fine: Dimension, column: int, sheet: SheetName) -> str:
    """Return the part of a formula that has the period which that of a column belongs to: its name, or its code."""
    between = book.results.plan.model.dimension[coarse.of]
    members = book.layout.members(between.id)
    # The codes stand below the names.
    line = replace(members, row=book.layout.map_line(coarse.id) + (not _is_by_name(sheet)))
    if between is fine:
        return on_sheet(line, f"{letter(column)}${line.row}", sheet)
    return _at_period(book, line, between, _period(book, between, fine, column, sheet), sheet)


def _at_period(book: Book, line: Block, dimension: Dimension, found: str, sheet: SheetName) -> str:
    """Return the part of a formula that reads a line of Inputs at a period of its dimension."""
    members = book.layout.members(dimension.id)
    names = on_sheet(members, members.searched(), sheet)
    place = f"MATCH({found},{names},0)" if _is_by_name(sheet) else f"{found}+1"
    return at_place(on_sheet(line, line.searched(), sheet), "1", place)


def _places(dimension: Mapping[str, Dimension], coarse: Dimension, fine: Dimension) -> Sequence[int]:
    """Return the place, from 0, of the period which each of a finer calendar belongs to."""
    if coarse.of == fine.id:
        return coarse.places
    return [coarse.places[place] for place in _places(dimension, dimension[coarse.of], fine)]
