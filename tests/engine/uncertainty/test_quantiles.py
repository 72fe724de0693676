"""Quantiles are those of scipy's own distributions, and a cut keeps what is between the bounds."""

from __future__ import annotations

from math import ceil, floor, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engine.plan.drawn.draws import Shape
from engine.uncertainty.quantiles import cumulative, kept, quantile

U = np.concatenate([[2.0**-31, 1e-6, 0.001], np.linspace(0.01, 0.99, 99), [0.999, 1 - 1e-6, 1 - 2.0**-30]])
Z = stats.norm.ppf(0.95)
_ENDS = st.tuples(st.floats(0.01, 1e6), st.floats(1.001, 1e3)).map(lambda pair: (pair[0], pair[0] * pair[1]))
_MODES = st.floats(0, 1)


def frozen(name: str, low: float, mode: float, high: float) -> object:
    """Return scipy's distribution of the name."""
    match name:
        case "normal":
            return stats.norm((low + high) / 2, (high - low) / 2 / Z)
        case "lognormal":
            return stats.lognorm(log(high / low) / 2 / Z, scale=(low * high) ** 0.5)
        case "uniform":
            return stats.uniform(low, high - low)
        case "loguniform":
            return stats.loguniform(low, high)
        case "triangular":
            return stats.triang((mode - low) / (high - low), low, high - low)
    share = (mode - low) / (high - low)
    return stats.beta(1 + 4 * share, 5 - 4 * share, low, high - low)


def shape_of(name: str, ends: tuple[float, float], share: float, **cut: float) -> tuple[Shape, object]:
    low, high = ends
    mode = min(max(low + share * (high - low), low), high)
    parameters = (low, mode, high) if name in {"triangular", "pert"} else ends
    return Shape(name, parameters, **cut), frozen(name, low, mode, high)  # type: ignore[arg-type]


NAMES = ["normal", "lognormal", "uniform", "loguniform", "triangular", "pert"]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(ends=_ENDS, share=_MODES)
def test_a_quantile_is_that_of_scipy(name: str, ends: tuple[float, float], share: float) -> None:
    shape, known = shape_of(name, ends, share)
    # Near an end the width of a range is what a rounding is small against.
    assert quantile(shape, U) == pytest.approx(known.ppf(U), rel=1e-9, abs=1e-7 * (ends[1] - ends[0]))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(ends=_ENDS, share=_MODES, at=st.floats(0.02, 0.98))
def test_a_cumulative_takes_a_quantile_back(name: str, ends: tuple[float, float], share: float, at: float) -> None:
    shape, known = shape_of(name, ends, share)
    value = float(quantile(shape, np.array([at]))[0])
    assert cumulative(shape, value) == pytest.approx(at, abs=1e-7)
    assert cumulative(shape, value) == pytest.approx(known.cdf(value), abs=1e-9)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(ends=_ENDS, share=_MODES, low=st.floats(0.05, 0.4), high=st.floats(0.6, 0.95))
def test_a_cut_is_what_is_known_to_be_between(
    name: str, ends: tuple[float, float], share: float, low: float, high: float
) -> None:
    _, known = shape_of(name, ends, share)
    bounds = float(known.ppf(low)), float(known.ppf(high))  # type: ignore[attr-defined]
    shape, _ = shape_of(name, ends, share, low=bounds[0], high=bounds[1])
    assert kept(shape) == pytest.approx((low, high), abs=1e-6)
    found = quantile(shape, U)
    assert found.min() >= bounds[0]
    assert found.max() <= bounds[1]
    wanted = known.ppf(low + U * (high - low))  # type: ignore[attr-defined]
    assert found == pytest.approx(wanted, rel=1e-6, abs=1e-6 * (ends[1] - ends[0]))


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.floats(0.17, 0.83))
def test_a_metalog_goes_through_its_three_percentiles_and_rises(low: float, width: float, share: float) -> None:
    parameters = low, low + share * width, low + width
    shape = Shape("metalog", parameters)
    assert quantile(shape, np.array([0.1, 0.5, 0.9])) == pytest.approx(parameters, rel=1e-9, abs=1e-9 * width)
    assert np.all(np.diff(quantile(shape, np.linspace(0.001, 0.999, 999))) > 0)
    for at in (0.02, 0.3, 0.97):
        assert cumulative(shape, float(quantile(shape, np.array([at]))[0])) == pytest.approx(at, abs=1e-6)


def test_a_metalog_of_even_percentiles_is_logistic() -> None:
    shape = Shape("metalog", (2.0, 5.0, 8.0))
    assert quantile(shape, U) == pytest.approx(stats.logistic(5, 3 / log(9)).ppf(U))


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6))
def test_a_discrete_shape_has_its_weights(raw: list[float]) -> None:
    weights = tuple(np.array(raw) / sum(raw))
    shape = Shape("discrete", tuple(map(float, range(len(raw)))), weights=weights)
    found = quantile(shape, (np.arange(10_000) + 0.5) / 10_000)
    assert [float(np.mean(found == one)) for one in shape.parameters] == pytest.approx(weights, abs=2e-4)


@given(st.integers(-50, 50), st.integers(0, 40))
def test_of_whole_numbers_uniform_each_is_as_likely(first: int, more: int) -> None:
    shape = Shape("uniform", (first - 0.3, first + more + 0.3), whole=True)
    low, high = ceil(first - 0.3), floor(first + more + 0.3)
    count = high - low + 1
    found, times = np.unique(quantile(shape, (np.arange(1000 * count) + 0.5) / (1000 * count)), return_counts=True)
    assert found.tolist() == list(range(low, high + 1))
    assert set(times.tolist()) == {1000}


def test_other_whole_numbers_are_rounded_half_up_within_their_bounds() -> None:
    shape = Shape("normal", (-3.0, 3.0), whole=True)
    plain = quantile(Shape("normal", (-3.0, 3.0)), U)
    assert quantile(shape, U).tolist() == np.floor(plain + 0.5).tolist()
    assert set(quantile(Shape("normal", (-3.0, 3.0), -1.4, 1.4, whole=True), U).tolist()) == {-1, 0, 1}


def test_whole_percents_are_whole_in_percent() -> None:
    found = quantile(Shape("triangular", (0.02, 0.05, 0.09), whole=True), U, 100.0)
    assert np.allclose(found * 100, np.rint(found * 100), atol=1e-9)
    assert {2, 5, 9} <= set(np.rint(found * 100).astype(int).tolist())


def test_a_range_without_width_is_one_number() -> None:
    for name in ("normal", "uniform", "loguniform"):
        assert set(quantile(Shape(name, (3.0, 3.0)), U).tolist()) == {3.0}
    assert set(quantile(Shape("pert", (3.0, 3.0, 3.0)), U).tolist()) == {3.0}
