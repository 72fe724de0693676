"""How low and how high an input goes: the ends of its range, else a share of its value down and up."""

from __future__ import annotations

from sys import float_info
from typing import Final

import numpy as np

from engine.language.numbers.scalars import round_half_away
from engine.model.bounds import plausible
from engine.model.dimensions import cell as of_cell
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.plan import Array, Row, shown

SWING: Final = 0.1
_LARGEST: Final = float_info.max


def ends(results: Results, row: Row, number: int, swing: float) -> tuple[float, float]:
    """Return how low and how high one cell of an input goes, in its declared unit."""
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # inputs are quantities
    value = shown(results.at(Cell(row.id, number)), row)
    given = plausible(quantity, number)
    # Not 1.1 times the value: 100 and 10 percent of it are 110 to the last bit.
    low, high = sorted([value - value * swing, value + value * swing])
    if given is not None:
        low, high = float(given[0]), float(given[1])
    if quantity.whole:
        low, high = round_half_away(low), round_half_away(high)
    least, most = of_cell(quantity.min, number), of_cell(quantity.max, number)
    # 10 percent more than the largest number is no number.
    lowest, highest = -_LARGEST if least is None else float(least), _LARGEST if most is None else float(most)
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
