"""Groups, fiscal years and rates against pandas, numpy-financial and pyxirr; what has no members."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy_financial
import pandas as pd
import pytest
import pyxirr

from engine.model.load import loads
from engine.plan.evaluate import Results, evaluate
from engine.planning.planner import plan
from engine.problems import ModelError

MONTHS = pd.date_range("2026-01-01", "2028-12-01", freq="MS")
FLOWS = [round(float(x), 3) for x in np.random.default_rng(7).uniform(1, 9, size=36)]
HEAD = f"""[model]
title = "Groups"
[units]
USD = "[money]"
[dimensions.month]
from = "2026-01"
to = "2028-12"
[dimensions.quarter]
of = "month"
period = "quarter"
[dimensions.year]
of = "quarter"
period = "year"
starts = 4
[dimensions.country]
members = ["DE", "US", "FR"]
[dimensions.region]
of = "country"
map = {{ US = "Americas", FR = "Europe", DE = "Europe" }}
[dimensions.zone]
of = "region"
map = {{ Europe = "East", Americas = "West" }}
members = ["West", "East", "None"]
[dimensions.vendor]
members = ["X", "Y"]
[s.sup]
label = "Vendor"
over = "country"
choice = "vendor"
value = "X"
note = "x"
[s.flow]
label = "Flow"
over = "month"
unit = "USD"
value = {{ from = "2026-01", list = {[-60.0, *FLOWS[1:]]} }}
note = "x"
[s.size]
label = "Size"
over = "country"
unit = "USD"
value = [1, 2, 4]
note = "x"
"""


def solved(formula: str, over: str = "", unit: str = "USD") -> Results:
    named = f"over = {over}\n" if over else ""
    return evaluate(plan(loads(f'{HEAD}[s.y]\nlabel = "y"\n{named}unit = "{unit}"\nformula = \'{formula}\'\n')))


@pytest.mark.parametrize("function", ["sum", "mean", "min", "max", "first", "last"])
@pytest.mark.parametrize(
    ("group", "frequency"),
    [("quarter", pd.offsets.QuarterBegin(startingMonth=1)), ("year", pd.offsets.YearBegin(month=4))],
)
def test_calendars_are_resampled_as_pandas_does(function: str, group: str, frequency: pd.offsets.BaseOffset) -> None:
    series = pd.Series([-60.0, *FLOWS[1:]], index=MONTHS)
    expected = series.resample(frequency).agg(function)
    np.testing.assert_allclose(solved(f"{function}(flow, by={group})", f'"{group}"')["y"], expected)


def test_fiscal_years_are_those_of_pandas() -> None:
    ends = [pd.Period(month, pd.offsets.YearEnd(month=3)) for month in MONTHS]
    names = [f"FY{year}" for year in dict.fromkeys([period.year for period in ends])]
    assert list(solved("sum(flow)").plan.model.dimension["year"].members) == names


def test_rates_are_those_of_other_libraries() -> None:
    flows = [-60.0, *FLOWS[1:]]
    days = [date(one.year, one.month, 1) for one in MONTHS]
    rate, yearly = (solved(f"{name}(flow)", unit="percent")["y"] / 100 for name in ("irr", "xirr"))
    assert rate == pytest.approx(numpy_financial.irr(flows), rel=1e-9)
    assert yearly == pytest.approx(pyxirr.xirr(days, flows), rel=1e-9)
    assert solved("npv(0.08, flow)")["y"] == pytest.approx(numpy_financial.npv(0.08, flows))
    assert solved("xnpv(0.08, flow)")["y"] == pytest.approx(pyxirr.xnpv(0.08, days, flows))


@pytest.mark.parametrize(
    ("formula", "over", "unit", "expected"),
    [
        ("sum(size, by=region)", '"region"', "USD", [5, 2]),
        ("sum(size, by=zone)", '"zone"', "USD", [2, 5, 0]),
        ("count(by=zone)", '"zone"', "1", [1, 1, 0]),
        ("sum(size, by=sup)", '"vendor"', "USD", [7, 0]),
        ("count(by=sup)", '"vendor"', "1", [3, 0]),
        ("count(by=[region, year])", '["region", "year"]', "1", [[2, 8, 8, 6], [1, 4, 4, 3]]),
        ('count(by=[region, year], where=country == "DE")', '["region", "year"]', "1", [[1, 4, 4, 3], [0, 0, 0, 0]]),
        ('count(by=region, where=sup == "X")', '"region"', "1", [2, 1]),
        ("mean(size * (1 + month), by=region, over=month, where=size > 1 * min(size))", '"region"', "USD", [74, 37]),
        ("max(size, by=region)", '"region"', "USD", [4, 2]),
    ],
)
def test_a_group_by_hand(formula: str, over: str, unit: str, expected: list[float]) -> None:
    np.testing.assert_allclose(solved(formula, over, unit)["y"], expected)


def test_a_mean_by_two_groups_is_of_all_that_a_condition_holds_of() -> None:
    # In the first quarter it holds of DE in one month and of FR in two: not the mean of the months' means.
    more = """[s.one]
label = "One"
over = ["country", "month"]
unit = "USD"
value.DE = { from = "2026-01", list = [9, 0, 0] }
value.FR = { from = "2026-01", list = [3, 3, 0] }
value.US = { from = "2026-01", list = [1, 1, 1] }
formula = "1 * min(size)"
note = "x"
[s.y]
label = "y"
over = ["region", "quarter"]
unit = "USD"
formula = "mean(one, by=[region, quarter], where=one > 0)"
[s.least]
label = "least"
over = ["region", "quarter"]
unit = "USD"
formula = "min(one, by=[region, quarter], where=one > 0)"
"""
    results = evaluate(plan(loads(HEAD + more)))
    np.testing.assert_allclose(results["y"][:, 0], [5, 1])
    np.testing.assert_allclose(results["least"][:, 0], [3, 1])


@pytest.mark.parametrize("function", ["mean", "min", "max"])
def test_a_group_of_none_is_named(function: str) -> None:
    with pytest.raises(ModelError, match=r"'y\[Y\]' has no finite value .*: no member of 'country' belongs to Y"):
        solved(f"{function}(size, by=sup)", '"vendor"')
    told = r"country == .* holds of no member of 'country' that belongs to Americas"
    with pytest.raises(ModelError, match=told):
        solved(f'{function}(size, by=region, where=country == "DE")', '"region"')
    # The hint helps.
    guarded = solved(f"{function}(size, by=sup) if count(by=sup) > 0 else 0", '"vendor"')
    assert guarded["y"][1] == 0


BY_HOUR = """
[model]
title = "A day"
[dimensions.hour]
from = 0
to = 23
[a.load]
label = "Load"
over = "hour"
unit = "kW"
rollup = "mean"
value.default = 3
value.7 = 27
[a.one_hour]
label = "An hour"
unit = "hour"
value = 1
[a.parts]
label = "Parts"
unit = "1"
value = 2
[a.result]
label = "Result"
unit = "kWh"
"""


@pytest.mark.parametrize("formula", ["load * one_hour", "(load + load) / 2 * (2 * one_hour) / parts"])
def test_a_rate_by_time_is_an_amount(formula: str) -> None:
    results = evaluate(plan(loads(f'{BY_HOUR}formula = "sum({formula})"')))
    assert results["result"] == 96


def test_a_rate_by_a_pure_number_is_none() -> None:
    with pytest.raises(ModelError, match="it is a rate"):
        plan(loads(f'{BY_HOUR}formula = "sum(load * parts) * one_hour"'))
