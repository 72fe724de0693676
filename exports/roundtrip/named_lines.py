"""The sheets Inputs and Model of a workbook by the names of their lines, wherever these stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.model.names import choice_of
from engine.plan.plan import Plan
from engine.solve import solved_plan
from exports.reading.records import Held, Opened, Place
from exports.reading.references import REFERENCE
from exports.roundtrip.compared.exported import opened
from exports.roundtrip.registry import find_headings, text_of
from exports.style.a1 import parse_cell, unquote
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import LIVE, WORDS
from exports.workbook.layout.rows import Layout
from exports.workbook.parts.book import Book
from exports.workbook.sheets.inputs import inputs
from exports.workbook.sheets.model import model as results

Key = tuple[str, int, int]


@dataclass(frozen=True)
class NamedSheet:
    """A sheet by the names of its lines: a line without one belongs to the last that has one, so many below it."""

    sheet: Opened
    live: int
    first: int
    filled: Mapping[int, int]
    names: Mapping[int, tuple[str, int]]
    words: Mapping[str, str]

    def key(self, place: Place) -> Key | None:
        """Return what a cell is of: the name of its row, the line within it, and the column from the first member."""
        row, column = place
        if row not in self.names:
            return None
        return (*self.names[row], -1 if column == self.live else self.right(column))

    def right(self, column: int) -> int:
        """Return how far right of the first member a column is; one that somebody inserted, and left empty, is none."""
        return self.filled.get(column, column - self.first)


class Lines:
    """The sheets Inputs and Model of a workbook, by the names of their lines."""

    def __init__(self, sheets: list[Opened]) -> None:
        self.sheets: dict[str, NamedSheet] = {}
        self.results: list[NamedSheet] = []
        for sheet in sheets:
            for wanted, words in ((headings.OF_INPUTS, headings.SOURCE), (headings.OF_RESULTS, headings.FORMULA)):
                found = find_headings(sheet, wanted)
                if found is not None:
                    read = _sheet(sheet, *found, words)
                    self.sheets[sheet.name.casefold()] = read
                    if wanted is headings.OF_RESULTS:
                        self.results.append(read)

    @cached_property
    def formulas(self) -> dict[Key, tuple[NamedSheet, Place, Held]]:
        """Return what stands in each cell of the results."""
        found: dict[Key, tuple[NamedSheet, Place, Held]] = {}
        for read in self.results:
            for place, cell in read.sheet.cells.items():
                key = read.key(place)
                is_shown = key is not None and (key[2] >= 0 or place[1] == read.live)
                if key is not None and is_shown and (cell.is_formula or cell.is_number):
                    found[key] = read, place, cell
        return found

    def normal(self, read: NamedSheet, place: Place, formula: str) -> str:
        """Return a formula with the names of rows for references: the same wherever its sheet and line stand."""

        def name_ends(found: re.Match[str]) -> str:
            if found["text"] is not None:
                return found["text"]
            if not found["first"]:
                return found[0]
            ends = [self.corner(read, place, found["sheet"], end) for end in (found["first"], found["last"]) if end]
            return ":".join(ends)

        return REFERENCE.sub(name_ends, formula).replace(" ", "")

    def corner(self, read: NamedSheet, place: Place, sheet: str | None, end: str) -> str:
        """Return what a cell of a reference is called, by its distance where it moves with the formula."""
        there = self.sheet(read, sheet)
        row, column, _, is_fixed = parse_cell(end)
        key = there.key((row, column)) if there is not None else None
        if there is None or key is None:
            return f"{sheet or ''}{end}"
        name, line, right = key
        below = f"+{line}" if line else ""
        if right < 0:
            return f"{name}{below}"
        return f"{name}{below}[{right}]" if is_fixed else f"{name}{below}[{right - read.right(place[1]):+d}]"

    def sheet(self, read: NamedSheet, name: str | None) -> NamedSheet | None:
        """Return the sheet that a reference leads to."""
        if name is None:
            return read
        return self.sheets.get(unquote(name).casefold())


def without_marks(normal: str) -> str:
    """Return a normal formula for a reader: without its equals sign, and without distances of none."""
    return normal.removeprefix("=").replace("[+0]", "")


def export_sheets(planned: Plan) -> list[Opened]:
    """Return the sheets Inputs and Model as an export would write them."""
    others = tuple(solved_plan(planned).values())
    book = Book(Layout(planned), next(one for one in others if one.case is planned.first_case), others)
    return [opened(inputs(book)), opened(results(book))]


def _sheet(sheet: Opened, header: int, columns: Mapping[str, int], words: str) -> NamedSheet:
    names: dict[int, tuple[str, int]] = {}
    texts: dict[str, str] = {}
    last = ("", 0)
    for row in sorted({row for row, _ in sheet.cells if row > header}):
        name = text_of(sheet.cells.get((row, columns[headings.NAME])))
        has_unit = bool(text_of(sheet.cells.get((row, columns[headings.UNIT]))))
        if name:
            # Formulas read a choice from the line that has its member as a number.
            last = (choice_of(name) or name, 0)
            texts[name] = text_of(sheet.cells.get((row, columns[words])))
        elif has_unit and last[0]:
            last = (last[0], last[1] + 1)
        else:
            # A heading ends what belongs to the row above it.
            last = ("", 0)
            continue
        names[row] = last
    live = columns[headings.LIVE]
    # Words stand before the members, or behind them all.
    is_beside = columns[words] == live + 1
    first = (columns[words] if is_beside else live + WORDS - LIVE) + 1
    members = {column for row, column in sheet.cells if row in names and column >= first}
    filled = sorted(members - {columns[words]})
    return NamedSheet(sheet, live, first, {column: at for at, column in enumerate(filled)}, names, texts)
