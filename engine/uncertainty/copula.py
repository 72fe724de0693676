"""A Gaussian copula: draws that go together by rank, each with the distribution that it has alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.plan.plan import Array
from engine.uncertainty.special import ndtr, ndtri

# Sums of far tails are further than doubles tell from 0 and 1.
_LEAST: Final = 2.0**-31
Correlation = tuple[int, int, float]


class Copula:
    """The correlations of draws' normal scores, by the numbers of the draws; what is in no pair stays as it is."""

    def __init__(self, correlations: Sequence[Correlation]) -> None:
        self.numbers = sorted({number for pair in correlations for number in pair[:2]})
        places = {number: place for place, number in enumerate(self.numbers)}
        matrix = np.eye(len(self.numbers))
        for one, other, correlation in correlations:
            matrix[places[one], places[other]] = matrix[places[other], places[one]] = correlation
        self.matrix = matrix
        self._factor = np.linalg.cholesky(matrix)

    def joined(self, points: Array) -> Array:
        """Return independent probabilities, a line a draw, as those of draws that go together."""
        if not self.numbers:
            return points
        joined = np.array(points)
        joined[self.numbers] = np.clip(ndtr(self._factor @ ndtri(points[self.numbers])), _LEAST, 1 - _LEAST)
        return joined
