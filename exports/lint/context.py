"""A workbook with what several rules ask about, and what a rule finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from exports.reading.formula_text import Parts, Read, parts, reads, shape
from exports.reading.records import Opened, OpenedBook, Place
from exports.style.a1 import address


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
        self.shapes: dict[str, dict[Place, str]] = {
            sheet.name: {place: shape(formula, place) for place, formula in sheet.formulas.items()}
            for sheet in book.sheets
        }

    @cached_property
    def reads(self) -> dict[str, dict[Place, tuple[Read, ...]]]:
        """Return what each formula reads, by sheet and place; what it reads by a name too."""
        return {
            sheet.name: {place: tuple(self._reads(sheet, place, formula)) for place, formula in sheet.formulas.items()}
            for sheet in self.sheets
        }

    @cached_property
    def parts(self) -> dict[str, Parts]:
        """Return what the formulas of each shape are made of."""
        found: dict[str, Parts] = {}
        for sheet in self.sheets:
            for place, one in self.shapes[sheet.name].items():
                if one not in found:
                    found[one] = parts(sheet.formulas[place])
        return found

    def of_formula(self, sheet: Opened, place: Place) -> Parts:
        """Return what one formula is made of."""
        return self.parts[self.shapes[sheet.name][place]]

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
        return {
            name: any(self.parts[one].calculates for one in shapes.values()) for name, shapes in self.shapes.items()
        }

    def _reads(self, sheet: Opened, place: Place, formula: str) -> Iterator[Read]:
        texts = [formula]
        texts += [text for name in self.of_formula(sheet, place).names if (text := self.resolve(sheet, name))]
        for text in texts:
            for one in reads(text, sheet.name):
                yield one._replace(sheet=self._sheets.get(one.sheet.casefold(), one.sheet))

    @cached_property
    def _read(self) -> dict[str, set[Place]]:
        found: dict[str, set[Place]] = {sheet.name: set() for sheet in self.sheets}
        for by_place in self.reads.values():
            for one in [one for read in by_place.values() for one in read]:
                if one.sheet in found and (one.top, one.left) == (one.bottom, one.right):
                    found[one.sheet].add((one.top, one.left))
        return found

    def _inputs(self, sheet: Opened) -> Iterator[Place]:
        for place, cell in sheet.cells.items():
            if cell.is_filled or not cell.is_number:
                continue
            if sheet.is_protected:
                if not cell.is_locked:
                    yield place
            elif not cell.is_formula and place in self._read[sheet.name]:
                yield place


def name_place(sheet: Opened, place: Place | None = None) -> str:
    """Return what a reader calls a cell, or a sheet."""
    return sheet.name if place is None else f"{sheet.name}!{address(place)}"
