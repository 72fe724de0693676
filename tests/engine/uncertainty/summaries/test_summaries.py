"""Counts, means, spreads and quantiles of values, merged of halves: against numpy over all of them at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plan.plan import Array
from engine.uncertainty.summaries import samples
from engine.uncertainty.summaries.moments import joined, moments
from engine.uncertainty.summaries.samples import Levels, sample

SHARES = (0, 0.5, 5, 25, 33.3, 50, 75, 95, 99.5, 100)


def drawn(seed: int, count: int, kind: str) -> Array:
    random = np.random.default_rng(seed)
    match kind:
        case "few":
            return random.integers(0, 4, count).astype(float)
        case "huge":
            return random.normal(size=count) * 1e300
        case "tiny":
            return random.normal(size=count) * 1e-300
        case "far":
            return 1e9 + random.normal(size=count)
        case _:
            return random.lognormal(size=count)


@pytest.mark.parametrize("kind", ["plain", "few", "huge", "tiny", "far"])
@pytest.mark.parametrize("missing", [0, 0.3, 0.995])
def test_moments_are_numpy_s(kind: str, missing: float) -> None:
    values = drawn(3, 1_024, kind)
    values[np.random.default_rng(4).random(1_024) < missing] = np.nan
    known = values[np.isfinite(values)]
    size = float(abs(known).max())
    found = moments(values)
    assert found.total == len(known)
    assert float(found.mean) == pytest.approx(float(np.mean(known / size)) * size, rel=1e-12)
    assert float(found.deviation) == pytest.approx(float(np.std(known / size)) * size, rel=1e-6)
    assert (found.low, found.high) == (known.min(), known.max())
    halves = joined(moments(values[:512]), moments(values[512:]))
    assert [float(one) for one in halves] == [float(one) for one in found]


def test_equal_values_have_no_spread_and_none_has_no_mean() -> None:
    found = moments(np.full((2, 128), [[0.1], [np.nan]]))
    assert (found.mean[0], found.deviation[0]) == (0.1, 0)
    assert found.total.tolist() == [128, 0]
    assert np.isnan(found.deviation[1])
    assert float(joined(found.at(0), found.at(1)).mean) == 0.1


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80), st.integers(0, 80), st.integers(0, 1))
def test_percentiles_of_few_values_are_numpy_s(values: list[float], cut: int, second: int) -> None:
    one, other = [(np.sort(values[:cut]),), (np.sort(values[cut:]),)]
    found = sample([samples.joined(one, other, second)])
    assert found.percentiles(SHARES).tolist() == np.percentile(values, SHARES).tolist()
    assert sample([one, other]).percentiles(SHARES).tolist() == found.percentiles(SHARES).tolist()
    assert found.above(values[0]) == pytest.approx(np.mean(np.array(values) > values[0]))


def merged(values: Array, number: int = 0) -> Levels:
    if len(values) <= 64:
        return (np.sort(values),)
    half = len(values) // 2
    return samples.joined(merged(values[:half], 2 * number), merged(values[half:], 2 * number + 1), number % 2)


@pytest.mark.parametrize("kind", ["plain", "few", "far", "sorted"])
@pytest.mark.parametrize("missing", [0, 0.3])
def test_a_sample_is_small_and_no_rank_is_far_off(kind: str, missing: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "KEPT", 256)
    values = drawn(5, 2**15, kind)
    if kind == "sorted":
        values.sort()
    values = values[np.random.default_rng(6).random(len(values)) >= missing]
    levels = merged(values)
    assert sum(map(len, levels)) <= 256
    found = sample([levels])
    assert found.ranks[-1] == len(values)
    ordered = np.sort(values)
    for share, value in zip(SHARES, found.percentiles(SHARES), strict=True):
        low, high = np.searchsorted(ordered, value), np.searchsorted(ordered, value, side="right")
        place = share / 100 * (len(values) - 1)
        off = max(low - place, place - high, 0) / len(values)
        assert off <= len(levels) / (2 * 256) + 1e-3
