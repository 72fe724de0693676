"""The cases that the workbook computes side by side: each scenario, then each end of each input's range.

Then the mixtures of two scenarios. One block of lines a case, below each other on the sheet Cases; every block has the
same rows in the same places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Final

import numpy as np

from engine.charts.series import charts_of
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.outputs import Output, outputs
from engine.plan.plan import Case, Numbers, Plan, Row
from exports.style.a1 import letter
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import FIRST_ROW, GRID, Block
from exports.workbook.layout.guards import MOST, Guards
from exports.workbook.layout.inputs.ranges import Bound, End, bounds
from exports.workbook.layout.rows import CaseLayout, Layout
from exports.workbook.layout.turning import ends_or_members, turning
from exports.workbook.layout.turns.crossings import SMALLEST, crossing_of
from exports.workbook.layout.turns.feeding import charted, feeding, inputs_of, judged
from exports.workbook.layout.turns.mixtures import pair_of
from exports.workbook.layout.turns.values import Many, elasticities, empty, many, one_of

MOST_CELLS: Final = 200_000
# The part of these that the mixtures of scenarios may take, which would leave no room for the ends of ranges.
_MIXED: Final = 5
LOW: Final[End] = "low"
HIGH: Final[End] = "high"
# An end of a range, or the place, from 0, of a member of a choice.
Step = End | int


@dataclass(frozen=True, slots=True)
class Turn:
    """One case: a scenario, or the live one with all members of an input at one end, or at one member of a choice.

    Or a mixture of two scenarios, or two inputs at once, by its place among these. `values` are those of the rows that
    feed the outputs, by their index in the plan.
    """

    label: str
    values: Mapping[int, Numbers]
    scenario: Case | None = None
    row: Row | None = None
    end: Step = "low"
    mixture: int | None = None
    crossed: int | None = None

    @property
    def is_bounded(self) -> bool:
        """Return whether a result that is out of its bounds has no value here; in a scenario it is shown."""
        return self.row is not None or self.crossed is not None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a block of a case: members of a row, or of the values that a row begins with."""

    row: Row
    block: Block
    indices: tuple[int, ...]
    is_given: bool = False


def lines_of(layout: Layout, row: Row, number: int, *, is_given: bool) -> list[CaseLine]:
    """Return the lines of a row in a case, from a line of Cases on."""
    block = layout.block_from(row, "Cases", number)
    return [CaseLine(row, block, indices, is_given) for indices in block.each]


class Cases:
    """Which cases there are, and where each stands."""

    def __init__(self, layout: Layout, results: Results, others: Sequence[Results]) -> None:
        self.layout = layout
        self.plan: Plan = layout.plan
        self.results = results
        self.others = others
        self.outputs: list[Output] = [one for one in outputs(self.plan) if not is_choice(one.row)]
        self.plots = charts_of(self.plan)
        self.judged = judged(self.plan, self.outputs, self.plots)
        self.rows = feeding(self.plan, [*self.judged, *charted(self.plan, self.plots)])
        self._blocks: dict[str, Block] = {}
        self._given: dict[str, Block] = {}
        self.first_lines = list(self._place())
        self.guards = Guards(self.plan, self.rows, len(self.first_lines) + 1)
        self.height = len(self.first_lines) + len(self.guards.lines) + 2
        per_case = sum(line.block.columns for line in self.first_lines) + 3 * len(self.guards.lines) + len(self.outputs)
        most = MOST_CELLS // max(1, per_case)
        self.scenarios = self.plan.cases[:most]
        self.left_out = [f"the scenario {case.label}" for case in self.plan.cases[most:]]
        by_id = {one.case.id: one for one in others}
        # The model's first scenario, by which inputs are ranked whichever is live: the workbook is the same for all.
        self.first = by_id[self.plan.first_case.id]
        self.turns = [
            Turn(case.label, dict(enumerate(by_id[case.id].values)), scenario=case) for case in self.scenarios
        ]
        inputs = inputs_of(self.plan, self.outputs)
        # Whether any two scenarios differ in these; and, where there is room for their mixtures, the two to be mixed.
        self.differ, self.pair = pair_of([by_id[case.id] for case in self.scenarios], inputs, most // _MIXED)
        mixed = len(self.pair.mixtures) if self.pair is not None else 0
        # The inputs, choices apart, that there is no room for: these have elasticities and no swings.
        self.unvaried: list[Row] = []
        room = most - len(self.turns) - mixed
        # Two inputs at once come last, but have room for a small square where that leaves as much to others.
        kept = SMALLEST if room >= 2 * SMALLEST else 0
        self.varied = self._varied(room - kept) if self.outputs else []
        left = room - len(self._steps)
        self.crossing = crossing_of(self.varied, self.outputs[0], self.first, left) if self.outputs else None
        # The rows that have no value at some end, in whatever scenario.
        self.gaps: set[str] = set()
        self.turns += self._ends()
        self.turns += self._mixed()
        self.turns += self._crossed()

    @property
    def last_column(self) -> int:
        """Return the last column of the sheet."""
        columns = [line.block.column + line.block.columns - 1 for line in self.first_lines]
        return max([GRID, GRID + len(self.judged) - 1, *columns, *([MOST] if self.guards.lines else [])])

    def header(self, number: int) -> int:
        """Return the line that heads a case, with its outputs to the right."""
        return FIRST_ROW + number * self.height

    @property
    def computed(self) -> Sequence[CaseLine]:
        """Return the lines of rows with formulas, which stand below those that are given; then the guards follow."""
        return [line for line in self.first_lines if not line.is_given]

    @property
    def bounds_table(self) -> int:
        """Return the line, below all cases, that heads the bounds which swings keep to."""
        return self.header(len(self.turns))

    @cached_property
    def bounds(self) -> Mapping[tuple[str, Bound, tuple[int, ...]], int]:
        """Return the lines with bounds of inputs; those that all members have once are of no line of these."""
        keys: list[tuple[str, Bound, tuple[int, ...]]] = []
        for row in self.varied:
            each = list(self.layout.input_block(row).each)
            keys += [(row.id, which, at) for which, once in bounds(row) for at in ([()] if once else each)]
        return {key: number for number, key in enumerate(keys, self.bounds_table + 1)}

    @property
    def after(self) -> int:
        """Return the line below all of that."""
        return self.bounds_table + (len(self.bounds) + 2 if self.bounds else 0)

    def place(self, output: Output) -> int:
        """Return the column of a result, of those that are judged, in the line that heads a case."""
        return GRID + self._places[output.cell]

    def outputs_of(self, number: int) -> str:
        """Return the cells that hold all outputs in a case."""
        line = self.header(number)
        return f"Cases!${letter(GRID)}${line}:${letter(GRID + len(self.outputs) - 1)}${line}"

    def turn(self, row: Row, end: Step) -> int:
        """Return the number of the case in which an input that is varied is at an end, or at a member."""
        return self._by_end[row.id, end]

    @property
    def ends(self) -> range:
        """Return the numbers of the cases in which an input that is varied is at an end, or at a member."""
        return range(len(self.scenarios), len(self.scenarios) + len(self._steps))

    def mixture(self, place: int) -> int:
        """Return the number of the case that is a mixture of two scenarios, by its place among these."""
        return self.ends.stop + place

    def crossed(self, across: int, down: int) -> int:
        """Return the number of the case at a place of the square of two inputs."""
        assert self.crossing is not None  # noqa: S101  # there is a square
        return len(self.turns) + (down - self.crossing.side) * self.crossing.side + across

    def value(self, number: int, output: Output) -> float:
        """Return an output's value in a case, as stored; NaN where a result that feeds it is out of its bounds."""
        turn = self.turns[number]
        if turn.is_bounded:
            for guard in self.guards.of(output.row.id):
                if guard.count(turn.values[self.plan.index[guard.row.id]]):
                    return nan
        return output.value(self.plan, turn.values)

    def at(self, number: int) -> CaseLayout:
        """Return the places of a case's rows, for its formulas."""
        return CaseLayout(self.layout, self._blocks, self._given, number * self.height)

    def lines(self, number: int) -> Iterator[tuple[int, CaseLine]]:
        """Yield the lines of a case by number."""
        for index, line in enumerate(self.first_lines):
            yield self.header(number) + 1 + index, line

    @cached_property
    def _places(self) -> dict[Cell, int]:
        return {output.cell: index for index, output in enumerate(self.judged)}

    @cached_property
    def _by_end(self) -> dict[tuple[str, Step], int]:
        return {(turn.row.id, turn.end): number for number, turn in enumerate(self.turns) if turn.row is not None}

    def _place(self) -> Iterator[CaseLine]:
        number = FIRST_ROW + 1
        for is_given, rows in ((True, [row for row in self.rows if row.value is not None]),
                               (False, [row for row in self.rows if row.is_computed])):  # fmt: skip
            for row in rows:
                lines = lines_of(self.layout, row, number, is_given=is_given)
                (self._given if is_given and row.given else self._blocks)[row.id] = lines[0].block
                yield from lines
                number += len(lines)

    def _varied(self, room: int) -> list[Row]:
        """Return the inputs that are varied, the largest elasticity of any output first, each that finds room."""
        found = inputs_of(self.plan, self.judged)
        sizes = elasticities(self.first, [row for row in found if not is_choice(row)], self.judged)
        # A choice has no elasticity, and comes first.
        ranked = sorted(found, key=lambda row: -sizes.get(row.id, np.inf if is_choice(row) else 0.0))
        varied = []
        for row in ranked:
            count = len(self.steps(row))
            if count <= room:
                # A choice of many members leaves the room that it does not find to others.
                varied.append(row)
                room -= count
            else:
                self.left_out.append(row.label)
                self.unvaried += [] if is_choice(row) else [row]
        return varied

    def _mixed(self) -> list[Turn]:
        if self.pair is None:
            return []
        count = len(self.pair.mixtures)
        found = many(self.rows, self.pair.changes(), self.pair.before, count)
        self.gaps |= empty(found, self.results)
        label = "Mixture {} of two scenarios"
        return [Turn(label.format(at + 1), one_of(found, at), mixture=at) for at in range(count)]

    def _crossed(self) -> list[Turn]:
        if self.crossing is None:
            return []
        count = self.crossing.side**2
        found = many(self.rows, self.crossing.changes(self.results), self.results, count)
        self.gaps |= empty(found, self.results)
        return [Turn(f"Two inputs at once, {at + 1}", one_of(found, at), crossed=at) for at in range(count)]

    def steps(self, row: Row) -> Sequence[Step]:
        """Return the cases of an input that is varied: one at each end of its range, or one a member of a choice."""
        if row.quantity is None or not row.quantity.choice:
            return (LOW, HIGH)
        return range(len(self.plan.model.dimension[row.quantity.choice].members))

    def _ends(self) -> list[Turn]:
        if not self.varied:
            return []
        found = {one.case.id: self._at_ends(one) for one in self.others}
        live = found[self.results.case.id]
        self.gaps = set().union(*[empty(values, self.results) for values in found.values()])
        turns = []
        for number, (row, step) in enumerate(self._steps):
            label = f"{row.label}: {self._step_name(row, step)}"
            turns.append(Turn(label, one_of(live, number), row=row, end=step))
        return turns

    @cached_property
    def _steps(self) -> list[tuple[Row, Step]]:
        return [(row, step) for row in self.varied for step in self.steps(row)]

    def _step_name(self, row: Row, step: Step) -> str:
        if isinstance(step, str) or row.quantity is None:
            return f"{step} end"
        return self.plan.model.dimension[row.quantity.choice].members[step]

    def _at_ends(self, results: Results) -> Many:
        """Return the rows' values in a scenario, by index in the plan: each input at its ends, or at each member.

        Cases stand along the first axis.
        """
        settings = [(row, setting) for row in self.varied for setting in ends_or_members(results, row)]
        changes = {row.id: np.array([results[row.id]] * len(settings)) for row in self.varied}
        for number, (row, setting) in enumerate(settings):
            changes[row.id][number] = setting
        return many(self.rows, changes, results, len(settings))

    @cached_property
    def turning(self) -> dict[str, list[Output]]:
        """Return, of each input that is varied, the results that go further between its ends than at them."""
        return turning(self.first, self.varied, self.judged)
