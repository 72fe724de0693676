"""Whether correlations can all hold, and the nearest to them that can."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.plan.plan import Array

# What an eigenvalue must be above: below it no square root of the matrix is right to any digits.
_ZERO = 1e-10
_LEAST = 1e-6
_ROUNDS = 1_000
_CLOSE = 1e-9


def can_hold(matrix: Array) -> bool:
    """Return whether a matrix of correlations is positive definite."""
    return bool(np.linalg.eigvalsh(matrix)[0] > _ZERO)


def nearest(matrix: Array, least: float = _LEAST) -> Array:
    """Return the correlation matrix nearest to a symmetric one, by the sum of squares, with eigenvalues of `least`.

    Alternating projections with Dykstra's correction (Higham 2002).
    """
    found, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(_ROUNDS):
        shifted = found - correction
        values, vectors = np.linalg.eigh(shifted)
        projected = (vectors * np.maximum(values, least)) @ vectors.T
        correction = projected - shifted
        before, found = found, projected.copy()
        np.fill_diagonal(found, 1.0)
        if np.abs(found - before).max() < _CLOSE:
            break
    return found


def nearest_spelled(matrix: Array, spelled: Callable[[Array], Array]) -> Array:
    """Return what `spelled` makes of the nearest matrix that can still hold when it is written so: rounded."""
    least = _LEAST
    while True:
        found = spelled(nearest(matrix, least))
        if can_hold(found):
            return found
        least *= 2
