"""Rounding of many numbers at once, to the same bits as one at a time."""

from __future__ import annotations

from math import isfinite, nan
from typing import Any, Final

import numpy as np

from engine.language.numbers.scalars import round_half_away, same

# Powers of ten up to this one are floats without an error.
_EXACT: Final = 22
_POWERS: Final = np.array([10.0**exponent for exponent in range(_EXACT + 1)])
# Of a decimal form of 15 digits the last is half a unit in 1e14 at most; a quotient and a product are off by less.
_APART: Final = 1e-14
_LARGEST: Final = 1e13
_HALF: Final = 0.5
_FEWEST, _MOST = 1e14, 1e15
_SPLIT: Final = 2.0**27 + 1


def rounded(a: Any, n: Any = 0.0) -> Any:  # noqa: ANN401  # arrays, or single numbers
    """Return values rounded half away from zero to decimal digits, on their decimal form of 15 digits; NaN for none.

    A value that is clear of a tie is scaled and rounded as a float, and scaled back by one exact power of ten, so that
    it is the float nearest to its decimal. What is near a tie or has no digit to spare is rounded by its decimal form.
    """
    value, digits = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(n, dtype=np.float64))
    places = np.trunc(np.where(np.isfinite(digits), digits, 0.0))
    power = _POWERS[np.minimum(abs(places), _EXACT).astype(np.intp)]
    size = abs(value)
    with np.errstate(all="ignore"):
        scaled = np.where(places < 0, size / power, size * power)
        whole = np.floor(scaled + 0.5)
        found = np.copysign(np.where(places < 0, whole * power, whole / power), value)
        is_clear = abs(scaled - np.floor(scaled) - 0.5) > _APART * scaled + _APART
        is_clear &= (scaled < _LARGEST) & (abs(places) <= _EXACT) & np.isfinite(digits)
    if not np.all(is_clear):
        pairs = zip(value[~is_clear].tolist(), digits[~is_clear].tolist(), strict=True)
        found = np.array(found)
        found[~is_clear] = [round_half_away(*pair) if all(map(isfinite, pair)) else nan for pair in pairs]
    return found[()]


def same_digits(a: Any, b: Any) -> Any:  # noqa: ANN401  # arrays of one shape
    """Return whether two numbers that are near each other have the same decimal form of 15 digits.

    Both are scaled to whole numbers of 15 digits, with what the product is off by (Dekker 1971), so that a tie is known
    for one. Where a power of ten is no float, or a form is another decade's, it is asked one at a time.
    """
    with np.errstate(all="ignore"):
        exponent = 14 - np.floor(np.log10(abs(a)))
        is_known = (exponent >= 0) & (exponent <= _EXACT)
        power = _POWERS[np.where(is_known, exponent, 0).astype(np.intp)]
        (one, first), (other, second) = (_digits(value, power) for value in (a, b))
    is_known &= first & second
    equal = one == other
    if not np.all(is_known):
        pairs = zip(a[~is_known].tolist(), b[~is_known].tolist(), strict=True)
        equal[~is_known] = [isfinite(left - right) and same(left, right) for left, right in pairs]
    return equal


def _digits(value: Any, power: Any) -> tuple[Any, Any]:  # noqa: ANN401  # as above
    """Return values times powers of ten, rounded half to even as decimal forms are, and which have 15 digits."""
    scaled = value * power
    (high, low), (above, below) = _halves(value), _halves(power)
    missing = ((high * above - scaled) + high * below + low * above) + low * below
    whole = np.rint(scaled)
    rest = scaled - whole
    whole = whole + ((rest == _HALF) & (missing > 0)) - ((rest == -_HALF) & (missing < 0))
    size = abs(whole)
    return whole, (size > _FEWEST) & (size < _MOST)


def _halves(value: Any) -> tuple[Any, Any]:  # noqa: ANN401  # as above
    """Return two numbers of half the bits that sum to a float."""
    turned = value * _SPLIT
    high = turned - (turned - value)
    return high, value - high
