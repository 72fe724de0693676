"""The numbers of loans and of depreciation, one at a time: finite arguments, and ValueError where there is no value.

What is received and what is paid back are positive. The closed forms are those of Excel's documentation, written by
`expm1` and `log1p`, which lose no digits at small rates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

NEAR: Final = 9


def pmt(rate: float, periods: float, present: float) -> float:
    """Return the equal payment at the end of each period that pays a loan off."""
    growth = periods * _log_growth(rate)
    if periods == 0:
        message = "the number of periods is 0"
        raise ValueError(message)
    if rate == 0:
        return present / periods
    return present * rate * (math.exp(growth) / math.expm1(growth))


def ppmt(rate: float, period: float, periods: float, present: float) -> float:
    """Return the part of a period's payment that pays back."""
    _refuse_period(period, periods)
    return pmt(rate, periods, present) * math.exp((period - 1 - periods) * _log_growth(rate))


def ipmt(rate: float, period: float, periods: float, present: float) -> float:
    """Return the part of a period's payment that is interest."""
    _refuse_period(period, periods)
    return pmt(rate, periods, present) * -math.expm1((period - 1 - periods) * _log_growth(rate))


def nper(rate: float, payment: float, present: float) -> float:
    """Return the number of periods after which a loan is paid off."""
    growth = _log_growth(rate)
    if payment == 0:
        message = "the payment is 0"
        raise ValueError(message)
    if rate == 0:
        return present / payment
    share = rate * present / payment
    if not share < 1:
        message = "the payment is no more than the interest, and never pays the loan off"
        raise ValueError(message)
    return -math.log1p(-share) / growth


def sln(cost: float, salvage: float, life: float) -> float:
    """Return the depreciation of a period where each has the same."""
    if life == 0:
        message = "the life is 0"
        raise ValueError(message)
    return (cost - salvage) / life


def ddb(cost: float, salvage: float, life: float, period: float) -> float:
    """Return the depreciation of a period within the life: twice the straight line's share of what is left."""
    if cost < 0 or salvage < 0:
        message = f"the {'cost' if cost < 0 else 'salvage value'} is below 0"
        raise ValueError(message)
    if salvage > cost:
        message = "the salvage value is above the cost"
        raise ValueError(message)
    if life <= 0:
        message = "the life is not above 0"
        raise ValueError(message)
    if period < 1 or round(period, NEAR) != round(period):
        message = "the period is no whole number from 1 on"
        raise ValueError(message)
    share = min(1.0, 2 / life)
    left = cost * math.pow(1 - share, period - 1)
    return max(min(left * share, left - salvage), 0.0)


def _log_growth(rate: float) -> float:
    if rate <= -1:
        message = "the rate is not above -100 percent"
        raise ValueError(message)
    return math.log1p(rate)


def _refuse_period(period: float, periods: float) -> None:
    if not 1 <= period <= periods:
        message = "the period is not between 1 and the number of periods"
        raise ValueError(message)


FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    "pmt": pmt, "ipmt": ipmt, "ppmt": ppmt, "nper": nper, "sln": sln, "ddb": ddb,
}  # fmt: skip
