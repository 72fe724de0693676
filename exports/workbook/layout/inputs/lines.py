"""Lines of Inputs in order: dimensions, the author's sections with the ranges of their inputs, and constants."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.model.data import DataGrid
from engine.model.dimensions import Dimension
from engine.model.names import days_id, map_id, start_id
from engine.plan.outputs import outputs
from engine.plan.plan import Plan, Row
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import Block, PlacedLine, SheetName
from exports.workbook.layout.inputs.ranges import ends_of, has_one_range, has_range, sought, swings
from exports.workbook.layout.lines import Lines

if TYPE_CHECKING:
    from exports.workbook.layout.rows import Layout


# Values from a file that are more stand on a sheet of their own.
_MOST_ON_INPUTS: Final = 1_000


def place_inputs(layout: Layout) -> list[PlacedLine]:
    """Return the lines of Inputs, and tell the layout what stands on them."""
    return _Inputs(layout).lines()


def place_data(layout: Layout) -> list[PlacedLine]:
    """Return the lines of Data, none where no input has so many values from a file, and tell the layout of them."""
    return _Data(layout).lines()


def is_on_data(plan: Plan, row: Row) -> bool:
    """Return whether an input stands on Data: many numbers from a file, without ends, members or factors beside."""
    is_plain = row.kind == "input" and not is_choice(row) and not has_range(row)
    is_of_file = row.quantity is not None and isinstance(row.quantity.value, DataGrid)
    is_scaled = any(row.id in case.scale for case in plan.cases)
    return is_of_file and is_plain and not is_scaled and plan.model.size(row.over) > _MOST_ON_INPUTS


class _Inputs(Lines):
    sheet: SheetName = "Inputs"

    def lines(self) -> list[PlacedLine]:
        if self.layout.dimensional:
            self.dimensions()
        belongs = partial(self.belongs, of_data=False)
        for heading, note, rows in self.sections(belongs):
            self.add(heading=heading, note=note)
            singles = [row for row in rows if not row.over]
            for row in singles:
                self.single(row)
            shown = ""
            for row in rows:
                if row.over:
                    shown = self.over_members(row, shown)
            self.number += 1
        self.swing()
        constants = [row for row in self.plan.rows if row.kind == "constant"]
        if constants:
            self.add(heading="Constants (not assumptions)", note="Conversions of units, and bare numbers of formulas.")
            for row in constants:
                self.layout.put(row, Block("Inputs", self.number))
                self.add(row=row)
            self.number += 1
        self.target()
        return self.found

    def belongs(self, row: Row, *, of_data: bool) -> bool:
        """Return whether a row is typed in, on Data or on Inputs."""
        return (row.kind == "input" or row.given > 0) and is_on_data(self.plan, row) == of_data

    def swing(self) -> None:
        """Put the share by which inputs without a range go up and down, where any does."""
        has_outputs = any(not is_choice(output.row) for output in outputs(self.plan))
        if has_outputs and any(swings(row) for row in self.plan.inputs):
            self.add(heading="Ranges", note="How far an input goes that has no range beside it or below.")
            self.layout.put_swing(self.number)
            self.add(kind="swing")
            self.number += 1

    def target(self) -> None:
        """Put what an output shall be, where any input could make it so."""
        if sought(self.plan):
            self.add(heading="Goal", note="What the output that is chosen on Sensitivity shall be.")
            self.layout.put_target(self.number)
            self.add(kind="target")
            for index, _ in enumerate([one for one in outputs(self.plan) if not is_choice(one.row)]):
                self.add(kind="output", indices=(index,))

    def single(self, row: Row) -> None:
        """Put an input that is one number with what scales it below, or one member and its code."""
        block = Block("Inputs", self.number)
        for end in ends_of(row):
            self.layout.put_end(row, end, (), self.number)
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
        block = self.layout.block_from(row, self.sheet, self.number)
        if block.across != shown:
            self.head(block.across)
            block = self.layout.block_from(row, self.sheet, self.number)
        if not row.given:
            self.total(row, block.across)
        self.lines_of(block, row=row)
        if is_choice(row):
            self.layout.put_typed(row, block)
            block = self.layout.block_from(row, self.sheet, self.number)
            self.lines_of(block, kind="numbers", chosen=row)
        if row.given:
            self.layout.put_given(row, block)
        else:
            self.layout.put(row, block)
        for indices in block.each:
            self.factors(row, block, indices)
        if has_range(row):
            self.ranges(row, block)
        return block.across

    def ranges(self, row: Row, block: Block) -> None:
        """Put the ends of an input's range below it: those that all members have, or below each other of each line."""
        for indices in [()] if has_one_range(row) else block.each:
            for end in ends_of(row):
                self.layout.put_end(row, end, indices, self.number)
                self.add(kind=end, ranged=row, indices=indices)

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


class _Data(_Inputs):
    sheet: SheetName = "Data"

    def lines(self) -> list[PlacedLine]:
        for heading, note, rows in self.sections(partial(self.belongs, of_data=True)):
            self.add(heading=heading, note=note)
            shown = ""
            for row in rows:
                shown = self.over_members(row, shown)
            self.number += 1
        return self.found
