"""Where everything stands in the workbook: a grid of blocks, worked out before a cell is written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import prod

from engine.model.names import start_id
from engine.plan.plan import Case, Plan, Row
from exports.style.a1 import letter
from exports.workbook.layout.geometry import (
    FIRST_ROW,
    GRID,
    HEADER_ROW,
    LIVE,
    WORDS,
    Block,
    SheetName,
    line_name,
    on_sheet,
)
from exports.workbook.layout.inputs.lines import place_data, place_inputs
from exports.workbook.layout.inputs.ranges import TITLES, End, has_one_range
from exports.workbook.layout.lines import place_coarser, place_results


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
        self._typed: dict[str, Block] = {}
        self._members: dict[str, int] = {}
        self._factors: dict[tuple[str, tuple[int, ...], str], int] = {}
        self._maps: dict[str, int] = {}
        self._heads: dict[str, int] = {}
        self._ends: dict[tuple[str, End, tuple[int, ...]], int] = {}
        self._swing = 0
        self._target = 0
        self.inputs = place_inputs(self)
        self.data = place_data(self)
        self.model = place_results(self)
        self.beside = place_coarser(plan, self._blocks)
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

    def typed_block(self, row: Row) -> Block:
        """Return where live values of an input stand as they are typed: of a choice its members, not their codes."""
        return self._typed.get(row.id) or self.input_block(row)

    def case_line(self, block: Block, indices: tuple[int, ...], case: Case) -> int:
        """Return the line of Inputs that holds a scenario's values, below live ones over dimensions."""
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

    def starts(self, calendar: str) -> Block:
        """Return where the first days of a calendar's periods stand; their last days stand on the line below."""
        return self._blocks[start_id(calendar)]

    def reference(self, id_: str, sheet: SheetName) -> str:
        """Return a formula's reference to all of a row, from a sheet."""
        return on_sheet(self._blocks[id_], self._blocks[id_].area(), sheet)

    def factor_line(self, row: Row, indices: tuple[int, ...], case: Case) -> int:
        """Return the line of Inputs that holds the factors by which a scenario scales a line of an input."""
        return self._factors[row.id, indices, case.id]

    @cached_property
    def end_columns(self) -> dict[End, int]:
        """Return the columns of Inputs, behind the scenarios, with the ends of ranges of single numbers."""
        first = GRID + len(self.plan.cases) + 1
        shown = {end for id_, end, _ in self._ends if not self.plan.row(id_).over}
        return {end: first + index for index, end in enumerate([end for end in TITLES if end in shown])}

    def end(self, row: Row, end: End, indices: tuple[int, ...] = (), column: str = "") -> str:
        """Return the cell of Inputs with an end of the range of an input, of a line of it in the column of a member."""
        if not row.over:
            return f"${letter(self.end_columns[end])}${self._ends[row.id, end, ()]}"
        if has_one_range(row):
            return f"${letter(LIVE)}${self._ends[row.id, end, ()]}"
        return f"{'$' if column == letter(LIVE) else ''}{column}${self._ends[row.id, end, indices]}"

    @property
    def swing(self) -> str:
        """Return the cell of Inputs with the share by which inputs without a range go up and down, '' for none."""
        return f"${letter(LIVE)}${self._swing}" if self._swing else ""

    @property
    def target(self) -> str:
        """Return the cell of Inputs with what the chosen output shall be, '' for none."""
        return f"${letter(LIVE)}${self._target}" if self._target else ""

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
        """Return the last column of Model: of members or of coarser periods beside them, WORDS where it has neither."""
        ends = [GRID + block.columns - 1 for block in self._blocks.values() if block.across]
        ends += [block.column + block.columns - 1 for block in self.beside.values()]
        return max(ends, default=WORDS)

    @cached_property
    def words_column(self) -> int:
        """Return the column of Model for formulas in words: behind all periods, so that these are in sight at once."""
        is_wide = any(block.across for block in self._blocks.values() if block.sheet == "Model")
        return self.last_column + 2 if is_wide else WORDS

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

    def put_end(self, row: Row, end: End, indices: tuple[int, ...], number: int) -> None:
        """Remember where an end of the range of an input stands."""
        self._ends[row.id, end, indices] = number

    def put_swing(self, number: int) -> None:
        """Remember where the share stands by which inputs without a range go up and down."""
        self._swing = number

    def put_target(self, number: int) -> None:
        """Remember where the target stands of a goal."""
        self._target = number

    def put_typed(self, row: Row, block: Block) -> None:
        """Remember where the members stand that a choice has."""
        self._typed[row.id] = block

    def put_map(self, group: str, number: int) -> None:
        """Remember where the names stand of the members of a group that those of its finer dimension belong to."""
        self._maps[group] = number

    def map_line(self, group: str) -> int:
        """Return the line of Inputs that names the member of a group that each member belongs to."""
        return self._maps[group]

    def put_heads(self, calendar: str, number: int) -> None:
        """Remember where the names of a calendar's periods stand as they head columns, those in part marked."""
        self._heads[calendar] = number

    def heads(self, dimension: str) -> Block:
        """Return where the names of members stand as they head columns."""
        members = self.members(dimension)
        return Block("Inputs", self._heads.get(dimension, members.row), dimension, members.columns)

    def put_members(self, dimension: str, number: int) -> None:
        """Remember where a dimension's members stand."""
        self._members[dimension] = number


class CaseLayout(RowPlaces):
    """The places of one case's rows; what the case has no lines for stays where it is in `base`."""

    def __init__(self, base: RowPlaces, blocks: Mapping[str, Block], given: Mapping[str, Block], offset: int) -> None:
        self.plan = base.plan
        self._base = base
        self._blocks = blocks
        self._given = given
        self._offset = offset

    def block(self, id_: str) -> Block:
        """Return where a row stands in this case, or outside of it."""
        row = self.plan.row(id_)
        if row.kind == "part" and row.quantity is not None:
            whole = self.plan.row(row.quantity.id)
            return part_block(self.block(whole.id), whole.parts.index(id_))
        block = self._blocks.get(id_)
        return self._base.block(id_) if block is None else self._move(block)

    def given_block(self, row: Row) -> Block:
        """Return where an input stands in this case, or of one that is computed later on what it begins with."""
        return self.given(row.id) if row.given else self.block(row.id)

    def given(self, id_: str) -> Block:
        """Return where the values stand that a row begins with in this case."""
        block = self._given.get(id_)
        return self._base.given(id_) if block is None else self._move(block)

    def members(self, dimension: str) -> Block:
        """Return where a dimension's members stand."""
        return self._base.members(dimension)

    def _move(self, block: Block) -> Block:
        return replace(block, row=block.row + self._offset) if self._offset else block


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
    first = block.first + index * prod(rest) * block.columns if block.first else 0
    row = block.row if block.first else block.row + index * prod(rest)
    return replace(block, row=row, down=block.down[1:], counts=rest, first=first)
