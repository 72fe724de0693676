"""The numbers of loans and of depreciation over arrays of cases: NaN where a case has no value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.language.finance.scalars import NEAR

Values = NDArray[np.float64] | np.float64 | float | Any


def pmt(rate: Values, periods: Values, present: Values) -> Values:
    """Return the equal payment at the end of each period that pays a loan off."""
    growth = periods * _log_growth(rate)
    a_unit = np.where(
        rate == 0, 1 / np.where(periods == 0, np.nan, periods), rate * (np.exp(growth) / np.expm1(growth))
    )
    return np.where(rate > -1, present * a_unit, np.nan)


def ppmt(rate: Values, period: Values, periods: Values, present: Values) -> Values:
    """Return the part of a period's payment that pays back."""
    grown = np.exp((period - 1 - periods) * _log_growth(rate))
    return np.where(_is_within(period, periods), pmt(rate, periods, present) * grown, np.nan)


def ipmt(rate: Values, period: Values, periods: Values, present: Values) -> Values:
    """Return the part of a period's payment that is interest."""
    paid_back = np.expm1((period - 1 - periods) * _log_growth(rate))
    return np.where(_is_within(period, periods), pmt(rate, periods, present) * -paid_back, np.nan)


def nper(rate: Values, payment: Values, present: Values) -> Values:
    """Return the number of periods after which a loan is paid off."""
    times = present / np.where(payment == 0, np.nan, payment)
    share = rate * times
    periods = np.where(rate == 0, times, -np.log1p(-np.where(share < 1, share, np.nan)) / _log_growth(rate))
    return np.where(rate > -1, periods, np.nan)


def sln(cost: Values, salvage: Values, life: Values) -> Values:
    """Return the depreciation of a period where each has the same."""
    return (cost - salvage) / np.where(life == 0, np.nan, life)


def ddb(cost: Values, salvage: Values, life: Values, period: Values) -> Values:
    """Return the depreciation of a period within the life: twice the straight line's share of what is left."""
    is_whole = np.round(period, NEAR) == np.round(period)
    has_value = (salvage >= 0) & (salvage <= cost) & (life > 0) & (period >= 1) & is_whole
    share = np.minimum(1.0, 2 / np.where(has_value, life, np.nan))
    left = cost * (1 - share) ** (period - 1)
    return np.where(has_value, np.maximum(np.minimum(left * share, left - salvage), 0.0), np.nan)


def _log_growth(rate: Values) -> Values:
    return np.log1p(np.where(rate > -1, rate, np.nan))


def _is_within(period: Values, periods: Values) -> Values:
    return (period >= 1) & (period <= periods)


FUNCTIONS: Final[Mapping[str, Callable[..., Values]]] = {
    "pmt": pmt, "ipmt": ipmt, "ppmt": ppmt, "nper": nper, "sln": sln, "ddb": ddb,
}  # fmt: skip
