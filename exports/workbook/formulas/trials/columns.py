"""The model once more, a line a trial: which columns there are, their formulas, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engine.model.dimensions import cell
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results
from engine.plan.outputs import Output
from engine.plan.plan import Array, Plan, Row, Test
from engine.uncertainty import trials as engine
from engine.uncertainty.cone import has_bounds
from engine.units.unit import PURE, Unit
from exports.style.a1 import letter
from exports.style.number_format import for_result
from exports.workbook.formulas.excel import LONGEST, NO_VALUE, ExcelLimit
from exports.workbook.formulas.fallible import fallible
from exports.workbook.formulas.guarded import GuardedReferences
from exports.workbook.formulas.trials.inputs import DrawnInputs
from exports.workbook.layout.geometry import FIRST_ROW, GRID, LINE, Block
from exports.workbook.layout.rows import CaseLayout, Layout, running_down
from exports.workbook.layout.uncertainty.draws import (
    FROM,
    TO,
    DrawnCell,
    DrawsPlaces,
)

# Stands in a formula on Trials for the line of the same trial on Draws.
DRAW_LINE: Final = "\2"
UNIT_LINE, LEAST_LINE, MOST_LINE = range(FIRST_ROW, FIRST_ROW + 3)
_PROBABILITY: Final = Unit("1", PURE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of Trials: what heads it, its formula for any trial, its values, NaN for none, and bounds."""

    title: str
    unit: Unit
    formula: str
    values: Array
    shown: str
    bounds: tuple[float | None, float | None] = (None, None)
    empty: str = NO_VALUE


class Unspelled(ValueError):  # noqa: N818  # reads as what it is
    """A row has a formula over trials that Excel could not hold."""

    def __init__(self, row: str) -> None:
        super().__init__(row)
        self.row = row


@dataclass(frozen=True)
class Wanted:
    """What is asked of the trials, and how many there are."""

    plan: Plan
    count: int
    outputs: list[Output]
    checks: dict[str, Test]
    left_out: list[str]
    needed: set[str]


class Live:
    """The trials of a plan: so many, of the outputs that there is room for, and where everything stands.

    `checks` are the rows that say whether a check holds, with the check; `left_out` names what there is no room for.
    """

    def __init__(
        self, layout: Layout, results: Results, others: Sequence[Results], drawn: engine.Trials, known: Wanted
    ) -> None:
        self.layout, self.results, self.others = layout, results, others
        self.plan, self.drawn = known.plan, replace(drawn, plan=known.plan)
        self.count, self.outputs, self.checks, self.left_out = known.count, known.outputs, known.checks, known.left_out
        needed = known.needed
        self.cone = [row for row in self.plan.rows if row.id in needed and row.is_computed and row.kind != "part"]
        draws = {name: of for name, of in drawn.draws.items() if name.partition("[")[0] in needed}
        read = self.plan.upstream(*self.checks)
        constants = [row for row in self.plan.rows if row.kind == "constant" and row.id not in layout.plan.index
                     and row.id in read]  # fmt: skip
        self.draws = DrawsPlaces(self.plan, draws, constants)
        self.inputs = DrawnInputs(layout, results, self.draws)
        self.constants = constants
        self.probabilities = self._probabilities()
        self.first = MOST_LINE + 1
        self._blocks = {row.id: Block("Draws", self.draws.constant_lines[row.id]) for row in constants}
        self._place()
        self.columns = list(self._columns())

    @property
    def last_column(self) -> int:
        """Return the last column of Trials."""
        return GRID + len(self.columns) - 1

    @property
    def letters(self) -> int:
        """Return how many letters the formulas of all trials have, but for the digits of lines."""
        return self.count * sum(len(column.formula) for column in self.columns)

    def area(self, column: int) -> str:
        """Return the cells of a column of Trials, over all trials."""
        name = letter(column)
        return f"Trials!${name}${self.first}:${name}${self.first + self.count - 1}"

    def formula(self, column: Column, trial: int) -> str:
        """Return the formula of a column on the line of a trial, counted from 0."""
        lines = str(self.first + trial), str(self.draws.first + trial)
        return column.formula.replace(LINE, lines[0]).replace(DRAW_LINE, lines[1])

    def columns_of(self, id_: str) -> range:
        """Return the columns of the cells of a row."""
        block = self._blocks[id_]
        return range(block.first, block.first + self.plan.model.size(self.plan.row(id_).over))

    def column_of(self, output: Output) -> int:
        """Return the column of a result."""
        return self._column(output.row, output.number)

    def _probabilities(self) -> Array:
        """Return the probabilities of the draws that there are, in their order: (draws, trials)."""
        whole = self.drawn.probabilities(self.count)
        self._of_all = whole
        numbers = {name: number for number, name in enumerate(self.drawn.draws)}
        return whole[[numbers[name] for name in self.draws.names]]

    def _place(self) -> None:
        """Say where the cells of each row stand: beside each other, what is held against bounds twice."""
        column = GRID + len(self.outputs)
        self._drawn: dict[str, list[DrawnCell]] = {}
        for one in self.draws.cells:
            self._drawn.setdefault(one.row.id, []).append(one)
        for id_, cells in self._drawn.items():
            column += sum(one.is_cut for one in cells)
            column = self._put(self.plan.row(id_), column)
        for row in self.cone:
            column += self.plan.model.size(row.over) if has_bounds(row) else 0
            column = self._put(row, column)

    def _put(self, row: Row, column: int) -> int:
        across = self.plan.across(row)
        down = running_down(row, across)
        sizes = self.plan.model.dimension
        counts = tuple([len(sizes[name].members) for name in down])
        columns = len(sizes[across].members) if across else 1
        self._blocks[row.id] = Block("Trials", 0, across, columns, down, counts, column)
        return column + self.plan.model.size(row.over)

    def _columns(self) -> Iterator[Column]:
        ids = [row.id for row in (*[output.row for output in self.outputs], *map(self.plan.row, self.checks))]
        gaps: set[str] = set()
        kept: dict[int, Array] = {}
        for results in self.others:
            own: dict[int, Array] = {}
            found = self.drawn.values(results.case, self._of_all, ids, own)
            values = {row.id: engine.of_trial(found, self.plan, row.id, self.count) for row in self._rows()}
            gaps |= {id_ for id_, of in values.items() if not np.isfinite(of).all()}
            if results.case is self.results.case:
                live, kept = values, own
        self._forget_unjudged(live)
        self.fallible = fallible(self.plan, gaps | {row.id for row in self.cone if has_bounds(row)})
        places = CaseLayout(self.layout, self._blocks, {}, 0)
        places.plan = self.plan
        references = GuardedReferences(places, "Trials", self.fallible)
        for output in self.outputs:
            own_column = letter(self._column(output.row, output.number))
            yield Column(f"{output.label}, in each trial", output.row.unit, f'=IFERROR(${own_column}{LINE}+0,"")',
                         live[output.row.id][output.number], self._shown(output.row, live), empty="")  # fmt: skip
        for id_, cells in self._drawn.items():
            yield from self._drawn_columns(self.plan.row(id_), cells, live)
        for row in self.cone:
            yield from self._result(row, references, live, kept)

    def _rows(self) -> list[Row]:
        return [*[self.plan.row(id_) for id_ in self._drawn], *self.cone]

    def _column(self, row: Row, number: int) -> int:
        """Return the column of a cell of a row."""
        indices = [int(index) for index in np.unravel_index(number, self.plan.shape(row))] if row.over else []
        return self._blocks[row.id].beside(dict(zip(row.over, indices, strict=True)))

    def _ordered(self, row: Row) -> list[int]:
        """Return the cells of a row by number, in the order of their columns."""
        return sorted(range(self.plan.model.size(row.over)), key=lambda number: self._column(row, number))

    def _shown(self, row: Row, live: Mapping[str, Array]) -> str:
        known = live[row.id][np.isfinite(live[row.id])].tolist()
        return for_result(row.unit, known) if known else "General"

    def _forget_unjudged(self, live: dict[str, Array]) -> None:
        """Of what has no value no check is judged; a comparison with it would be."""
        for row in self.cone:
            if row.id.endswith(("_holds_", "_holds_everywhere_")) and row.id not in self.layout.plan.index:
                read = [live[used] for used in row.uses if used in live]
                lacks = [~np.isfinite(one) for one in read]
                # Of sides with fewer members each goes with all.
                lacking = [one if len(one) == len(live[row.id]) else one.any(axis=0) for one in lacks]
                for one in lacking:
                    live[row.id] = np.where(one, np.nan, live[row.id])

    def _drawn_columns(self, row: Row, cells: Sequence[DrawnCell], live: Mapping[str, Array]) -> Iterator[Column]:
        """Yield the columns of an input that is drawn: first the probabilities that are kept of what bounds cut."""
        probabilities: dict[int, str] = {}
        column = self._blocks[row.id].first - sum(one.is_cut for one in cells)
        for one in cells:
            probabilities[one.number] = f"Draws!{self.draws.column(one.draw)}{DRAW_LINE}"
            if one.is_cut:
                text = probabilities[one.number]
                from_, to = (f"Draws!{one.at(at)}" for at in (FROM, TO))
                low, high = self.inputs.cut(one)
                values = low + self.probabilities[one.draw] * (high - low)
                yield Column(f"{one.name}, probability", _PROBABILITY, f"={from_}+{text}*({to}-{from_})", values,
                             "0.000000000")  # fmt: skip
                probabilities[one.number] = f"${letter(column)}{LINE}"
                column += 1
        drawn = {one.number: one for one in cells}
        shown = self._shown(row, live)
        for number in self._ordered(row):
            own = drawn.get(number)
            name = cell_name(self.plan, Cell(row.id, number))
            formula = f"={self.inputs.value_cell(row, number)}+0"
            formula = formula if own is None else self.inputs.formula(own, probabilities[number])
            yield Column(f"{name}, drawn", row.unit, formula, live[row.id][number], shown)

    def _result(
        self, row: Row, references: GuardedReferences, live: Mapping[str, Array], unbounded: Mapping[int, Array]
    ) -> Iterator[Column]:
        """Yield the columns of a result: of one with bounds first as it is computed, then as it is within them."""
        order, shown = self._ordered(row), self._shown(row, live)
        formulas = {number: self._formula(row, number, references) for number in order}
        values = live[row.id]
        names = {number: cell_name(self.plan, Cell(row.id, number)) for number in order}
        if has_bounds(row):
            computed = unbounded[self.plan.index[row.id]].reshape(-1, self.plan.model.size(row.over))
            for number in order:
                # What is given is no formula's, and is held against no bound.
                is_given = bool(row.given) and bool(row.is_set[number])
                own = values[number] if is_given else np.broadcast_to(computed[:, number], (self.count,))
                yield Column(f"{names[number]}, before its bounds", row.unit, formulas[number], own, shown)
            formulas = {number: self._within(row, number, len(order)) for number in order}
        for number in order:
            yield Column(f"{names[number]}, computed", row.unit, formulas[number], values[number], shown,
                         _bounds(row, number))  # fmt: skip

    def _formula(self, row: Row, number: int, references: GuardedReferences) -> str:
        indices = np.unravel_index(number, self.plan.shape(row)) if row.over else ()
        at = {name: int(index) for name, index in zip(row.over, indices, strict=True)}
        try:
            text = references.at_members(row, at)
            if len(text) + 4 * text.count(LINE) > LONGEST:
                raise ExcelLimit(f"the formula has more than {LONGEST:,} characters in Excel")  # noqa: EM102, TRY003, TRY301  # as the others of its kind
        except ExcelLimit as problem:
            raise Unspelled(row.id) from problem
        return text

    def _within(self, row: Row, number: int, size: int) -> str:
        """Return the formula of a result within its bounds."""
        column = self._column(row, number)
        own, here = f"${letter(column - size)}{LINE}", letter(column)
        low, high = _bounds(row, number)
        tests = [f"{own}>=${here}${LEAST_LINE}"] if low is not None else []
        tests += [f"{own}<=${here}${MOST_LINE}"] if high is not None else []
        if row.quantity is not None and row.quantity.whole:
            tests.append(f"{own}=ROUND({own},{2 if row.unit.percent else 0})")
        test = f"AND({','.join(tests)})" if len(tests) > 1 else "".join(tests)
        found = f'IF({test},{own},"{NO_VALUE}")' if test else own
        return f'=IFERROR({found},"{NO_VALUE}")'


def _bounds(row: Row, number: int) -> tuple[float | None, float | None]:
    """Return between which values a cell of a result must stay, as stored."""
    quantity = row.quantity
    if quantity is None or not has_bounds(row):
        return None, None
    low, high = (cell(bound, number) for bound in (quantity.min, quantity.max))
    return None if low is None else float(low / row.unit.scale), None if high is None else float(high / row.unit.scale)
