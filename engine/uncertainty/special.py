"""The one door to scipy: its special functions, and the scrambled points of Sobol'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv, expit, ndtr, ndtri, stdtrit
from scipy.stats import qmc

__all__ = [
    "betainc", "betaincinv", "brentq", "expit", "ndtr", "ndtri", "sobol_bits", "sobol_directions", "sobol_stream",
    "stdtrit",
]  # fmt: skip


def sobol_bits(dimensions: int, seed: Sequence[int]) -> Iterator[NDArray[np.float64]]:
    """Yield points 0, 1, 2, 4, ... of a scrambled Sobol' sequence, each of shape (dimensions,)."""
    sequence = qmc.Sobol(dimensions, scramble=True, seed=np.random.default_rng(list(seed)))
    number = 0
    while True:
        if number > sequence.num_generated:
            sequence.fast_forward(number - sequence.num_generated)
        yield sequence.random(1)[0]
        number = 2 * number or 1


def sobol_stream(seed: Sequence[int]) -> tuple[int, int]:
    """Return the state and the increment of the generator (PCG64) whose bits scramble the points of a seed."""
    found = np.random.default_rng(list(seed)).spawn(1)[0].bit_generator.state["state"]
    return found["state"], found["inc"]


def sobol_directions(dimensions: int, count: int) -> NDArray[np.uint32]:
    """Return the first `count` direction numbers of each dimension before they are scrambled, of as many bits."""
    points = qmc.Sobol(dimensions, scramble=False).random(1 << count)
    numbers = (points[1 << np.arange(count)] * 2.0**count).astype(np.uint32)
    # By Gray's code a point of one bit is turned by that bit and the one below.
    return np.asarray(np.bitwise_xor.accumulate(numbers, axis=0).T)
