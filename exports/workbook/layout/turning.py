"""Which results turn between the ends of an input's range, so that a bar from end to end does not show them whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.analysis.swings.ranges import SWING, ends_of, fill_gaps
from engine.plan.batch import evaluate_many
from engine.plan.evaluate import Results
from engine.plan.outputs import Output
from engine.plan.plan import Array, Row
from exports.workbook.layout.choices import is_choice

# So many places from one end of a range to the other tell whether a result turns in between.
_LOOKS: Final = 9
_STRAIGHT: Final = 1e-9


def shaped_ends(results: Results, row: Row) -> tuple[Array, Array]:
    """Return the low and the high ends of an input, in its declared unit and shape."""
    shape = results.plan.shape(row)
    low, high = (fill_gaps(row, side).reshape(shape) for side in ends_of(results, row, SWING))
    return low, high


def ends_or_members(results: Results, row: Row) -> list[Array]:
    """Return what an input is set to in turn: the two ends of its range, or each member of a choice in order."""
    if not is_choice(row):
        return list(shaped_ends(results, row))
    assert row.quantity is not None  # noqa: S101  # a choice is a quantity
    codes = results.plan.model.dimension[row.quantity.choice].codes
    return [np.full(results.plan.shape(row), code) for code in codes]


def turning(results: Results, varied: Sequence[Row], judged: Sequence[Output]) -> dict[str, list[Output]]:
    """Return, of each input that is varied, the results that go further between its ends than at them."""
    plan = results.plan
    rows = [row for row in varied if row.id not in plan.lags and not is_choice(row)]
    count = len(rows) * _LOOKS
    changes = {row.id: np.array([results[row.id]] * count) for row in rows}
    for index, row in enumerate(rows):
        low, high = shaped_ends(results, row)
        places = np.array([low + (high - low) * share for share in np.linspace(0, 1, _LOOKS)])
        is_whole = row.quantity is not None and row.quantity.whole
        changes[row.id][index * _LOOKS : (index + 1) * _LOOKS] = np.round(places) if is_whole else places
    many = evaluate_many(plan, changes, results.case.id, [output.row.id for output in judged])
    found: dict[str, list[Output]] = {row.id: [] for row in varied}
    for output in judged if rows else []:
        values = many[output.row.id].reshape(count, -1)[:, output.number].reshape(len(rows), _LOOKS)
        ends = values[:, [0, -1]]
        beyond = np.maximum(values.max(axis=1) - ends.max(axis=1), ends.min(axis=1) - values.min(axis=1))
        for index in np.flatnonzero(beyond > _STRAIGHT * abs(values).max(axis=1)).tolist():
            found[rows[index].id].append(output)
    return found
