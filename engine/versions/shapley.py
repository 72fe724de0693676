"""Shapley values: how a total change is split fairly among those who made it, from the value of every coalition.

After L. S. Shapley, A Value for n-Person Games (1953): the mean of what each adds, over all orders in which they come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.plan.plan import Array

Masks = NDArray[np.bool_]
# Each coalition, a line of whether each player is in it, to the values of the game's outcomes: of shape (coalitions,
# outcomes).
Game = Callable[[Masks], Array]

MOST_EXACT: Final = 16
_ORDERS: Final = 300
_DRAWS: Final = 256
_SEED: Final = 1953


@dataclass(frozen=True, slots=True)
class Split:
    """What each player adds to each outcome, of shape (players, outcomes); `error` is the standard error, or None.

    The values add up to the whole change, exact or sampled.
    """

    values: Array
    error: Array | None


def every_coalition(players: int) -> Masks:
    """Return all coalitions, the empty one first and the whole one last: of shape (2 ** players, players)."""
    numbers = np.arange(2**players)[:, None]
    masks: Masks = (numbers >> np.arange(players)) & 1 == 1
    return masks


def shares_of_orders(players: int) -> Array:
    """Return, by the size of a coalition, in which share of all orders a player finds one like it: of shape (players,).

    So much of what the player adds to it counts.
    """
    counts = [factorial(size) * factorial(players - size - 1) for size in range(players)]
    return np.array(counts, dtype=np.float64) / factorial(players)


def split(game: Game, players: int, most_exact: int = MOST_EXACT, orders: int = _ORDERS) -> Split:
    """Return the Shapley values: exact up to so many players, sampled over an even number of orders beyond."""
    if players > most_exact:
        return _sampled(game, players, orders)
    return exact(game(every_coalition(players)), players)


def exact(values: Array, players: int) -> Split:
    """Return the Shapley values from those of `every_coalition`, in its order."""
    masks = every_coalition(players)
    sizes = masks.sum(axis=1)
    weights = shares_of_orders(players)
    found = np.zeros((players, values.shape[1]))
    for player in range(players):
        without = np.flatnonzero(~masks[:, player])
        added = values[without + (1 << player)] - values[without]
        found[player] = weights[sizes[without]] @ added
    return Split(found, None)


def owen(game: Game, others: int, members: int, draws: int = _DRAWS) -> Split:
    """Return what each member of a union adds, where the union and the others come in any order: its Owen values.

    A line of the game's masks has the others, then the members. The values add up to the Shapley value of the union as
    one player. After G. Owen, Values of Games with a Priori Unions (1977). Exact where there are few coalitions of the
    others, otherwise over so many of them, of each size alike, each with its complement.
    """
    inside = every_coalition(members)
    if 2**others <= draws:
        outside, weights = every_coalition(others), shares_of_orders(others + 1)
        weights = weights[outside.sum(axis=1)]
    else:
        random = np.random.default_rng(_SEED)
        half = random.random((draws // 2, others)) < random.random((draws // 2, 1))
        outside = np.concatenate([half, ~half])
        weights = np.full(draws, 1 / draws)
    masks = np.concatenate([np.repeat(outside, len(inside), axis=0), np.tile(inside, (len(outside), 1))], axis=1)
    values = game(masks).reshape(len(outside), len(inside), -1)
    each = np.stack([exact(one, members).values for one in values])
    found = np.einsum("r,rmo->mo", weights, each)
    if 2**others <= draws:
        return Split(found, None)
    pairs = each.reshape(2, draws // 2, members, -1).mean(axis=0)
    return Split(found, pairs.std(axis=0, ddof=1) / np.sqrt(draws // 2))


def _sampled(game: Game, players: int, count: int) -> Split:
    random = np.random.default_rng(_SEED)
    halves = [random.permutation(players) for _ in range(count // 2)]
    # An order and its reverse together vary less than two of their own.
    orders = np.array([one for half in halves for one in (half, half[::-1])])
    # The place at which each player comes in each order; a coalition has those who came before.
    indices = np.argsort(orders, axis=1)
    masks: Masks = indices[:, None, :] < np.arange(players + 1)[None, :, None]
    values = game(masks.reshape(-1, players)).reshape(count, players + 1, -1)
    added = np.take_along_axis(np.diff(values, axis=1), indices[:, :, None], axis=1)
    pairs = added.reshape(count // 2, 2, players, -1).mean(axis=1)
    return Split(pairs.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)))
