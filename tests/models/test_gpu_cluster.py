"""The cluster, against the same budget worked out by hand: each purchase is followed through its life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy_financial as npf
import pytest
from numpy.typing import NDArray

from engine.analysis.verdicts import problems
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from tests.exported import planned

Floats = NDArray[np.float64]

TYPES = ("H100", "H200", "B200")
PRICE = {"H100": 32_000, "H200": 38_000, "B200": 52_000}
RENT = {"H100": 2.4, "H200": 2.9, "B200": 4.6}
WATTS = {"H100": 700 + 350, "H200": 700 + 350, "B200": 1000 + 350}
UTILISATION = (0.55, 0.65, 0.70, 0.75, 0.75)


@dataclass(frozen=True)
class Terms:
    """What the scenarios change."""

    bought: Mapping[str, tuple[int, ...]] = field(
        default_factory=lambda: {
            "H100": (256, 128, 0, 0, 0),
            "H200": (0, 128, 128, 0, 0),
            "B200": (0, 64, 192, 256, 192),
        }
    )
    decline: Mapping[str, float] = field(default_factory=lambda: {"H100": 0.15, "H200": 0.12, "B200": 0.08})
    power_price: tuple[float, ...] = (0.085, 0.087, 0.089, 0.091, 0.093)
    life: int = 4


PLAN = Terms()
TERMS = {
    "plan": PLAN,
    "cheap_power": Terms(power_price=(0.045,) * 5),
    "price_fall": Terms(decline=dict.fromkeys(TYPES, 0.25)),
    "long_life": Terms(life=5),
    "long_cheap": Terms(life=5, power_price=(0.045,) * 5),
    "fewer_h100": Terms(bought={**PLAN.bought, "H100": (256, 0, 0, 0, 0)}),
    "late_b200": Terms(bought={**PLAN.bought, "B200": (0, 0, 0, 704, 0)}),
}


@dataclass
class Budget:
    """Sums by type and year; money in USD."""

    capex: Floats = field(default_factory=lambda: np.zeros((3, 5)))
    depreciation: Floats = field(default_factory=lambda: np.zeros((3, 5)))
    stock: Floats = field(default_factory=lambda: np.zeros((3, 5)))
    running: Floats = field(default_factory=lambda: np.zeros((3, 5)))
    hours: Floats = field(default_factory=lambda: np.zeros((3, 5)))
    rent: Floats = field(default_factory=lambda: np.zeros((3, 5)))


def worked_out(terms: Terms) -> Budget:
    """Return the budget, one purchase after the other."""
    budget = Budget()
    for row, gpu in enumerate(TYPES):
        for bought_in, count in enumerate(terms.bought[gpu]):
            spent = count * PRICE[gpu] * (1 - terms.decline[gpu]) ** bought_in
            budget.capex[row, bought_in] = spent
            for year in range(bought_in, min(bought_in + terms.life, 5)):
                busy = UTILISATION[year]
                kilowatts = count * WATTS[gpu] / 1000
                electricity = kilowatts * (busy + 0.25 * (1 - busy)) * 1.3 * 8760 * terms.power_price[year]
                worked = count * 8760 * busy
                budget.depreciation[row, year] += spent / terms.life
                budget.stock[row, year] += count
                budget.running[row, year] += electricity + kilowatts * 900 + spent * 0.06
                budget.hours[row, year] += worked
                budget.rent[row, year] += worked * RENT[gpu] * (1 - terms.decline[gpu]) ** year
    return budget


@pytest.fixture(scope="module")
def cluster() -> Plan:
    return planned("gpu_cluster")


def test_the_model_passes_without_a_warning(cluster: Plan) -> None:
    assert cluster.warnings == ()
    assert [case.id for case in cluster.cases] == list(TERMS)


def test_every_check_holds(cluster: Plan) -> None:
    assert problems(cluster, {scenario: evaluate(cluster, scenario) for scenario in TERMS}) == []


@pytest.mark.parametrize("scenario", TERMS)
def test_every_type_and_year(cluster: Plan, scenario: str) -> None:
    results, budget = evaluate(cluster, scenario), worked_out(TERMS[scenario])
    assert results["stock"].tolist() == budget.stock.tolist()
    assert results["capex"] == pytest.approx(budget.capex / 1000, rel=1e-12)
    assert results["depreciation"] == pytest.approx(budget.depreciation / 1000, rel=1e-12)
    assert results["running_cost"] == pytest.approx(budget.running / 1000, rel=1e-12)
    assert results["hours_used"] == pytest.approx(budget.hours, rel=1e-12)
    book = (budget.capex - budget.depreciation).cumsum(axis=1)
    assert results["book"] == pytest.approx(book / 1000, rel=1e-12, abs=1e-6)
    expense = budget.depreciation + budget.running
    hour_cost = np.divide(expense, budget.hours, out=np.zeros((3, 5)), where=budget.hours > 0)
    assert results["each_hour_cost"] == pytest.approx(hour_cost, rel=1e-12)


@pytest.mark.parametrize("scenario", TERMS)
def test_the_totals(cluster: Plan, scenario: str) -> None:
    results, budget = evaluate(cluster, scenario), worked_out(TERMS[scenario])
    cash, expense = budget.capex + budget.running, budget.depreciation + budget.running
    assert results["cash"] == pytest.approx(cash.sum(axis=0) / 1000, rel=1e-12)
    assert results["cash_so_far"] == pytest.approx(cash.sum(axis=0).cumsum() / 1000, rel=1e-12)
    assert results["year_expense"] == pytest.approx(expense.sum(axis=0) / 1000, rel=1e-12)
    assert results["year_hour_cost"] == pytest.approx(expense.sum(axis=0) / budget.hours.sum(axis=0), rel=1e-12)
    assert results["type_capex"] == pytest.approx(budget.capex.sum(axis=1) / 1000, rel=1e-12)
    assert results["type_expense"] == pytest.approx(expense.sum(axis=1) / 1000, rel=1e-12)
    assert results["type_hour_cost"] == pytest.approx(expense.sum(axis=1) / budget.hours.sum(axis=1), rel=1e-12)
    assert results["total_cash"] == pytest.approx(cash.sum() / 1000, rel=1e-12)
    assert results["total_expense"] == pytest.approx(expense.sum() / 1000, rel=1e-12)
    assert results["hour_cost"] == pytest.approx(expense.sum() / budget.hours.sum(), rel=1e-12)
    assert results["saved"] == pytest.approx((budget.rent.sum() - expense.sum()) / 1000, rel=1e-12)


@pytest.mark.parametrize("scenario", TERMS)
def test_the_present_value(cluster: Plan, scenario: str) -> None:
    budget = worked_out(TERMS[scenario])
    cash = (budget.capex + budget.running).sum(axis=0) / 1000
    assert evaluate(cluster, scenario)["cash_value"] == pytest.approx(npf.npv(0.09, cash), rel=1e-12)


@pytest.mark.parametrize("scenario", TERMS)
def test_the_power_of_the_site(cluster: Plan, scenario: str) -> None:
    budget = worked_out(TERMS[scenario])
    megawatts = np.array([WATTS[gpu] for gpu in TYPES]) @ budget.stock * 1.3 / 1e6
    results = evaluate(cluster, scenario)
    assert results["year_site"] == pytest.approx(megawatts, rel=1e-12)
    assert results["most_site_use"] == pytest.approx(100 * megawatts.max() / 2, rel=1e-12)


@pytest.mark.parametrize("life", [1, 2, 3, 5, 6, 10])
def test_other_lives(cluster: Plan, life: int) -> None:
    """A life of one year is written off at once; one of ten outlives the budget."""
    results, budget = evaluate(cluster, changes={"life": life}), worked_out(Terms(life=life))
    assert results["stock"].tolist() == budget.stock.tolist()
    assert results["depreciation"] == pytest.approx(budget.depreciation / 1000, rel=1e-12)
    assert results["book_left"] == pytest.approx((budget.capex.sum() - budget.depreciation.sum()) / 1000, abs=1e-6)


def test_one_purchase_by_hand(cluster: Plan) -> None:
    """256 H100s at 32,000 USD, written off over four years, and gone in the fifth."""
    results = evaluate(cluster, "fewer_h100")
    assert results["capex"][0].tolist() == [8192, 0, 0, 0, 0]
    assert results["depreciation"][0].tolist() == [2048, 2048, 2048, 2048, 0]
    assert results["book"][0].tolist() == [6144, 4096, 2048, 0, 0]
    assert results["stock"][0].tolist() == [256, 256, 256, 256, 0]
    # 256 GPUs of 1.05 kW: 900 USD of hosting for each of 268.8 kW.
    assert results["hosting_cost"][0].tolist() == pytest.approx([241.92, 241.92, 241.92, 241.92, 0])
