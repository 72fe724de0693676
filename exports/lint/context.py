"""A workbook with what several rules ask about, and what a rule finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from engine.problems import Mistake
from exports.lint.areas import Area, NamedBlocks
from exports.reading.formula_text import Parts, Read, Reader, find_reads, parts
from exports.reading.records import Opened, OpenedBook, Place
from exports.style.a1 import address

_MOST_READS: Final = 5_000_000
_MOST_FORMULAS: Final = 750_000
_LARGEST_BLOCK: Final = 100_000
# How many columns a screen shows.
_WIDEST: Final = 12
# Of formulas that are all different, what is known of the last ones is dropped again.
_MOST_KNOWN: Final = 100_000
# What a formula that takes over an input has not.
_RECKONED: Final = frozenset("+-/^&")


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a rule is broken, and how."""

    where: str
    message: str


class Context:
    """A workbook with what several rules ask about."""

    def __init__(self, book: OpenedBook) -> None:
        self.book = book
        self.sheets = book.sheets
        self.order = {sheet.name: place for place, sheet in enumerate(book.sheets)}
        # Spreadsheets take the name of a sheet in any case.
        self._sheets = {sheet.name.casefold(): sheet.name for sheet in book.sheets}
        self.shapes: dict[str, dict[Place, str]] = {}
        # What each formula reads, by sheet and place; what it reads by a name too.
        self.reads: dict[str, dict[Place, tuple[Read, ...]]] = {}
        # What each formula is made of: one for all that differ in their references alone.
        self.parts: dict[str, dict[Place, Parts]] = {}
        # What the formulas make one number of, as far as some rule has asked for it.
        self.totalled: dict[tuple[str, Place], tuple[Read, ...]] = {}
        self._count = 0
        self._refuse_more(book.formulas, _MOST_FORMULAS, "formulas")
        for sheet in book.sheets:
            self._look(sheet)

    def _look(self, sheet: Opened) -> None:
        shapes = self.shapes[sheet.name] = {}
        read = self.reads[sheet.name] = {}
        parts_of = self.parts[sheet.name] = {}
        reader = Reader(sheet.name, self._name)
        made: dict[str, Parts] = {}
        named: dict[str, tuple[Read, ...]] = {}
        for place, formula in sheet.formulas.items():
            seen = reader.look(formula, place)
            own = made.get(seen.plain)
            if own is None:
                own = made[seen.plain] = parts(seen.plain)
            parts_of[place] = own
            shapes[place] = seen.shape
            reads = seen.reads
            for name in own.names:
                if name not in named:
                    named[name] = self._read_by_name(sheet, name)
                reads += named[name]
            read[place] = reads
            self._count += len(reads)
            if len(made) > _MOST_KNOWN:
                made.clear()
            self._refuse_more(self._count, _MOST_READS, "references in formulas")

    def _refuse_more(self, count: int, most: int, what: str) -> None:
        if count > most:
            message = f"'{self.book.path}' has more than {most:,} {what}"
            raise Mistake(message, "split the workbook")

    def _read_by_name(self, sheet: Opened, name: str) -> tuple[Read, ...]:
        text = self.resolve(sheet, name) or ""
        return tuple(self.ranges(text, sheet))

    def _name(self, sheet: str) -> str:
        return self._sheets.get(sheet.casefold(), sheet)

    def of_formula(self, sheet: Opened, place: Place) -> Parts:
        """Return what one formula is made of."""
        return self.parts[sheet.name][place]

    def is_link(self, sheet: Opened, place: Place) -> bool:
        """Return whether a cell only shows another one."""
        made = self.parts[sheet.name].get(place)
        return made is not None and made.is_link

    def takes_over(self, sheet: Opened, place: Place) -> bool:
        """Return whether a cell to type into holds what others of its sheet come to: an input, until one is typed.

        It takes over one of them, chooses between them, or multiplies one by a factor that is typed beside.
        """
        cell = sheet.cells[place]
        if not sheet.is_protected or cell.is_locked:
            return False
        reads, made = self.reads[sheet.name][place], self.of_formula(sheet, place)
        if len(reads) == 1 and not made.functions and not made.has_arithmetic:
            return True
        cells = [sheet.cells.get(read[1:3]) for read in reads if read.sheet == sheet.name and read[1:3] == read[3:]]
        are_typed = len(cells) == len(reads) and all(one is not None and not one.is_locked for one in cells)
        return are_typed and {*made.functions} <= {"IF", "ROUND"} and not _RECKONED & {*str(cell.value)}

    def resolve(self, sheet: Opened, name: str) -> str | None:
        """Return what a name refers to, as seen from a sheet; None where nothing is called so."""
        own = f"{sheet.name}!{name}".upper()
        return self.book.names.get(own, self.book.names.get(name.replace("'", "").upper()))

    @cached_property
    def inputs(self) -> dict[str, list[Place]]:
        """Return, for each sheet, the cells with numbers to type over.

        These are the unlocked ones, or, where nothing is locked, those that some formula reads.
        """
        return {sheet.name: list(self._inputs(sheet)) for sheet in self.sheets}

    @cached_property
    def calculates(self) -> dict[str, bool]:
        """Return for each sheet whether a formula of it does more than pick, compare and join."""
        return {name: any(one.calculates for one in set(made.values())) for name, made in self.parts.items()}

    def ranges(self, formula: str, sheet: Opened) -> Iterator[Read]:
        """Yield the ranges that a formula of a sheet reads, with the names of sheets as these are written there."""
        for one in find_reads(formula, sheet.name):
            yield one._replace(sheet=self._name(one.sheet))

    def blocks(self, sheet: Opened) -> Iterator[tuple[int, int, int, int]]:
        """Yield the ranges of several lines of a sheet that have a name, as first and last lines and columns."""
        for name, text in self.book.names.items():
            for one in self.ranges(text, sheet) if "_XLNM." not in name else ():
                size = (one.bottom - one.top + 1) * (one.right - one.left + 1)
                if one.sheet == sheet.name and one.bottom > one.top and size <= _LARGEST_BLOCK:
                    yield one[1:]

    @cached_property
    def named(self) -> NamedBlocks:
        """Return the ranges that have a name."""
        found: dict[str, list[tuple[int, int, int, int]]] = {sheet.name: [] for sheet in self.sheets}
        for name, text in self.book.names.items():
            for one in self.ranges(text, self.sheets[0]) if "_XLNM." not in name else ():
                if one.sheet in found:
                    found[one.sheet].append(one[1:])
        return NamedBlocks(self.sheets, found)

    @cached_property
    def spans(self) -> dict[str, set[tuple[int, int, int, int]]]:
        """Return the ranges of each sheet that some formula reads, single cells among them."""
        found: dict[str, set[tuple[int, int, int, int]]] = {sheet.name: set() for sheet in self.sheets}
        for by_place in self.reads.values():
            for one in set().union(*by_place.values()):
                if one.sheet in found:
                    found[one.sheet].add(one[1:])
        return found

    def _inputs(self, sheet: Opened) -> Iterator[Place]:
        if sheet.is_protected:
            unlocked = [(place, cell) for place, cell in sheet.cells.items() if not cell.is_locked]
            yield from (place for place, cell in unlocked if not cell.is_filled and cell.is_number)
            return
        spans = self.spans[sheet.name]
        typed = [place for place, cell in sheet.cells.items()
                 if cell.is_number and not (cell.is_filled or cell.is_formula)]  # fmt: skip
        columns = {column for _, column in typed}
        # A range that takes in a heading, such as a year, does not calculate with it.
        read, alone = Area(spans, columns), Area([span for span in spans if span[:2] == span[2:]], columns)
        yield from (place for place in typed if place in (alone if is_heading(sheet, place) else read))


def is_heading(sheet: Opened, place: Place) -> bool:
    """Return whether a cell stands where the headings of a sheet stay in sight."""
    return place[0] < sheet.frozen[0]


def is_in_sight(sheet: Opened, place: Place) -> bool:
    """Return whether a cell stays in sight wherever one scrolls to; no one scrolls to the right on a narrow sheet."""
    return place[0] < sheet.frozen[0] and (place[1] < sheet.frozen[1] or (sheet.frozen[1] <= 1 and not is_wide(sheet)))


def is_wide(sheet: Opened) -> bool:
    """Return whether a sheet has more columns than a screen."""
    return any(column > _WIDEST for _, column in sheet.cells)


def name_place(sheet: Opened, place: Place | None = None) -> str:
    """Return what a reader calls a cell, or a sheet."""
    return sheet.name if place is None else f"{sheet.name}!{address(place)}"
