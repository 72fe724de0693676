"""The real roots of sums of exponentials, ``sum(c[k] * exp(-t[k] * s))``, for many cases at once.

Descartes' rule of signs, used as a method. Where the coefficients change sign between t[j] and t[j+1], take an m
between the two: ``exp(m * s)`` times the sum has the same roots, and its derivative has the coefficients
``(m - t[k]) * c[k]``, which change sign once less. So the last derivative has no root, between the roots of each the
one before it is monotonic, and no root is missed, however the times are spread.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.language.numbers.arrays import Array

# A sum this small beside the sum of what is added up cannot be told from 0: there a curve touches 0, or starts at it.
ROUNDING: Final = 4e-15
# Where a step of Newton's is this short beside the longest time, the error behind it is below what is rounded.
_SHORT: Final = 1e-9
_MOST_STEPS: Final = 200
_MOST_AT_ONCE: Final = 100_000


def changes_of_sign(coefficients: Array) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Return where the sign is another than before, zeros left out, and the place of the last that is not 0."""
    last = np.broadcast_to(np.arange(coefficients.shape[-1]), coefficients.shape)
    signs = np.sign(coefficients)
    if not np.all(signs):
        last = np.maximum.accumulate(np.where(signs != 0, last, 0), axis=-1)
        signs = np.take_along_axis(signs, last, -1)
    changes = np.zeros(coefficients.shape, dtype=bool)
    changes[..., 1:] = signs[..., 1:] * signs[..., :-1] < 0
    return changes, last


def roots_within(coefficients: Array, times: Array, low: Array, high: Array) -> Array:
    """Return the roots from low to high of each line, ascending, filled up with NaN.

    Coefficients are finite, (lines, n), and none is all 0; times rise. The ends may be infinite.
    """
    step = max(1, _MOST_AT_ONCE // coefficients.shape[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        pieces = [
            _roots(coefficients[at : at + step], times, low[at : at + step], high[at : at + step])
            for at in range(0, len(coefficients), step)
        ]
    most = max((piece.shape[1] for piece in pieces), default=0)
    filled = [np.pad(piece, ((0, 0), (0, most - piece.shape[1])), constant_values=np.nan) for piece in pieces]
    return np.concatenate(filled) if filled else np.empty((0, 0))


def _roots(coefficients: Array, times: Array, low: Array, high: Array) -> Array:
    scaled = coefficients / np.max(np.abs(coefficients), axis=-1, keepdims=True)
    least, most = _ends(scaled, times)
    low, high = np.maximum(low, least), np.minimum(high, most)
    outside = low > high
    low = np.where(outside, high, low)
    found = np.empty((len(scaled), 0))
    for derivative in reversed(_derivatives(scaled, times)):
        nodes = np.column_stack([low, np.where(np.isnan(found), high[:, None], found), high])
        found = _between(nodes, derivative, times)
    return np.where(outside[:, None], np.nan, found)


def _derivatives(coefficients: Array, times: Array) -> list[Array]:
    """Return the coefficients, and those of each derivative that changes sign somewhere."""
    changes, last = changes_of_sign(coefficients)
    order = np.cumsum(changes, axis=-1)
    lines = np.arange(len(coefficients))
    levels = [coefficients]
    for number in range(1, int(np.max(order, initial=0))):
        change = np.argmax(order == number, axis=-1)
        middle = (times[change] + times[last[lines, change - 1]]) / 2
        factor = (middle[:, None] - times) / (times[-1] - times[0])
        levels.append(levels[-1] * np.where(order[:, -1:] >= number, factor, 1.0))
    return levels


def _ends(coefficients: Array, times: Array) -> tuple[Array, Array]:
    """Return bounds of all roots: below them the last coefficient outweighs all others, above them the first."""
    lines = np.arange(len(coefficients))
    is_there = coefficients != 0
    first = np.argmax(is_there, axis=-1)
    last = coefficients.shape[-1] - 1 - np.argmax(is_there[:, ::-1], axis=-1)
    logs = np.log(np.where(is_there, np.abs(coefficients), 1.0))
    weights = logs + np.log(coefficients.shape[-1])
    after = is_there & (times > times[first, None])
    before = is_there & (times < times[last, None])
    high = np.where(after, (weights - logs[lines, first][:, None]) / _gap(times - times[first, None]), -np.inf)
    low = np.where(before, (logs[lines, last][:, None] - weights) / _gap(times[last, None] - times), np.inf)
    return np.min(low, axis=-1), np.max(high, axis=-1)


def _gap(apart: Array) -> Array:
    return np.where(apart > 0, apart, 1.0)


def _between(nodes: Array, coefficients: Array, times: Array) -> Array:
    """Return the roots of sums that are monotonic between one node and the next, ascending, filled up with NaN."""
    lines, count = nodes.shape
    sums = _Sums(coefficients, times)
    value = np.column_stack([sums.share(column) for column in nodes.T])
    sign = np.where(np.abs(value) <= ROUNDING, 0.0, np.sign(value))
    found = np.full((lines, 2 * count - 1), np.nan)
    # Between two nodes that are both at 0 nothing leaves 0: they are one root.
    is_root = sign == 0
    is_root[:, 1:] &= sign[:, :-1] != 0
    found[:, ::2] = np.where(is_root, nodes, np.nan)
    line, place = np.nonzero(sign[:, 1:] * sign[:, :-1] < 0)
    found[line, 2 * place + 1] = _solve(sums.only(line), nodes[line, place], nodes[line, place + 1], sign[line, place])
    found.sort(axis=-1)
    most = int(np.max(np.sum(~np.isnan(found), axis=-1), initial=0))
    return found[:, :most]


def _solve(sums: _Sums, low: Array, high: Array, sign: Array) -> Array:
    """Return the root between each low, where the sum has the sign, and high: by Newton's steps, or by halves."""
    found = np.where((low < 0) & (high > 0), 0.0, (low + high) / 2)
    at, before, waiting = found.copy(), high - low, np.arange(len(found))
    for _ in range(_MOST_STEPS):
        if not len(waiting):
            break
        plus, minus, plus_time, minus_time = sums.at(at)
        # The logarithm of what is above 0 over what is below is nearly straight where the sum itself is steep.
        height = np.log(plus / minus)
        slope = minus_time / minus - plus_time / plus
        is_before = np.sign(height) == sign
        low, high = np.where(is_before, at, low), np.where(is_before, high, at)
        newton = at - height / slope
        is_good = (newton >= low) & (newton <= high) & (np.abs(newton - at) <= before / 2)
        new = np.where(height == 0, at, np.where(is_good, newton, (low + high) / 2))
        before = np.abs(new - at)
        found[waiting] = new
        short = np.where(is_good, _SHORT / sums.longest, np.spacing(np.abs(at)))
        left = np.flatnonzero((before > short) & (height != 0))
        waiting, sums = waiting[left], sums.only(left)
        at, low, high, sign, before = new[left], low[left], high[left], sign[left], before[left]
    return found


class _Sums:
    """Lines of coefficients, and what their exponentials add up to."""

    def __init__(self, coefficients: Array, times: Array) -> None:
        is_there = coefficients != 0
        self.times = times
        self.plus, self.minus = np.maximum(coefficients, 0.0), np.maximum(-coefficients, 0.0)
        self.first = times[np.argmax(is_there, axis=-1)]
        self.last = times[len(times) - 1 - np.argmax(is_there[:, ::-1], axis=-1)]
        self.longest = times[-1] - times[0]

    def at(self, s: Array) -> tuple[Array, Array, Array, Array]:
        """Return the sums of what is above 0 and of what is below, and both with each weighed by its time."""
        # Seen from the end that weighs most no exponential is above 1; what would be has the coefficient 0.
        seen = np.where(s >= 0, self.first, self.last)
        weights = seen[:, None] - self.times
        weights *= s[:, None]
        np.minimum(weights, 0.0, out=weights)
        np.exp(weights, out=weights)
        plus, minus = (np.einsum("ij,ij->i", weights, side) for side in (self.plus, self.minus))
        weights *= self.times
        return plus, minus, *(np.einsum("ij,ij->i", weights, side) for side in (self.plus, self.minus))

    def share(self, s: Array) -> Array:
        """Return each sum over what it is added up from without signs."""
        plus, minus, *_ = self.at(s)
        return (plus - minus) / (plus + minus)

    def only(self, lines: NDArray[np.intp]) -> _Sums:
        """Return some of the lines, or one as often as it is named."""
        if np.array_equal(lines, np.arange(len(self.first))):
            return self
        other = object.__new__(_Sums)
        other.times, other.longest = self.times, self.longest
        other.plus, other.minus = self.plus[lines], self.minus[lines]
        other.first, other.last = self.first[lines], self.last[lines]
        return other
