"""Quantiles of many values from a sample of them, merged of those of two halves (Manku, Rajagopalan and Lindsay 1998).

A sample has the values themselves as long as these are few. Of more it has every second of them, which counts twice, of
still more every fourth: what it says of a rank is off by a share of all that is as small as there are levels over twice
the number of values that it has, at most, and mostly by much less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.plan.plan import Array

# So many values are kept of each output and scramble.
KEPT: Final = 16_384
# Values in ascending order, by level: those of level 0 stand for themselves, each of level n for 2 to the n values.
Levels = tuple[Array, ...]


def joined(one: Levels, other: Levels, second: int) -> Levels:
    """Return a sample of the values of both; of a pair the first stands for both, or with `second` = 1 the other."""
    count = max(len(one), len(other))
    pairs = zip(_padded(one, count), _padded(other, count), strict=True)
    # Two runs in order are merged by a stable sort.
    levels = [np.sort(np.concatenate(pair), kind="stable") for pair in pairs]
    level = 0
    while sum(map(len, levels)) > KEPT:
        values = levels[level]
        paired = len(values) // 2 * 2
        if level + 1 == len(levels):
            levels.append(np.empty(0))
        levels[level + 1] = np.sort(np.concatenate([levels[level + 1], values[second:paired:2]]), kind="stable")
        levels[level] = values[paired:]
        level += 1
    return tuple(levels)


def _padded(levels: Levels, count: int) -> list[Array]:
    return [*levels, *[np.empty(0)] * (count - len(levels))]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Values in ascending order, and behind how many values each is the last."""

    values: Array
    ranks: NDArray[np.int64]

    @property
    def weights(self) -> NDArray[np.int64]:
        """Return how many values each stands for."""
        return np.diff(self.ranks, prepend=0)

    def percentiles(self, percents: Sequence[float]) -> Array:
        """Return percentiles, between neighbours as a spreadsheet has them; NaN where there are no values."""
        if not self.values.size:
            return np.full(len(percents), np.nan)
        last = int(self.ranks[-1]) - 1
        places = last * (np.asarray(percents, np.float64) / 100)
        before = np.floor(places).astype(np.int64)
        share = places - before
        low, high = self._at(before), self._at(np.minimum(before + 1, last))
        with np.errstate(over="ignore", invalid="ignore"):
            # From the nearer end, as numpy goes.
            return np.where(share < 1 / 2, low + (high - low) * share, high - (high - low) * (1 - share))

    def above(self, places: ArrayLike) -> Array:
        """Return which share of the values is above each place."""
        behind = np.searchsorted(self.values, places, side="right")
        return np.asarray(1 - np.concatenate([[0], self.ranks])[behind] / self.ranks[-1])

    def _at(self, ranks: NDArray[np.int64]) -> Array:
        return np.asarray(self.values[np.searchsorted(self.ranks, ranks, side="right")])


def sample(every: Iterable[Levels]) -> Sample:
    """Return the values of several samples as one."""
    pairs = [(values, level) for levels in every for level, values in enumerate(levels)]
    values = np.concatenate([np.empty(0), *[values for values, _ in pairs]])
    weights = np.repeat([1 << level for _, level in pairs], [len(values) for values, _ in pairs]).astype(np.int64)
    order = np.argsort(values, kind="stable")
    return Sample(values[order], np.cumsum(weights[order]))
