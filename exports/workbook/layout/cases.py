"""The cases that the workbook computes side by side: each scenario, then each end of each input's range.

One block of lines a case, below each other on the sheet Cases; every block has the same rows in the same places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan, nan
from typing import Final

import numpy as np

from engine.analysis.gradients import gradients
from engine.charts.plot import Plot
from engine.charts.series import charts_of
from engine.model.charts import TornadoChart
from engine.plan.batch import evaluate_many
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.outputs import Output, outputs
from engine.plan.plan import Array, Case, Numbers, Plan, Row
from exports.style.a1 import letter
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import FIRST_ROW, GRID, Block
from exports.workbook.layout.guards import MOST, Guards
from exports.workbook.layout.inputs.ranges import Bound, End, bounds
from exports.workbook.layout.rows import CaseLayout, Layout
from exports.workbook.layout.turning import ends_or_members, moved, turning

MOST_CELLS: Final = 200_000
LOW: Final[End] = "low"
HIGH: Final[End] = "high"
# An end of a range, or the place, from 0, of a member of a choice.
Step = End | int


@dataclass(frozen=True, slots=True)
class Turn:
    """One case: a scenario, or the live one with all members of an input at one end, or at one member of a choice.

    `values` are those of the rows that feed the outputs, by their index in the plan.
    """

    label: str
    values: Mapping[int, Numbers]
    scenario: Case | None = None
    row: Row | None = None
    end: Step = "low"


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
        charted = [Output.of(self.plan, cell) for plot in self.plots for cell in _in_cases(plot)]
        tornados = [Output.of(self.plan, cell) for plot in self.plots for cell in _judged(plot)]
        self.judged = list({one.cell: one for one in (*self.outputs, *tornados)}.values())
        self.rows = _feeding(self.plan, [*self.judged, *charted])
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
        self.turns = [
            Turn(case.label, dict(enumerate(by_id[case.id].values)), scenario=case) for case in self.scenarios
        ]
        # The inputs, choices apart, that there is no room for: these have elasticities and no swings.
        self.unvaried: list[Row] = []
        self.varied = self._varied(most - len(self.turns)) if self.outputs else []
        # The rows that have no value at some end, in whatever scenario.
        self.gaps: set[str] = set()
        self.turns += self._ends()

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

    def value(self, number: int, output: Output) -> float:
        """Return an output's value in a case, as stored; NaN where a result that feeds it is out of its bounds."""
        turn = self.turns[number]
        if turn.row is not None:
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
        changeable = set(self.plan.inputs)
        feeding = [row for row in _feeding(self.plan, self.judged) if row in changeable]
        sizes = self._elasticities([row for row in feeding if not is_choice(row)])
        # A choice has no elasticity, and comes first.
        ranked = sorted(feeding, key=lambda row: -sizes.get(row.id, np.inf if is_choice(row) else 0.0))
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

    def steps(self, row: Row) -> Sequence[Step]:
        """Return the cases of an input that is varied: one at each end of its range, or one a member of a choice."""
        if row.quantity is None or not row.quantity.choice:
            return (LOW, HIGH)
        return range(len(self.plan.model.dimension[row.quantity.choice].members))

    def _elasticities(self, rows: Sequence[Row]) -> dict[str, float]:
        """Return the size of each input's largest elasticity, infinite where it has none."""
        # Those of the model's first scenario, whichever is chosen, so that the workbook is the same for all of them.
        first = next(one for one in self.others if one.case is self.plan.first_case)
        known = gradients(first)
        sizes: dict[str, float] = {}
        for output in self.judged if known is not None else ():
            assert known is not None  # noqa: S101  # just asked
            adjoints = known.adjoints(output.cell)
            value = output.value(self.plan, first.values)
            for row in rows:
                own = row.given_values(first.values[self.plan.index[row.id]])
                scaled = float(np.sum(np.nan_to_num(own) * known.of_row(adjoints, row)))
                size = abs(scaled / value) if value else 0.0
                sizes[row.id] = max(sizes.get(row.id, 0.0), np.inf if isnan(size) else size)
        return sizes

    def _ends(self) -> list[Turn]:
        if not self.varied:
            return []
        found = {one.case.id: self._at_ends(one) for one in self.others}
        live = found[self.results.case.id]
        self.gaps = {
            self.plan.rows[at].id for many in found.values() for at, value in many.items() if np.isnan(value).any()
        }
        turns = []
        for number, (row, step) in enumerate(self._steps):
            own = {at: value[number] if value.ndim > 1 else float(value[number]) for at, value in live.items()}
            turns.append(Turn(f"{row.label}: {self._step_name(row, step)}", own, row=row, end=step))
        return turns

    @cached_property
    def _steps(self) -> list[tuple[Row, Step]]:
        return [(row, step) for row in self.varied for step in self.steps(row)]

    def _step_name(self, row: Row, step: Step) -> str:
        if isinstance(step, str) or row.quantity is None:
            return f"{step} end"
        return self.plan.model.dimension[row.quantity.choice].members[step]

    def _at_ends(self, results: Results) -> dict[int, Array]:
        """Return the rows' values in a scenario, by index in the plan: each input at its ends, or at each member.

        Cases stand along the first axis.
        """
        settings = [(row, setting) for row in self.varied for setting in ends_or_members(results, row)]
        count = len(settings)
        changes = {row.id: np.array([results[row.id]] * count) for row in self.varied if row.id not in self.plan.lags}
        for number, (row, setting) in enumerate(settings):
            if row.id in changes:
                changes[row.id][number] = setting
        found = self._many(changes, results, count)
        # How far `prev` looks back is one number for all cases that are computed at once.
        for number, (row, setting) in enumerate(settings):
            if row.id in self.plan.lags:
                alone = self._many({row.id: setting[None]}, results, 1)
                for at, value in found.items():
                    value[number] = alone[at][0]
        return found

    @cached_property
    def turning(self) -> dict[str, list[Output]]:
        """Return, of each input that is varied, the results that go further between its ends than at them."""
        first = next(one for one in self.others if one.case is self.plan.first_case)
        return turning(first, self.varied, self.judged)

    def _many(self, changes: Mapping[str, Array], results: Results, count: int) -> dict[int, Array]:
        values = evaluate_many(self.plan, changes, results.case.id, [row.id for row in self.rows]).values
        shapes = {self.plan.index[row.id]: self.plan.shape(row) for row in self.rows}
        return {at: np.broadcast_to(values[at], (count, *shape)).copy() for at, shape in shapes.items()}


def _feeding(plan: Plan, outputs_: Iterable[Output]) -> list[Row]:
    """Return outputs' rows, and those that feed them and may differ between cases; of a row with parts the whole."""
    own = [output.row.id for output in outputs_]
    found = plan.feeding(*own) & (moved(plan) | {*own})
    return [row for row in plan.rows if row.id in found and row.kind not in {"constant", "dimension", "part"}]


def _in_cases(plot: Plot) -> list[Cell]:
    """Return the cells that a plot shows in scenarios that it names."""
    found = [cell for curve in plot.curves if curve.case is not None or plot.cases for cell in curve.cells[:1]]
    marks = plot.sweep.marks if plot.sweep is not None else ()
    return found + [mark.cell for mark in marks if mark.case is not None]


def _judged(plot: Plot) -> list[Cell]:
    """Return the result whose swings a tornado shows."""
    return [plot.curves[0].cells[0]] if isinstance(plot.chart, TornadoChart) else []
