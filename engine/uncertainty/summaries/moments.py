"""Counts, means and spreads of values, merged of those of two halves (Chan, Golub and LeVeque 1983)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.plan.plan import Array

# So many values are added up in one go; of more, halves are merged, so that each way to share them out adds up alike.
LEAF: Final = 64
_SMALL, _LARGE = 1e-140, 1e140


class Moments(NamedTuple):
    """How many values there are, their mean, the root of their squared distances from it, and their ends.

    All are arrays of one shape, a place for each set of values. Without values ends are infinite, the wrong way round.
    """

    total: NDArray[np.int64]
    mean: Array
    root: Array
    low: Array
    high: Array

    @property
    def deviation(self) -> Array:
        """Return the standard deviation of the values; NaN for none."""
        with np.errstate(all="ignore"):
            return np.asarray(self.root / np.sqrt(self.total))

    def at(self, place: Any) -> Moments:  # noqa: ANN401  # an index of arrays
        """Return those at a place."""
        return Moments(*[one[place] for one in self])


def moments(values: Array) -> Moments:
    """Return those of values along the last axis, NaN for none: a power of two of them, at least 64."""
    leaves = values.reshape(*values.shape[:-1], -1, LEAF)
    known = np.isfinite(leaves)
    count = known.sum(axis=-1)
    low = np.min(leaves, axis=-1, initial=np.inf, where=known)
    high = np.max(leaves, axis=-1, initial=-np.inf, where=known)
    with np.errstate(all="ignore"):
        # Of what is very large or small the square is no number.
        size = np.maximum(abs(low), abs(high))
        size = np.where((count == 0) | (size == 0) | (size > _SMALL) & (size < _LARGE), 1.0, size)[..., None]
        scaled = np.where(known, leaves / size, 0.0)
        mean = scaled.sum(axis=-1, keepdims=True) / count[..., None]
        root = np.sqrt(np.sum(np.where(known, scaled - mean, 0.0) ** 2, axis=-1))
        found = Moments(count, (mean * size)[..., 0], root * size[..., 0], low, high)
    return merged(_exact(found))


def merged(found: Moments) -> Moments:
    """Return those of all values along the last axis, a power of two of them, half by half."""
    while found.total.shape[-1] > 1:
        found = joined(found.at((..., slice(0, None, 2))), found.at((..., slice(1, None, 2))))
    return found.at((..., 0))


def joined(one: Moments, other: Moments) -> Moments:
    """Return the moments of the values of both."""
    count = one.total + other.total
    with np.errstate(all="ignore"):
        first, second = one.total / count, other.total / count
        mean = one.mean * first + other.mean * second
        share = np.sqrt(first * second)
        root = np.hypot(np.hypot(one.root, other.root), (other.mean * share - one.mean * share) * np.sqrt(count))
    # What has no values has no mean either.
    mean = np.where(one.total == 0, other.mean, np.where(other.total == 0, one.mean, mean))
    root = np.where(one.total == 0, other.root, np.where(other.total == 0, one.root, root))
    return _exact(Moments(count, mean, root, np.minimum(one.low, other.low), np.maximum(one.high, other.high)))


def _exact(found: Moments) -> Moments:
    """Return the same, but that equal values have no spread, and their mean is none but they."""
    alike = found.low == found.high
    return found._replace(mean=np.where(alike, found.low, found.mean), root=np.where(alike, 0.0, found.root))
