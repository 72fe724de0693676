"""Loans and depreciation against numpy-financial, against their definitions period by period, and over arrays."""

from __future__ import annotations

import math

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.numbers import arrays, scalars

RATES = st.one_of(st.just(0.0), st.floats(1e-3, 0.5), st.floats(-0.3, -1e-3))


def number(name: str, *arguments: float) -> float:
    return scalars.HELPERS[name](*arguments)


@given(RATES, st.integers(1, 60), st.floats(1, 1e6), st.data())
def test_loans_are_those_of_numpy_financial(rate: float, periods: int, present: float, data: st.DataObject) -> None:
    period = data.draw(st.integers(1, periods))
    assert number("pmt", rate, periods, present) == pytest.approx(-npf.pmt(rate, periods, present), rel=1e-9)
    if not rate:
        return  # numpy-financial has no value there
    for name, theirs in (("ipmt", npf.ipmt), ("ppmt", npf.ppmt)):
        expected = -float(theirs(rate, period, periods, present))
        # It subtracts what a loan and its payments grow to, whose last digits are lost.
        lost = 1e-13 * present * (1 + max(rate, 0)) ** periods / min(abs(rate), 1)
        assert number(name, rate, period, periods, present) == pytest.approx(expected, rel=1e-9, abs=lost)


@given(RATES, st.floats(0.5, 80), st.floats(1, 1e6))
def test_periods_are_those_after_which_the_payment_has_paid_off(rate: float, periods: float, present: float) -> None:
    payment = number("pmt", rate, periods, present)
    if rate * present / payment < 1 - 1e-6:
        assert number("nper", rate, payment, present) == pytest.approx(periods, rel=1e-7)
        # At a rate of 0 numpy-financial has another sign.
        if rate:
            theirs = float(npf.nper(rate, -payment, present))
            assert number("nper", rate, payment, present) == pytest.approx(theirs, rel=1e-7)


@given(RATES, st.integers(1, 40), st.floats(1, 1e6))
def test_a_loan_is_paid_off_by_its_payments(rate: float, periods: int, present: float) -> None:
    left, payment = present, number("pmt", rate, periods, present)
    for period in range(1, periods + 1):
        interest = left * rate
        assert number("ipmt", rate, period, periods, present) == pytest.approx(interest, rel=1e-6, abs=1e-6 * payment)
        left -= payment - interest
    assert left == pytest.approx(0, abs=1e-6 * max(present, payment))


@pytest.mark.parametrize("rate", [1e-14, 1e-9, -1e-12, 1e-7])
def test_small_rates_lose_no_digits(rate: float) -> None:
    series = (1 + 13 * rate / 2 + 143 * rate**2 / 12) / 12
    assert number("pmt", rate, 12, 1) == pytest.approx(series, rel=1e-13)
    assert number("ppmt", rate, 1, 12, 1) == pytest.approx(series - rate, rel=1e-13)
    assert number("nper", rate, 1, 12) == pytest.approx(12 + 78 * rate + 611 * rate**2, rel=1e-11)


@given(st.floats(0, 1e6), st.floats(0, 1), st.one_of(st.integers(1, 30), st.floats(0.5, 30)), st.integers(1, 35))
def test_depreciation_is_excel_s_period_by_period(cost: float, share: float, life: float, period: int) -> None:
    salvage, taken, this = cost * share, 0.0, 0.0
    for _ in range(period):
        this = max(min((cost - taken) * 2 / life, cost - salvage - taken), 0.0)
        taken += this
    assert number("ddb", cost, salvage, life, period) == pytest.approx(
        this if period <= life else 0, abs=1e-9 * (1 + cost)
    )
    assert number("sln", cost, salvage, life) == (cost - salvage) / life


CASES = [
    ("pmt", (0.1, 0, 100), "number of periods is 0"), ("pmt", (0, 0, 100), "number of periods is 0"),
    ("pmt", (-1, 5, 100), "rate"), ("pmt", (-2, 5, 100), "rate"), ("pmt", (0.01, 1e6, 100), ""),
    ("ipmt", (0.1, 0, 5, 100), "period"), ("ipmt", (0.1, 6, 5, 100), "period"), ("ipmt", (0.1, 0.5, 5, 100), "period"),
    ("ppmt", (0.1, 0, 5, 100), "period"), ("ppmt", (0, 6, 5, 100), "period"), ("ppmt", (0.1, 1, 0.5, 100), "period"),
    ("nper", (0.1, 10, 100), "never pays"), ("nper", (0.1, 5, 100), "never pays"), ("nper", (0, 0, 100), "payment is 0"),
    ("nper", (0.1, 0, 0), "payment is 0"), ("nper", (-2, 20, 100), "rate"), ("sln", (100, 10, 0), "life is 0"),
    ("ddb", (100, 10, 0, 1), "life"), ("ddb", (100, 10, -1, 1), "life"), ("ddb", (100, 10, 0, 6), "life"), ("ddb", (100, 10, 5, 0), "period"),
    ("ddb", (100, 10, 5, 1.5), "whole"), ("ddb", (100, 200, 5, 1), "above the cost"), ("ddb", (-1, 0, 5, 1), "cost"),
    ("ddb", (100, -10, 5, 1), "salvage value is below"), ("pmt", (math.inf, 5, 1), ""), ("ddb", (100, 10, math.inf, 1), ""),
    ("ddb", (100, 10, 5, math.inf), ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "told"), CASES)
def test_what_has_no_value_says_why_and_is_nan_among_many(name: str, arguments: tuple[float, ...], told: str) -> None:
    with pytest.raises((ArithmeticError, ValueError), match=told or None):
        number(name, *arguments)
    with np.errstate(all="ignore"):
        assert np.isnan(arrays.HELPERS[name](*[np.array([float(one)]) for one in arguments])).all()


@given(st.sampled_from(["pmt", "ipmt", "ppmt", "nper", "sln", "ddb"]), st.lists(
    st.sampled_from([-2, -1, -0.5, -0.01, 0, 1e-9, 0.004, 0.5, 1, 1.5, 2, 3, 4.999999999999999, 5, 5.000000000000001, 12, 100]),
    min_size=4, max_size=4,
))  # fmt: skip
def test_many_are_each_what_it_is_alone(name: str, given_: list[float]) -> None:
    arguments = [float(one) for one in given_[: 3 if name in {"pmt", "nper", "sln"} else 4]]
    with np.errstate(all="ignore"):
        many = float(arrays.HELPERS[name](*map(np.float64, arguments)))
    try:
        alone = number(name, *arguments)
    except (ArithmeticError, ValueError):
        alone = math.nan
    assert many == pytest.approx(alone, rel=1e-12, abs=1e-300, nan_ok=True)
