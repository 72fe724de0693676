"""A workbook with what several rules ask about, and what a rule finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from engine.problems import Mistake
from exports.lint.areas import Area, NamedBlocks
from exports.lint.shapes import Region, Shape, regions
from exports.reading.formula_text import Parts, parts
from exports.reading.records import Opened, OpenedBook, Place
from exports.reading.references import Read, Reader, Reference, find_reads
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
        # What each formula is, by sheet and place: one shape for all that were copied from one another.
        self.shapes: dict[str, dict[Place, Shape]] = {}
        self._count = 0
        self._refuse_more(book.formulas, _MOST_FORMULAS, "formulas")
        for sheet in book.sheets:
            self.shapes[sheet.name] = self._look(sheet)

    def _look(self, sheet: Opened) -> dict[Place, Shape]:
        shapes: dict[Place, Shape] = {}
        sight = _Sight(self, sheet)
        # The last formula of each column, and the last of all: the next one is most often a copy of one of them.
        above: dict[int, Shape] = {}
        before, is_down = None, False
        for place, formula in sheet.formulas.items():
            column = place[1]
            over = above.get(column)
            first, second = (over, before) if is_down else (before, over)
            if first is not None and first.is_copied(formula, place):
                shape = first
            elif second is not None and second is not first and second.is_copied(formula, place):
                shape, is_down = second, not is_down
            else:
                shape = sight.see(formula, place)
            shapes[place] = above[column] = before = shape
            self._count += len(shape.references)
            self._refuse_more(self._count, _MOST_READS, "references in formulas")
        return shapes

    def _refuse_more(self, count: int, most: int, what: str) -> None:
        if count > most:
            message = f"'{self.book.path}' has more than {most:,} {what}"
            raise Mistake(message, "split the workbook")

    def name(self, sheet: str) -> str:
        """Return the name that a sheet has in the workbook, whichever way a formula writes it."""
        return self._sheets.get(sheet.casefold(), sheet)

    def of_formula(self, sheet: Opened, place: Place) -> Parts:
        """Return what one formula is made of."""
        return self.shapes[sheet.name][place].parts

    def reads(self, sheet: Opened, place: Place) -> tuple[Read, ...]:
        """Return what one formula reads, by a name too."""
        return self.shapes[sheet.name][place].reads(place)

    def where(self, sheet: Opened, wanted: Callable[[Shape], object]) -> Iterator[tuple[Place, Shape]]:
        """Yield the formulas of a sheet whose shape is wanted: each shape is asked once."""
        shapes = self.shapes[sheet.name]
        found = {shape for shape in self.kinds[sheet.name] if wanted(shape)}
        return ((place, shape) for place, shape in shapes.items() if shape in found) if found else iter(())

    @cached_property
    def kinds(self) -> dict[str, set[Shape]]:
        """Return the shapes of each sheet."""
        return {name: set(shapes.values()) for name, shapes in self.shapes.items()}

    @cached_property
    def regions(self) -> dict[str, list[Region]]:
        """Return the blocks of copied formulas of each sheet."""
        return {name: regions(shapes) for name, shapes in self.shapes.items()}

    def is_link(self, sheet: Opened, place: Place) -> bool:
        """Return whether a cell only shows another one."""
        shape = self.shapes[sheet.name].get(place)
        return shape is not None and shape.parts.is_link

    def takes_over(self, sheet: Opened, place: Place) -> bool:
        """Return whether a cell to type into holds what others of its sheet come to: an input, until one is typed.

        It takes over one of them, chooses between them, or multiplies one by a factor that is typed beside.
        """
        cell = sheet.cells[place]
        if not sheet.is_protected or cell.is_locked:
            return False
        reads, made = self.reads(sheet, place), self.of_formula(sheet, place)
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
        return {name: any(shape.parts.calculates for shape in found) for name, found in self.kinds.items()}

    def ranges(self, formula: str, sheet: Opened) -> Iterator[Read]:
        """Yield the ranges that a formula of a sheet reads, with the names of sheets as these are written there."""
        for one in find_reads(formula, sheet.name):
            yield one._replace(sheet=self.name(one.sheet))

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

    def spans(self, sheet: Opened, *, with_cells: bool = True) -> set[tuple[int, int, int, int]]:
        """Return the ranges of a sheet that some formula reads, with single cells or without them."""
        return {
            one[1:]
            for region, reference in self._references
            if reference.sheet == sheet.name and (with_cells or not reference.is_cell)
            for one in region.spans(reference)
        }

    @cached_property
    def reached(self) -> dict[str, set[tuple[int, int, int, int]]]:
        """Return the cells of each sheet that some formula reads, as ranges that whole regions read."""
        found: dict[str, set[tuple[int, int, int, int]]] = {sheet.name: set() for sheet in self.sheets}
        for region, reference in self._references:
            if reference.sheet in found:
                found[reference.sheet].add(region.reach(reference)[1:])
        return found

    @cached_property
    def _references(self) -> list[tuple[Region, Reference]]:
        regions = [region for there in self.regions.values() for region in there]
        return [(region, reference) for region in regions for reference in region.shape.references]

    def _inputs(self, sheet: Opened) -> Iterator[Place]:
        if sheet.is_protected:
            unlocked = [(place, cell) for place, cell in sheet.cells.items() if not cell.is_locked]
            yield from (place for place, cell in unlocked if not cell.is_filled and cell.is_number)
            return
        spans = self.spans(sheet)
        typed = [place for place, cell in sheet.cells.items()
                 if cell.is_number and not (cell.is_filled or cell.is_formula)]  # fmt: skip
        columns = {column for _, column in typed}
        # A range that takes in a heading, such as a year, does not calculate with it.
        read, alone = Area(spans, columns), Area([span for span in spans if span[:2] == span[2:]], columns)
        yield from (place for place in typed if place in (alone if is_heading(sheet, place) else read))


class _Sight:
    """Looks at formulas of a sheet that are no known copies, and finds their shapes."""

    def __init__(self, context: Context, sheet: Opened) -> None:
        self._context = context
        self._sheet = sheet
        self._reader = Reader(sheet.name, context.name)
        self._known: dict[tuple[str, str], Shape] = {}
        # What formulas are made of: one for all that differ in their references alone.
        self._made: dict[str, Parts] = {}
        self._named: dict[str, tuple[Reference, ...]] = {}

    def see(self, formula: str, place: Place) -> Shape:
        """Return the shape of a formula."""
        text, references, plain = self._reader.look(formula, place)
        shape = self._known.get((text, plain))
        if shape is not None:
            shape.expect_copies()
            return shape
        if len(self._made) > _MOST_KNOWN:
            self._made.clear()
        made = self._made.get(plain)
        if made is None:
            made = self._made[plain] = parts(plain)
        for name in made.names:
            references += self._read_by_name(name)
        shape = self._known[text, plain] = Shape(text, made, references, formula, place)
        return shape

    def _read_by_name(self, name: str) -> tuple[Reference, ...]:
        if name not in self._named:
            text = self._context.resolve(self._sheet, name) or ""
            self._named[name] = tuple(
                [Reference(sheet, (top, bottom), (left, right))
                 for sheet, top, left, bottom, right in self._context.ranges(text, self._sheet)]
            )  # fmt: skip
        return self._named[name]


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
