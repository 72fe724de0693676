"""The one door to scipy: its special functions, and the scrambled points of Sobol'."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv, expit, ndtr, ndtri
from scipy.stats import qmc

__all__ = ["betainc", "betaincinv", "brentq", "expit", "ndtr", "ndtri", "scrambled"]


def scrambled(dimensions: int, seed: list[int], first: int, count: int) -> NDArray[np.float64]:
    """Return points `first` to `first + count` of a scrambled Sobol' sequence, of shape (count, dimensions)."""
    sequence = qmc.Sobol(dimensions, scramble=True, seed=np.random.default_rng(seed))
    if first:
        sequence.fast_forward(first)
    points: NDArray[np.float64] = sequence.random(count)
    return points
