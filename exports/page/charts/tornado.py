"""How far inputs move a result: all that feed it go from end to end of their ranges, all cases computed at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.analysis.gradients import Gradients
from engine.analysis.swings.ranges import SWING, ends_of, fill_gaps
from engine.language.numbers.scalars import round_half_away
from engine.plan.batch import evaluate_many, outside
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.plan import Array, Row
from exports.style.words import in_table

_SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_MOST_BARS: Final = 12
# Of more inputs those are looked at that move the result most where it stands.
_MOST_INPUTS: Final = 60


@dataclass(frozen=True, slots=True)
class Swing:
    """A bar of a tornado: the result at both ends of an input, what these are, and how far it goes between them."""

    label: str
    low: float
    high: float
    low_end: str
    high_end: str
    least: float
    most: float


def turned_inputs(live: Results, cell: Cell) -> list[Row]:
    """Return the inputs of which a tornado of a result may have a bar."""
    plan = live.plan
    feeding = plan.upstream(cell.id)
    rows = [row for row in plan.inputs if row.id in feeding and row.id not in plan.lags]
    if len(rows) <= _MOST_INPUTS:
        return rows
    gradients = Gradients(live)
    slopes = gradients.by_input(gradients.adjoints(cell), cell)

    def reach(row: Row) -> float:
        low, high = ends_of(live, row, SWING)
        return float(np.nansum(np.abs(np.ravel(slopes[row.id]) * (high - low))))

    largest = {row.id for row in sorted(rows, key=lambda row: -reach(row))[:_MOST_INPUTS]}
    return [row for row in rows if row.id in largest]


def swings(live: Results, cell: Cell) -> tuple[Swing, ...]:
    """Return the bars of a tornado, the longest first, without inputs over whose range the result has no value."""
    rows = turned_inputs(live, cell)
    settings = [_settings(live, row) for row in rows]
    values = iter(np.split(_outputs(live, cell, rows, settings), np.cumsum([len(one) for one in settings])[:-1]))
    found = [_swing(live, row, setting, next(values)) for row, setting in zip(rows, settings, strict=True)]
    bars = [one for one in found if one.most > one.least]
    return tuple(sorted(bars, key=lambda one: one.least - one.most)[:_MOST_BARS])


def _settings(live: Results, row: Row) -> list[Array]:
    """Return what all cells of an input are set to, case by case: from end to end, or each member of a choice."""
    choice = live.plan.chosen_from(row)
    if choice is not None:
        return [np.full(row.is_set.size, code) for code in choice.codes]
    low, high = ends_of(live, row, SWING)
    along = [low + (high - low) * share if share < 1 else high for share in _SHARES]
    if row.quantity is not None and row.quantity.whole:
        along = [np.array([round_half_away(value) for value in one.tolist()]) for one in along]
    return [fill_gaps(row, one) for one in along]


def _outputs(live: Results, cell: Cell, rows: Sequence[Row], settings: Sequence[Sequence[Array]]) -> Array:
    """Return the result in each case, NaN where it has no value or what it is computed from is out of its bounds."""
    plan, count = live.plan, sum(map(len, settings))
    changes: dict[str, Array] = {}
    start = 0
    for row, setting in zip(rows, settings, strict=True):
        column = np.repeat(fill_gaps(row, np.array(live.cells(row.id)))[None], count, axis=0)
        column[start : start + len(setting)] = setting
        start += len(setting)
        changes[row.id] = column.reshape(count, *plan.shape(row))
    feeding = plan.feeding(cell.id)
    many = evaluate_many(plan, changes, live.case.id, feeding)
    values = np.array(many[cell.id]).reshape(count, -1)[:, cell.number]
    for cases in outside(many, feeding).values():
        values[cases] = np.nan
    return values


def _swing(live: Results, row: Row, setting: Sequence[Array], values: Array) -> Swing:
    choice = live.plan.chosen_from(row)
    if choice is not None:
        low, high = int(np.argmin(values)), int(np.argmax(values))
        ends = (choice.members[low], choice.members[high])
    else:
        low, high = 0, len(values) - 1
        is_one = int(np.sum(row.is_set)) == 1
        ends = (_told(row, setting[0]), _told(row, setting[-1])) if is_one else ("", "")
    return Swing(
        row.label, float(values[low]), float(values[high]), *ends, float(np.min(values)), float(np.max(values))
    )


def _told(row: Row, setting: Array) -> str:
    return in_table(float(setting[row.is_set][0]))
