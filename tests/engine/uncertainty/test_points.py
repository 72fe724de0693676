"""Points are scipy's scrambled Sobol' points, whichever part is asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import numpy as np
import pytest
from scipy.stats import qmc

from engine.uncertainty import points as points_
from engine.uncertainty.points import Points


@pytest.mark.parametrize(("dimensions", "seed", "scramble"), [(1, 1, 0), (3, 1, 7), (40, 5, 15)])
def test_they_are_those_of_scipy(dimensions: int, seed: int, scramble: int) -> None:
    known = qmc.Sobol(dimensions, seed=np.random.default_rng([seed, scramble])).random(16_384).T
    assert np.array_equal(Points(dimensions, seed).part(scramble, 0, 16_384), np.where(known == 0, 2.0**-31, known))


@pytest.mark.parametrize(
    ("first", "last"), [(0, 1), (5, 9), (4_095, 4_097), (1_000, 13_000), (4_096, 8_192), (12_287, 12_288)]
)
def test_a_part_is_the_same_alone(first: int, last: int) -> None:
    whole = Points(4).part(2, 0, 16_384)
    assert np.array_equal(Points(4).part(2, first, last), whole[:, first:last])


def test_workers_that_share_them_get_the_same() -> None:
    whole, shared = Points(4).part(2, 0, 16_384), Points(4)
    with ThreadPoolExecutor(4) as pool:
        parts = pool.map(lambda first: shared.part(2, first, first + 512), range(0, 16_384, 512))
        assert np.array_equal(np.concatenate(list(parts), axis=1), whole)


def test_what_is_not_kept_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Points(4).part(2, 0, 10_000)
    monkeypatch.setattr(points_, "_MOST_KEPT", 0)
    assert np.array_equal(Points(4).part(2, 0, 10_000), whole)


def test_no_coordinate_is_0_or_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points_, "sobol_bits", lambda d, _seed: repeat(np.zeros(d)))
    assert Points(2).part(0, 0, 3).tolist() == [[2.0**-31] * 3] * 2
    found = Points(5).part(0, 0, 4_096)
    assert found.min() > 0
    assert found.max() < 1


def test_scrambles_and_seeds_are_different() -> None:
    parts = {Points(2, seed).part(scramble, 0, 4).tobytes() for seed in (1, 2) for scramble in range(16)}
    assert len(parts) == 32


def test_each_dimension_is_filled_evenly() -> None:
    found = np.sort(Points(30).part(3, 0, 1_024), axis=1)
    assert np.all(np.floor(found * 1_024) == np.arange(1_024))
