"""Lines of Inputs and Model in order: the author's sections, the rows of each, and what heads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.model.declared.rollups import rollup_of
from engine.model.dimensions import Dimension
from engine.model.model import Model
from engine.model.names import days_id, map_id, start_id
from engine.plan.plan import Plan, Row
from engine.problems import KeyPath
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import FIRST_ROW, GRID, Block, PlacedLine

if TYPE_CHECKING:
    from exports.workbook.layout.rows import Layout


@dataclass(frozen=True, slots=True)
class Beside:
    """The columns of a coarser calendar, to the right of everything that members stand in."""

    column: int
    columns: int

    @property
    def moved(self) -> int:
        """Return how far they are from the columns in which members stand everywhere else."""
        return self.column - GRID


def place_inputs(layout: Layout) -> list[PlacedLine]:
    """Return the lines of Inputs, and tell the layout what stands on them."""
    return _Inputs(layout).lines()


def place_results(layout: Layout) -> list[PlacedLine]:
    """Return the lines of Model, and tell the layout what stands on them."""
    return _Model(layout).lines()


def coarser_calendars(model: Model, finest: str) -> list[Dimension]:
    """Return the calendars whose periods those of a finer one belong to, the coarsest first."""
    direct = [dimension for dimension in model.dimensions if dimension.of == finest and dimension.periods]
    found = [one for dimension in direct for one in (*coarser_calendars(model, dimension.id), dimension)]
    return sorted(found, key=lambda dimension: len(dimension.members))


def rolled(row: Row, along: str) -> str:
    """Return how a row is taken together along what runs to the right: sum, last, mean or first; '' where it is not."""
    kind = rollup_of(row.quantity, along) if row.quantity is not None and along else ""
    return "" if kind == "none" else kind


def place_coarser(plan: Plan, blocks: Mapping[str, Block]) -> dict[str, Beside]:
    """Return where the periods of coarser calendars stand on Model, with a free column before each calendar."""
    found: dict[str, Beside] = {}
    on_model = [(plan.row(id_), block) for id_, block in blocks.items() if block.sheet == "Model"]
    column = max([block.column + block.columns for _, block in on_model], default=GRID) + 1
    for fine in dict.fromkeys([block.across for row, block in on_model if rolled(row, block.across)]):
        for coarse in coarser_calendars(plan.model, fine):
            if coarse.id not in found:
                found[coarse.id] = Beside(column, len(coarse.members))
                column += len(coarse.members) + 1
    return found


class _Lines:
    """Puts rows on the lines of a sheet: the author's sections in the author's order, a free line between them."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.plan: Plan = layout.plan
        self.number = FIRST_ROW
        self.found: list[PlacedLine] = []
        self.last_head = 0

    def add(self, **what: object) -> None:
        self.found.append(PlacedLine(self.number, **what))  # type: ignore[arg-type]  # the fields of a line
        self.number += 1

    def sections(self, belongs: Callable[[Row], bool]) -> Iterator[tuple[str, str, list[Row]]]:
        headings = {section.path: section for section in self.plan.model.sections}
        groups: dict[KeyPath, list[Row]] = {}
        for quantity in self.plan.model.quantities:
            row = self.plan.row(quantity.id)
            if belongs(row):
                groups.setdefault(quantity.section, []).append(row)
        for path, rows in groups.items():
            heading = " › ".join(headings[path[: depth + 1]].label for depth in range(len(path))) or "General"
            yield heading, headings[path].note if path else "", rows

    def total(self, row: Row, across: str) -> None:
        """Say at the last head of members how a row below it is taken together along them."""
        kind = rolled(row, across)
        head = self.found[self.last_head]
        if kind and kind not in head.totals:
            self.found[self.last_head] = replace(head, totals=(*head.totals, kind))

    def head(self, across: str) -> None:
        """Head what follows with the members that run across, below the coarser periods that they belong to."""
        for coarser in coarser_calendars(self.plan.model, across):
            self.add(members=across, kind="periods", group=coarser.id)
        self.last_head = len(self.found)
        self.add(members=across)


class _Inputs(_Lines):
    def lines(self) -> list[PlacedLine]:
        if self.layout.dimensional:
            self.dimensions()
        for heading, note, rows in self.sections(lambda row: row.kind == "input" or row.given > 0):
            self.add(heading=heading, note=note)
            singles = [row for row in rows if not row.over]
            for row in singles:
                self.single(row)
            shown = ""
            for row in rows:
                if row.over:
                    shown = self.over_members(row, shown)
            self.number += 1
        constants = [row for row in self.plan.rows if row.kind == "constant"]
        if constants:
            self.add(heading="Constants (not assumptions)", note="Conversions of units, and bare numbers of formulas.")
            for row in constants:
                self.layout.put(row, Block("Inputs", self.number))
                self.add(row=row)
        return self.found

    def single(self, row: Row) -> None:
        """Put an input that is one number with what scales it below, or one member and its code."""
        block = Block("Inputs", self.number)
        self.add(row=row)
        if is_choice(row):
            self.layout.put_typed(row, block)
            block = Block("Inputs", self.number)
            self.add(kind="numbers", chosen=row)
        self.layout.put(row, block)
        scaling = [case for case in self.plan.cases if row.id in case.scale]
        for case in scaling:
            # Each factor stands in the column of its scenario.
            self.layout.put_factors(row, (), case, self.number)
        if scaling:
            self.add(factored=row)

    def dimensions(self) -> None:
        self.add(kind="scenarios")
        self.number += 1
        self.add(heading="Dimensions", note="What rows repeat along; the place of a member counts from 1.")
        for dimension in self.plan.model.dimensions:
            self.layout.put_members(dimension.id, self.number)
            self.add(members=dimension.id, kind="members")
            self.add(members=dimension.id, kind="places")
            self.codes(dimension)
        self.number += 1

    def codes(self, dimension: Dimension) -> None:
        """Put what formulas read of a dimension: its codes, the dates of a calendar, and what its members belong to."""
        if dimension.numbers:
            self.layout.put(self.plan.row(dimension.id), self.layout.members(dimension.id))
        elif dimension.id in self.plan.index:
            self.along(dimension.id, dimension.id, "codes")
        if dimension.periods:
            self.along(start_id(dimension.id), dimension.id, "starts")
            self.add(members=dimension.id, kind="ends")
            self.along(days_id(dimension.id), dimension.id, "days")
        if not all(period.is_whole for period in dimension.periods):
            self.layout.put_heads(dimension.id, self.number)
            self.add(members=dimension.id, kind="heads")
        for group in self.plan.model.dimensions:
            if group.of == dimension.id:
                self.layout.put_map(group.id, self.number)
                self.add(members=dimension.id, kind="map", group=group.id)
                self.along(map_id(group.id, dimension.id), dimension.id, "map_codes", group.id)

    def along(self, id_: str, dimension: str, kind: str, group: str = "") -> None:
        """Put a row of a dimension on one line, to the right."""
        columns = len(self.plan.model.dimension[dimension].members)
        self.layout.put(self.plan.row(id_), Block("Inputs", self.number, dimension, columns))
        self.add(members=dimension, kind=kind, group=group)

    def over_members(self, row: Row, shown: str) -> str:
        """Put the live lines of an input, then for each of its lines one a scenario; return what heads them."""
        block = self.layout.block_from(row, "Inputs", self.number)
        if block.across != shown:
            self.head(block.across)
            block = self.layout.block_from(row, "Inputs", self.number)
        if not row.given:
            self.total(row, block.across)
        self.lines_of(block, row=row)
        if is_choice(row):
            self.layout.put_typed(row, block)
            block = self.layout.block_from(row, "Inputs", self.number)
            self.lines_of(block, kind="numbers", chosen=row)
        if row.given:
            self.layout.put_given(row, block)
        else:
            self.layout.put(row, block)
        for indices in block.each:
            self.factors(row, block, indices)
        return block.across

    def factors(self, row: Row, block: Block, indices: tuple[int, ...]) -> None:
        """Put the factors of a line of an input below it, a line for each scenario that scales any of it."""
        at = dict(zip(block.down, indices, strict=True))
        index = tuple([at.get(name, slice(None)) for name in row.over])
        for case in self.plan.cases:
            factors = np.broadcast_to(case.scale.get(row.id, np.nan), self.plan.shape(row))[index]
            if not np.all(np.isnan(factors)):
                self.layout.put_factors(row, indices, case, self.number)
                self.add(factored=row, indices=indices, case=case)

    def lines_of(self, block: Block, **what: object) -> None:
        """Put the live lines of a block, then for each of them one a scenario."""
        for indices in block.each:
            self.add(indices=indices, **what)
        for indices in block.each:
            for case in self.plan.cases:
                self.add(indices=indices, case=case, **what)


class _Model(_Lines):
    def lines(self) -> list[PlacedLine]:
        working: dict[str, list[Row]] = {}
        for row in self.plan.rows:
            if row.kind == "working":
                working.setdefault(row.note, []).append(row)
        for heading, note, rows in self.sections(lambda row: row.is_computed):
            self.add(heading=heading, note=note)
            shown = ""
            for row in rows:
                for one in (*working.pop(row.id, ()), row):
                    shown = self.put(one, shown)
            self.number += 1
        rest = [row for rows in working.values() for row in rows]
        if rest:
            self.add(heading="Working rows of checks and groups")
            shown = ""
            for row in rest:
                shown = self.put(row, shown)
        return self.found

    def put(self, row: Row, shown: str) -> str:
        block = self.layout.block_from(row, "Model", self.number)
        if block.across and block.across != shown:
            self.head(block.across)
            block = self.layout.block_from(row, "Model", self.number)
        self.layout.put(row, block)
        if block.across:
            self.total(row, block.across)
        for indices in block.each:
            self.add(row=row, indices=indices)
        return block.across or shown
