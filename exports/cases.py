"""The cases that the workbook computes side by side: each scenario, then each end of each input's range.

One block of lines a case, below each other on the sheet Cases; every block has the same rows in the same places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import isnan
from typing import Final, Literal

import numpy as np

from engine.adjoint import gradients, inputs
from engine.cells import Cell
from engine.evaluate import Results, evaluate
from engine.many import evaluate_many, lags
from engine.rows import Array, Case, Numbers, Plan, Row
from engine.sensitivity import SWING, ends
from exports.layout import Layout, part_block
from exports.outputs import Output, outputs
from exports.places import FIRST_ROW, GRID, Block, letter

MOST_CELLS: Final = 200_000
End = Literal["low", "high"]
LOW: Final[End] = "low"
HIGH: Final[End] = "high"


@dataclass(frozen=True, slots=True)
class Turn:
    """One case: a scenario, or the live one with all members of an input at one end of their range.

    `values` are those of the rows that feed the outputs, by their place in the plan.
    """

    label: str
    values: Mapping[int, Numbers]
    scenario: Case | None = None
    row: Row | None = None
    end: End = "low"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a block of a case: members of a row, or of the values that a row begins with."""

    row: Row
    block: Block
    places: tuple[int, ...]
    is_given: bool = False


class Cases:
    """Which cases there are, and where each stands."""

    def __init__(self, layout: Layout, results: Results, others: Sequence[Results]) -> None:
        self.layout = layout
        self.plan: Plan = layout.plan
        self.results = results
        self.others = others
        self.outputs: list[Output] = outputs(self.plan)
        self.rows = _feeding(self.plan, self.outputs)
        self._blocks: dict[str, Block] = {}
        self._given: dict[str, Block] = {}
        self.first_lines = list(self._place())
        self.height = len(self.first_lines) + 2
        per_case = sum(line.block.columns for line in self.first_lines) + len(self.outputs)
        most = MOST_CELLS // max(1, per_case)
        self.scenarios = self.plan.cases[:most]
        self.left_out = [f"the scenario {case.label}" for case in self.plan.cases[most:]]
        by_id = {one.case.id: one for one in others}
        self.turns = [
            Turn(case.label, dict(enumerate(by_id[case.id].values)), scenario=case) for case in self.scenarios
        ]
        self.varied = self._varied(most - len(self.turns)) if self.outputs else []
        self.turns += self._ends()

    @property
    def last_column(self) -> int:
        """Return the last column of the sheet."""
        columns = [line.block.column + line.block.columns - 1 for line in self.first_lines]
        return max([GRID, GRID + len(self.outputs) - 1, *columns])

    def header(self, number: int) -> int:
        """Return the line that heads a case, with its outputs to the right."""
        return FIRST_ROW + number * self.height

    def output(self, number: int, place: int, *, sheet: str = "Cases!") -> str:
        """Return the cell that holds one output in a case."""
        return f"{sheet}${letter(GRID + place)}${self.header(number)}"

    def outputs_of(self, number: int) -> str:
        """Return the cells that hold all outputs in a case."""
        line = self.header(number)
        return f"Cases!${letter(GRID)}${line}:${letter(GRID + len(self.outputs) - 1)}${line}"

    def turn(self, row: Row, end: End) -> int:
        """Return the number of the case in which an input that is varied is at an end."""
        return self._by_end[row.id, end]

    def at(self, number: int) -> CaseLayout:
        """Return the places of a case's rows, for its formulas."""
        return CaseLayout(self, number * self.height)

    def lines(self, number: int) -> Iterator[tuple[int, CaseLine]]:
        """Yield the lines of a case by number."""
        for place, line in enumerate(self.first_lines):
            yield self.header(number) + 1 + place, line

    @cached_property
    def _by_end(self) -> dict[tuple[str, str], int]:
        return {(turn.row.id, turn.end): number for number, turn in enumerate(self.turns) if turn.row is not None}

    def _place(self) -> Iterator[CaseLine]:
        number = FIRST_ROW + 1
        for is_given, rows in ((True, [row for row in self.rows if row.value is not None]),
                               (False, [row for row in self.rows if row.is_computed])):  # fmt: skip
            for row in rows:
                block = self.layout.shaped(row, "Cases", number)
                (self._given if is_given and row.given else self._blocks)[row.id] = block
                for places in product(*[range(count) for count in block.counts]):
                    yield CaseLine(row, block, places, is_given)
                number += block.lines

    def _varied(self, room: int) -> list[Row]:
        """Return the inputs that are varied, the largest elasticity of any output first, so far as there is room."""
        # The order is that of the model's first scenario, whichever is chosen: the same workbook for all of them.
        first = evaluate(self.plan)
        known = gradients(first)
        sizes: dict[str, float] = {}
        for output in self.outputs:
            if known is None:
                break
            cell = Cell(output.row.id, output.number)
            value = first.cells(cell.id)[cell.number]
            for id_, slope in known.by_input(known.adjoints(cell), cell).items():
                own = np.nan_to_num(np.array(first.cells(id_))) * np.ravel(slope)
                size = abs(float(np.sum(own)) / value) if value else 0.0
                sizes[id_] = max(sizes.get(id_, 0.0), np.inf if isnan(size) else size)
        feeding = {row.id for row in self.rows}
        ranked = [row for row in inputs(self.plan) if row.id in feeding]
        ranked.sort(key=lambda row: -sizes.get(row.id, 0.0))
        self.left_out += [row.label for row in ranked[max(0, room // 2) :]]
        return ranked[: max(0, room // 2)]

    def _ends(self) -> list[Turn]:
        if not self.varied:
            return []
        count = 2 * len(self.varied)
        # Only of the rows that feed the outputs: a large model has many others.
        shapes = {self.plan.index[row.id]: self.plan.shape(row) for row in self.rows}
        found: dict[str, dict[int, Array]] = {}
        for one in self.others:
            values = self._at_ends(one)
            found[one.case.id] = {
                at: np.broadcast_to(values[at], (count, *shape)).copy() for at, shape in shapes.items()
            }
        # What has no value in some scenario is left out in all, so that the workbook is the same for all of them.
        live = found[self.results.case.id]
        for at, value in live.items():
            value[np.any([np.isnan(other[at]) for other in found.values()], axis=0)] = np.nan
        turns = []
        for place, row in enumerate(self.varied):
            for number, end in ((2 * place, LOW), (2 * place + 1, HIGH)):
                own = {at: live[at][number] if shape else float(live[at][number]) for at, shape in shapes.items()}
                turns.append(Turn(f"{row.label}: {end} end", own, row=row, end=end))
        return turns

    def _at_ends(self, results: Results) -> list[Array]:
        """Return all values of a scenario, with each input at its low end, then at its high one."""
        count = 2 * len(self.varied)
        settings = {row.id: self._end(results, row) for row in self.varied}
        alone = lags(self.plan)
        changes = {id_: np.array([results[id_]] * count) for id_ in settings if id_ not in alone}
        for place, row in enumerate(self.varied):
            if row.id in changes:
                changes[row.id][2 * place : 2 * place + 2] = settings[row.id]
        values = evaluate_many(self.plan, changes, results.case.id).values
        if not alone & settings.keys():
            return values
        # How far `prev` looks back is one number for all cases that are computed at once.
        shapes = [self.plan.shape(row) for row in self.plan.rows]
        wide = [np.broadcast_to(value, (count, *shape)).copy() for value, shape in zip(values, shapes, strict=True)]
        for place, row in enumerate(self.varied):
            for side in (0, 1) if row.id in alone else ():
                one = evaluate_many(self.plan, {row.id: settings[row.id][side][None]}, results.case.id).values
                for value, own in zip(wide, one, strict=True):
                    value[2 * place + side] = np.broadcast_to(own, (1, *value.shape[1:]))[0]
        return wide

    def _end(self, results: Results, row: Row) -> tuple[Array, Array]:
        """Return the low and the high ends of an input, in its declared unit and shape."""
        values = np.array(results.cells(row.id))
        low, high = values.copy(), values.copy()
        given = ~np.isnan(np.ravel(np.asarray(row.value))) if row.over else np.array([True])
        for number in np.flatnonzero(given).tolist():
            low[number], high[number] = ends(results, row, number, SWING)
        if row.given:
            # What the formula goes on with is not set, and must be a number within bounds all the same.
            low, high = np.where(given, low, low[given][0]), np.where(given, high, high[given][0])
        shape = self.plan.shape(row)
        return low.reshape(shape), high.reshape(shape)


class CaseLayout(Layout):
    """The places of one case's rows: constants and members stay where they are."""

    def __init__(self, cases: Cases, offset: int) -> None:  # the places are known, and not worked out again
        self.plan = cases.plan
        self.dimensional = cases.layout.dimensional
        self._cases = cases
        self._offset = offset

    def block(self, id_: str) -> Block:
        """Return where a row stands in this case, or outside of all cases."""
        row = self.plan.row(id_)
        if row.kind == "part" and row.quantity is not None:
            whole = self.plan.row(row.quantity.id)
            return part_block(self.block(whole.id), whole.parts.index(id_))
        block = self._cases._blocks.get(id_)  # noqa: SLF001  # one class in two parts
        return self._cases.layout.block(id_) if block is None else self._moved(block)

    def given(self, id_: str) -> Block:
        """Return where the values stand that a row begins with in this case."""
        return self._moved(self._cases._given[id_])  # noqa: SLF001  # as above

    def members(self, dimension: str) -> Block:
        """Return where a dimension's members stand."""
        return self._cases.layout.members(dimension)

    def _moved(self, block: Block) -> Block:
        return Block(block.sheet, block.row + self._offset, block.across, block.columns, block.down, block.counts)


def _feeding(plan: Plan, outputs_: Iterable[Output]) -> list[Row]:
    """Return the rows that outputs are computed from and that differ between cases; of a row with parts the whole."""
    found: set[str] = set()
    waiting = [output.row.id for output in outputs_]
    while waiting:
        new = plan.upstream(waiting.pop()) - found
        found |= new
        wholes = [plan.row(id_).quantity for id_ in new if plan.row(id_).kind == "part"]
        waiting += [whole.id for whole in wholes if whole is not None and whole.id not in found]
    return [row for row in plan.rows if row.id in found and row.kind not in {"constant", "dimension", "part"}]
