"""Where everything stands in the workbook: a grid of blocks, worked out before a cell is written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from math import prod

import numpy as np

from engine.plan.plan import Case, Plan, Row
from engine.problems import KeyPath
from exports.style.a1 import letter
from exports.workbook.layout.geometry import (
    FIRST_ROW,
    GRID,
    HEADER_ROW,
    WORDS,
    Block,
    PlacedLine,
    SheetName,
    line_name,
    on_sheet,
)


class RowPlaces(ABC):
    """Where rows stand, as formulas ask for it."""

    plan: Plan

    @abstractmethod
    def block(self, id_: str) -> Block:
        """Return where a row of the plan stands."""

    @abstractmethod
    def given(self, id_: str) -> Block:
        """Return where the values stand that a row begins with, before its formula takes over."""

    @abstractmethod
    def members(self, dimension: str) -> Block:
        """Return where a dimension's members stand, to the right."""

    def indices(self, dimension: str) -> Block:
        """Return where the places of a dimension's members stand, counted from 1."""
        members = self.members(dimension)
        return Block("Inputs", members.row + 1, dimension, members.columns)


class Layout(RowPlaces):
    """The places of a plan's rows, and how formulas refer to them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dimensional = bool(plan.model.dimensions)
        self._blocks: dict[str, Block] = {}
        self._given: dict[str, Block] = {}
        self._members: dict[str, int] = {}
        self._factors: dict[tuple[str, tuple[int, ...], str], int] = {}
        self.inputs = _Inputs(self).lines()
        self.model = _Model(self).lines()
        for row in plan.rows:
            # The rows of members' own formulas are the lines of the row that they make up.
            for index, part in enumerate(row.parts):
                self._blocks[part] = part_block(self._blocks[row.id], index)

    def block(self, id_: str) -> Block:
        """Return where a row of the plan stands."""
        return self._blocks[id_]

    def given(self, id_: str) -> Block:
        """Return where the values stand that a row begins with, before its formula takes over."""
        return self._given[id_]

    def input_block(self, row: Row) -> Block:
        """Return where the live values of an input stand, or those that a row begins with."""
        return self._given[row.id] if row.given else self._blocks[row.id]

    def case_line(self, row: Row, indices: tuple[int, ...], case: Case) -> int:
        """Return the line of Inputs that holds a scenario's values of a line of an input over dimensions."""
        block = self.input_block(row)
        below = block.row + block.lines + (block.line(indices) - block.row) * len(self.plan.cases)
        return below + self._scenario_columns[case.id] - GRID

    def line_name(self, row: Row, down: Sequence[str], indices: Sequence[int]) -> str:
        """Return the name of the line of a row at some members of what runs down."""
        dimension = self.plan.model.dimension
        members = [dimension[name].members[index] for name, index in zip(down, indices, strict=True)]
        return line_name(row.id, members)

    def members(self, dimension: str) -> Block:
        """Return where a dimension's members stand, to the right."""
        return Block("Inputs", self._members[dimension], dimension, len(self.plan.model.dimension[dimension].members))

    def reference(self, id_: str, sheet: SheetName) -> str:
        """Return a formula's reference to all of a row, from a sheet."""
        return on_sheet(self._blocks[id_], self._blocks[id_].area(), sheet)

    def factor_line(self, row: Row, indices: tuple[int, ...], case: Case) -> int:
        """Return the line of Inputs that holds the factors by which a scenario scales a line of an input."""
        return self._factors[row.id, indices, case.id]

    @property
    def scenario_row(self) -> int:
        """Return the line of Inputs that names the scenarios."""
        return FIRST_ROW if self.dimensional else HEADER_ROW

    def scenario_column(self, case: Case) -> int:
        """Return the column of Inputs that holds a scenario's values of single numbers."""
        return self._scenario_columns[case.id]

    @cached_property
    def scenario_labels(self) -> str:
        """Return the range that lists the scenarios, as seen from another sheet."""
        last = letter(GRID + len(self.plan.cases) - 1)
        return f"Inputs!${letter(GRID)}${self.scenario_row}:${last}${self.scenario_row}"

    @cached_property
    def last_column(self) -> int:
        """Return the last column that members stand in, or WORDS where no row has any across."""
        return max([GRID + block.columns - 1 for block in self._blocks.values() if block.across], default=WORDS)

    @cached_property
    def _scenario_columns(self) -> dict[str, int]:
        return {case.id: GRID + index for index, case in enumerate(self.plan.cases)}

    def block_from(self, row: Row, sheet: SheetName, number: int) -> Block:
        """Return the block of a row that begins on a line."""
        if not row.over:
            return Block(sheet, number)
        dimension = self.plan.model.dimension
        across = self.plan.across(row)
        down = running_down(row, across)
        columns = len(dimension[across].members) if across else 1
        return Block(sheet, number, across, columns, down, tuple([len(dimension[name].members) for name in down]))

    def put(self, row: Row, block: Block) -> None:
        """Remember where a row stands."""
        self._blocks[row.id] = block

    def put_given(self, row: Row, block: Block) -> None:
        """Remember where the values stand that a row begins with."""
        self._given[row.id] = block

    def put_factors(self, row: Row, indices: tuple[int, ...], case: Case, number: int) -> None:
        """Remember where the factors stand by which a scenario scales a line of an input."""
        self._factors[row.id, indices, case.id] = number

    def put_members(self, dimension: str, number: int) -> None:
        """Remember where a dimension's members stand."""
        self._members[dimension] = number


def running_down(row: Row, across: str) -> tuple[str, ...]:
    """Return the dimensions of a row that run down, where one runs across, in the order of its lines."""
    down = [name for name in row.over if name != across]
    if row.parts and row.quantity is not None:
        over = row.quantity.formulas_over
        # Each member's own formula has lines that follow one another.
        down.sort(key=lambda name: name != over)
    return tuple(down)


def part_block(block: Block, index: int) -> Block:
    """Return where one member's own formula stands among those that make up a row."""
    rest = block.counts[1:]
    return Block(block.sheet, block.row + index * prod(rest), block.across, block.columns, block.down[1:], rest)


class _Lines:
    """Puts rows on the lines of a sheet: the author's sections in the author's order, a free line between them."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.plan = layout.plan
        self.number = FIRST_ROW
        self.found: list[PlacedLine] = []

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


class _Inputs(_Lines):
    def lines(self) -> list[PlacedLine]:
        if self.layout.dimensional:
            self.dimensions()
        for heading, note, rows in self.sections(lambda row: row.kind == "input" or row.given > 0):
            self.add(heading=heading, note=note)
            singles = [row for row in rows if not row.over]
            for row in singles:
                self.layout.put(row, Block("Inputs", self.number))
                self.add(row=row)
                self.factors(row)
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

    def dimensions(self) -> None:
        self.add(kind="scenarios")
        self.number += 1
        self.add(heading="Dimensions", note="What rows repeat along; the place of a member counts from 1.")
        for dimension in self.plan.model.dimensions:
            self.layout.put_members(dimension.id, self.number)
            if dimension.numbers:
                self.layout.put(self.plan.row(dimension.id), self.layout.members(dimension.id))
            self.add(members=dimension.id, kind="members")
            self.add(members=dimension.id, kind="places")
        self.number += 1

    def over_members(self, row: Row, shown: str) -> str:
        """Put the live lines of an input, then for each of its lines one a scenario; return what heads them."""
        block = self.layout.block_from(row, "Inputs", self.number)
        if block.across != shown:
            self.add(members=block.across)
            block = self.layout.block_from(row, "Inputs", self.number)
        if row.given:
            self.layout.put_given(row, block)
        else:
            self.layout.put(row, block)
        for indices in block.each:
            self.add(row=row, indices=indices)
        for indices in block.each:
            for case in self.plan.cases:
                self.add(row=row, indices=indices, case=case)
        for indices in block.each:
            self.member_factors(row, block, indices)
        return block.across

    def factors(self, row: Row) -> None:
        """Put the factors of a single number below it, each in the column of its scenario."""
        scaling = [case for case in self.plan.cases if row.id in case.scale]
        for case in scaling:
            self.layout.put_factors(row, (), case, self.number)
        if scaling:
            self.add(factored=row)

    def member_factors(self, row: Row, block: Block, indices: tuple[int, ...]) -> None:
        """Put the factors of a line of an input below it, a line for each scenario that scales any of it."""
        at = dict(zip(block.down, indices, strict=True))
        index = tuple([at.get(name, slice(None)) for name in row.over])
        for case in self.plan.cases:
            factors = np.broadcast_to(case.scale.get(row.id, np.nan), self.plan.shape(row))[index]
            if not np.all(np.isnan(factors)):
                self.layout.put_factors(row, indices, case, self.number)
                self.add(factored=row, indices=indices, case=case)


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
            self.add(heading="Working rows of checks")
            shown = ""
            for row in rest:
                shown = self.put(row, shown)
        return self.found

    def put(self, row: Row, shown: str) -> str:
        block = self.layout.block_from(row, "Model", self.number)
        if block.across and block.across != shown:
            self.add(members=block.across)
            block = self.layout.block_from(row, "Model", self.number)
        self.layout.put(row, block)
        for indices in block.each:
            self.add(row=row, indices=indices)
        return block.across or shown
