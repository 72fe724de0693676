"""What every sheet is made from: the layout, the results, and what is derived from them once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.analysis.published import Figure, Status, figures
from engine.analysis.verdicts import Verdict, verdicts
from engine.model.dimensions import each
from engine.plan.drawn.names import draws_of, is_drawn
from engine.plan.evaluate import Results
from engine.plan.outputs import Output
from engine.plan.plan import Numbers, Row, shown
from engine.text.labels import fold
from exports.files.stamp import Stamp
from exports.style import number_format
from exports.workbook.formulas.derivatives.formulas import Flows
from exports.workbook.formulas.derivatives.places import Derivatives
from exports.workbook.formulas.fallible import fallible
from exports.workbook.layout import choices
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import Block
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.scenarios import ScenarioPlaces
from exports.workbook.layout.sensitivity import Ranges
from exports.workbook.layout.sweeps import Charted
from exports.workbook.layout.turns.blocks import LETTERS_OF_A_CELL
from exports.workbook.layout.uncertainty.outcomes import TRIALS
from exports.workbook.layout.working.bridge import Bridge
from exports.workbook.layout.working.sought import Sought
from exports.workbook.layout.working.square import Square

# Of the letters of formulas that a reader takes so many are for cases, charts and trials; the rest is for other sheets.
_MOST_LETTERS: Final = 21_000_000

if TYPE_CHECKING:
    from exports.workbook.formulas.trials.columns import Live


@dataclass(frozen=True)
class Book:
    """What the sheets are made from: the layout, and the results of the scenario shown first."""

    layout: Layout
    results: Results
    others: tuple[Results, ...] = ()
    stamp: Stamp = field(default_factory=Stamp)
    asked: int = TRIALS

    def value(self, id_: str) -> float:
        """Return the value of a single number as it is stored in the workbook: 0.5 for 50 percent."""
        return float(self.results.values[self.results.plan.index[id_]])

    def along(self, row: Row, block: Block, indices: tuple[int, ...], values: Numbers | None = None) -> list[float]:
        """Return a line's values as they are stored, to the right; those of the live scenario where none are given."""
        plan = self.results.plan
        if values is None:
            values = self.results.values[plan.index[row.id]]
        if not row.over:
            return [float(values)]
        at = dict(zip(block.down, indices, strict=True))
        index = tuple([slice(None) if name == block.across else at[name] for name in row.over])
        shape = plan.shape(row)
        whole = values if np.shape(values) == shape else np.broadcast_to(values, shape)
        found: list[float] = np.atleast_1d(np.asarray(whole, np.float64)[index]).tolist()
        return found

    def numbers(self, row: Row, block: Block, indices: tuple[int, ...]) -> list[int]:
        """Return which cells of a row stand on a line, to the right."""
        shape = self.results.plan.shape(row)
        return [int(number) for number in self.along(row, block, indices, np.arange(float(prod(shape))).reshape(shape))]

    def format(self, row: Row, block: Block | None = None, indices: tuple[int, ...] = ()) -> str:
        """Return the number format of a result, or of a line of it, that suits it in every scenario and column.

        Rows below each other that run along the same dimension, in one unit, have one format, unless they differ so
        much in size that none suits them all, or some are years.
        """
        if block is None or not block.across:
            return number_format.for_result(row.unit, self._sizes([row]))
        shown = self._formats_of_rows[self._alike(row)]
        if shown not in {"", number_format.GENERAL} and row.unit.text != "1":
            return shown
        lines = [self.along(row, block, indices, results.values[self.results.plan.index[row.id]])
                 for results in (self.results, *self.others)]  # fmt: skip
        values = [value for line in lines for value in line]
        own = number_format.for_result(row.unit, values)
        return own if shown in {"", number_format.GENERAL} or number_format.are_years(row.unit, values) else shown

    def _alike(self, row: Row) -> tuple[object, ...]:
        """Return what rows have in common that are shown in one format."""
        quantity = row.quantity or self.results.plan.model.by_id.get(row.note)
        return quantity.section if quantity is not None else (), row.unit.text, self.results.plan.across(row)

    def _sizes(self, rows: Sequence[Row]) -> list[float]:
        """Return the values of rows in every scenario and cell."""
        index = self.results.plan.index
        found = [results.values[index[row.id]] for results in (self.results, *self.others) for row in rows]
        return [float(value) for values in found for value in np.ravel(np.asarray(values)).tolist()]

    @cached_property
    def _formats_of_rows(self) -> dict[tuple[object, ...], str]:
        groups: dict[tuple[object, ...], list[Row]] = {}
        for row in self.results.plan.rows:
            if row.is_computed and row.over:
                groups.setdefault(self._alike(row), []).append(row)
        return {alike: number_format.for_results(rows[0].unit, self._sizes(rows)) for alike, rows in groups.items()}

    def typed(self, row: Row, value: float) -> float | str:
        """Return what somebody types for a value of an input: a number, or of a choice the member."""
        return choices.member_of(self.results.plan.model, row, value) if is_choice(row) else value

    def input_format(self, row: Row) -> str:
        """Return the number format of an input."""
        if is_choice(row):
            return choices.number_format(self.results.plan.model, row)
        if row.id not in self._input_formats:
            settings = [row.quantity.value] if row.quantity is not None else []
            plan = self.results.plan
            settings += [value for s in plan.model.scenarios for id_, value in s.set if id_ == row.id]
            written: list[Decimal] = [number for setting in settings for number in each(setting)]
            if any(row.id in case.scale for case in plan.cases):
                values = [np.ravel(plan.overrides(case).get(row.id, np.nan)) for case in plan.cases]
                products = {value for value in np.concatenate(values).tolist() if not np.isnan(value)}
                written += [Decimal(f"{shown(product, row):.15g}") for product in products]
            self._input_formats[row.id] = number_format.for_input(row, written)
        return self._input_formats[row.id]

    @cached_property
    def _input_formats(self) -> dict[str, str]:
        return {}

    def names(self, row: Row, block: Block, indices: tuple[int, ...]) -> tuple[str, str]:
        """Return the label and the name of a line, with the members of what runs down."""
        dimension = self.results.plan.model.dimension
        members = [dimension[name].members[position] for name, position in zip(block.down, indices, strict=True)]
        if not members:
            return row.label, row.id
        # The name is that of the whole block, and stands on its first line.
        return f"{row.label} · {', '.join(members)}", "" if any(indices) else row.id

    @cached_property
    def cases(self) -> Cases:
        """Return the cases that are computed side by side."""
        return Cases(self.layout, self.results, self.others)

    @cached_property
    def alike(self) -> frozenset[str]:
        """Return the rows of a case that are called like another one: no section tells them apart there."""
        counts = Counter([fold(row.label) for row in self.cases.rows])
        return frozenset([row.id for row in self.cases.rows if counts[fold(row.label)] > 1])

    @cached_property
    def fallible(self) -> Mapping[str, tuple[str, ...]]:
        """Return the rows that may have no value in a case, each with what may happen in its own formula."""
        return fallible(self.results.plan, self.cases.gaps)

    @cached_property
    def trials(self) -> Live | None:
        """Return as many trials as are `asked` for and find room; None where no output depends on what is drawn."""
        if not self.asked or not is_drawn(self.results.plan):
            return None
        from exports.workbook.formulas.trials.live import MOST_LETTERS, live  # noqa: PLC0415  # scipy takes half a second

        left = _MOST_LETTERS - LETTERS_OF_A_CELL * (self.cases.cells + self.charted.cells)
        outputs, most = self.cases.outputs, min(left, MOST_LETTERS)
        return live(self.layout, self.results, self.others, outputs, self.asked, letters=most)

    @cached_property
    def without_trials(self) -> list[Output]:
        """Return the outputs that depend on what is drawn, where there is room for the trials of none."""
        plan = self.results.plan
        if not self.asked or self.trials is not None:
            return []
        drawn = {row.id for row in plan.inputs if row.quantity is not None and draws_of(row.quantity)}
        return [
            one
            for one in self.cases.outputs
            if not is_choice(one.row) and not drawn.isdisjoint(plan.upstream(one.row.id))
        ]

    @cached_property
    def charted(self) -> Charted:
        """Return the charts in numbers, and where the points stand of those that sweep an input."""
        return Charted(self.cases, self.results, {results.case.id: results for results in self.others})

    @cached_property
    def bridge(self) -> Bridge | None:
        """Return where the bridge between two scenarios stands, where any two differ and there is room for it."""
        pair = self.cases.pair
        if pair is None:
            return None
        shown = ScenarioPlaces(self.cases, self.charted, 0).bridge
        return Bridge(self.cases, pair, self.charted.after + 1, shown)

    @cached_property
    def square(self) -> Square | None:
        """Return where the square of two inputs stands, where there are two and room for it."""
        crossing = self.cases.crossing
        if crossing is None:
            return None
        working = self.bridge.after if self.bridge is not None else self.charted.after + 1
        return Square(self.cases, crossing, working, self.ranges.square)

    @cached_property
    def sought(self) -> Sought | None:
        """Return where the value that a target needs stands, where any input may be found."""
        if self.cases.goals is None:
            return None
        above = self.square or self.bridge
        working = above.after if above is not None else self.charted.after + 1
        return Sought(self.cases, self.cases.goals, working, self.ranges.sought)

    @cached_property
    def ranges(self) -> Ranges:
        """Return where the inputs and their ranges stand on Sensitivity."""
        return Ranges(self.cases)

    @cached_property
    def flows(self) -> Flows:
        """Return the edges that derivatives flow along, as formulas."""
        return Flows.of(self.cases, self.results, self.ranges.derivatives)

    @property
    def derivatives(self) -> Derivatives:
        """Return the adjoints, and where they stand on Sensitivity."""
        return self.flows.derivatives

    @cached_property
    def figures(self) -> list[Figure]:
        """Return the published figures, judged in the live scenario alone."""
        return figures(self.results.plan, {self.results.case.id: self.results})

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """Return the checks of the model in the live scenario."""
        return verdicts(self.results)

    @cached_property
    def fails(self) -> int:
        """Return how many statements of the Checks sheet fail in the live scenario."""
        return self.count("failed") + sum(not cell.passed for verdict in self.verdicts for cell in verdict.cells)

    def count(self, status: Status) -> int:
        """Return how many published figures have a status in the live scenario."""
        return sum(figure.status == status for figure in self.figures)
