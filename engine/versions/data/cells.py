"""Cells of a row in two versions by their numbers, where dimensions may have other members by now."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from engine.data.table import Codes
from engine.model.data import DataGrid
from engine.model.dimensions import Grid
from engine.model.model import Model
from engine.plan.plan import Array


def places(there: Model, here: Model, over: tuple[str, ...]) -> Codes:
    """Return, for each cell here, the number of that of the same members there; -1 where there is none."""
    found = np.zeros((1,) * len(over), np.int64)
    is_known = np.ones((1,) * len(over), np.bool_)
    for axis, name in enumerate(over):
        indices = there.dimension[name].indices
        own = np.array([indices.get(member, -1) for member in here.dimension[name].members], np.int64)
        own = own.reshape([-1 if other == axis else 1 for other in range(len(over))])
        found, is_known = found * len(indices) + own, is_known & (own >= 0)
    return np.where(is_known, found, -1).ravel()


def as_numbers(value: Decimal | Grid[Decimal] | None, size: int) -> Array:
    """Return what is set for the cells of a row, NaN where nothing is."""
    if isinstance(value, DataGrid):
        return value.numbers
    cells = value.cells if isinstance(value, Grid) else (value,) * size
    return np.array([np.nan if one is None else float(one) for one in cells])


def taken(numbers: Array, at: Codes, spare: Array | float) -> Array:
    """Return the numbers at places; where there is no place, what is spare."""
    return np.where(at >= 0, numbers[at], spare)
