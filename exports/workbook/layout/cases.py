"""The cases that the workbook computes side by side: each scenario, then each end of each input's range.

Then the mixtures of two scenarios, and two inputs at once. One block of lines a case, below each other on the sheet
Cases. A scenario's has all rows that feed the outputs and the charts; any other has those that follow what it changes,
and reads the rest where it is live.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from math import isnan, nan
from typing import Final

import numpy as np

from engine.charts.series import charts_of
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.outputs import Output, outputs
from engine.plan.plan import Numbers, Plan, Row
from exports.style.a1 import letter
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import FIRST_ROW, GRID
from exports.workbook.layout.guards import MOST
from exports.workbook.layout.inputs.ranges import Bound, End, bounds, sought
from exports.workbook.layout.rows import CaseLayout, Layout
from exports.workbook.layout.turning import turning
from exports.workbook.layout.turns.blocks import CaseBlock, CaseLine, cells_of
from exports.workbook.layout.turns.crossings import crossing_of
from exports.workbook.layout.turns.feeding import charted, feeding, inputs_of, judged
from exports.workbook.layout.turns.following import Following
from exports.workbook.layout.turns.goals import Goals
from exports.workbook.layout.turns.mixtures import pair_of
from exports.workbook.layout.turns.turn import Step, Turn
from exports.workbook.layout.turns.values import elasticities, empty, many, many_at_ends, one_of

MOST_CELLS: Final = 200_000
# So many lines of a case, most of them free, count as a cell: a sheet has a million lines.
_LINES_OF_A_CELL: Final = 5
# The part of these that the mixtures of scenarios may take, which would leave no room for the ends of ranges.
_MIXED: Final = 4
LOW: Final[End] = "low"
HIGH: Final[End] = "high"


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
        # What is computed again where an input changes; charts alone need no more than the scenarios.
        feeds = feeding(self.plan, self.judged)
        self._following = Following(self.plan, feeds)
        self._feeding = feeds
        self.watched = CaseBlock.of(layout, feeds)
        self.guards = self.watched.guards
        self._beside = 3 * len(self.guards.lines) + len(self.judged)
        self._whole = CaseBlock.of(layout, self.rows)
        self.height = self._whole.height
        self.per_case = sum(cells_of(self.plan, row) for row in self.rows) + self._beside
        most = MOST_CELLS // max(1, self.per_case)
        self.scenarios = self.plan.cases[:most]
        self.left_out = [f"the scenario {case.label}" for case in self.plan.cases[most:]]
        room = MOST_CELLS - self.per_case * len(self.scenarios)
        by_id = {one.case.id: one for one in others}
        # The model's first scenario, by which inputs are ranked whichever is live: the workbook is the same for all.
        self.first = by_id[self.plan.first_case.id]
        self.turns = [
            Turn(case.label, dict(enumerate(by_id[case.id].values)), self._whole, scenario=case)
            for case in self.scenarios
        ]
        inputs = inputs_of(self.plan, self.outputs)
        # Whether any two scenarios differ in these; and, where there is room for their mixtures, the two to be mixed.
        mixed = self._cost([row.id for row in inputs])
        self.differ, self.pair = pair_of(
            [by_id[case.id] for case in self.scenarios], inputs, min(MOST_CELLS // _MIXED, room) // max(1, mixed)
        )
        room -= mixed * len(self.pair.mixtures) if self.pair is not None else 0
        # A goal that is found is held against the model in one case.
        goals = sought(self.plan) if self.outputs else []
        room -= self._cost([row.id for row in goals]) if goals else 0
        # The inputs, choices apart, that there is no room for: these have elasticities and no swings.
        self.unvaried: list[Row] = []
        self.varied, room = self._varied(room) if self.outputs else ([], room)
        # Two inputs at once come last.
        crossed = self._cost([row.id for row in self.varied if not is_choice(row)])
        self.crossing = crossing_of(self.varied, self.outputs[0], self.first, room // crossed) if self.outputs else None
        self.cells = MOST_CELLS - room + (crossed * self.crossing.side**2 if self.crossing is not None else 0)
        # The rows that have no value at some end, in whatever scenario.
        self.gaps: set[str] = set()
        self.turns += [*self._ends(), *self._mixed()]
        reachable = [row for row in goals if row in self.varied]
        self.goals = Goals(self.plan, reachable, self.outputs) if reachable else None
        self.turns += [*self._reached(), *self._crossed()]
        self._headers = list(accumulate([turn.block.height for turn in self.turns], initial=FIRST_ROW))

    @property
    def last_column(self) -> int:
        """Return the last column of the sheet."""
        columns = [line.block.column + line.block.columns - 1 for _, line in self._whole.lines]
        return max([GRID, GRID + len(self.judged) - 1, *columns, *([MOST] if self.guards.lines else [])])

    def header(self, number: int) -> int:
        """Return the line that heads a case, with its outputs to the right."""
        return self._headers[number]

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

    @property
    def goal(self) -> int:
        """Return the number of the case in which an input is what a target needs."""
        return self.mixture(0 if self.pair is None else len(self.pair.mixtures))

    @property
    def target(self) -> float:
        """Return the target that is written on export: what the first output is in the first scenario, as stored."""
        return self.outputs[0].value(self.first.plan, self.first.values)

    def at_ends(self, row: Row) -> tuple[Mapping[int, Numbers], Mapping[int, Numbers]]:
        """Return the values of all rows with an input at both ends of its range, as stored."""
        low, high = (
            {**dict(enumerate(self.results.values)), **self.turns[self.turn(row, end)].values} for end in (LOW, HIGH)
        )
        return low, high

    def found(self) -> list[float]:
        """Return the steps back from the first output, at the target on export, to the first input; NaN for none."""
        assert self.goals is not None  # noqa: S101  # there is an input to be found
        row, output = self.goals.inputs[0], self.outputs[0]
        above = self.value(self.turn(row, LOW), output), self.value(self.turn(row, HIGH), output)
        return self.goals.back(self.goals.begin(row, output), above, self.at_ends(row), self.target)

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
        return self.turns[number].block.at(self.header(number))

    def lines(self, number: int) -> Iterator[tuple[int, CaseLine]]:
        """Yield the lines of a case by number."""
        return ((self.header(number) + at, line) for at, line in self.turns[number].block.lines)

    @cached_property
    def _places(self) -> dict[Cell, int]:
        return {output.cell: index for index, output in enumerate(self.judged)}

    @cached_property
    def _by_end(self) -> dict[tuple[str, Step], int]:
        return {(turn.row.id, turn.end): number for number, turn in enumerate(self.turns) if turn.row is not None}

    def _cost(self, inputs: Sequence[str], most: int = MOST_CELLS) -> int:
        """Return how many cells a case takes in which inputs change; beyond `most` no more are counted."""
        cells = self._following.count(inputs, most)[1] + self._beside
        return max(cells, self.watched.height // _LINES_OF_A_CELL)

    def _block(self, inputs: Sequence[Row]) -> CaseBlock:
        """Return the lines of a case in which inputs change."""
        return CaseBlock.of(self.layout, self._feeding, self._following.count([row.id for row in inputs])[0])

    def _varied(self, room: int) -> tuple[list[Row], int]:
        """Return the inputs that are varied, the largest elasticity first, each that finds room, and what is left."""
        found = inputs_of(self.plan, self.judged)
        sizes = elasticities(self.first, [row for row in found if not is_choice(row)], self.judged)
        # A choice has no elasticity, and comes first.
        ranked = sorted(found, key=lambda row: -sizes.get(row.id, np.inf if is_choice(row) else 0.0))
        varied = []
        for row in ranked:
            count = len(self.steps(row))
            cells = count * self._cost([row.id], room // count)
            if cells <= room:
                # A choice of many members leaves the room that it does not find to others.
                varied.append(row)
                room -= cells
            else:
                self.left_out.append(row.label)
                self.unvaried += [] if is_choice(row) else [row]
        return varied, room

    def _mixed(self) -> list[Turn]:
        if self.pair is None:
            return []
        count = len(self.pair.mixtures)
        found = many(self.rows, self.pair.changes(), self.pair.before, count)
        self.gaps |= empty(found, self.results)
        label, block = "Mixture {} of two scenarios", self._block(self.pair.inputs)
        return [Turn(label.format(at + 1), one_of(found, at), block, mixture=at) for at in range(count)]

    def _reached(self) -> list[Turn]:
        if self.goals is None:
            return []
        row, found = self.goals.inputs[0], (self.found() or [nan])[-1]
        value = self.results[row.id] if isnan(found) else found * row.unit.scale
        # Turned back step by step, what is whole is so but for its last digits.
        value = float(round(value)) if row.quantity is not None and row.quantity.whole else value
        values = many(self.rows, {row.id: np.array([value])}, self.results, 1)
        self.gaps |= empty(values, self.results)
        block = self._block(self.goals.inputs)
        return [Turn("With the value that a target needs", one_of(values, 0), block, is_goal=True)]

    def _crossed(self) -> list[Turn]:
        if self.crossing is None:
            return []
        count = self.crossing.side**2
        found = many(self.rows, self.crossing.changes(self.results), self.results, count)
        self.gaps |= empty(found, self.results)
        label, block = "Two inputs at once, {}", self._block(self.crossing.inputs)
        return [Turn(label.format(at + 1), one_of(found, at), block, crossed=at) for at in range(count)]

    def steps(self, row: Row) -> Sequence[Step]:
        """Return the cases of an input that is varied: one at each end of its range, or one a member of a choice."""
        if row.quantity is None or not row.quantity.choice:
            return (LOW, HIGH)
        return range(len(self.plan.model.dimension[row.quantity.choice].members))

    def _ends(self) -> list[Turn]:
        if not self.varied:
            return []
        found = {one.case.id: many_at_ends(self.rows, self.varied, one) for one in self.others}
        live = found[self.results.case.id]
        self.gaps = set().union(*[empty(values, self.results) for values in found.values()])
        blocks = {row.id: self._block([row]) for row in self.varied}
        turns = []
        for number, (row, step) in enumerate(self._steps):
            label = f"{row.label}: {self._step_name(row, step)}"
            turns.append(Turn(label, one_of(live, number), blocks[row.id], row=row, end=step))
        return turns

    @cached_property
    def _steps(self) -> list[tuple[Row, Step]]:
        return [(row, step) for row in self.varied for step in self.steps(row)]

    def _step_name(self, row: Row, step: Step) -> str:
        if isinstance(step, str) or row.quantity is None:
            return f"{step} end"
        return self.plan.model.dimension[row.quantity.choice].members[step]

    @cached_property
    def turning(self) -> dict[str, list[Output]]:
        """Return, of each input that is varied, the results that go further between its ends than at them."""
        return turning(self.first, self.varied, self.judged)
