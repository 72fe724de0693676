"""What is told of many values: their mean and percentiles, each with its standard error from independent scrambles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.plan.plan import Array

Truths = NDArray[np.bool_]
PERCENTILES: Final = (5, 25, 50, 75, 95)
_SMALL, _LARGE = 1e-140, 1e140


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


def figures(values: Array, among: Truths | None = None) -> Figures:
    """Return what is told of values of shape (scrambles, cases), NaN for none, of the cases `among` or of all.

    An error is the standard deviation of the scrambles' own figures over the root of their number.
    """
    known = np.isfinite(values)
    count = values.size
    if among is not None:
        known &= among
        count = int(among.sum())
    own: Sequence[Array] | Array
    if np.all(known):
        own, every = values, values.ravel()
    else:
        own, every = [one[is_known] for one, is_known in zip(values, known, strict=True)], values[known]
    with np.errstate(all="ignore"):
        whole = _summary(every)
        parts = np.array([_summary(one) for one in own])
        errors = _errors(parts)
    mean, sd, *rest = [Figure(float(value), float(error)) for value, error in zip(whole, errors, strict=True)]
    return Figures(mean, sd, dict(zip(PERCENTILES, rest, strict=True)), 1 - len(every) / count if count else 1.0)


def chance(holds: Truths, among: Truths | None = None) -> Figure:
    """Return the share of cases in which something holds, among those that are asked about; of shape as above."""
    counted = np.ones(holds.shape) if among is None else among.astype(float)
    totals, hits = counted.sum(axis=1), (holds & (counted > 0)).sum(axis=1)
    if not totals.sum():
        return Figure(float("nan"), float("nan"))
    with np.errstate(all="ignore"):
        shares = hits / totals
    return Figure(float(hits.sum() / totals.sum()), float(_errors(shares[:, None])[0]))


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


def _summary(values: Array) -> list[float]:
    """Return mean, standard deviation and percentiles, the latter between neighbours as a spreadsheet has them."""
    if not values.size:
        return [np.nan] * (2 + len(PERCENTILES))
    if values.min() == values.max():
        # A mean of equal numbers is off in its last bit.
        return [float(values[0]), 0.0, *[float(values[0])] * len(PERCENTILES)]
    size = max(abs(float(values.min())), abs(float(values.max())))
    if _SMALL < size < _LARGE:
        size = 1.0
    # Of what is very large or small the square is no number.
    scaled = values if size == 1 else values / size
    mean = float(np.mean(scaled))
    sd = float(np.sqrt(np.mean((scaled - mean) ** 2)))
    return [mean * size, sd * size, *np.percentile(values, PERCENTILES).tolist()]
