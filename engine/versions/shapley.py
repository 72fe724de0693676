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
