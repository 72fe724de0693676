"""Shapley values of games: those of textbooks, and games too large for every coalition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.plan.plan import Array
from engine.versions.shapley import MOST_EXACT, Masks, every_coalition, exact, split

# ---------------------------------------------------------------- games


def game(value: Callable[[set[int]], float], players: int) -> list[float]:
    masks = every_coalition(players)
    values = np.array([[value(set(np.flatnonzero(mask)))] for mask in masks], dtype=np.float64)
    return [float(one) for one in exact(values, players).values[:, 0]]


def test_textbook_games() -> None:
    gloves = game(lambda some: float(0 in some and bool(some & {1, 2})), 3)
    assert gloves == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-15)
    runways = [8, 11, 13, 18]
    assert game(lambda some: max([runways[one] for one in some], default=0), 4) == pytest.approx([2, 3, 4, 9])
    # A council: two permanent of five, and three votes needed.
    council = game(lambda some: float({0, 1} <= some and len(some) >= 3), 5)
    assert council == pytest.approx([0.45, 0.45, 1 / 30, 1 / 30, 1 / 30])
    assert game(lambda some: 7.0 * (3 in some), 6) == pytest.approx([0, 0, 0, 7, 0, 0])
    assert exact(np.array([[3.0]]), 0).values.shape == (0, 1)


@pytest.mark.parametrize("players", [16, 17, 18])
def test_beyond_sixteen_players_the_split_is_within_its_error(players: int) -> None:
    # The airport game has an answer of its own, whatever its size.
    costs = np.arange(1.0, players + 1) ** 1.5

    def needed(masks: Masks) -> Array:
        largest: Array = np.max(masks * costs, axis=1, initial=0.0)[:, None]
        return largest

    steps = np.diff(costs, prepend=0.0) / np.arange(players, 0, -1)
    found = split(needed, players)
    assert found.values.sum() == pytest.approx(costs[-1], rel=1e-12)
    assert (found.error is None) == (players <= MOST_EXACT)
    error = np.zeros(players) if found.error is None else found.error[:, 0]
    assert np.all(np.abs(found.values[:, 0] - np.cumsum(steps)) <= 5 * error + 1e-9)
    assert np.all(error < costs[-1] / 10)


def test_beyond_sixteen_the_split_is_sampled_and_knows_its_error() -> None:
    weights = np.linspace(1, 3, 20)

    def game(
        masks: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return ((masks @ weights) ** 2)[:, None]

    found = split(game, 20)
    expected = weights * weights.sum()  # of a square of a sum, each takes its part of it
    assert found.error is not None
    assert found.values.sum() == pytest.approx(weights.sum() ** 2)
    assert np.all(np.abs(found.values[:, 0] - expected) <= 6 * found.error[:, 0] + 1e-9)
