"""What is told of many values: their mean and percentiles, each with its standard error from independent scrambles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.plan.plan import Array
from engine.uncertainty.summaries.moments import Moments, merged
from engine.uncertainty.summaries.samples import sample
from engine.uncertainty.summaries.tallies import Tally, Truths

PERCENTILES: Final = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its standard error; NaN where there is none."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of values: of those that are there, and which share is not."""

    mean: Figure
    sd: Figure
    percentiles: Mapping[int, Figure]
    missing: float

    @property
    def spread(self) -> float:
        """Return how far the 5th and the 95th percentile are apart."""
        return self.percentiles[95].value - self.percentiles[5].value

    @property
    def sureness(self) -> float:
        """Return the largest error of a percentile as a share of the spread; 0 where nothing varies, NaN for none."""
        if self.spread == 0:
            return 0.0
        return float(np.max([one.error for one in self.percentiles.values()]) / self.spread)


def figures(tallies: Sequence[Tally], output: int) -> Figures:
    """Return what is told of an output, by its number, over all scrambles: a tally for each, a power of two of them.

    An error is the standard deviation of the scrambles' own figures over the root of their number.
    """
    levels = [one.samples[output] for one in tallies]
    own = Moments(*map(np.array, zip(*[one.moments.at(output) for one in tallies], strict=True)))
    every = merged(own)
    parts = np.array(
        [_summary(own.at(number), sample([one]).percentiles(PERCENTILES)) for number, one in enumerate(levels)]
    )
    whole = _summary(every, sample(levels).percentiles(PERCENTILES))
    with np.errstate(all="ignore"):
        errors = _errors(parts)
    mean, sd, *rest = [Figure(float(value), float(error)) for value, error in zip(whole, errors, strict=True)]
    counted = sum(one.counted for one in tallies)
    missing = 1 - int(every.total) / counted if counted else 1.0
    return Figures(mean, sd, dict(zip(PERCENTILES, rest, strict=True)), missing)


def chance(hits: NDArray[np.int64], counted: NDArray[np.int64]) -> Figure:
    """Return the share of cases in which something holds, of how often it does and of how many cases by scramble."""
    if not counted.sum():
        return Figure(float("nan"), float("nan"))
    with np.errstate(all="ignore"):
        return Figure(float(hits.sum() / counted.sum()), float(_errors((hits / counted)[:, None])[0]))


def mean(values: Array, among: Truths) -> Figure:
    """Return the mean of values of shape (scrambles, cases), of the cases `among`."""
    counts = among.sum(axis=1)
    sums = np.sum(np.where(among, values, 0.0), axis=1)
    if not counts.sum():
        return Figure(float("nan"), float("nan"))
    with np.errstate(all="ignore"):
        return Figure(float(sums.sum() / counts.sum()), float(_errors((sums / counts)[:, None])[0]))


def _errors(parts: Array) -> Array:
    """Return the standard errors of figures, a line a scramble; 0 to the last bit where all are equal."""
    alike = parts.max(axis=0) == parts.min(axis=0)
    sizes = np.max(abs(parts), axis=0)
    sizes = np.where(sizes > 0, sizes, 1.0)
    return np.where(alike, 0.0, np.std(parts / sizes, axis=0, ddof=1) * sizes / np.sqrt(len(parts)))


def _summary(own: Moments, percentiles: Array) -> list[float]:
    """Return mean, standard deviation and percentiles; NaN where there are no values."""
    if not own.total:
        return [np.nan] * (2 + len(PERCENTILES))
    return [float(own.mean), float(own.deviation), *percentiles.tolist()]
