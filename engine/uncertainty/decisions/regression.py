"""What is to be expected where some inputs are known: a regression on their draws, each case by the others alone.

The regression stands for a simulation within a simulation (Strong, Oakley and Brennan, Estimating Multiparameter
Partial Expected Value of Perfect Information from a Probabilistic Sensitivity Analysis Sample, 2014). Of several shapes
the one is taken that tells best what it has not seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.plan.plan import Array
from engine.uncertainty.summaries.tallies import Truths

# Pieces of a line between quantiles, the fewest first.
_PIECES: Final = (1, 4, 16)
# So many values are told apart one by one, as those of a choice are.
_MOST_VALUES: Final = 65
# Of more draws their products are too many, and beyond the second number also what they have in common.
_MOST_PRODUCTS: Final = 8
_MOST_JOINED: Final = 64
# What no case tells is 0, and what all tell is as it is but for its last digits.
_RIDGE: Final = 1e-10


def expected(columns: Array, targets: Array, known: Truths) -> Array:
    """Return the expectation of targets where columns are known, each case by the other scrambles alone.

    Columns are of shape (draws, scrambles, cases), targets (targets, scrambles, cases), as is what is returned;
    `known` says which cases count. A single draw is a line in pieces, or its values one by one; several are a plane,
    with their products and the pieces of each where they are few, or with a line in pieces along the plane's slope.
    """
    wanted = np.where(known, targets, 0.0)
    best, least = np.zeros_like(wanted), np.full(len(wanted), np.inf)

    def compare(found: Array, number: int | slice = slice(None)) -> None:
        errors = np.sum(np.where(known, wanted[number] - found, 0.0) ** 2, axis=(-2, -1))
        is_better = errors < least[number]
        least[number] = np.where(is_better, errors, least[number])
        best[number] = np.where(is_better[..., None, None], found, best[number])

    if len(columns) == 1:
        for basis in _lines(columns[0], known):
            compare(_crossed(basis, wanted, known))
        return best
    plane = _plane(columns, known)
    slopes = _crossed(plane, wanted, known)
    compare(slopes)
    if len(columns) <= _MOST_PRODUCTS:
        compare(_crossed(_surface(columns, plane, known), wanted, known))
    for number, slope in enumerate(slopes):
        line = _hats(slope, _knots(slope[known], _PIECES[-1]))
        basis = line if len(columns) > _MOST_JOINED else np.concatenate([plane[..., 1:], line], axis=-1)
        compare(_crossed(basis, wanted[number : number + 1], known)[0], number)
    return best


def _crossed(basis: Array, targets: Array, known: Truths) -> Array:
    """Return least squares of targets on a basis (scrambles, cases, functions), each scramble by all the others."""
    own = np.where(known[..., None], basis, 0.0)
    turned = own.transpose(0, 2, 1)
    right = turned @ np.moveaxis(targets, 0, -1)
    right = right.sum(axis=0) - right
    if basis.shape[-1] > _MOST_JOINED + 1:
        squares = np.sum(own**2, axis=1)
        found = right / (squares.sum(axis=0) - squares + _RIDGE)[..., None]
    else:
        grams = turned @ own
        grams = grams.sum(axis=0) - grams
        size = np.trace(grams, axis1=1, axis2=2)[:, None, None] + 1
        found = np.linalg.solve(grams + _RIDGE * size * np.eye(basis.shape[-1]), right)
    return np.moveaxis(basis @ found, -1, 0)


def _lines(column: Array, known: Truths) -> Iterator[Array]:
    """Yield the bases of one draw, the stiffest first."""
    values = column[known]
    distinct = np.unique(values)
    for pieces in _PIECES:
        if pieces == 1 or len(distinct) > _MOST_VALUES:
            yield _hats(column, _knots(values, pieces))
    if 2 < len(distinct) <= _MOST_VALUES:  # noqa: PLR2004  # two values are a line
        yield _hats(column, distinct)


def _plane(columns: Array, known: Truths) -> Array:
    """Return 1 and each draw, of mean 0 and deviation 1."""
    each = []
    for column in columns:
        own = column[known]
        spread = float(own.std()) if own.size else 0.0
        each.append((column - (own.mean() if own.size else 0.0)) / (spread or 1.0))
    return np.stack([np.ones(known.shape), *each], axis=-1)


def _surface(columns: Array, plane: Array, known: Truths) -> Array:
    """Return the pieces of each draw, and the products of two."""
    pieces = [_hats(column, _knots(column[known], _PIECES[1]))[..., 1:] for column in columns]
    first, second = np.triu_indices(len(columns), 1)
    products = plane[..., 1 + first] * plane[..., 1 + second]
    return np.concatenate([plane[..., :1], *pieces, products], axis=-1)


def _knots(values: Array, pieces: int) -> Array:
    """Return the ends of so many pieces with as many values each, less where values are alike."""
    return np.unique(np.quantile(values, np.linspace(0, 1, pieces + 1))) if values.size else np.zeros(1)


def _hats(column: Array, knots: Array) -> Array:
    """Return the functions that are 1 at one knot and 0 at all others, with lines between."""
    if len(knots) == 1:
        return np.ones((*column.shape, 1))
    flat = column.ravel()
    place = np.clip(np.searchsorted(knots, flat, side="right") - 1, 0, len(knots) - 2)
    share = np.clip((flat - knots[place]) / (knots[place + 1] - knots[place]), 0, 1)
    found = np.zeros((len(flat), len(knots)))
    cases = np.arange(len(flat))
    found[cases, place] = 1 - share
    found[cases, place + 1] = share
    return found.reshape(*column.shape, -1)
