"""Normal scores that go together, some drawn again while others stay: what indices of correlated inputs need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.plan.plan import Array

Places = NDArray[np.intp]


def drawn_again(matrix: Array, scores: Array, fresh: Array, places: Places) -> Array:
    """Return scores, a line each, with those at `places` drawn again from `fresh` ones, given all the others."""
    others = np.setdiff1d(np.arange(len(matrix)), places)
    weights = np.linalg.solve(matrix[np.ix_(others, others)], matrix[np.ix_(others, places)]).T
    left = matrix[np.ix_(places, places)] - weights @ matrix[np.ix_(others, places)]
    found = np.array(scores)
    found[places] = weights @ scores[others] + _factor(left) @ fresh[places]
    return found


class Walk:
    """Scores whose groups are drawn again one after the other, each case in an order of its own.

    A group is drawn again given those that come after it in the case's order: scores are those of a Cholesky factor
    whose order is the reverse, so that what is replaced is always the last that is left.
    """

    def __init__(self, matrix: Array, scores: Array, fresh: Array, groups: Places, order: Places) -> None:
        """Take scores and fresh ones, a line a draw, the group of each draw, and each case's order of groups."""
        turn = np.empty_like(order)
        np.put_along_axis(turn, order, np.broadcast_to(np.arange(order.shape[1]), order.shape), axis=1)
        self._turns = turn[:, groups]
        self._places = np.argsort(-self._turns, axis=1, kind="stable")
        ordered = matrix[self._places[:, :, None], self._places[:, None, :]]
        self._factors = np.linalg.cholesky(ordered)
        own = np.take_along_axis(scores.T, self._places, axis=1)
        self._independent = np.linalg.solve(self._factors, own[:, :, None])[:, :, 0]
        self._fresh = np.take_along_axis(fresh.T, self._places, axis=1)
        self._turns = np.take_along_axis(self._turns, self._places, axis=1)
        self._scores = np.array(scores.T)

    def step(self, number: int) -> Array:
        """Return the scores, a line a draw, once the groups up to the one of that turn are drawn again."""
        self._independent = np.where(self._turns == number, self._fresh, self._independent)
        joined = np.matmul(self._factors, self._independent[:, :, None])[:, :, 0]
        np.put_along_axis(self._scores, self._places, joined, axis=1)
        return self._scores.T


def _factor(matrix: Array) -> Array:
    """Return the Cholesky factor of a covariance that is positive but for its last bits."""
    return np.asarray(np.linalg.cholesky((matrix + matrix.T) / 2) if len(matrix) else matrix, dtype=np.float64)
