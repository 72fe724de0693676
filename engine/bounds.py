"""What a value may be: hard bounds, whole or not."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from engine.arithmetic import less, same
from engine.model import Quantity


class Breach(NamedTuple):
    """A bound that a value breaks: the key that sets it, and the words for it."""

    key: str
    words: str


def breach(quantity: Quantity, value: Decimal | float) -> Breach | None:
    """Return which bound of the quantity a value in its declared unit breaks, if it breaks one."""
    if quantity.min is not None and _below(value, quantity.min):
        return Breach("min", f"is below min = {quantity.min}")
    if quantity.max is not None and _below(quantity.max, value):
        return Breach("max", f"is above max = {quantity.max}")
    if quantity.whole and not same(float(value), float(round(value))):
        return Breach("whole", "is not whole")
    return None


def is_void(quantity: Quantity) -> bool:
    """Return whether no value is within the bounds."""
    return quantity.min is not None and quantity.max is not None and quantity.min > quantity.max


def _below(a: Decimal | float, b: Decimal | float) -> bool:
    """Return a < b: as written where both are, else at 15 digits, since 0.1 as a float is a little more than 0.1."""
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return a < b
    return less(float(a), float(b))
