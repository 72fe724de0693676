"""Functions that use up the last axis of a row, as plans call them: the row first, what stands beside it behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from engine.language.numbers.arrays import Array, Values
from engine.language.numbers.cashflows import irr, npv, why_no_irr, xirr, xnpv
from engine.language.numbers.grouping import grouped
from engine.language.numbers.interpolation import place, why_no_place


def _npv(flows: Array, rate: Values) -> Values:
    return npv(rate, flows)


def _xnpv(flows: Array, rate: Values, starts: Array) -> Values:
    starts = np.asarray(starts)
    return xnpv(rate, flows, starts - starts[..., :1])


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
    "place_step": _step,
    "place_lookup": _lookup,
    "counted": _counted,
    "grouped": grouped,
}


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
            return why_no_place(float(x), row, function.removeprefix("place_")) if ends != "flat" else ""
        case (("npv" | "xnpv"), (rate, *_)) if float(rate) <= -1:
            return "a rate of -100 % or below discounts nothing"
    return ""
