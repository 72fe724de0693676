"""Random states of a model's inputs, as a reader of its page may leave them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.model.dimensions import cell
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results

Columns = Mapping[str, NDArray[np.float64]]


def states(results: Results, count: int, seed: int) -> Columns:
    """Return values in declared units, one a state, by the name of each cell that a reader may change.

    They lie within the range of an input, or else between half and double of its value, and within its bounds; the lags
    of `prev` stay as they are.
    """
    plan, chosen = results.plan, np.random.default_rng(seed)
    found = {}
    for row in plan.inputs:
        if row.id in plan.lags:
            continue
        for number in np.flatnonzero(row.is_set).tolist():
            values = _values(results, Cell(row.id, number), chosen, count)
            # Most inputs stay as they are in most states, and all of them in the first.
            still = (chosen.random(count) < 0.7) | (np.arange(count) == 0)
            found[cell_name(plan, Cell(row.id, number))] = np.where(still, results.cells(row.id)[number], values)
    return found


def _values(results: Results, at: Cell, chosen: np.random.Generator, count: int) -> NDArray[np.float64]:
    plan, number = results.plan, at.number
    row, value = plan.row(at.id), results.cells(at.id)[at.number]
    dimension = plan.chosen_from(row)
    if dimension is not None:
        return chosen.choice(np.array(dimension.codes), count)
    quantity = row.quantity
    assert quantity is not None
    ends = cell(quantity.range, number)
    low, high = map(float, (ends[0], ends[-1])) if ends else sorted([value / 2, value * 2 or 1.0])
    least, most = (cell(bound, number) for bound in (quantity.min, quantity.max))
    drawn = chosen.uniform(low, high, count)
    drawn = drawn if least is None else np.maximum(drawn, float(least))
    drawn = drawn if most is None else np.minimum(drawn, float(most))
    return np.round(drawn) if quantity.whole else drawn
