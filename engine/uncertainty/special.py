"""The one door to scipy: its special functions, and the scrambled points of Sobol'."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv, expit, ndtr, ndtri, stdtrit
from scipy.stats import qmc

__all__ = ["betainc", "betaincinv", "brentq", "expit", "ndtr", "ndtri", "sobol_bits", "stdtrit"]


def sobol_bits(dimensions: int, seed: Sequence[int], count: int) -> NDArray[np.float64]:
    """Return points 0, 1, 2, 4, ... of a scrambled Sobol' sequence, `count` of them, of shape (count, dimensions)."""
    sequence = qmc.Sobol(dimensions, scramble=True, seed=np.random.default_rng(list(seed)))
    found = []
    for bit in range(count):
        number = 1 << (bit - 1) if bit else 0
        if number > sequence.num_generated:
            sequence.fast_forward(number - sequence.num_generated)
        found.append(sequence.random(1)[0])
    return np.array(found)
