"""Functions that use up the last axis of a row, as plans call them: the row first, what stands beside it behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from engine.language.numbers.arrays import Array, Values
from engine.language.numbers.cashflows import (
    irr,
    irr_partials,
    npv,
    npv_partials,
    sign_changes,
    why_no_irr,
    xirr,
    xirr_partials,
    xnpv,
    xnpv_partials,
)
from engine.language.numbers.grouping import grouped
from engine.language.numbers.guesses import mean_payment, mean_receipt, nearer_growth, received_over_paid
from engine.language.numbers.interpolation import place, why_no_place


def _npv(flows: Array, rate: Values) -> Values:
    return npv(rate, flows)


def _xnpv(flows: Array, rate: Values, starts: Array) -> Values:
    starts = np.asarray(starts)
    return xnpv(rate, flows, starts - starts[..., :1])


def _npv_by_rate(flows: Array, rate: Values) -> Values:
    return npv_partials(rate, flows)[0]


def _xnpv_by_rate(flows: Array, rate: Values, starts: Array) -> Values:
    starts = np.asarray(starts)
    return xnpv_partials(rate, flows, starts - starts[..., :1])[0]


def _irr(flows: Array, low: float | None = None, high: float | None = None) -> Values:
    return irr(flows, low, high)


def _xirr(flows: Array, starts: Array, low: float | None = None, high: float | None = None) -> Values:
    starts = np.asarray(starts)
    if starts.ndim == 1:
        return xirr(flows, starts - starts[0], low, high)
    # Where flows begin differs from case to case.
    flows = np.broadcast_to(flows, np.broadcast_shapes(np.shape(flows), starts.shape))
    lines, days = flows.reshape(-1, flows.shape[-1]), np.broadcast_to(starts, flows.shape).reshape(-1, flows.shape[-1])
    found = [xirr(line, own - own[0], low, high) for line, own in zip(lines, days, strict=True)]
    return np.array(found, dtype=np.float64).reshape(flows.shape[:-1])[()]


def _step(points: Array, x: Values, codes: Array, ends: str) -> Values:
    return _code(place(x, points, "step", ends), codes)


def _lookup(points: Array, x: Values, codes: Array, ends: str) -> Values:
    return _code(place(x, points, "lookup", ends), codes)


def _code(places: Values, codes: Array) -> Values:
    """Return the codes of the members at places, NaN for none."""
    found: Values = np.where(np.isnan(places), np.nan, codes[np.nan_to_num(places).astype(int)])
    return found


def _counted(a: Values, count: int) -> Values:
    return np.sum(np.ones(np.shape(a)), axis=tuple(range(-count, 0)))


ALONG: Final[Mapping[str, Callable[..., Any]]] = {
    "npv": _npv,
    "irr": _irr,
    "xnpv": _xnpv,
    "xirr": _xirr,
    "received_over_paid": received_over_paid,
    "mean_receipt": mean_receipt,
    "mean_payment": mean_payment,
    "nearer_growth": nearer_growth,
    "npv_by_rate": _npv_by_rate,
    "xnpv_by_rate": _xnpv_by_rate,
    "place_step": _step,
    "place_lookup": _lookup,
    "counted": _counted,
    "grouped": grouped,
}


def flow_partials(function: str, flows: Array, rate: Values, starts: Array | None = None) -> Array:
    """Return the derivative of `npv`, `xnpv`, `irr` or `xirr` by each flow; the rate of the latter two is their value.

    Flows are ``(..., n)``, rates ``(...)``, and what flows start on ``(n,)`` or as flows are.
    """
    if starts is not None and starts.ndim > 1:
        shape = np.shape(flows)
        lines, own = flows.reshape(-1, shape[-1]), np.broadcast_to(starts, shape).reshape(-1, shape[-1])
        rates = np.broadcast_to(rate, shape[:-1]).ravel()
        found = [flow_partials(function, *one) for one in zip(lines, rates, own, strict=True)]
        return np.array(found).reshape(shape)
    days = np.zeros(0) if starts is None else starts - starts[0]
    match function:
        case "npv":
            return npv_partials(rate, flows)[1]
        case "xnpv":
            return xnpv_partials(rate, flows, days)[1]
        case "irr":
            return irr_partials(rate, flows)
    return xirr_partials(rate, flows, days)


def why_none(function: str, row: Array, beside: tuple[Array, ...], ends: str) -> str:
    """Return in words why a function along one row has no value."""
    match function, beside:
        case "irr", (*bounds,):
            low, high = [float(one) for one in bounds] or (None, None)
            return why_no_irr(row, low, high)
        case "xirr", (starts, *bounds):
            low, high = [float(one) for one in bounds] or (None, None)
            return why_no_irr(row, low, high, starts - starts[0])
        case (("place_step" | "place_lookup"), (x, *_)):
            return why_no_place(float(x), row, function.removeprefix("place_"), ends)
        case (("npv" | "xnpv"), (rate, *_)) if float(rate) <= -1:
            return "a rate of -100 % or below discounts nothing"
    return ""


def how_to_mend(function: str, row: Array, beside: tuple[Array, ...]) -> str:
    """Return what an author can do where a function along one row has no value; '' where there is nothing to say."""
    if function in {"irr", "xirr"}:
        if not np.all(np.isfinite(row)) or sign_changes(row) == 1:
            return ""
        if not sign_changes(row):
            return "a rate needs both signs: what is paid is negative, what is received is positive"
        return f"let {function} be the whole formula of a quantity whose min and max leave one rate between them"
    if function.startswith("place_") and np.all(np.isfinite(row)):
        name = function.removeprefix("place_")
        x = float(beside[0])
        if why_no_place(x, row, name, "flat"):
            few = len(row) < 2  # noqa: PLR2004  # a line goes through two
            return "give another point, or take step, which needs one" if few else "put the points in order, each once"
        return f'let the points reach it, or write {name}(..., ends="flat") to go on with the value at the end'
    return "a rate is above -100 %" if function in {"npv", "xnpv"} else ""
