"""The special functions of pages, held against SciPy over their domain, and far in the tails."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special, stats

from tests.oracles.page_scripts import alone

pytestmark = pytest.mark.node
_CLOSE = 1e-12


def _of(function: str, *columns: NDArray[np.float64]) -> NDArray[np.float64]:
    lines = json.dumps(np.column_stack(columns).tolist())
    (found,) = alone(["analysis/special"], [f"{lines}.map(line => {function}(...line))"])
    return np.array(found, dtype=np.float64)


def _probabilities(rng: np.random.Generator) -> NDArray[np.float64]:
    near = [0.075, 0.925, 0.5, np.exp(-25.0), np.nextafter(0.5, 1), 1 - 2.0**-53, 2.0**-31]
    return np.concatenate(
        [rng.random(2_000), 10.0 ** -rng.uniform(0, 300, 1_000), 1 - 2.0 ** -rng.uniform(1, 52, 500), near]
    )


def test_the_normal_distribution() -> None:
    rng = np.random.default_rng(1)
    spread = [rng.normal(size=2_000) * 3, -rng.uniform(0, 37.5, 1_000), 10.0 ** -rng.uniform(0, 20, 100)]
    x = np.concatenate([*spread, [-2.0, 2.0, np.nextafter(2, 3), 0.0, -37.0, -1000.0, 1000.0]])
    np.testing.assert_allclose(_of("ndtr", x), special.ndtr(x), rtol=_CLOSE)
    p = _probabilities(rng)
    np.testing.assert_allclose(_of("ndtri", p), special.ndtri(p), rtol=_CLOSE)


@pytest.mark.parametrize("powers", ["pert", "wide"])
def test_the_beta_distribution(powers: str) -> None:
    rng = np.random.default_rng(2)
    p = _probabilities(rng)
    count = len(p)
    a, b = rng.uniform(1, 5, count), 10 ** rng.uniform(-0.3, 1.2, count)
    a, b = (a, 6 - a) if powers == "pert" else (10 ** rng.uniform(-0.3, 1.2, count), b)
    a[:3], b[:3] = [1, 5, 3], [5, 1, 3]
    x = np.maximum(p, 1e-30)
    np.testing.assert_allclose(_of("betainc", a, b, x), special.betainc(a, b, x), rtol=_CLOSE, atol=1e-290)
    wanted = special.betaincinv(a, b, x)
    # SciPy has none for a few of those far out.
    known = ~np.isnan(wanted)
    assert known.sum() > 0.99 * count
    np.testing.assert_allclose(_of("betaincinv", a, b, x)[known], wanted[known], rtol=_CLOSE)


def test_quantiles_are_those_of_scipy() -> None:
    u = _probabilities(np.random.default_rng(3))
    u = u[(u > 1e-30) & (u < 1 - 1e-10)]
    z = stats.norm.ppf(0.95)
    shapes: list[tuple[dict[str, Any], Any]] = [
        ({"distribution": "normal", "parameters": [2, 6]}, stats.norm(4, 2 / z).ppf(u)),
        ({"distribution": "lognormal", "parameters": [2, 8]}, stats.lognorm(np.log(2) / z, scale=4).ppf(u)),
        ({"distribution": "uniform", "parameters": [-1, 3]}, stats.uniform(-1, 4).ppf(u)),
        ({"distribution": "loguniform", "parameters": [1, 100]}, stats.loguniform(1, 100).ppf(u)),
        ({"distribution": "triangular", "parameters": [1, 2, 5]}, stats.triang(0.25, 1, 4).ppf(u)),
        ({"distribution": "pert", "parameters": [1, 2, 5]}, 1 + 4 * stats.beta(2, 4).ppf(u)),
        (
            {"distribution": "normal", "parameters": [2, 6], "low": 3, "high": 9},
            stats.truncnorm(-z / 2, 5 * z / 2, 4, 2 / z).ppf(u),
        ),
    ]
    for shape, wanted in shapes:
        whole: dict[str, Any] = {"low": None, "high": None, "whole": False} | shape
        (found,) = alone(
            ["analysis/special", "analysis/quantiles"], [f"{u.tolist()}.map(quantile_of({json.dumps(whole)}, 1))"]
        )
        np.testing.assert_allclose(found, wanted, rtol=_CLOSE, atol=1e-12, err_msg=str(shape))
