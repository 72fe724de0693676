"""Flows discounted to one value, and the rates at which they are worth nothing; NaN where a case has no value.

Flows are ``(..., n)``: what stands before the last axis are cases and members, and rates have as many, or are one for
all. The first flow is at time 0 and is not discounted. The flows of `npv` and `irr` are one period apart, and the rate
is that of a period; those of `xnpv` and `xirr` are on days counted from the first, and the rate is that of a year of
365 days.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from engine.language.numbers.arrays import Array, Values, finite
from engine.language.numbers.exponentials import changes_of_sign, roots_within

DAYS_A_YEAR: Final = 365.0


def npv(rate: Values, flows: Array) -> Values:
    """Return ``sum(flows[k] / (1 + rate) ** k)``; NaN for a rate of -1 or below."""
    return _value(rate, flows, _periods(flows))


def xnpv(rate: Values, flows: Array, days: Array) -> Values:
    """Return ``sum(flows[k] / (1 + rate) ** (days[k] / 365))``; NaN for a rate of -1 or below."""
    return _value(rate, flows, _years(days))


def npv_partials(rate: Values, flows: Array) -> tuple[Values, Array]:
    """Return the derivatives of `npv` by the rate and by each flow."""
    return _value_partials(rate, flows, _periods(flows))


def xnpv_partials(rate: Values, flows: Array, days: Array) -> tuple[Values, Array]:
    """Return the derivatives of `xnpv` by the rate and by each flow."""
    return _value_partials(rate, flows, _years(days))


def irr(flows: Array, low: Values | None = None, high: Values | None = None) -> Values:
    """Return the rate above -1 at which `npv` is 0.

    Flows that change sign once have one, whatever the bounds. Flows that change sign more often need both bounds, and
    have a rate where exactly one lies within them, ends included. All others have none: NaN.
    """
    return _rate(flows, _periods(flows), low, high)


def xirr(flows: Array, days: Array, low: Values | None = None, high: Values | None = None) -> Values:
    """Return the rate above -1 at which `xnpv` is 0, as `irr` does."""
    return _rate(flows, _years(days), low, high)


def irr_partials(rate: Values, flows: Array) -> Array:
    """Return the derivative of an `irr`, which is the rate, by each flow; NaN where the value only touches 0."""
    return _rate_partials(rate, flows, _periods(flows))


def xirr_partials(rate: Values, flows: Array, days: Array) -> Array:
    """Return the derivative of an `xirr`, which is the rate, by each flow; NaN where the value only touches 0."""
    return _rate_partials(rate, flows, _years(days))


def residual(rate: Values, flows: Array, days: Array | None = None) -> Values:
    """Return the value at a rate over the sum of the discounted flows without their signs: 0 at an exact root."""
    flows = np.asarray(flows, dtype=float)
    discounted = _discounted(flows, _weights(rate, flows, _times(flows, days)))
    with np.errstate(invalid="ignore", divide="ignore"):
        return finite(np.sum(discounted, axis=-1) / np.sum(np.abs(discounted), axis=-1))


def sign_changes(flows: Array) -> Values:
    """Return how often the sign of the flows changes, flows of 0 left out; NaN where a flow has no value."""
    flows = np.asarray(flows, dtype=float)
    changes, _ = changes_of_sign(flows)
    return np.where(np.all(np.isfinite(flows), axis=-1), np.sum(changes, axis=-1), np.nan)


def roots(flows: Array, days: Array | None = None) -> list[float]:
    """Return all rates above -1 at which one row of flows is worth nothing, ascending; none where all flows are 0."""
    return _all_within(np.asarray(flows, dtype=float), days, -1.0, np.inf)


def why_no_irr(flows: Array, low: float | None, high: float | None, days: Array | None = None) -> str:
    """Return in words why one row of flows has no `irr`, or with days no `xirr`; empty where it has one."""
    flows = np.asarray(flows, dtype=float)
    if not np.all(np.isfinite(flows)):
        return "a flow has no value"
    if not np.any(flows):
        return "all flows are 0, so that they are worth nothing at every rate"
    changes, found = int(sign_changes(flows)), roots(flows, days)
    if changes > 1:
        return _why_not_one(found, changes, low, high, _all_within(flows, days, low, high))
    if changes == 1:
        return "" if found else "the rate at which the flows are worth nothing is beyond what a number can hold"
    return f"all flows are 0 or {'more' if np.max(flows) > 0 else 'less'}, so that no rate makes them worth nothing"


def _why_not_one(found: list[float], changes: int, low: float | None, high: float | None, inside: list[float]) -> str:
    if not found:
        return f"the flows change sign {changes} times, and no rate makes them worth nothing"
    at = f"they are worth nothing at {_listed(found)}"
    if low is None or high is None:
        return f"the flows change sign {changes} times, and {at}"
    within = f"within the bounds of {_percent(low)} to {_percent(high)}"
    match len(inside), len(found):
        case 1, _:
            return ""
        case 0, 1:
            verdict = "which is not"
        case 0, _:
            verdict = "and none of these is"
        case 2, 2:
            verdict = "and both are"
        case count, many:
            verdict = f"and {'all' if count == many else count} of these are"
    return f"{at}, {verdict} {within}"


def _all_within(flows: Array, days: Array | None, low: float | None, high: float | None) -> list[float]:
    if low is None or high is None or not low <= high or not np.any(flows) or not np.all(np.isfinite(flows)):
        return []
    begin, end = (_log(np.array([bound])) for bound in (low, high))
    found = _rates(roots_within(flows[None, :], _times(flows, days), begin, end)[0])
    return [float(rate) for rate in found if not np.isnan(rate)]


def _periods(flows: Array) -> Array:
    return np.arange(np.shape(flows)[-1], dtype=float)


def _years(days: Array) -> Array:
    return np.asarray(days, dtype=float) / DAYS_A_YEAR


def _times(flows: Array, days: Array | None) -> Array:
    return _periods(flows) if days is None else _years(days)


def _factors(rate: Values, times: Array) -> Values:
    return _powers(rate, -times)


def _weights(rate: Values, flows: Array, times: Array) -> Values:
    """Return the factors but for one that all share, so that none is above 1 where there is a flow."""
    is_there = flows != 0
    first = times[np.argmax(is_there, axis=-1)]
    last = times[len(times) - 1 - np.argmax(is_there[..., ::-1], axis=-1)]
    seen = np.where(np.asarray(rate) >= 0, first, last)
    return _powers(rate, seen[..., None] - times)


def _powers(rate: Values, exponents: Array) -> Values:
    """Return ``(1 + rate) ** exponents``, with the digits of the rate that 1 + rate has no room for."""
    rate = np.asarray(rate, dtype=float)
    rate = np.where((rate > -1) & (rate < np.inf), rate, np.nan)[..., None]
    growth = 1 + rate
    with np.errstate(over="ignore", invalid="ignore"):
        return growth**exponents * (1 + exponents * ((rate - (growth - 1)) / growth))


def _discounted(flows: Array, factors: Values) -> Values:
    with np.errstate(over="ignore", invalid="ignore"):
        # A flow of 0 is worth 0 also where its factor overflows, but not where there is no rate.
        return np.where((flows == 0) & ~np.isnan(factors), 0.0, flows * factors)


def _value(rate: Values, flows: Array, times: Array) -> Values:
    flows = np.asarray(flows, dtype=float)
    with np.errstate(invalid="ignore"):
        return finite(np.sum(_discounted(flows, _factors(rate, times)), axis=-1))


def _value_partials(rate: Values, flows: Array, times: Array) -> tuple[Values, Array]:
    flows, rate = np.asarray(flows, dtype=float), np.asarray(rate, dtype=float)
    factors = _factors(rate, times)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        slopes = _discounted(times * flows, -factors / (1 + rate[..., None]))
        shape = np.broadcast_shapes(np.shape(flows), np.shape(factors))
        return finite(np.sum(slopes, axis=-1)), np.asarray(finite(np.broadcast_to(factors, shape)))


def _rate_partials(rate: Values, flows: Array, times: Array) -> Array:
    flows, rate = np.asarray(flows, dtype=float), np.asarray(rate, dtype=float)
    weights = _weights(rate, flows, times)
    # The value at the rate is 0, so that times may be counted from the first flow as from any other.
    slope = np.sum(_discounted(times * flows, weights), axis=-1, keepdims=True)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return np.asarray(finite(weights / slope * (1 + rate[..., None])))


def _rate(flows: Array, times: Array, low: Values | None, high: Values | None) -> Values:
    flows = np.asarray(flows, dtype=float)
    bounds = [np.nan if bound is None else bound for bound in (low, high)]
    shape = np.broadcast_shapes(flows.shape[:-1], *[np.shape(bound) for bound in bounds])
    lines = np.broadcast_to(flows, (*shape, flows.shape[-1])).reshape(-1, flows.shape[-1])
    begins, ends = (_log(np.broadcast_to(np.asarray(bound, dtype=float), shape).reshape(-1)) for bound in bounds)
    changes = sign_changes(lines)
    found = np.full(len(lines), np.nan)
    once = changes == 1
    anywhere = np.full(int(np.sum(once)), np.inf)
    if np.any(once):
        found[once] = _only(roots_within(lines[once], times, -anywhere, anywhere))
    often = (changes > 1) & (begins <= ends)
    if np.any(often):
        found[often] = _only(roots_within(lines[often], times, begins[often], ends[often]))
    return _rates(found).reshape(shape)[()]


def _only(found: Array) -> Values:
    """Return of each line the root if it has one alone."""
    return np.where(np.sum(~np.isnan(found), axis=-1) == 1, np.nansum(found, axis=-1), np.nan)


def _rates(logs: Array) -> Array:
    """Return the rates; NaN for -1 and for what overflows."""
    with np.errstate(over="ignore"):
        rates = np.expm1(logs)
    return np.where((rates > -1) & (rates < np.inf), rates, np.nan)


def _log(rate: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.log1p(np.maximum(rate, -1.0))


def _percent(rate: float) -> str:
    return f"{100 * rate:.6g} %"


def _listed(rates: list[float]) -> str:
    *others, last = [_percent(rate) for rate in rates]
    return f"{', '.join(others)} and {last}" if others else last
