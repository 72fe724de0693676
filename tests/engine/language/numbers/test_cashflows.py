"""Flows and their rates against numpy-financial, pyxirr, and mpmath with fifty digits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import mpmath as mp
import numpy as np
import numpy_financial as npf
import pytest
import pyxirr
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.language.numbers.cashflows import (
    irr,
    irr_partials,
    npv,
    npv_partials,
    residual,
    roots,
    sign_changes,
    why_no_irr,
    xirr,
    xirr_partials,
    xnpv,
    xnpv_partials,
)

# https://github.com/numpy/numpy/issues/14977: a spreadsheet says 185 %, numpy once said -76 %. Both are roots.
SEVERAL = [-50.0, -100, 600, 300, -100]
SOLD = [-1000.0, 3600.0, -4310.0, 1716.0]  # worth nothing at 10, 20 and 30 %
DAYS = np.array([0.0, 31, 59, 90, 365, 400, 731])

money = st.floats(0.01, 1e6) | st.floats(1e-12, 1e-9) | st.just(0.0)
single = st.tuples(st.lists(money, min_size=1, max_size=20), st.lists(money, min_size=1, max_size=40)).filter(
    lambda sides: any(sides[0]) and any(sides[1])
)


def exact(rate: float, flows: list[float], times: list[mp.mpf] | None = None) -> tuple[mp.mpf, mp.mpf]:
    """Return the value at a rate with fifty digits, and what it is added up from without signs."""
    with mp.workdps(50):
        at = times or [mp.mpf(k) for k in range(len(flows))]
        terms = [mp.mpf(flow) * (1 + mp.mpf(rate)) ** -time for flow, time in zip(flows, at, strict=True)]
        return mp.fsum(terms), mp.fsum(abs(term) for term in terms)


def years(days: NDArray[np.float64]) -> list[mp.mpf]:
    with mp.workdps(50):
        return [mp.mpf(day) / 365 for day in days]


def every(days: int, count: int) -> NDArray[np.float64]:
    """Return days that are as far apart each time."""
    return np.array([float(days * place) for place in range(count)])


@pytest.mark.parametrize("rate", [-0.9999, -0.5, -1e-9, 0.0, 1e-12, 0.004, 0.1, 3.0, 1e6])
def test_values_are_those_of_numpy_financial_and_of_mpmath(rate: float) -> None:
    flows = [-100.0, 0.0, 30.0, 45.5, -3.25, 1e-12, 70.0]
    for value, times, oracle in (
        (npv(rate, np.array(flows)), None, npf.npv(rate, flows)),
        (xnpv(rate, np.array(flows), DAYS), years(DAYS), None),
    ):
        total, size = exact(rate, flows, times)
        assert abs(value - total) <= 2e-15 * size
        assert oracle is None or value == pytest.approx(oracle, rel=1e-12)


def test_a_value_by_days_is_that_of_pyxirr() -> None:
    flows = [-100.0, 20.0, 30.0, 45.5, -3.25, 2.0, 70.0]
    dates = [date(2026, 1, 1) + timedelta(days=int(day)) for day in DAYS]
    for rate in (-0.5, 0.07, 2.0):
        assert xnpv(rate, np.array(flows), DAYS) == pytest.approx(pyxirr.xnpv(rate, dates, flows), rel=1e-12)


def test_a_rate_of_minus_one_or_below_gives_no_value() -> None:
    flows = np.array([1.0, 2.0, 3.0])
    for rate in (-1.0, -1.5, np.nan, np.inf):
        assert np.isnan(npv(rate, flows))
        assert np.isnan(xnpv(rate, flows, DAYS[:3]))
        assert np.isnan(npv_partials(rate, flows)[0])
        assert np.isnan(npv(rate, np.zeros(3)))
    assert np.isnan(npv(0.1, np.array([1.0, np.nan])))


def test_what_overflows_has_no_value_but_flows_of_nothing_do() -> None:
    flows = np.zeros(400)
    flows[0] = 5.0
    assert npv(-0.9999999, flows) == 5.0
    flows[-1] = 1.0
    assert np.isnan(npv(-0.9999999, flows))


def test_cases_and_members_stand_before_the_last_axis() -> None:
    flows = np.arange(24.0).reshape(2, 3, 4) - 11.5
    rates = np.array([0.1, 0.2, -0.3])
    values: Any = npv(rates, flows)
    assert values.shape == (2, 3)
    assert values[1, 2] == npv(-0.3, flows[1, 2])
    assert np.shape(npv(0.1, flows)) == (2, 3)
    assert np.shape(npv(rates, flows[0, 0])) == (3,)
    slope, by_flow = npv_partials(rates, flows)
    assert (np.shape(slope), by_flow.shape) == ((2, 3), (2, 3, 4))
    rate = irr(flows, -0.5, 0.5)
    assert np.shape(rate) == (2, 3)
    assert irr_partials(rate, flows).shape == flows.shape


@given(sides=single, lends=st.booleans(), late=st.integers(0, 5))
@example(sides=([1.0], [0.0] * 39 + [1e6]), lends=False, late=0)
@example(sides=([100.0], [0.5] * 360), lends=False, late=0)
@example(sides=([1e-12], [1.1e-12]), lends=True, late=3)
def test_flows_that_change_sign_once_have_one_rate_to_the_last_digits(
    sides: tuple[list[float], list[float]], lends: bool, late: int
) -> None:
    flows = [0.0] * late + [-flow for flow in sides[0]] + sides[1]
    flows = [flow if lends else -flow for flow in flows]
    rate = float(irr(np.array(flows)))
    if np.isnan(rate):
        # No double lies between -1 and the rate.
        assert exact(-1 + 2**-53, flows)[0] * (flows[-1] or -next(filter(None, flows))) <= 0
        return
    first = next(place for place, flow in enumerate(flows) if flow)
    with mp.workdps(50):
        total, size = exact(rate, flows[first:])
        logarithm = float(mp.log(1 + mp.mpf(rate)))
    # A rate is a double, and so is its logarithm: their last bits move the value, the more the longer the flows last.
    bits = np.spacing(abs(rate)) / (1 + rate) + np.spacing(abs(logarithm))
    slack = 2 * float(bits) * _duration(rate, flows[first:])
    assert abs(total) / size <= 2e-15 + slack
    assert abs(residual(rate, np.array(flows))) <= 2e-15 + slack


def _duration(rate: float, flows: list[float]) -> float:
    with mp.workdps(50):
        terms = [abs(mp.mpf(flow)) * (1 + mp.mpf(rate)) ** -k for k, flow in enumerate(flows)]
        mean = mp.fsum(k * term for k, term in enumerate(terms)) / mp.fsum(terms)
        return float(max(mean, len(flows) - 1 - mean))


def test_ordinary_rates_leave_a_residual_of_a_few_last_bits() -> None:
    chance = np.random.default_rng(7)
    flows = chance.uniform(50, 150, (2000, 60))
    flows[:, 0] = -chance.uniform(1000, 5000, 2000)
    rates: Any = irr(flows)
    assert np.max(np.abs(residual(rates, flows))) < 1e-15
    for line in (0, 500, 1999):
        assert rates[line] == pytest.approx(npf.irr(flows[line]), rel=1e-9)
        assert rates[line] == pytest.approx(pyxirr.irr(flows[line]), rel=1e-9)
    days: Any = np.cumsum(chance.integers(1, 60, 60)) - 1.0
    days -= days[0]
    dates = [date(2026, 1, 1) + timedelta(days=int(day)) for day in days]
    by_days: Any = xirr(flows, days)
    assert np.max(np.abs(residual(by_days, flows, days))) < 1e-15
    assert by_days[3] == pytest.approx(pyxirr.xirr(dates, list(flows[3])), rel=1e-8)


def test_thirty_years_of_months() -> None:
    flows = np.full(361, 100.0)
    flows[0] = -npv(0.0049, np.concatenate([[0.0], np.full(360, 100.0)]))
    assert irr(flows) == pytest.approx(0.0049, rel=1e-14)
    assert irr(-flows) == irr(flows)
    # https://github.com/Anexen/pyxirr/issues/24: the polynomial has a root below -1 too, which is no rate.
    flows = np.array([-172545.848122807] + [787.735232517999] * 480)
    assert irr(flows) == pytest.approx(npf.rate(480, 787.735232517999, -172545.848122807, 0), rel=1e-9)


@pytest.mark.parametrize("rate", [-0.99999, -0.7, -1e-7, 1e-12, 1e-5, 4.0, 1e5, 1e30])
def test_small_and_large_rates_come_back(rate: float) -> None:
    flows = np.array([0.0, -1.0, 0.0, 1.0 + rate])
    assert (1 + irr(flows)) ** 2 == pytest.approx(1 + rate, rel=1e-14)
    days = np.array([0.0, 10.0, 20.0, 375.0])
    # Two numbers as near as 1 and 1 + 1e-12 tell their ratio to 16 digits, and so the rate to four.
    assert xirr(flows, days) == pytest.approx(rate, rel=1e-14, abs=4e-16)


def test_leading_zeros_change_no_rate() -> None:
    flows = np.array([-1000.0, 300, 420, 680])
    late = np.concatenate([np.zeros(5), flows])
    assert irr(late) == pytest.approx(irr(flows), rel=1e-14)
    days = every(30, 9)
    assert xirr(late, days) == pytest.approx(xirr(flows, days[:4]), rel=1e-13)


@pytest.mark.parametrize("flows", [[0.0, 0, 0], [1.0, 2, 0], [-1.0, 0, -2], [1.0, np.nan, -2], [-1.0, np.inf]])
def test_flows_without_a_change_of_sign_have_no_rate(flows: list[float]) -> None:
    assert np.isnan(irr(np.array(flows)))
    assert np.isnan(xirr(np.array(flows), DAYS[: len(flows)]))
    assert why_no_irr(np.array(flows), None, None) != ""
    assert roots(np.array(flows)) == []


def test_a_rate_that_no_number_holds_is_none() -> None:
    for flows in ([-1e30, 1.0], [-1e-300, 1e300]):
        assert np.isnan(irr(np.array(flows)))
        assert why_no_irr(np.array(flows), None, None) == (
            "the rate at which the flows are worth nothing is beyond what a number can hold"
        )


def test_flows_that_change_sign_more_often_need_bounds_that_leave_one_root() -> None:
    flows = np.array(SEVERAL)
    assert sign_changes(flows) == 2
    low, high = roots(flows)
    assert [low, high] == pytest.approx([-0.765, 1.85], abs=5e-3)
    assert np.isnan(irr(flows))
    assert np.isnan(irr(flows, low=0.0))
    assert np.isnan(irr(flows, -0.9, 3.0))
    assert np.isnan(irr(flows, 3.0, 4.0))
    assert np.isnan(irr(flows, 1.0, 0.0))
    assert irr(flows, 0.0, 3.0) == pytest.approx(high, rel=1e-14)
    assert irr(flows, -1.0, 0.0) == pytest.approx(low, rel=1e-14)
    assert irr(flows, [-1.0, 0.0, -1.0], [0.0, 3.0, 3.0]) == pytest.approx([low, high, np.nan], nan_ok=True)


def test_a_root_on_a_bound_is_within_and_bounds_matter_only_where_there_are_several() -> None:
    assert irr(np.array(SOLD), 0.2, 0.25) == pytest.approx(0.2)
    assert irr(np.array(SOLD), 0.12, 0.2) == pytest.approx(0.2)
    assert irr(np.array([-100.0, 110.0]), 0.5, 0.6) == pytest.approx(0.1)


def test_cases_that_change_sign_once_and_more_often_stand_side_by_side() -> None:
    flows = np.array([SOLD, [-1000.0, 500, 400, 300], [0.0, 0, 0, 0], [1.0, 2, 3, 4], [np.nan, 1, -1, 1]])
    rates: Any = irr(flows, 0.15, 0.25)
    changes: Any = sign_changes(flows)
    assert rates[:2] == pytest.approx([0.2, npf.irr(flows[1])])
    assert np.all(np.isnan(rates[2:]))
    assert list(changes[:4]) == [3, 1, 0, 0]
    assert np.isnan(changes[4])


@pytest.mark.parametrize(
    ("flows", "rates"),
    [(SOLD, [0.1, 0.2, 0.3]), ([100.0, -220, 121], [0.1]), ([0.0, 1, -2, 1, 0], [0.0]), ([-1.0, 3, -3, 1], [0.0]),
     ([1.0, -1, 1], []), ([5.0, 0, 0], [])],
)  # fmt: skip
def test_all_roots_are_told_and_so_is_one_that_only_touches(flows: list[float], rates: list[float]) -> None:
    assert roots(np.array(flows)) == pytest.approx(rates, abs=1e-9)
    days = every(365, len(flows))
    assert roots(np.array(flows), days) == pytest.approx(rates, abs=1e-9)


def test_a_touching_root_is_a_rate_within_bounds() -> None:
    assert irr(np.array([100.0, -220, 121]), 0.0, 1.0) == pytest.approx(0.1, abs=1e-9)


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=12).filter(any))
def test_roots_are_those_of_a_polynomial(flows: list[int]) -> None:
    found = roots(np.array(flows, dtype=float))
    for rate in found:
        # A root that touches is told to half its digits, where the value is as small.
        assert abs(residual(rate, np.array(flows, dtype=float))) < 1e-14
    clear = [
        z.real for z in np.roots(flows) if z.real > 1e-9 and abs(z.imag) < 1e-13
        and abs(np.polyval(np.polyder(np.array(flows, dtype=float)), z.real)) > 1e-3
    ]  # fmt: skip
    for growth in clear:
        assert min((abs(1 + rate - growth) for rate in found), default=1.0) < 1e-9 * (1 + growth)


def test_hundreds_of_flows_have_their_roots() -> None:
    flows = np.random.default_rng(5).normal(size=250)
    growths = np.roots(flows)
    expected = sorted(z.real - 1 for z in growths if abs(z.imag) < 1e-9 and z.real > 0)
    assert roots(flows) == pytest.approx(expected, abs=1e-9)


def _values(rate: complex, flows: NDArray[np.complex128], times: NDArray[np.float64]) -> complex:
    return complex(np.sum(flows * (1 + rate) ** -times))


@pytest.mark.parametrize("rate", [-0.3, 0.0, 0.08, 2.5])
def test_partials_of_a_value_are_those_of_a_complex_step(rate: float) -> None:
    flows = np.array([-100.0, 0.0, 30.0, 45.5, -3.25, 2.0, 70.0])
    for (slope, by_flow), times in (
        (npv_partials(rate, flows), np.arange(7.0)),
        (xnpv_partials(rate, flows, DAYS), DAYS / 365),
    ):
        assert slope == pytest.approx(_values(rate + 1e-30j, flows + 0j, times).imag / 1e-30, rel=1e-13)
        for place in range(7):
            moved = flows + 1e-30j * (np.arange(7) == place)
            assert by_flow[place] == pytest.approx(_values(rate, moved, times).imag / 1e-30, rel=1e-13)


@pytest.mark.parametrize(
    "flows", [[-100.0, 20, 30, 0, 40, 50, 60], [0.0, -100, 1, 2, 3, 500, 1], [-9.0, 1, 1, 1, 1, 1, 1]]
)
@pytest.mark.parametrize("days", [None, DAYS])
def test_partials_of_a_rate_are_those_of_fifty_digits(flows: list[float], days: NDArray[np.float64] | None) -> None:
    line = np.array(flows)
    rate = float(irr(line) if days is None else xirr(line, days))
    found = irr_partials(rate, line) if days is None else xirr_partials(rate, line, days)
    times = [mp.mpf(k) for k in range(7)] if days is None else years(days)

    def root(moved: list[mp.mpf]) -> mp.mpf:
        return mp.findroot(
            lambda r: mp.fsum(f * (1 + r) ** -t for f, t in zip(moved, times, strict=True)), mp.mpf(rate)
        )

    with mp.workdps(50):
        for place in range(7):
            step = mp.mpf(10) ** -18
            more, less = ([mp.mpf(f) + sign * step * (k == place) for k, f in enumerate(flows)] for sign in (1, -1))
            assert found[place] == pytest.approx(float((root(more) - root(less)) / (2 * step)), rel=1e-12)


def test_a_rate_where_the_value_only_touches_has_no_partials() -> None:
    assert np.all(np.isnan(irr_partials(0.0, np.array([1.0, -2.0, 1.0]))))
    assert np.all(np.isnan(irr_partials(np.nan, np.array([-1.0, 2.0]))))


@pytest.mark.parametrize(
    ("flows", "bounds", "words"),
    [
        ([-100.0, 110], (None, None), ""),
        ([0.0, 0], (None, None), "all flows are 0, so that they are worth nothing at every rate"),
        ([0.0, 2], (None, None), "all flows are 0 or more, so that no rate makes them worth nothing"),
        ([0.0, -2], (None, None), "all flows are 0 or less, so that no rate makes them worth nothing"),
        ([1.0, np.nan], (None, None), "a flow has no value"),
        ([1.0, -1, 1], (0.0, 1.0), "the flows change sign 2 times, and no rate makes them worth nothing"),
        (SOLD, (None, None), "the flows change sign 3 times, and they are worth nothing at 10 %, 20 % and 30 %"),
        (SOLD, (0.15, 0.25), ""),
        (SOLD, (0.0, 0.25), "they are worth nothing at 10 %, 20 % and 30 %, and 2 of these are within the bounds of 0 % to 25 %"),
        (SOLD, (0.0, 0.5), "they are worth nothing at 10 %, 20 % and 30 %, and all of these are within the bounds of 0 % to 50 %"),
        (SOLD, (0.4, 0.5), "they are worth nothing at 10 %, 20 % and 30 %, and none of these is within the bounds of 40 % to 50 %"),
        ([1.0, -5, 6], (0.5, 4), "they are worth nothing at 100 % and 200 %, and both are within the bounds of 50 % to 400 %"),
        ([1.0, -2, 1], (0.5, 4), "they are worth nothing at 0 %, which is not within the bounds of 50 % to 400 %"),
    ],
)  # fmt: skip
def test_why_there_is_no_rate_is_told(
    flows: list[float], bounds: tuple[float | None, float | None], words: str
) -> None:
    assert why_no_irr(np.array(flows), *bounds) == words
    assert why_no_irr(np.array(flows), *bounds, days=every(365, len(flows))) == words
    assert np.isnan(irr(np.array(flows), *bounds)) == (words != "")


@pytest.mark.parametrize("rate_of", [irr, lambda flows: xirr(flows, every(30, 60))])
def test_no_case_warns_or_raises(rate_of: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> None:
    chance = np.random.default_rng(3)
    flows = chance.normal(size=(300, 60)) * 10.0 ** chance.integers(-200, 200, (300, 60))
    flows[::7, :30] = 0
    flows[::11] = np.abs(flows[::11])
    flows[::13, 0] = -1e308
    assert rate_of(flows).shape == (300,)
