"""The quantile of each distribution, as one formula over arrays of probabilities that a spreadsheet can spell too.

Parameters and values are in the stored unit of the input. `normal` and `lognormal` are given by their 5th and 95th
percentile, `metalog` by its 10th, 50th and 90th (Keelin, The Metalog Distributions, Decision Analysis 13(4), 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, floor, log
from typing import Final

import numpy as np

from engine.plan.drawn.draws import Shape
from engine.plan.plan import Array
from engine.uncertainty.special import betainc, betaincinv, brentq, expit, ndtr, ndtri

Z95: Final = float(ndtri(0.95))
LOGIT90: Final = log(9.0)
# Beyond this logit a double is 0 or 1 to its last bit.
_FURTHEST: Final = 40.0

Quantile = Callable[[tuple[float, ...], Array], Array]
Cumulative = Callable[[tuple[float, ...], float], float]


def quantile(shape: Shape, probabilities: Array, scale: float = 1.0) -> Array:
    """Return the values of a shape at probabilities between 0 and 1, in its unit, of their shape.

    A shape that is cut has its quantile at F(low) + u (F(high) - F(low)). Whole numbers are whole times `scale`, the
    factor from the stored to the declared unit: of `uniform` each is as likely as the others, what is drawn from other
    shapes is rounded half up.
    """
    parameters = shape.parameters
    if shape.distribution == "discrete":
        return _discrete(parameters, shape.weights, probabilities)
    if shape.whole and shape.distribution == "uniform":
        return _each_alike(shape, probabilities, scale)
    if parameters[0] == parameters[-1]:
        return np.full(np.shape(probabilities), parameters[0])
    low, high = kept(shape)
    if (low, high) != (0.0, 1.0):
        probabilities = low + probabilities * (high - low)
    values = QUANTILES[shape.distribution](parameters, probabilities)
    # A quantile of a cumulative is the bound but for its last bits, and a cut that keeps nothing is at a bound.
    values = _within(values, shape.low, shape.high)
    if shape.whole:
        values = _within(np.floor(values * scale + 0.5), *_whole_ends(shape.low, shape.high, scale)) / scale
    return values


def kept(shape: Shape) -> tuple[float, float]:
    """Return the probabilities between which a shape is kept by its bounds: 0 and 1 where it is not cut."""
    if shape.distribution == "discrete" or shape.parameters[0] == shape.parameters[-1]:
        return 0.0, 1.0
    return tuple([
        otherwise if bound is None else cumulative(shape, bound)
        for bound, otherwise in ((shape.low, 0.0), (shape.high, 1.0))
    ])  # type: ignore[return-value]  # two of them  # fmt: skip


def cumulative(shape: Shape, value: float) -> float:
    """Return the probability of at most a value, of a shape that is not cut."""
    return _CUMULATIVES[shape.distribution](shape.parameters, value)


def _within(values: Array, low: float | None, high: float | None) -> Array:
    return values if low is None and high is None else np.clip(values, low, high)


def _whole_ends(low: float | None, high: float | None, scale: float) -> tuple[float | None, float | None]:
    return None if low is None else ceil(low * scale - 1e-9), None if high is None else floor(high * scale + 1e-9)


def _each_alike(shape: Shape, u: Array, scale: float) -> Array:
    low, high = shape.parameters
    low, high = low if shape.low is None else max(low, shape.low), high if shape.high is None else min(high, shape.high)
    first, last = _whole_ends(low, high, scale)
    assert first is not None  # noqa: S101  # both ends are numbers
    assert last is not None  # noqa: S101
    return np.minimum(first + np.floor(u * (last - first + 1)), max(first, last)) / scale


def _discrete(values: tuple[float, ...], weights: tuple[float, ...], u: Array) -> Array:
    begins = np.concatenate([[0.0], np.cumsum(weights)[:-1]])
    return np.array(values)[np.searchsorted(begins, u, side="right") - 1]


def _normal(parameters: tuple[float, ...], u: Array) -> Array:
    low, high = parameters
    # In place: a simulation spends most of its time here, and much of that in what has to be fetched.
    values: Array = np.asarray(ndtri(u))
    np.multiply(values, (high - low) / (2 * Z95), out=values)
    np.add(values, (low + high) / 2, out=values)
    return values


def _lognormal(parameters: tuple[float, ...], u: Array) -> Array:
    low, high = parameters
    values = _normal((log(low), log(high)), u)
    return np.exp(values, out=values)


def _uniform(parameters: tuple[float, ...], u: Array) -> Array:
    low, high = parameters
    return low + (high - low) * u


def _loguniform(parameters: tuple[float, ...], u: Array) -> Array:
    low, high = parameters
    return low * np.exp(log(high / low) * u)


def _triangular(parameters: tuple[float, ...], u: Array) -> Array:
    low, mode, high = parameters
    width = high - low
    rising = low + np.sqrt(u * (width * (mode - low)))
    return np.where(u * width < mode - low, rising, high - np.sqrt((1 - u) * (width * (high - mode))))


def _pert(parameters: tuple[float, ...], u: Array) -> Array:
    low, _, high = parameters
    values: Array = low + (high - low) * betaincinv(*_pert_powers(parameters), u)
    return values


def _pert_powers(parameters: tuple[float, ...]) -> tuple[float, float]:
    low, mode, high = parameters
    return 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)


def metalog_terms(parameters: tuple[float, ...]) -> tuple[float, float, float]:
    """Return the three terms of the metalog through a 10th, 50th and 90th percentile."""
    low, middle, high = parameters
    return middle, (high - low) / (2 * LOGIT90), (low + high - 2 * middle) / (0.8 * LOGIT90)


def _metalog(parameters: tuple[float, ...], u: Array) -> Array:
    middle, spread, skew = metalog_terms(parameters)
    return middle + (spread + skew * (u - 0.5)) * np.log(u / (1 - u))


def _of_normal(parameters: tuple[float, ...], x: float) -> float:
    low, high = parameters
    return float(ndtr((2 * x - low - high) * Z95 / (high - low)))


def _of_lognormal(parameters: tuple[float, ...], x: float) -> float:
    low, high = parameters
    return _of_normal((log(low), log(high)), log(x)) if x > 0 else 0.0


def _of_uniform(parameters: tuple[float, ...], x: float) -> float:
    low, high = parameters
    return min(max((x - low) / (high - low), 0.0), 1.0)


def _of_loguniform(parameters: tuple[float, ...], x: float) -> float:
    low, high = parameters
    return _of_uniform((log(low), log(high)), log(x)) if x > 0 else 0.0


def _of_triangular(parameters: tuple[float, ...], x: float) -> float:
    low, mode, high = parameters
    x = min(max(x, low), high)
    if x < mode:
        return (x - low) ** 2 / ((high - low) * (mode - low))
    return 1 - (high - x) ** 2 / ((high - low) * (high - mode)) if high > mode else 1.0


def _of_pert(parameters: tuple[float, ...], x: float) -> float:
    low, _, high = parameters
    return float(betainc(*_pert_powers(parameters), min(max((x - low) / (high - low), 0.0), 1.0)))


def _of_metalog(parameters: tuple[float, ...], x: float) -> float:
    middle, spread, skew = metalog_terms(parameters)

    def beyond(logit: float) -> float:
        return float(middle + (spread + skew * (expit(logit) - 0.5)) * logit - x)

    if beyond(-_FURTHEST) >= 0:
        return 0.0
    return 1.0 if beyond(_FURTHEST) <= 0 else float(expit(brentq(beyond, -_FURTHEST, _FURTHEST, xtol=1e-14)))


QUANTILES: Final[Mapping[str, Quantile]] = {
    "normal": _normal,
    "lognormal": _lognormal,
    "uniform": _uniform,
    "loguniform": _loguniform,
    "triangular": _triangular,
    "pert": _pert,
    "metalog": _metalog,
}
_CUMULATIVES: Final[Mapping[str, Cumulative]] = {
    "normal": _of_normal,
    "lognormal": _of_lognormal,
    "uniform": _of_uniform,
    "loguniform": _of_loguniform,
    "triangular": _of_triangular,
    "pert": _of_pert,
    "metalog": _of_metalog,
}
