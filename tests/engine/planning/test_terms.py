"""What is compared is judged by its terms; roots keep their digits: against decimals, in the engine and in the workbook."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.analysis.verdicts import verdicts
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc


def model(inputs: dict[str, float], *more: str) -> Plan:
    text = '[model]\ntitle = "Terms"\n[units]\nUSD = "[money]"\n'
    for name, value in inputs.items():
        text += f'[in.{name}]\nlabel = "{name}"\nunit = "1"\nvalue = {value!r}\nnote = "n"\n'
    return plan(loads(text + "\n".join(more)))


def result(name: str, how: str, more: str = "") -> str:
    return f'[out.{name}]\nlabel = "{name}"\nunit = "1"\n{how}\n{more}\n'


def check(name: str, test: str) -> str:
    return f'[checks.{name}]\nlabel = "{name}"\ntest = "{test}"\n'


def holds(made: Plan) -> dict[str, bool]:
    return {one.test.check.id: one.passed for one in verdicts(evaluate(made))}


BALANCE = {"assets": 0.3, "debt": 0.1, "equity": 0.2, "share": 7.0}
GAP = result("gap", 'formula = "assets - debt - equity"')
SCALED = result("in_thousands", 'formula = "assets - debt - equity"').replace('unit = "1"', 'unit = "percent"')


@pytest.mark.parametrize(
    "test",
    [
        "assets - debt - equity == 0", "assets == debt + equity", "0 == assets - (debt + equity)", "gap == 0", "-gap == 0",
        "gap * share / 3 == 0", "share * (assets - debt - equity) == 0", "gap <= 0", "gap >= 0",
    ],
)  # fmt: skip
def test_a_difference_that_is_nothing_holds_however_it_is_written(test: str) -> None:
    made = model(BALANCE, GAP, SCALED, check("one", test))
    assert holds(made) == {"one": True}


@pytest.mark.parametrize(
    "test", ["gap == 0", "assets - debt - equity == 0", "gap * share / 3 == 0", "in_thousands == 0", "gap <= 0"]
)
def test_a_difference_of_a_millionth_fails_however_it_is_written(test: str) -> None:
    made = model({**BALANCE, "assets": 0.3000003}, GAP, SCALED, check("one", test))
    assert holds(made) == {"one": False}


def test_a_sum_over_members_that_cancels_is_nothing() -> None:
    text = '[dimensions.t]\nmembers = ["a", "b", "c"]\n[in.flow]\nlabel = "F"\nover = "t"\nunit = "1"\nvalue = [0.3, -0.1, -0.2]\nnote = "n"\n'
    assert holds(model({"x": 1.0}, text, check("one", "sum(flow) == 0"))) == {"one": True}


def test_the_workbook_judges_as_the_engine_does() -> None:
    made = model(BALANCE, GAP, SCALED, *[check(f"t{n}", t) for n, t in enumerate(["gap == 0", "in_thousands == 0", "assets - debt == equity"])])  # fmt: skip
    content = workbook(made)
    book = IronCalc(content)
    assert differences(content, book.values(formulas(content))) == []
    values = book.values(formulas(content))
    assert "FAIL" not in values.values()


EXACT = st.decimals("-100", "100", places=3).map(float)


def roots(a: float, b: float, c: float) -> list[Decimal]:
    """Return the roots of a x**2 + b x + c at sixty digits, the smaller first."""
    with localcontext() as context:
        context.prec = 60
        da, db, dc = map(Decimal, (a, b, c))
        if not da:
            return [-dc / db]
        root = (db * db - 4 * da * dc).sqrt()
        return sorted([(-db - root) / (2 * da), (-db + root) / (2 * da)])


def solved(a: float, b: float, c: float, bounds: str) -> float:
    made = model({"a": a, "b": b, "c": c}, result("x", 'solve = "a * x ** 2 + b * x + c == 0"', bounds))
    return float(evaluate(made).values[made.index["x"]])


@pytest.mark.slow
@given(st.sampled_from([1e-12, 1e-9, -1e-10, 1e-6, 1.0, -3.0, 0.0]), EXACT, EXACT)
def test_roots_of_a_quadratic_keep_their_digits(a: float, b: float, c: float) -> None:
    assume(abs(b) > 0.01 and abs(c) > 0.01 and b * b - 4 * a * c > 0.01)
    small = min(roots(a, b, c), key=abs)
    found = solved(
        a, b, c, f"min = {float(small) - 1e-3 * abs(float(small))!r}\nmax = {float(small) + 1e-3 * abs(float(small))!r}"
    )
    assert found == pytest.approx(float(small), rel=1e-11)


def test_a_scenario_in_which_the_lead_is_nothing_is_linear() -> None:
    made = model({"a": 1.0, "b": 1.0, "d": 6.0}, result("x", 'solve = "a * x ** 2 + b * x == d"', "min = 0"),
                 '[scenarios.flat]\nlabel = "Flat"\nset.a = 0\n')  # fmt: skip
    assert [float(evaluate(made, case).values[made.index["x"]]) for case in ("base", "flat")] == [2.0, 6.0]
    content = workbook(made, "flat")
    assert differences(content, IronCalc(content).values(formulas(content))) == []


def test_money_out_is_negative_and_the_equation_still_has_its_root() -> None:
    flows = {"c0": -1000.0, "c1": 600.0, "c2": 550.0}
    rate = 'solve = "c0 + c1 / (1 + rate) + c2 / (1 + rate) ** 2 == 0"'
    made = model(flows, result("rate", rate, "min = -0.5"))
    assert float(evaluate(made).values[made.index["rate"]]) == pytest.approx(0.1, rel=1e-12)
    assert holds(made) == {"rate_solved_": True}


def test_what_prev_looks_back_at_is_known_by_then() -> None:
    head = "[dimensions.year]\nfrom = 2026\nto = 2030\n"
    balance = (
        '[out.balance]\nlabel = "B"\nover = "year"\nunit = "1"\nsolve = "balance == prev(balance, 0) + interest"\n'
    )
    interest = '[out.interest]\nlabel = "I"\nover = "year"\nunit = "1"\nformula = "balance / 10 + paid"\n'
    made = model({"paid": 9.0}, head, balance, interest)
    expected, before = [], 0.0
    for _ in range(5):
        before = (before + 9) / 0.9
        expected.append(before)
    assert list(evaluate(made)["balance"]) == pytest.approx(expected, rel=1e-12)
    content = workbook(made)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


def test_an_unknown_in_the_start_of_prev_is_refused_with_the_reason() -> None:
    head = "[dimensions.year]\nfrom = 2026\nto = 2030\n"
    balance = (
        '[out.balance]\nlabel = "B"\nover = "year"\nunit = "1"\nsolve = "balance == prev(paid * year, balance) + 1"\n'
    )
    with pytest.raises(ModelError, match="over 'year' itself"):
        model({"paid": 9.0}, head, balance)


def test_a_long_chain_of_sums_is_judged_without_going_down_into_it() -> None:
    links = [result(f"x{n}", f'formula = "x{n - 1} + step"') for n in range(1, 2001)]
    made = model(
        {"x0": 1.0, "step": 0.1}, *links, check("one", "x2000 >= x1999"), check("two", "x2000 - x1999 - step == 0")
    )
    assert holds(made) == {"one": True, "two": True}


def test_a_long_chain_of_products_and_sums_fits_into_a_cell() -> None:
    links = [result(f"x{n}", f'formula = "x{n - 1} * growth + step"') for n in range(1, 71)]
    made = model({"x0": 1.0, "growth": 1.1, "step": 1.0}, *links, check("one", "x70 >= x69"))
    content = workbook(made)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


@pytest.mark.parametrize("count", [3, 40])
def test_an_equation_of_many_terms_that_cancel_is_solved(count: int) -> None:
    flows = {f"f{n}": (-1) ** n * 1000.1 * (n + 1) / 3 for n in range(count)}
    terms = " + ".join([f"f{n} * (1 + rate) / 7" for n in range(count)])
    made = model({**flows, "rate": 0.1}, result("x", f'solve = "{terms} + x == 0"'))
    assert holds(made) == {"x_solved_": True}
    content = workbook(made)
    assert differences(content, IronCalc(content).values(formulas(content))) == []
