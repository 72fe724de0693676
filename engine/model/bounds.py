"""What a value may be: hard bounds, whole or not."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np

from engine.language.numbers.arrays import Array, alike
from engine.language.numbers.arrays import less as less_each
from engine.language.numbers.scalars import less, same
from engine.model.dimensions import cell
from engine.model.model import Quantity


class Breach(NamedTuple):
    """A bound that a value breaks: the key that sets it, and the words for it."""

    key: str
    words: str


def breach(quantity: Quantity, value: Decimal | float, number: int = 0) -> Breach | None:
    """Return which bound a value in the declared unit breaks, if it breaks one; `number` counts cells by member."""
    least, most = cell(quantity.min, number), cell(quantity.max, number)
    if least is not None and _below(value, least):
        return Breach("min", f"is below min = {least}")
    if most is not None and _below(most, value):
        return Breach("max", f"is above max = {most}")
    if quantity.whole and not same(float(value), float(round(value))):
        return Breach("whole", "is not whole")
    return None


def breaches(quantity: Quantity, values: Array) -> Array:
    """Return where values in the declared unit break a bound; the last axis counts cells by member."""
    numbers = range(values.shape[-1])
    broken = np.zeros(values.shape, dtype=bool)
    if quantity.min is not None:
        least = np.array([_number(cell(quantity.min, number), -np.inf) for number in numbers])
        broken |= np.isfinite(least) & (less_each(values, least) == 1)
    if quantity.max is not None:
        most = np.array([_number(cell(quantity.max, number), np.inf) for number in numbers])
        broken |= np.isfinite(most) & (less_each(most, values) == 1)
    if quantity.whole:
        broken |= alike(values, np.round(values)) == 0
    return broken


def _number(bound: Decimal | None, otherwise: float) -> float:
    return otherwise if bound is None else float(bound)


def plausible(quantity: Quantity, number: int = 0) -> tuple[Decimal, Decimal] | None:
    """Return how low and how high a cell may plausibly be: the ends of its range or values; None for neither."""
    ends = cell(quantity.range, number)
    if ends is not None:
        return ends[0], ends[-1]
    values = cell(quantity.values, number)
    return None if values is None else (min(values), max(values))


def is_void(quantity: Quantity, number: int = 0) -> bool:
    """Return whether no value is within the bounds."""
    least, most = cell(quantity.min, number), cell(quantity.max, number)
    return least is not None and most is not None and least > most


def _below(a: Decimal | float, b: Decimal | float) -> bool:
    """Return a < b: as written where both are, else at 15 digits, since 0.1 as a float is a little more than 0.1."""
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return a < b
    return less(float(a), float(b))
