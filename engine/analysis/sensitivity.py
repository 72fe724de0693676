"""How much each assumption matters: elasticities and derivatives at a point, and one-at-a-time swings (the tornado)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

import numpy as np

from engine.analysis.gradients import Gradients
from engine.analysis.shapes.kinks import kinks
from engine.analysis.swings.ranges import SWING
from engine.analysis.swings.turning import MOST_APART, Inside, Turning
from engine.language.numbers.scalars import less
from engine.plan.cells import Cell, cell_name, label_of
from engine.plan.evaluate import Results
from engine.plan.plan import Array, Row
from engine.units.registry import Units
from engine.units.unit import Unit, quotient

_MOST_NOTES: Final = 5


@dataclass(frozen=True, slots=True)
class Influence:
    """One input's influence on one output, in declared units; `number` is the cell of a member, None for all at once.

    `elasticity` is the percent by which the output changes for one percent of the input, None where the output is 0;
    `derivative` None where there is none. `low` and `high` are the ends of the range; of all members at once, by cell.
    `inside` is where the output goes further between the ends than at them, or has no value; `broken` are the results
    that are out of their bounds at the low and at the high end, so that the output has no value there.

    Of a choice `members` has the members by their codes, which `low` and `high` are: of the member with the lowest
    output, and of that with the highest. It has neither elasticity nor derivative.
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
    inside: tuple[Inside, ...] = ()
    broken: tuple[Mapping[str, str], Mapping[str, str]] = field(default_factory=lambda: ({}, {}))
    members: Mapping[float, str] = field(default_factory=dict)

    @property
    def extent(self) -> tuple[float, float] | None:
        """Return the lowest and the highest output over the range; None where it has no value at some place of it."""
        outputs = [self.output_at_low, self.output_at_high, *[place.output for place in self.inside]]
        known = [output for output in outputs if output is not None]
        return (min(known), max(known)) if len(known) == len(outputs) else None

    @property
    def swing(self) -> float | None:
        """Return how far apart the output is at the two ends; None where it has no value at one of them."""
        if self.output_at_low is None or self.output_at_high is None:
            return None
        return abs(self.output_at_high - self.output_at_low)

    @property
    def reach(self) -> float | None:
        """Return how far apart the output is over the whole range, which it may turn in; None as in `extent`."""
        return None if self.extent is None else self.extent[1] - self.extent[0]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """One output's inputs, the largest reach first, and what to know of its derivatives."""

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
    `max`, and to a whole number where they are whole. Swings are computed by the model itself, so that they are exact;
    a few places between the ends tell whether the output turns there. Where a result that feeds the output is out of
    its bounds, as where it has no value, the output has none. Of an input of very many members these go together, and
    alone the few that move the output most by derivative and range, which a note names.
    """
    plan = results.plan
    gradients = Gradients(results)
    feeding = [plan.upstream(output.id) for output in outputs]
    turning = Turning(results, outputs, swing)
    made = []
    for index, (output, feeds) in enumerate(zip(outputs, feeding, strict=True)):
        value = results.cells(output.id)[output.number]
        adjoints = gradients.adjoints(output)
        derivatives = gradients.by_input(adjoints, output)
        found = [
            influence
            for row in plan.inputs
            if row.id in feeds
            for influence in _influences(results, output, row, np.ravel(derivatives[row.id]), turning, index)
        ]
        found.sort(key=lambda one: (-(one.reach if one.reach is not None else np.inf), -abs(one.elasticity or 0)))
        notes = [*kinks(results, gradients.dependent(adjoints)), *_notes(results, output, found)]
        unit = plan.row(output.id).unit.text
        made.append(
            Sensitivity(
                output, cell_name(plan, output), label_of(plan, output), value, unit, tuple(found), tuple(notes)
            )
        )
    return made


def derivative_unit(units: Units, output: Unit, given: Unit) -> str:
    """Return the unit of a derivative: that of the output over that of the input."""
    base = units.text(quotient(output.atoms, given.atoms)) or "1"
    if output.percent == given.percent:
        return base
    if given.percent:
        return f"{base}/percent"
    return f"percent{base.removeprefix('1')}" if base.startswith("1") else f"percent·{base}"


def _influences(  # noqa: PLR0917  # what an influence is made of
    results: Results, output: Cell, row: Row, slopes: Array, turning: Turning, index: int
) -> list[Influence]:
    plan = results.plan
    value = results.cells(output.id)[output.number]
    own = np.where(row.is_set, results.cells(row.id), 0.0)
    unit = derivative_unit(plan.units, plan.row(output.id).unit, row.unit)
    feeding = plan.upstream(output.id)
    choice = plan.model.dimension[row.quantity.choice] if row.quantity is not None and row.quantity.choice else None
    members = {} if choice is None else dict(zip(choice.codes, choice.members, strict=True))
    found = []
    for turn in turning.turns(row, slopes):
        turned = turn.of(index)
        cells = slice(None) if turn.number is None else slice(turn.number, turn.number + 1)
        slope = float(np.sum(slopes[cells]))
        scaled = float(np.sum(slopes[cells] * own[cells]))
        found.append(
            Influence(
                row=row,
                name=row.id if turn.number is None else cell_name(plan, Cell(row.id, turn.number)),
                number=turn.number,
                elasticity=_number(scaled / value) if value and not members else None,
                derivative=None if members else _number(slope),
                derivative_unit="" if members else unit,
                low=turned.low,
                high=turned.high,
                output_at_low=turned.at_low,
                output_at_high=turned.at_high,
                inside=turned.inside,
                broken=(_among(turned.broken[0], feeding), _among(turned.broken[1], feeding)),
                members=members,
            )
        )
    return found


def _notes(results: Results, output: Cell, found: Sequence[Influence]) -> list[str]:
    """Return what the two ends of a bar do not tell."""
    notes = []
    for influence in found:
        notes += _of_many(cell_name(results.plan, output), influence, found)
        notes += _of_ends(results, output, influence)
        notes += _of_inside(cell_name(results.plan, output), results.plan.row(output.id).unit.suffix, influence)
        notes += _of_present(results, influence)
    left = len(notes) - _MOST_NOTES
    return notes if left <= 0 else [*notes[:_MOST_NOTES], f"and {left} more of the kind"]


def _of_many(output: str, influence: Influence, found: Sequence[Influence]) -> list[str]:
    """Return a note for an input whose members are too many to go one by one, with those that do."""
    count = int(np.count_nonzero(influence.row.is_set))
    if influence.number is not None or not influence.row.over or count <= MOST_APART:
        return []
    alone = [f"'{one.name}'" for one in found if one.row is influence.row and one.number is not None]
    how = " and not one by one"
    if alone:
        how = f", and alone only what moves '{output}' most by derivative and range: {', '.join(alone)}"
    return [f"'{influence.row.id}' has {count:,} values, which go to their ends together{how}"]


def _among(broken: Mapping[str, str], ids: set[str]) -> dict[str, str]:
    return {id_: told for id_, told in broken.items() if id_ in ids}


def _of_ends(results: Results, output: Cell, influence: Influence) -> list[str]:
    """Return a note for each end at which the output has no value, with the results that are out of their bounds."""
    notes = []
    name = cell_name(results.plan, output)
    for word, ends_, broken in zip(("low", "high"), (influence.low, influence.high), influence.broken, strict=True):
        if broken:
            unit = influence.row.unit.suffix
            where = f", {ends_[0]:.6g}{unit}" if len(ends_) == 1 else ""
            first, *others = broken.values()
            more = f" (and {len(others)} more out of bounds)" if others else ""
            notes.append(f"'{name}' has no value at the {word} end of '{influence.name}'{where}: {first}{more}")
    return notes


def _of_inside(output: str, unit: str, influence: Influence) -> list[str]:
    if influence.members:
        without = [f"'{influence.members[place.at[0]]}'" for place in influence.inside]
        return [f"'{output}' has no value with {influence.name} = {' or '.join(without)}"] if without else []
    if influence.number is None and influence.row.over:
        where = [f"with all members of '{influence.name}' between their ends" for _ in influence.inside]
    else:
        suffix = influence.row.unit.suffix
        where = [f"at {influence.name} = {place.at[0] + 0.0:.5g}{suffix}" for place in influence.inside]
    turns = [
        f"{place.output + 0.0:.6g}{unit} {at}"
        for place, at in zip(influence.inside, where, strict=True)
        if place.output is not None
    ]
    gaps = [at for place, at in zip(influence.inside, where, strict=True) if place.output is None]
    notes = []
    if turns:
        notes.append(
            f"'{output}' turns within the range of '{influence.name}': {' and '.join(turns)}, beyond both ends"
        )
    if gaps:
        notes.append(f"'{output}' has no value everywhere within the range of '{influence.name}': none {gaps[0]}")
    return notes


def _of_present(results: Results, influence: Influence) -> list[str]:
    """Return a note for an input that is outside of its range as it is."""
    if influence.members or (influence.number is None and influence.row.over):
        return []
    value = results.cells(influence.row.id)[influence.number or 0]
    low, high = influence.low[0], influence.high[0]
    if not less(value, low) and not less(high, value):
        return []
    unit = influence.row.unit.suffix
    note = f"'{influence.name}' = {value:.6g}{unit} is outside its range, {low:.6g} to {high:.6g}{unit}"
    return [f"{note}: the bar goes from end to end of the range, and the present value is not on it"]


def _number(value: float) -> float | None:
    return float(f"{value:.15g}") + 0.0 if isfinite(value) else None
