"""What shares of a change are rounded to, so that a reader's sum comes out."""

from __future__ import annotations

from math import floor, log10
from typing import Final

import numpy as np

from engine.plan.plan import Array

_DIGITS: Final = 5
_MOST_DIGITS: Final = 11
# The smallest number that there is.
_LEAST: Final = 5e-324
# A change of less than a hundredth of the level has digits of its own.
_SMALL: Final = 100.0


def counting_unit(before: float, after: float, shares: Array) -> float:
    """Return what to count in: small enough for the shares to be told from each other beside a far larger level."""
    level = max(abs(before), abs(after))
    change = abs(after - before) or max(np.abs(shares).tolist(), default=0.0)
    digits = floor(log10(min(level, change * _SMALL)) if change else log10(level))
    return float(10.0 ** max(digits - _DIGITS, floor(log10(level)) - _MOST_DIGITS)) or _LEAST


def times(count: int, unit: float) -> float:
    """Return so many units, without the digits that a product of floats adds."""
    return float(f"{count * unit:.12g}")
