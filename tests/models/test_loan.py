"""The loan, against numpy_financial, a plain loop and a published payment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy_financial as npf
import pytest

from engine.analysis.verdicts import problems
from engine.model.load import load
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from tests.exported import planned
from tests.places import MODELS

MONTHS = np.arange(1, 61)
# Rate a year, extra payment each month, and a lump sum in month 18, of each scenario: read off the model by hand.
TERMS = {
    "offer": (0.054, 0, 0),
    "lower_rate": (0.0325, 0, 0),
    "higher_rate": (0.075, 0, 0),
    "interest_free": (0.0, 0, 0),
    "extra": (0.054, 250, 0),
    "extra_lump": (0.054, 250, 15_000),
}
PLAIN = ["offer", "lower_rate", "higher_rate"]


@dataclass
class Loop:
    """A loan paid off month by month, as one would on paper."""

    interest: list[float]
    repaid: list[float]
    closing: list[float]


def paid_off(rate: float, payment: float, extras: Mapping[int, float]) -> Loop:
    """Return 80,000 paid off at a rate a month, with extras by month, over 60 months."""
    loop, owed = Loop([], [], []), 80_000.0
    for month in range(1, 61):
        interest = owed * rate
        repaid = min(payment + extras[month] - interest, owed)
        owed -= repaid
        loop.interest.append(interest)
        loop.repaid.append(repaid)
        loop.closing.append(owed)
    return loop


@pytest.fixture(scope="module")
def loan() -> Plan:
    return planned("loan")


def test_the_model_passes_without_a_warning(loan: Plan) -> None:
    assert loan.warnings == ()
    assert [case.id for case in loan.cases] == list(TERMS)


def test_every_check_holds(loan: Plan) -> None:
    assert problems(loan, {scenario: evaluate(loan, scenario) for scenario in TERMS}) == []


@pytest.mark.parametrize("scenario", TERMS)
def test_the_payment(loan: Plan, scenario: str) -> None:
    rate = TERMS[scenario][0]
    assert evaluate(loan, scenario)["payment"] == pytest.approx(-npf.pmt(rate / 12, 60, 80_000), rel=1e-12)


@pytest.mark.parametrize("scenario", PLAIN)
def test_every_month_without_extras(loan: Plan, scenario: str) -> None:
    rate = TERMS[scenario][0] / 12
    results = evaluate(loan, scenario)
    payment = -npf.pmt(rate, 60, 80_000)
    interest = -npf.ipmt(rate, MONTHS, 60, 80_000)
    assert results["interest"] == pytest.approx(interest, rel=1e-9)
    assert results["repayment"] == pytest.approx(-npf.ppmt(rate, MONTHS, 60, 80_000), rel=1e-9)
    assert results["paid"] == pytest.approx(np.full(60, payment), rel=1e-9)
    assert results["closing"] == pytest.approx(-npf.fv(rate, MONTHS, -payment, 80_000), rel=1e-9, abs=1e-6)
    assert results["total_interest"] == pytest.approx(interest.sum(), rel=1e-9)
    assert results["months_to_repay"] == 60
    assert results["interest_saved"] == 0


@pytest.mark.parametrize("scenario", TERMS)
def test_every_month_against_a_loop(loan: Plan, scenario: str) -> None:
    rate, monthly, lump = TERMS[scenario]
    extras = dict.fromkeys(range(1, 61), float(monthly))
    extras[18] += lump
    loop = paid_off(rate / 12, float(-npf.pmt(rate / 12, 60, 80_000)), extras)
    results = evaluate(loan, scenario)
    assert results["interest"] == pytest.approx(loop.interest, rel=1e-9)
    assert results["repayment"] + results["extra_repayment"] == pytest.approx(loop.repaid, rel=1e-9)
    assert results["closing"] == pytest.approx(loop.closing, rel=1e-9, abs=1e-6)
    assert results["total_interest"] == pytest.approx(sum(loop.interest), rel=1e-9)
    for year in range(1, 6):
        months = slice(12 * year - 12, 12 * year)
        assert results["year_interest"][year - 1] == pytest.approx(sum(loop.interest[months]), rel=1e-9)
        assert results["year_repaid"][year - 1] == pytest.approx(sum(loop.repaid[months]), rel=1e-9)
        assert results["year_closing"][year - 1] == pytest.approx(loop.closing[12 * year - 1], rel=1e-9, abs=1e-6)


def test_a_loan_without_interest(loan: Plan) -> None:
    results = evaluate(loan, "interest_free")
    assert results["payment"] == pytest.approx(80_000 / 60, rel=1e-15)
    assert results["year_closing"] == pytest.approx([64_000, 48_000, 32_000, 16_000, 0], abs=1e-6)
    assert results["total_cost"] == 0


def test_extra_payments_end_the_loan_early(loan: Plan) -> None:
    results = evaluate(loan, "extra")
    periods = npf.nper(0.054 / 12, -(results["payment"] + 250), 80_000)
    assert results["months_to_repay"] == np.ceil(periods) < 60
    assert results["closing"].min() == 0
    assert results["extra_repayment"].min() == 0
    assert results["repayment"].min() == 0
    assert results["interest_saved"] == pytest.approx(
        evaluate(loan, "offer")["total_interest"] - results["total_interest"], rel=1e-9
    )


def test_each_year_pays_its_months_and_the_first_the_fee(loan: Plan) -> None:
    results = evaluate(loan, "offer")
    payment = -npf.pmt(0.054 / 12, 60, 80_000)
    assert results["year_cash"] == pytest.approx([12 * payment + 800, *[12 * payment] * 4], rel=1e-9)
    assert results["total_cost"] == pytest.approx(60 * payment - 80_000 + 800, rel=1e-9)
    assert results["effective_rate"] == pytest.approx(100 * ((1 + 0.054 / 12) ** 12 - 1), rel=1e-12)


def test_textbook_car_loan(loan: Plan) -> None:
    """20,000 at 5 percent over five years is 377.42 a month, and 2,645.48 of interest."""
    results = evaluate(loan, changes={"principal": 20_000, "annual_rate": 5})
    assert round(results["payment"], 2) == 377.42
    assert results["total_interest"] == pytest.approx(2_645.48, abs=0.005)


def test_textbook_mortgage(tmp_path: Path) -> None:
    """100,000 at 6 percent over thirty years is 599.55 a month: 500.00 of the first is interest, and 99.55 repayment."""
    text = (MODELS / "loan.toml").read_text(encoding="utf-8")
    longer = text.replace('to    = "2031-06"\n', 'to    = "2056-06"\n')
    path = tmp_path / "mortgage.toml"
    path.write_text(longer, encoding="utf-8")
    results = evaluate(plan(load(path)), changes={"principal": 100_000, "annual_rate": 6})
    assert round(results["payment"], 2) == 599.55
    assert results["interest"][0] == pytest.approx(500, rel=1e-12)
    assert round(results["repayment"][0], 2) == 99.55
    assert round(results["closing"][0], 2) == 99_900.45
    assert results["total_interest"] == pytest.approx(115_838.19, abs=0.005)
    assert len(results["year_interest"]) == 30
    assert results["year_interest"].sum() == pytest.approx(results["total_interest"], rel=1e-12)
