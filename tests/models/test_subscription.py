"""The subscription business: every total worked out again from the definitions, and in closed form where there is one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, log

import pytest

from engine.analysis.verdicts import problems
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from tests.exported import planned

MONTHS = 24


@dataclass(frozen=True)
class Assumptions:
    """What the model assumes, in plain euros and fractions; the model's own file is not read."""

    recorded_customers: tuple[float, ...] = (400, 436, 455, 512, 540, 588)
    cohort_growth: float = 0.04
    recorded_churn: tuple[float, ...] = (0, 0.09, 0.07, 0.056, 0.047)
    steady_churn: float = 0.025
    churn_fade: float = 0.7
    first_price: float = 29
    price_increase: float = 0.05
    service_cost: float = 6.2
    fee: float = 0.029
    acquisition_cost: float = 180
    fixed_cost: float = 60_000
    first_cash: float = 1_600_000


PLAN = Assumptions()
ONBOARDING = replace(PLAN, recorded_churn=(0, 0.045, 0.07, 0.056, 0.047))
STALLED = replace(PLAN, cohort_growth=0)
SCENARIOS = {
    "plan": PLAN,
    "onboarding": ONBOARDING,
    "retention": replace(ONBOARDING, steady_churn=0.015),
    "price_rise": replace(PLAN, price_increase=0.12, steady_churn=0.03),
    "stalled": STALLED,
    "dear": replace(STALLED, acquisition_cost=260),
}


@pytest.fixture(scope="module")
def subscription() -> Plan:
    return planned("subscription")


def joiners(given: Assumptions) -> list[float]:
    """Return who joins each month: as recorded, and growing from the last record on."""
    found = list(given.recorded_customers)
    while len(found) < MONTHS:
        found.append(found[-1] * (1 + given.cohort_growth))
    return found


def churn(given: Assumptions) -> list[float]:
    """Return the churn at each age: as recorded, and then the excess over the long run fades."""
    found = list(given.recorded_churn)
    while len(found) < MONTHS:
        found.append(given.steady_churn + (found[-1] - given.steady_churn) * given.churn_fade)
    return found


def active(given: Assumptions) -> list[list[float]]:
    """Return the customers of each cohort, month by month: each follows its own cohort, from the day it joins."""
    cohorts = []
    for cohort, count in enumerate(joiners(given)):
        months = [0.0] * MONTHS
        for month in range(cohort, MONTHS):
            months[month] = count
            for age in range(1, month - cohort + 1):
                months[month] *= 1 - churn(given)[age]
        cohorts.append(months)
    return cohorts


def customers(given: Assumptions) -> list[float]:
    return [sum(cohort[month] for cohort in active(given)) for month in range(MONTHS)]


def margins(given: Assumptions) -> list[float]:
    """Return what a customer brings in each month, in euros: prices rise with the thirteenth."""
    prices = [given.first_price] * 12 + [given.first_price * (1 + given.price_increase)] * 12
    return [price - price * given.fee - given.service_cost for price in prices]


def balances(given: Assumptions) -> list[float]:
    """Return the cash after each month, in euros."""
    cash = given.first_cash
    found = []
    for count, margin, new in zip(customers(given), margins(given), joiners(given), strict=True):
        cash += count * margin - new * given.acquisition_cost - given.fixed_cost
        found.append(cash)
    return found


@pytest.fixture(params=SCENARIOS)
def scenario(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_model_passes_without_a_warning(subscription: Plan) -> None:
    assert subscription.warnings == ()
    assert [case.id for case in subscription.cases] == list(SCENARIOS)
    results = {case.id: evaluate(subscription, case.id) for case in subscription.cases}
    assert problems(subscription, results) == []


def test_every_input_says_where_it_comes_from_or_whose_it_is(subscription: Plan) -> None:
    for row in subscription.rows:
        if row.quantity is not None and row.quantity.value is not None:
            assert row.quantity.sources or str(row.quantity.note).startswith("Our "), row.id


def test_records_then_forecast(subscription: Plan, scenario: str) -> None:
    results, given = evaluate(subscription, scenario), SCENARIOS[scenario]
    assert results["new_customers"] == pytest.approx(joiners(given), rel=1e-12)
    assert results["churn"] == pytest.approx([100 * share for share in churn(given)], rel=1e-12)
    assert results["joined"] == pytest.approx(joiners(given), rel=1e-12)


def test_every_cohort_in_every_month(subscription: Plan, scenario: str) -> None:
    results, cohorts = evaluate(subscription, scenario), active(SCENARIOS[scenario])
    for cohort, months in enumerate(cohorts):
        assert results["active"][cohort] == pytest.approx(months, rel=1e-12)
        before = [0.0, *months[:-1]]
        gone = [old - new if old else 0.0 for old, new in zip(before, months, strict=True)]
        assert results["lost"][cohort] == pytest.approx(gone, rel=1e-9)


def test_customers_of_all_cohorts(subscription: Plan, scenario: str) -> None:
    results, totals = evaluate(subscription, scenario), customers(SCENARIOS[scenario])
    assert results["customers"] == pytest.approx(totals, rel=1e-12)
    assert results["opening"] == pytest.approx([0, *totals[:-1]], rel=1e-12)
    assert results["closing_customers"] == pytest.approx(totals[-1], rel=1e-12)
    gone = [
        old + new - now
        for old, new, now in zip([0, *totals[:-1]], joiners(SCENARIOS[scenario]), totals, strict=True)
    ]  # fmt: skip
    assert results["left"] == pytest.approx(gone, rel=1e-9, abs=1e-9)
    shares = [100 * lost / old if old else 0 for lost, old in zip(gone, [0, *totals[:-1]], strict=True)]
    assert results["churn_of_month"] == pytest.approx(shares, rel=1e-9, abs=1e-9)


def test_income(subscription: Plan, scenario: str) -> None:
    results, given = evaluate(subscription, scenario), SCENARIOS[scenario]
    counts = customers(given)
    prices = [given.first_price * (1 + given.price_increase * (month >= 12)) for month in range(MONTHS)]
    revenue = [count * price for count, price in zip(counts, prices, strict=True)]
    profit = [count * margin for count, margin in zip(counts, margins(given), strict=True)]
    assert results["price"] == pytest.approx(prices, rel=1e-12)
    assert 1000 * results["revenue"] == pytest.approx(revenue, rel=1e-12)
    assert 1000 * results["gross_profit"] == pytest.approx(profit, rel=1e-12)
    assert 1000 * results["year_revenue"] == pytest.approx([sum(revenue[:12]), sum(revenue[12:])], rel=1e-12)
    assert 1000 * results["year_gross_profit"] == pytest.approx([sum(profit[:12]), sum(profit[12:])], rel=1e-12)
    shares = [100 * part / whole for part, whole in zip(profit, revenue, strict=True)]
    assert results["gross_margin"] == pytest.approx(shares, rel=1e-12)


def test_cash_and_its_low_point(subscription: Plan, scenario: str) -> None:
    results, cash = evaluate(subscription, scenario), balances(SCENARIOS[scenario])
    assert 1000 * results["cash_balance"] == pytest.approx(cash, rel=1e-9)
    assert 1000 * results["lowest_cash"] == pytest.approx(min(cash), rel=1e-9)
    assert results["lowest_cash_month"] == cash.index(min(cash)) + 1
    assert 1000 * results["cash_at_the_end"] == pytest.approx(cash[-1], rel=1e-9)
    assert 1000 * results["year_cash"] == pytest.approx([cash[11], cash[23]], rel=1e-9)
    assert 1000 * results["cash_flow"].sum() == pytest.approx(cash[-1] - SCENARIOS[scenario].first_cash, rel=1e-9)


def test_cash_is_lowest_at_the_beginning_where_customers_cost_next_to_nothing(subscription: Plan) -> None:
    results = evaluate(subscription, changes={"acquisition_cost": 1, "fixed_cost": 0})
    assert results["lowest_cash"] == 1600


def test_what_a_customer_is_worth(subscription: Plan, scenario: str) -> None:
    results, given = evaluate(subscription, scenario), SCENARIOS[scenario]
    margin = margins(given)[0]
    there, earned, payback = 1.0, 0.0, 1
    for share in churn(given):
        there *= 1 - share
        earned += there * margin
        payback += earned < given.acquisition_cost
    # From there on a customer leaves at the last churn: many more months come close to the sum of all.
    value = earned + sum(there * (1 - churn(given)[-1]) ** month * margin for month in range(1, 5_000))
    assert results["lifetime_value"] == pytest.approx(value, rel=1e-12)
    assert results["value_over_cost"] == pytest.approx(value / given.acquisition_cost, rel=1e-12)
    assert results["payback"] == payback


def test_cohorts_as_investments(subscription: Plan, scenario: str) -> None:
    results, given = evaluate(subscription, scenario), SCENARIOS[scenario]
    profits = [
        sum(count * margin for count, margin in zip(months, margins(given), strict=True)) for months in active(given)
    ]
    gains = [profit - new * given.acquisition_cost for profit, new in zip(profits, joiners(given), strict=True)]
    assert 1000 * results["cohort_profit"] == pytest.approx(profits, rel=1e-12)
    assert 1000 * results["cohort_gain"] == pytest.approx(gains, rel=1e-9)
    assert results["cohorts_paid_back"] == sum(gain >= 0 for gain in gains)


@pytest.mark.parametrize("percent", [0.5, 2, 3.7, 10])
def test_a_constant_churn_is_a_geometric_series(subscription: Plan, percent: float) -> None:
    changes = {"steady_churn": percent, "cohort_growth": 0, "new_customers": 100}
    results = evaluate(subscription, changes=changes | {f"churn[{age}]": percent for age in range(1, 5)})
    share = percent / 100
    stay = 1 - share
    margin = 29 * (1 - 0.029) - 6.2
    # 100 join each month, and of those who joined n months ago 100 * stay ** n are there.
    assert results["customers"] == pytest.approx(
        [100 * (1 - stay**month) / share for month in range(1, MONTHS + 1)], rel=1e-12
    )
    assert results["staying"] == pytest.approx([100 * stay**age for age in range(MONTHS)], rel=1e-12)
    assert results["lifetime_value"] == pytest.approx(margin / share, rel=1e-12)
    # margin * (1 - stay ** n) / share reaches the cost to acquire after
    months = log(1 - 180 * share / margin) / log(stay)
    assert results["payback"] == ceil(months)


def test_more_stay_where_fewer_leave(subscription: Plan) -> None:
    few, more = (evaluate(subscription, changes={"steady_churn": churn}) for churn in (1.5, 4))
    assert few["closing_customers"] > more["closing_customers"]
    # Records stay as they are: what the future churn changes begins with the fifth age.
    assert (few["customers"][:5] == more["customers"][:5]).all()
    assert few["customers"][5] > more["customers"][5]
