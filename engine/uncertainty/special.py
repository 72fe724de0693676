"""The one door to scipy: its special functions, and the scrambled points of Sobol'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv, expit, ndtr, ndtri, stdtrit
from scipy.stats import qmc

__all__ = ["betainc", "betaincinv", "brentq", "expit", "ndtr", "ndtri", "sobol_bits", "stdtrit"]


def sobol_bits(dimensions: int, seed: Sequence[int]) -> Iterator[NDArray[np.float64]]:
    """Yield points 0, 1, 2, 4, ... of a scrambled Sobol' sequence, each of shape (dimensions,)."""
    sequence = qmc.Sobol(dimensions, scramble=True, seed=np.random.default_rng(list(seed)))
    number = 0
    while True:
        if number > sequence.num_generated:
            sequence.fast_forward(number - sequence.num_generated)
        yield sequence.random(1)[0]
        number = 2 * number or 1
