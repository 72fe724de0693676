"""What a workbook says of itself on its sheets Inputs and Registry, wherever these stand and whatever was moved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite, nan
from typing import Final

from engine.model.dimensions import member_text
from engine.plan.plan import Plan
from engine.problems import Mistake, listed, shortened
from exports.reading.records import Held, Opened, OpenedBook, Place
from exports.roundtrip.compared.straightened import Spot, Straightened
from exports.style.a1 import CELL, parse_cell, unquote
from exports.style.words import plural
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import line_name
from exports.workbook.layout.inputs.ranges import TITLES

_SHEET: Final = r"(?P<sheet>'(?:[^']|'')+'|[\w.]+)!"
_REFERENCE: Final = re.compile(rf"=\+?(?:{_SHEET})?(?P<cell>{CELL})")
_CELLS: Final = re.compile(rf"(?:{_SHEET})?(?P<cell>{CELL})(?![\w(])")
_COMPARED: Final = re.compile(rf"=IF\({_SHEET}{CELL}=(?P<taken>.*),0,1\)", re.IGNORECASE)
# Headings stand near the top, whatever was put above them.
_LOWEST: Final = 300


@dataclass(frozen=True, slots=True)
class Registered:
    """What Registry says of a cell: where it is now, as spreadsheets keep track of it, and what it held on export.

    `taken` is the formula by which it takes over what others have, as `Registry.wording` has it; '' for its own value.
    `lost` says which line or column was deleted with it; `aligned` is where it is by what stands around it.
    """

    spot: Spot | None
    unit: str
    exported: float | str | None
    is_own: bool
    taken: str
    lost: str = ""
    aligned: Spot | None = None


@dataclass(frozen=True)
class InputSheet:
    """A sheet with inputs: by the headings of its columns, and by the names of its lines."""

    sheet: Opened
    columns: Mapping[str, int]
    header: int
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def text(self, place: Place) -> str:
        """Return the text in a cell; '' where there is none."""
        return text_of(self.sheet.cells.get(place))

    def name(self, row: int) -> str:
        """Return the name of a line."""
        return self.text((row, self.columns[headings.NAME]))

    def unit(self, row: int) -> str:
        """Return the unit of a line."""
        return self.text((row, self.columns[headings.UNIT]))

    @cached_property
    def labels(self) -> list[tuple[str, int]]:
        """Return the labels of the scenarios with their columns, in order."""
        first, words = self.columns[headings.LIVE], self.columns[headings.SOURCE]
        row = next(
            (row for (row, _), cell in self.sheet.cells.items() if cell.value == headings.SCENARIOS), self.header
        )
        return [
            (text_of(cell), column)
            for (at, column), cell in sorted(self.sheet.cells.items())
            if at == row
            and column > first
            and column != words
            and text_of(cell)
            and text_of(cell) not in TITLES.values()
        ]

    @cached_property
    def ends(self) -> dict[str, int]:
        """Return the columns of the ends of ranges, by what stands at the head of them."""
        cells = reversed(list(self.sheet.cells.items()))
        return {str(cell.value): column for (_, column), cell in cells if cell.value in TITLES.values()}

    def members(self, dimension: str) -> dict[str, int]:
        """Return the columns of a dimension's members."""
        rows = self.lines.get(dimension, ())
        first, words = self.columns[headings.LIVE], self.columns[headings.SOURCE]
        found = {}
        for row in rows[:1]:
            for (at, column), cell in self.sheet.cells.items():
                if at == row and column > first and column != words and not cell.is_formula:
                    found[member_text(str(cell.value))] = column
        return found


class Registry:
    """All that is known of a workbook's inputs: the sheets that hold them, and what each cell held on export.

    Where it is known what an export writes, what somebody typed over on Registry does not count.
    """

    def __init__(self, book: OpenedBook, straight: Straightened | None = None) -> None:
        if straight is not None:
            book = replace(book, sheets=tuple([straight.with_headings(sheet) for sheet in book.sheets]))
        self.book = book
        self.sheets = {sheet.name.casefold(): sheet for sheet in book.sheets}
        self.inputs = [found for sheet in book.sheets if (found := _inputs(sheet)) is not None]
        self.by_sheet = {found.sheet.name: found for found in self.inputs}
        if not self.inputs:
            message = f"'{book.path}' has no sheet of inputs, as plainsheet export writes it"
            raise Mistake(message, _find_retyped(book) or "name a workbook that was exported from the model")
        self.straight = straight
        self.entries: dict[tuple[str, str], Registered] = {}
        self.has_registry = False
        for sheet in book.sheets:
            entries = self._read(sheet)
            self.has_registry = self.has_registry or entries is not None
            self.entries |= entries or {}
        if straight is not None and self.has_registry:
            self.entries = {
                key: self._known(straight, entry, self.entries.get(key))
                for key, entry in (self._read(straight.exported["Registry"]) or {}).items()
            }

    def _known(self, straight: Straightened, exported: Registered, found: Registered | None) -> Registered:
        """Return what is known of a cell as it was exported, with where it is now."""
        assert exported.spot is not None  # noqa: S101  # an export says where each cell is
        sheet, place = exported.spot
        if lost := straight.lost(sheet, place):
            return replace(exported, spot=None, lost=lost)
        aligned = straight.spot(sheet, place)
        if found is None:
            return replace(exported, spot=aligned, taken="", aligned=aligned)
        # What no export writes is refused, though nothing hangs on it.
        is_broken = isinstance(found.exported, float) and not isfinite(found.exported)
        kept = found.exported if is_broken else exported.exported
        return replace(exported, spot=found.spot, taken=found.taken, exported=kept, aligned=aligned)

    def _read(self, sheet: Opened) -> dict[tuple[str, str], Registered] | None:
        found = find_headings(sheet, headings.OF_REGISTRY)
        if found is None:
            return None
        entries: dict[tuple[str, str], Registered] = {}
        header, columns = found
        rows = sorted({row for row, _ in sheet.cells if row > header})
        for row in rows:
            cells = {heading: sheet.cells.get((row, column)) for heading, column in columns.items()}
            name, case, exported, now = (
                cells[key] for key in (headings.NAME, headings.SCENARIO, headings.EXPORTED, headings.NOW)
            )
            if not text_of(name) or now is None:
                continue
            changed = cells[headings.CHANGED]
            entries[text_of(name), text_of(case)] = Registered(
                self.reference(sheet, str(now.value)) if now.is_formula else None,
                text_of(cells[headings.UNIT]),
                None if exported is None else text_of(exported) or _number(exported),
                text_of(cells[headings.ORIGIN]) == headings.OWN,
                self._taken(sheet, str(changed.value)) if changed is not None and changed.is_formula else "",
            )
        return entries

    def reference(self, own: Opened, formula: str) -> Spot | None:
        """Return the one cell that a formula takes over; None where it does anything else."""
        found = _REFERENCE.fullmatch(formula.strip())
        if found is None:
            return None
        name = unquote(found["sheet"]) if found["sheet"] else own.name
        sheet = self.sheets.get(name.casefold())
        return Spot(sheet.name if sheet is not None else name, parse_cell(found["cell"])[:2])

    def wording(self, own: Opened, formula: str) -> str:
        """Return a formula of a sheet as it is compared: with all sheets named, and without what says nothing."""

        def named(found: re.Match[str]) -> str:
            sheet = unquote(found["sheet"]) if found["sheet"] else own.name
            return f"{sheet}!{found['cell'].replace('$', '')}"

        return _CELLS.sub(named, formula.strip().removeprefix("=").removeprefix("+").replace(" ", "")).casefold()

    def _taken(self, own: Opened, formula: str) -> str:
        """Return the formula that an inherited cell is compared with; '' for one with a value of its own."""
        found = _COMPARED.fullmatch(formula.strip())
        return self.wording(own, found["taken"]) if found is not None and "!" in found["taken"] else ""

    def content(self, spot: Spot) -> Held | None:
        """Return what a cell holds; None for nothing."""
        sheet = self.sheets.get(spot.sheet.casefold())
        return sheet.cells.get(spot.place) if sheet is not None else None

    @cached_property
    def cases(self) -> list[str]:
        """Return the scenarios by id, in the order of the workbook."""
        return list(dict.fromkeys(case for _, case in self.entries if case))


def _inputs(sheet: Opened) -> InputSheet | None:
    found = find_headings(sheet, headings.OF_INPUTS)
    if found is None:
        return None
    header, columns = found
    lines: dict[str, list[int]] = {}
    for (row, column), cell in sheet.cells.items():
        if column == columns[headings.NAME] and row > header and text_of(cell):
            lines.setdefault(text_of(cell), []).append(row)
    return InputSheet(sheet, columns, header, {name: tuple(rows) for name, rows in lines.items()})


def find_headings(sheet: Opened, wanted: frozenset[str]) -> tuple[int, dict[str, int]] | None:
    """Return the line of a sheet that has these headings, and their columns."""
    found: dict[int, dict[str, int]] = {}
    for (row, column), cell in sheet.cells.items():
        if row > _LOWEST:
            break
        if cell.value in wanted:
            found.setdefault(row, {})[str(cell.value)] = column
    return next(((row, columns) for row, columns in found.items() if columns.keys() == wanted), None)


def _find_retyped(book: OpenedBook) -> str:
    """Return which heading to put back where a sheet has most of those of inputs, '' where none has."""
    for sheet in book.sheets:
        for row, cells in _by_row(sheet):
            missing = headings.OF_INPUTS - {str(cell.value) for _, cell in cells}
            if len(missing) < len(headings.OF_INPUTS) / 2:
                there = plural(len(missing), "heading")
                return f"put the {there} {listed(sorted(missing))} back on line {row} of '{shortened(sheet.name)}'"
    return ""


def _by_row(sheet: Opened) -> Iterator[tuple[int, list[tuple[int, Held]]]]:
    """Yield the first lines with their cells, which come in the order of lines."""
    rows: dict[int, list[tuple[int, Held]]] = {}
    for (row, column), cell in sheet.cells.items():
        if row > _LOWEST:
            break
        rows.setdefault(row, []).append((column, cell))
    yield from rows.items()


def _number(cell: Held | None) -> float:
    """Return the number in a cell; NaN where there is none, or none that a model could hold."""
    if cell is None or cell.is_formula or not cell.is_number or isinstance(cell.value, str):
        return nan
    try:
        return float(cell.value)
    except OverflowError:
        return nan


def text_of(cell: Held | None) -> str:
    """Return the text in a cell; '' where it holds anything else."""
    return cell.value.strip() if cell is not None and isinstance(cell.value, str) and not cell.is_formula else ""


def find_reshaped(plan: Plan, registry: Registry) -> frozenset[str]:
    """Return the dimensions whose members differ, as far as the workbook tells: by its headings and inputs."""
    found: set[str] = set()
    for name, dimension in plan.model.dimension.items():
        for sheet in registry.inputs:
            there = list(sheet.members(name))
            if there and there != list(dimension.members):
                found.add(name)
    known: dict[str, set[str]] = {}
    for name, _ in registry.entries:
        id_, bracket, _ = name.partition("[")
        if bracket:
            known.setdefault(id_, set()).add(name)
    for row in plan.inputs:
        there_names = known.get(row.id, set())
        if not row.over or not there_names:
            continue
        cells = zip(plan.members(row), row.is_set, strict=True)
        if there_names == {line_name(row.id, member) for member, is_set in cells if is_set}:
            continue
        found |= {
            name
            for place, name in enumerate(row.over)
            if (members := _members(there_names, place, len(row.over))) != set(plan.model.dimension[name].members)
            # Where values begin a row, those there were may be fewer.
            and (all(row.is_set) or not members <= set(plan.model.dimension[name].members))
        }
    return frozenset(found)


def _members(names: set[str], place: int, count: int) -> set[str]:
    """Return the members along one dimension of cells by their names; a member with a comma is none of these."""
    split = [name.partition("[")[2].removesuffix("]").split(", ") for name in names]
    return {members[place] for members in split if len(members) == count}
