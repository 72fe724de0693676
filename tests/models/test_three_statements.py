"""The three statements, against plain loops: month by month, with the revolver found by halving an interval."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.analysis.verdicts import problems
from engine.plan.batch import evaluate_many
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.rows import Layout
from tests.exported import planned

Floats = NDArray[np.float64]

MONTHS = 60
CHANNELS = ("Wholesale", "Online")
START = {"Wholesale": 6500.0, "Online": 1200.0}
DELIVERY = {"Wholesale": 0.8, "Online": 5.2}
DAYS_TO_PAY = {"Wholesale": 42, "Online": 3}
SEASON = (0.94, 0.92, 0.88, 0.84, 0.86, 0.96, 1.04, 1.14, 1.30, 1.06, 1.04, 1.02)
INFLATION = (0.0, 0.03, 0.025, 0.025, 0.025)
EXPANSION = 320.0
LIMIT, RESERVE = 120.0, 50.0
LIFE, OPENING_LIFE = 84, 48
LEAST_SALE = 10.0


@dataclass(frozen=True)
class Terms:
    """What the scenarios change; money in thousands, the model's own file is not read."""

    growth: Mapping[str, float] = field(default_factory=lambda: {"Wholesale": 0.05, "Online": 0.10})
    price: Mapping[str, float] = field(default_factory=lambda: {"Wholesale": 22.5, "Online": 36.0})
    green: float = 8.4
    loan_share: float = 0.8
    loan_rate: float = 0.09
    expansion_month: int = 5


BASE = Terms()
SLOW = replace(BASE, growth={"Wholesale": 0.02, "Online": 0.05})
LOWER = {"Wholesale": 22.5 * 0.97, "Online": 36 * 0.97}
SCENARIOS = {
    "base": BASE,
    "slow": SLOW,
    "pressure": replace(BASE, price=LOWER),
    "downturn": replace(SLOW, price=LOWER),
    "dear_coffee": replace(BASE, green=8.4 * 1.1),
    "equity": replace(BASE, loan_share=0, loan_rate=0.08),
    "late": replace(BASE, expansion_month=12),
}


def halved(above: Callable[[float], bool], low: float, high: float) -> float:
    """Return where a falling condition ceases to hold."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if above(middle) else (low, middle)
    return (low + high) / 2


def drawn(need: Callable[[float], float]) -> float:
    """Return the revolver's balance at which what is needed, interest on that balance included, is what is drawn."""
    if need(0) <= 0:
        return 0
    return LIMIT if need(LIMIT) >= LIMIT else halved(lambda balance: need(balance) > balance, 0, LIMIT)


@cache
def statements(scenario: str) -> dict[str, Floats]:
    """Return every row of the three statements, month by month."""
    terms = SCENARIOS[scenario]
    rows: dict[str, list[float]] = defaultdict(list)
    before = {
        "fixed_assets": 260.0, "inventory": 200.0, "receivables": 200.0, "cash": 60.0, "payables": 100.0,
        "tax_payable": 0.0, "revolver": 0.0, "loan": 0.0, "share_capital": 250.0, "retained_earnings": 370.0, "losses": 0.0,
    }  # fmt: skip
    for month in range(MONTHS):
        at = dict(before)
        sold = sales(terms, month)
        bought = EXPANSION if month == terms.expansion_month else 0.0
        at |= sold | {"capex": 0.02 * sold["revenue"] + bought}
        spent = [*rows["capex"], at["capex"]]
        at["depreciation"] = sum(spent[-LIFE:]) / LIFE + (260 / OPENING_LIFE if month < OPENING_LIFE else 0)
        at["ebit"] = at["ebitda"] - at["depreciation"]
        year = monthrange(*month_of(month))[1] / 365
        at["loan_interest"] = before["loan"] * terms.loan_rate * year
        at["loan_drawn"], at["equity_raised"] = bought * terms.loan_share, bought * (1 - terms.loan_share)
        at["loan_repaid"] = -min(before["loan"], EXPANSION * terms.loan_share / 48)
        at["tax_paid"] = before["tax_payable"] if month % 3 == 0 else 0.0
        # In July, of what the fiscal year that ended in March earned.
        earned = sum(rows["net_profit"][month - 15 : month - 3]) if month >= 15 and month % 12 == 3 else 0.0
        at["dividends"] = -0.8 * max(earned, 0)
        owed, lent = at["payables"] - before["payables"], at["receivables"] + at["inventory"]
        at["cash_before_revolver"] = (
            before["cash"] + at["ebitda"] + owed - lent + before["receivables"] + before["inventory"] - at["capex"]
            - at["tax_paid"] - at["loan_interest"] + bought + at["loan_repaid"] + at["dividends"]
        )  # fmt: skip
        rate, old, available = 0.095 * year / 2, before["revolver"], at["cash_before_revolver"]
        at["revolver"] = drawn(lambda new: old + rate * (old + new) + RESERVE - available)  # noqa: B023
        at["revolver_interest"] = rate * (old + at["revolver"])
        at["profit_before_tax"] = at["ebit"] - at["loan_interest"] - at["revolver_interest"]
        at["losses_used"] = min(before["losses"], max(at["profit_before_tax"], 0))
        at["losses"] += max(-at["profit_before_tax"], 0) - at["losses_used"]
        at["tax"] = 0.25 * (max(at["profit_before_tax"], 0) - at["losses_used"])
        at["net_profit"] = at["profit_before_tax"] - at["tax"]
        at["cash"] = available - at["revolver_interest"] + at["revolver"] - old
        at["fixed_assets"] += at["capex"] - at["depreciation"]
        at["loan"] += at["loan_drawn"] + at["loan_repaid"]
        at["tax_payable"] += at["tax"] - at["tax_paid"]
        at["share_capital"] += at["equity_raised"]
        at["retained_earnings"] += at["net_profit"] + at["dividends"]
        for row, value in at.items():
            rows[row].append(value)
        before = {row: at[row] for row in before}
    return {row: np.array(values) for row, values in rows.items()}


def month_of(place: int) -> tuple[int, int]:
    """Return year and month of a place in the calendar."""
    return 2026 + (place + 3) // 12, (place + 3) % 12 + 1


def sales(terms: Terms, month: int) -> dict[str, float]:
    """Return what a month sells, what that costs, and what stays in the books of it."""
    year, season = divmod(month, 12)
    costs = float(np.prod([1 + rate for rate in INFLATION[: year + 1]]))
    volume = {one: START[one] * (1 + terms.growth[one]) ** (month / 12) * SEASON[season] for one in CHANNELS}
    revenue = {one: volume[one] * terms.price[one] * 1.025**year / 1000 for one in CHANNELS}
    cost = sum(volume.values()) * (terms.green / 0.84 + 3.3) * costs / 1000
    delivery = sum(volume[one] * DELIVERY[one] for one in CHANNELS) * costs / 1000
    days = monthrange(*month_of(month))[1]
    expenses = delivery + 38 * costs + 25 * costs
    return {
        "revenue": sum(revenue.values()),
        "cost_of_sales": cost,
        "gross_profit": sum(revenue.values()) - cost,
        "delivery": delivery,
        "payroll": 38 * costs,
        "overheads": 25 * costs,
        "operating_expenses": expenses,
        "ebitda": sum(revenue.values()) - cost - expenses,
        "receivables": sum(revenue[one] * DAYS_TO_PAY[one] for one in CHANNELS) / days,
        "inventory": cost * 60 / days,
        "payables": cost * 30 / days,
    }


def equity_values(rows: Mapping[str, Floats]) -> Floats:
    """Return what the equity would sell for at the end of each month."""
    last_year = [rows["ebitda"][max(month - 11, 0) : month + 1].sum() for month in range(MONTHS)]
    return np.maximum(4.5 * np.array(last_year) - rows["loan"] - rows["revolver"] + rows["cash"], LEAST_SALE)


@pytest.fixture(scope="module")
def roaster() -> Plan:
    return planned("three_statements")


@pytest.fixture(params=SCENARIOS)
def scenario(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_model_passes_without_a_warning(roaster: Plan) -> None:
    assert roaster.warnings == ()
    assert [case.id for case in roaster.cases] == list(SCENARIOS)


def test_every_check_holds(roaster: Plan) -> None:
    assert problems(roaster, {case: evaluate(roaster, case) for case in SCENARIOS}) == []


def test_every_input_says_where_it_comes_from_or_whose_it_is(roaster: Plan) -> None:
    for row in roaster.rows:
        if row.quantity is not None and row.quantity.value is not None:
            assert row.quantity.sources or str(row.quantity.note).startswith("Our "), row.id


def test_every_row_of_the_statements(roaster: Plan, scenario: str) -> None:
    results = evaluate(roaster, scenario)
    for row, values in statements(scenario).items():
        assert results[row] == pytest.approx(values, rel=1e-9, abs=1e-9), row


def test_the_statements_of_the_loop_tie(roaster: Plan, scenario: str) -> None:
    results, rows = evaluate(roaster, scenario), statements(scenario)
    assets = rows["fixed_assets"] + rows["inventory"] + rows["receivables"] + rows["cash"]
    debts = rows["payables"] + rows["tax_payable"] + rows["revolver"] + rows["loan"]
    assert assets == pytest.approx(debts + rows["share_capital"] + rows["retained_earnings"], rel=1e-12)
    assert results["total_assets"] == pytest.approx(assets, rel=1e-12)
    assert results["total_liabilities"] == pytest.approx(debts, rel=1e-9)
    change = np.diff(rows["cash"], prepend=60)
    assert results["change_in_cash"] == pytest.approx(change, abs=1e-8)
    financing = np.diff(rows["revolver"], prepend=0) + np.diff(rows["loan"], prepend=0)
    financing += np.diff(rows["share_capital"], prepend=250) + rows["dividends"]
    assert results["financing_cash"] == pytest.approx(financing, abs=1e-8)
    assert results["operating_cash"] == pytest.approx(change - financing + rows["capex"], abs=1e-8)


def test_the_fiscal_years(roaster: Plan, scenario: str) -> None:
    results, rows = evaluate(roaster, scenario), statements(scenario)
    revenue, ebitda, profit = (rows[row].reshape(5, 12).sum(axis=1) for row in ("revenue", "ebitda", "net_profit"))
    assert results["year_revenue"] == pytest.approx(revenue, rel=1e-12)
    assert results["year_ebitda_margin"] == pytest.approx(100 * ebitda / revenue, rel=1e-9)
    assert results["year_net_profit"] == pytest.approx(profit, rel=1e-9, abs=1e-9)
    assert results["year_cash"] == pytest.approx(rows["cash"][11::12], rel=1e-9)
    assert results["year_opening_cash"] == pytest.approx([60, *rows["cash"][11:59:12]], rel=1e-9)


def test_what_the_owner_gets(roaster: Plan, scenario: str) -> None:
    results, rows = evaluate(roaster, scenario), statements(scenario)
    flows, values = -rows["dividends"] - rows["equity_raised"], equity_values(rows)
    flows[0] -= 1000
    assert results["exit_equity"] == pytest.approx(values[-1], rel=1e-9)
    short = np.count_nonzero(flows.cumsum() + values < 0)
    assert results["payback_years"] == pytest.approx(short / 12, rel=1e-12)
    flows[-1] += values[-1]
    rate = halved(lambda one: float((flows / (1 + one) ** np.arange(MONTHS)).sum()) > 0, -0.1, 0.1)
    assert results["owner_irr"] == pytest.approx(100 * ((1 + rate) ** 12 - 1), rel=1e-9)


def test_the_revolver(roaster: Plan, scenario: str) -> None:
    results, rows = evaluate(roaster, scenario), statements(scenario)
    assert results["peak_revolver"] == pytest.approx(rows["revolver"].max(), rel=1e-9)
    assert results["least_liquidity"] == pytest.approx((rows["cash"] + LIMIT - rows["revolver"]).min(), rel=1e-9)
    # Where the limit binds, and nowhere else, cash is below the reserve.
    binds = rows["revolver"] > LIMIT - 1e-9
    assert binds.any() == (scenario in {"downturn", "dear_coffee"})
    assert (binds == (rows["cash"] < RESERVE - 1e-9)).all()


def test_the_headlines_differ_between_the_scenarios(roaster: Plan) -> None:
    found = {case: evaluate(roaster, case) for case in SCENARIOS}
    for output in ("owner_irr", "exit_equity", "least_liquidity"):
        assert len({round(results[output], 6) for results in found.values()}) == len(SCENARIOS), output
    assert len({results["payback_years"] for results in found.values()}) > 3


def test_every_end_of_the_tornado_has_a_return(roaster: Plan, scenario: str) -> None:
    for row in roaster.inputs:
        ends = row.quantity.range if row.quantity is not None else None
        if isinstance(ends, tuple):
            found = evaluate_many(roaster, {row.id: [float(end) / row.unit.scale for end in ends]}, scenario)
            assert np.isfinite(found["owner_irr"]).all(), row.id


def test_an_owner_who_loses_all_keeps_what_a_sale_brings_at_least(roaster: Plan) -> None:
    found = evaluate_many(roaster, {"green_price": [9.3]}, "downturn")
    assert found["exit_equity"] == pytest.approx([LEAST_SALE])
    rate = (1 + found["owner_irr"][0] / 100) ** (1 / 12)
    assert 1000 + 64 / rate**5 == pytest.approx(LEAST_SALE / rate**59, rel=1e-9)


def test_a_choice_of_sixty_months_takes_no_room_from_the_inputs_that_matter(roaster: Plan) -> None:
    results = [evaluate(roaster, case) for case in SCENARIOS]
    cases = Cases(Layout(roaster), results[0], results)
    varied = [row.id for row in cases.varied]
    assert {"price", "green_price", "volume_start"} <= set(varied)
    assert "Month of the expansion" in cases.left_out
