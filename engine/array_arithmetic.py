"""The numbers behind formulas over arrays of cases: NaN where a case has no value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite, nan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.arithmetic import round_half_away, same

Values = NDArray[np.float64] | np.float64 | float | Any


def finite(a: Values) -> Values:
    """Return the values, NaN for those that are not finite."""
    return np.where(np.isfinite(a), a, np.nan)


def within(function: np.ufunc, a: Values) -> Values:
    """Return a function's values, NaN outside its domain."""
    return finite(function(finite(a)))


def divide(a: Values, b: Values) -> Values:
    """Return a / b; an overflow in b is not hidden."""
    return a / np.where(b == 0, np.nan, finite(b))


def power(a: Values, b: Values) -> Values:
    """Return a ** b, NaN for a negative base with a broken exponent and for 0 ** 0."""
    has_none = ((a == 0) & (b <= 0)) | ((a < 0) & (b != np.floor(b)))
    return np.where(has_none, np.nan, np.power(finite(a), finite(b)))


def alike(a: Values, b: Values) -> Values:
    """Return 1 where two values are equal at 15 significant digits."""
    apart = abs(a - b)
    near = (apart <= 1e-14 * abs(a)) & (a != b)
    equal = np.where(near, _tie(a, b), a == b) if np.any(near) else a == b
    return np.where(np.isfinite(apart), equal, np.nan)


def less(a: Values, b: Values) -> Values:
    """Return 1 where a < b at 15 significant digits."""
    return np.where(alike(a, b) == 0, a < b, alike(a, b) * 0)


def negate(a: Values) -> Values:
    """Return 1 where a is 0."""
    return np.where(np.isfinite(a), a == 0, np.nan)


def both(a: Values, b: Values) -> Values:
    """Return 1 where neither is 0."""
    return np.where(np.isfinite(a) & np.isfinite(b), (a != 0) & (b != 0), np.nan)


def either(a: Values, b: Values) -> Values:
    """Return 1 where one is not 0."""
    return np.where(np.isfinite(a) & np.isfinite(b), (a != 0) | (b != 0), np.nan)


def choose(test: Values, then: Values, otherwise: Values) -> Values:
    """Return `then` where the test is not 0, else `otherwise`; what is not chosen does not matter."""
    return np.where(np.isfinite(test), np.where(test != 0, then, otherwise), np.nan)


def least(*values: Values) -> Values:
    """Return the smallest values."""
    return np.minimum.reduce(np.broadcast_arrays(*[finite(value) for value in values]))


def most(*values: Values) -> Values:
    """Return the largest values."""
    return np.maximum.reduce(np.broadcast_arrays(*[finite(value) for value in values]))


def rounded(a: Values, n: Values = 0.0) -> Values:
    """Return values rounded half away from zero on their decimal form."""
    return _rounded(a, n)


def _one_tie(a: float, b: float) -> bool:
    return isfinite(a - b) and same(a, b)


def _one_rounded(a: float, n: float) -> float:
    return round_half_away(a, n) if isfinite(a) and isfinite(n) else nan


# Ties, and the decimal form that rounding goes by, are rare or few: one at a time, as for one case.
_tie = np.vectorize(_one_tie, otypes=[bool])
_rounded = np.vectorize(_one_rounded, otypes=[float])


HELPERS: Final[Mapping[str, Callable[..., Values]]] = {
    "finite": finite,
    "within": within,
    "divide": divide,
    "power": power,
    "alike": alike,
    "less": less,
    "negate": negate,
    "both": both,
    "either": either,
    "choose": choose,
    "least": least,
    "most": most,
    "rounded": rounded,
}
