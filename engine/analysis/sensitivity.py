"""How much each assumption matters: elasticities and derivatives at a point, and one-at-a-time swings (the tornado)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

import numpy as np

from engine.analysis.gradients import Gradients
from engine.analysis.kinks import kinks
from engine.language.scalars import round_half_away
from engine.model.dimensions import cell as of_cell
from engine.plan.batch import evaluate_many
from engine.plan.cells import Cell, cell_name, label_of
from engine.plan.evaluate import Results
from engine.plan.live import Live
from engine.plan.plan import Array, Row
from engine.problems import ModelError
from engine.units.registry import Units
from engine.units.unit import Unit, quotient

SWING: Final = 0.1


@dataclass(frozen=True, slots=True)
class Influence:
    """One input's influence on one output, in declared units; `number` is the cell of a member, None for all at once.

    `elasticity` is the percent by which the output changes for one percent of the input, None where the output is 0;
    `derivative` None where there is none. `low` and `high` are the ends of the range; of all members at once, by cell.
    """

    row: Row = field(repr=False)
    name: str
    number: int | None
    elasticity: float | None
    derivative: float | None
    derivative_unit: str
    low: tuple[float, ...]
    high: tuple[float, ...]
    output_at_low: float | None
    output_at_high: float | None

    @property
    def swing(self) -> float | None:
        """Return how far apart the output is at the two ends; None where it has no value at one of them."""
        if self.output_at_low is None or self.output_at_high is None:
            return None
        return abs(self.output_at_high - self.output_at_low)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """One output's inputs, the largest swing first, and what to know of its derivatives."""

    cell: Cell
    name: str
    label: str
    value: float
    unit: str
    inputs: tuple[Influence, ...]
    notes: tuple[str, ...]


def sensitivity(results: Results, outputs: Sequence[Cell], swing: float = SWING) -> list[Sensitivity]:
    """Return the sensitivity of each output to each input that feeds it.

    Inputs go to the ends of their range, others up and down by `swing` (0.1 is 10 percent); both within `min` and
    `max`, and to a whole number where they are whole. Swings are computed by the model itself, so that they are exact.
    """
    plan = results.plan
    gradients = Gradients(results)
    feeding = [plan.upstream(output.id) for output in outputs]
    every = set().union(*feeding)
    turning = _Turning(results, outputs)
    turned = {row.id: turning.turns(row, swing) for row in plan.inputs if row.id in every}
    made = []
    for index, (output, feeds) in enumerate(zip(outputs, feeding, strict=True)):
        value = results.cells(output.id)[output.number]
        adjoints = gradients.adjoints(output)
        derivatives = gradients.by_input(adjoints, output)
        found = [
            influence
            for row in plan.inputs
            if row.id in feeds
            for influence in _influences(results, output, (row, derivatives[row.id]), turned[row.id], index)
        ]
        found.sort(key=lambda one: (-(one.swing if one.swing is not None else np.inf), -abs(one.elasticity or 0)))
        notes = kinks(results, gradients.dependent(adjoints))
        unit = plan.row(output.id).unit.text
        made.append(
            Sensitivity(
                output, cell_name(plan, output), label_of(plan, output), value, unit, tuple(found), tuple(notes)
            )
        )
    return made


def ends(results: Results, row: Row, number: int, swing: float) -> tuple[float, float]:
    """Return how low and how high one cell of an input goes, in its declared unit."""
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # inputs are quantities
    value = results.cells(row.id)[number]
    plausible = of_cell(quantity.range, number)
    # Not 1.1 times the value: 100 and 10 percent of it are 110 to the last bit.
    low, high = sorted([value - value * swing, value + value * swing])
    if plausible is not None:
        low, high = float(plausible[0]), float(plausible[1])
    if quantity.whole:
        low, high = round_half_away(low), round_half_away(high)
    least, most = of_cell(quantity.min, number), of_cell(quantity.max, number)
    lowest, highest = -np.inf if least is None else float(least), np.inf if most is None else float(most)
    if quantity.whole:
        lowest, highest = np.ceil(lowest), np.floor(highest)
    low, high = (float(min(max(end, lowest), highest)) for end in (low, high))
    return low, high


def ends_of(results: Results, row: Row, swing: float) -> tuple[Array, Array]:
    """Return how low and how high every cell of an input goes, in one line; those that a formula goes on with stay."""
    low = np.array(results.cells(row.id))
    high = low.copy()
    for number in np.flatnonzero(row.is_set).tolist():
        low[number], high[number] = ends(results, row, number, swing)
    return low, high


def fill_gaps(row: Row, values: Array) -> Array:
    """Return the values of all cells with a number that may be set in each: what a formula goes on with is not set."""
    return np.where(row.is_set, values, values[row.is_set][0])


def derivative_unit(units: Units, output: Unit, given: Unit) -> str:
    """Return the unit of a derivative: that of the output over that of the input."""
    base = units.text(quotient(output.atoms, given.atoms)) or "1"
    if output.percent == given.percent:
        return base
    if given.percent:
        return f"{base}/percent"
    return f"percent{base.removeprefix('1')}" if base.startswith("1") else f"percent·{base}"


@dataclass(frozen=True, slots=True)
class _Turn:
    """What the outputs are while one input, or one member of it, is at an end of its range; None for no value."""

    number: int | None
    low: tuple[float, ...]
    high: tuple[float, ...]
    at_low: list[float | None]
    at_high: list[float | None]


class _Turning:
    """Sets one input at a time to its ends, and back."""

    def __init__(self, results: Results, outputs: Sequence[Cell]) -> None:
        self.results, self.outputs = results, outputs
        self.live = Live(results)

    def turns(self, row: Row, swing: float) -> list[_Turn]:
        """Return the turns of an input: of all its members at once, then of each."""
        low, high = ends_of(self.results, row, swing)
        given = np.flatnonzero(row.is_set).tolist()
        whole = [self.turn(row, None, given, low, high)]
        return whole + ([self.turn(row, number, [number], low, high) for number in given] if row.over else [])

    def turn(self, row: Row, number: int | None, cells: list[int], low: Array, high: Array) -> _Turn:
        at_low, at_high = (self.at(row, cells, side) for side in (low, high))
        return _Turn(number, tuple(low[cells].tolist()), tuple(high[cells].tolist()), at_low, at_high)

    def at(self, row: Row, cells: list[int], side: Array) -> list[float | None]:
        """Return the outputs with some cells of an input at an end."""
        before = np.array(self.results.cells(row.id))
        changed = before.copy()
        changed[cells] = side[cells]
        shape = self.results.plan.shape(row)
        setting, back = (fill_gaps(row, values).reshape(shape) for values in (changed, before))
        try:
            self.live.set(row.id, setting if shape else float(setting))
        except ModelError:
            return self.elsewhere(row, setting)
        found: list[float | None] = [float(np.ravel(self.live[one.id])[one.number]) for one in self.outputs]
        self.live.set(row.id, back if shape else float(back))
        return found

    def elsewhere(self, row: Row, setting: Array) -> list[float | None]:
        """Return the outputs where some row has no value or breaks its bounds; None for those that have none."""
        changes = {name: np.array([value]) for name, value in self.results.changed.items()}
        outputs = [one.id for one in self.outputs]
        case = evaluate_many(self.results.plan, changes | {row.id: setting[None]}, self.results.case.id, outputs)
        values = [float(np.ravel(case[one.id][0])[one.number]) for one in self.outputs]
        return [value if isfinite(value) else None for value in values]


def _influences(
    results: Results, output: Cell, of: tuple[Row, float | Array], turns: Sequence[_Turn], index: int
) -> list[Influence]:
    row, derivative = of
    plan = results.plan
    value = results.cells(output.id)[output.number]
    own = np.where(row.is_set, results.cells(row.id), 0.0)
    slopes = np.ravel(derivative)
    unit = derivative_unit(plan.units, plan.row(output.id).unit, row.unit)
    found = []
    for turn in turns:
        cells = slice(None) if turn.number is None else slice(turn.number, turn.number + 1)
        slope = float(np.sum(slopes[cells]))
        scaled = float(np.sum(slopes[cells] * own[cells]))
        found.append(
            Influence(
                row=row,
                name=row.id if turn.number is None else cell_name(plan, Cell(row.id, turn.number)),
                number=turn.number,
                elasticity=_number(scaled / value) if value else None,
                derivative=_number(slope),
                derivative_unit=unit,
                low=turn.low,
                high=turn.high,
                output_at_low=turn.at_low[index],
                output_at_high=turn.at_high[index],
            )
        )
    return found


def _number(value: float) -> float | None:
    return float(f"{value:.15g}") + 0.0 if isfinite(value) else None
