"""Where a spreadsheet begins to look for a rate: near it, from the shape of the flows or between two bounds.

Flows are ``(..., n)``. A spreadsheet tries rates from a guess on, and finds none where it begins far away. What flows
that change sign once return is near ``(received / paid) ** (1 / time) - 1``, the time from the mean payment to the mean
receipt: one step of Newton's method for ``log(received / paid)``, both discounted, which is nearly straight over
``log(1 + rate)``. Between bounds that leave one rate, halving finds it, whatever the flows.
"""

from __future__ import annotations

import numpy as np

from engine.language.numbers.arrays import Array, Values
from engine.language.numbers.cashflows import npv, xnpv


def received_over_paid(flows: Array) -> Values:
    """Return what is received over what is paid; 1 where there is none of one."""
    received, paid = _both(flows)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return _known(np.sum(received, axis=-1) / np.sum(paid, axis=-1))


def mean_receipt(flows: Array, starts: Array | None = None) -> Values:
    """Return the periods, or with dates the days, from the first flow to the mean receipt; -1 where there is none."""
    return _mean_time(_both(flows)[0], starts, -1.0)


def mean_payment(flows: Array, starts: Array | None = None) -> Values:
    """Return the periods, or with dates the days, from the first flow to the mean payment; -2 where there is none."""
    return _mean_time(_both(flows)[1], starts, -2.0)


def nearer_growth(flows: Array, low: Values, above: Values, first: Values, starts: Array | None = None) -> Values:
    """Return a growth, or one above it where flows are worth something of the same sign there as `first`."""
    rate = np.asarray(above) - 1
    days = None if starts is None else np.asarray(starts) - np.asarray(starts)[..., :1]
    worth = npv(rate, flows) if days is None else xnpv(rate, flows, days)
    return np.where(np.sign(worth) * np.sign(first) > 0, above, low)[()]


def _both(flows: Array) -> tuple[Array, Array]:
    """Return what is received and what is paid, both as numbers of 0 or more."""
    flows = np.asarray(flows, dtype=float)
    return np.maximum(flows, 0), np.maximum(-flows, 0)


def _mean_time(amounts: Array, starts: Array | None, otherwise: float) -> Values:
    times = np.arange(np.shape(amounts)[-1]) if starts is None else np.asarray(starts)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        mean = np.sum(amounts * times, axis=-1) / np.sum(amounts, axis=-1)
        mean = mean - (0 if starts is None else times[..., 0])
    found: Values = np.where(np.isfinite(mean), mean, otherwise)[()]
    return found


def _known(values: Values) -> Values:
    found: Values = np.where(np.isfinite(values) & (np.asarray(values) != 0), values, 1.0)[()]
    return found
