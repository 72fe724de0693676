"""Equations: against bisection in plain Python, by substitution, and in the workbook."""

from __future__ import annotations

import random
from collections.abc import Callable
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.language import solving
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning import equations
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.debt import HEAD, debt, quantity


def planned(*quantities: str, more: str = "") -> Plan:
    return plan(loads(HEAD + more + "".join(quantities)))


def said(*quantities: str, more: str = "") -> str:
    with pytest.raises(ModelError) as caught:
        evaluate(planned(*quantities, more=more))
    assert all(problem.hint for problem in caught.value.problems), caught.value.problems
    return "\n".join(problem.message for problem in caught.value.problems)


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a rising function is 0, by halving."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


def by_halving(cash: list[float], loan: float, rate: float) -> list[tuple[float, float]]:
    """Return interest and closing balance by year, with the interest of each year found by halving."""
    found = []
    opening = loan
    for paid in cash:

        def closing(interest: float, before: float = opening, paid: float = paid) -> float:
            return before - max(0.0, min(before, paid - interest))

        def apart(interest: float, before: float = opening) -> float:
            return interest - rate * (before + closing(interest)) / 2  # used within this round

        interest = root(apart, 0.0, rate * loan + 1)
        opening = closing(interest)
        found.append((interest, opening))
    return found


AMOUNTS = st.one_of(st.just(0.0), st.floats(0, 80))
TEN = st.lists(AMOUNTS, min_size=10, max_size=10)


@settings(max_examples=100)
@given(TEN, st.floats(0, 500), st.floats(0, 60))
def test_interest_on_the_average_balance_with_a_cash_sweep_is_what_halving_finds(
    cash: list[float], loan: float, rate: float
) -> None:
    results = evaluate(debt(), None, {"loan": loan, "rate": rate, "cash": cash})
    expected = by_halving(cash, loan, rate / 100)
    assert results.cells("interest") == pytest.approx([interest for interest, _ in expected], rel=1e-9, abs=1e-9)
    assert results.cells("closing") == pytest.approx([closing for _, closing in expected], rel=1e-9, abs=1e-9)


def test_a_loan_stands_still_without_cash_and_ends_at_nothing_when_it_is_paid_off() -> None:
    still = evaluate(debt(), None, {"cash": 0})
    assert still.cells("closing") == [100] * 10
    assert still.cells("interest") == pytest.approx([8] * 10)
    paid = evaluate(debt(), None, {"cash": 60})
    assert paid.cells("closing")[-1] == 0
    assert paid.cells("sweep")[-1] == 0
    assert sum(paid.cells("sweep")) == pytest.approx(100)


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_linear_equations_with_random_coefficients_hold(seed: int) -> None:
    r = random.Random(seed)  # noqa: S311  # a model, and no secret
    a, b, c, d = (r.choice([-3.5, -1, 0.25, 2, 7]) for _ in range(4))
    sides = r.choice(["a * x + b == c - d * x * 2", "(x + b) / d == c * (a - x)", "x - (x - a) / (10 * d) == b + c"])
    text = [quantity(name, str(value)) for name, value in zip("abcd", (a, b, c, d), strict=True)]
    try:
        results = evaluate(planned(*text, quantity("x", sides)))
    except ModelError as problem:
        assert "division by zero" in str(problem)  # noqa: PT017  # where the coefficients cancel
        return
    left, right = (eval(side, {"a": a, "b": b, "c": c, "d": d, "x": results["x"]}) for side in sides.split("=="))  # noqa: S307
    assert left == pytest.approx(right, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("sides", "more", "expected"),
    [
        ("x ** 2 == a", "min = 0", 2),
        ("x ** 2 == a", "max = 0", -2),
        ("x ** 2 - 5 * x + a == 0", "max = 2", 1),
        ("x ** 2 - 5 * x + a == 0", "min = 2", 4),
        ("exp(x / 2) == a", "", 2 * log(4)),
        ("log(x) - 1 == a", "", exp(5)),
        ("log10(x) == a / 2", "", 100),
        ("a ** x == 10", "", log(10) / log(4)),
        ("x ** 3 == 2 * a", "", 2),
        ("x ** -1 == a", "", 0.25),
        ("sqrt(x + 1) == a", "", 15),
        ("abs(x - 1) == a", "min = 0", 5),
        ("a / x == x / a", "min = 0", 4),
        ("tanh(x) == 1 / a", "", 0.5 * log(1.25 / 0.75)),
        ("sin(x) == 1 / 2", "max = 1", 0.5235987755982988),
        ("x - max(0, (x - 2) / 2) == a", "", 6),
        ("(x if x < 1 else 1 + (x - 1) / 2) == a", "", 7),
        ("min(x, 10) == a", "", 4),
        ("x / 2 + 1 == a", "", 6),
    ],
)
def test_an_equation_has_the_root_within_its_bounds(sides: str, more: str, expected: float) -> None:
    results = evaluate(planned(quantity("a", "4"), quantity("x", sides, more=more)))
    assert results["x"] == pytest.approx(expected, rel=1e-9)


def test_a_tax_that_takes_all_above_an_allowance_still_has_a_gross_below_it() -> None:
    model = planned(
        quantity("net", "5"), quantity("free", "10"), quantity("gross", "net == gross - max(0, gross - free)")
    )
    assert evaluate(model)["gross"] == 5


def test_several_solutions_and_none_are_said() -> None:
    several = said(quantity("a", "4"), quantity("x", "x ** 2 == a"))
    assert "the equation of 'x' has several solutions in the scenario 'base'" in several
    assert "x = sqrt(a), which is 2" in several
    none = said(quantity("a", "4"), quantity("x", "x ** 2 == a", more="min = 3"))
    assert "no solution of the equation of 'x' is within its bounds" in none
    assert "no closed form" in said(quantity("a", "4"), quantity("x", "x + log(x) == a"))


def test_a_root_that_has_no_closed_form_is_not_said_to_be_missing() -> None:
    message = said(quantity("a", "2"), quantity("x", "x ** 5 + x == a"))
    assert "no closed form" in message
    assert "it holds for no value" not in message


def test_every_value_below_a_threshold_is_more_than_one_solution() -> None:
    assert "every value of 'x' solves it where a >= x" in said(quantity("a", "50"), quantity("x", "max(x, a) == a"))


def test_units_are_converted_and_percent_is_a_fraction() -> None:
    results = evaluate(
        planned(
            quantity("warm", "30", "minute"), quantity("day", "x + warm == 2 * x", "minute").replace("x", "day").replace('= "day"', '= "day"', 1),
            quantity("cost", "110", "EUR"), quantity("flour", "100", "EUR"), quantity("margin", "flour * (1 + margin) == cost", "percent"),
            quantity("bake", "bake + warm == 3 * warm", "hour"), quantity("wage", "wage * bake == cost", "EUR/minute"),
        )
    )  # fmt: skip
    assert results["margin"] == pytest.approx(10)
    assert results["bake"] == pytest.approx(1)
    assert results["day"] == pytest.approx(30)
    assert results["wage"] == pytest.approx(110 / 60)
    assert "units do not match" in said(quantity("warm", "30", "minute"), quantity("x", "x == warm", "EUR"))


def test_the_check_that_an_equation_is_solved_has_the_unit_of_its_sides() -> None:
    plan = planned(quantity("loaf", "3", "EUR"), quantity("cost", "12", "EUR"), quantity("x", "x * loaf == cost"))
    assert [test.unit.text for test in plan.tests] == ["EUR"]


def test_equations_that_feed_each_other_are_solved_together() -> None:
    results = evaluate(
        planned(quantity("a", "3"), quantity("b", "5"), quantity("x", "x + y == a"), quantity("y", "2 * x - y == z"), quantity("z", "b + x"))
    )  # fmt: skip
    assert (results["x"], results["y"], results["z"]) == (pytest.approx(4), pytest.approx(-1), pytest.approx(9))


def test_over_an_unordered_dimension_each_member_has_a_root_of_its_own() -> None:
    shops = "[dimensions.shop]\nmembers = ['old', 'new']\n"
    over = 'over = "shop"\n'
    results = evaluate(
        planned(quantity("p", "[4, 9]", more=over), quantity("x", "x ** 2 + x == p + x", more=f"min = 0\n{over}"), quantity("all", "sum(x)"), more=shops)
    )  # fmt: skip
    assert results.cells("x") == [2, 3]
    assert results["all"] == 5
    assert "with all members or other ones" in said(
        quantity("p", "[4, 9]", more=over), quantity("x", "x + sum(x) == p", more=over), more=shops
    )


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        ("x > a", "is no equation"), ("a == 3", "does not depend on 'x'"), ("x == round(x) + a", "inside round"),
        ("x == x", "every value of 'x' solves it"), ("x * 0 == a", "no value"),
    ],
)  # fmt: skip
def test_what_cannot_be_solved_says_why(sides: str, words: str) -> None:
    assert words in said(quantity("a", "4"), f'[s.x]\nlabel = "x"\nunit = "1"\nsolve = "{sides}"\n')


@pytest.mark.parametrize(
    "sides",
    ["((b ** 40 + b) ** 40 + b) == a", "(b * b) ** 600 + b == a", "b ** -2000 + b == a", "b * b ** 1000 + b == a"],
)
def test_an_equation_of_a_high_degree_is_refused_before_it_takes_the_memory(sides: str) -> None:
    told = said(quantity("a", "3"), quantity("b", sides))
    assert "when multiplied out, and sympy takes 1,000 at most" in told


def test_all_equations_together_are_looked_at_for_a_bounded_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(equations, "_SECONDS", 1.2)
    monkeypatch.setattr(solving, "_PATIENCE", 0.2)
    hard = [
        quantity(f"b{n}", f"b{n} * (1 + b{n}) ** 360 / ((1 + b{n}) ** 360 - 1) + sqrt(b{n}) == a + b{n} ** 0.37")
        for n in range(4)
    ]
    easy = quantity("c", "c * 2 == a")
    with caplog.at_level("INFO", "plainsheet"):
        told = said(quantity("a", "3"), *hard, easy)
    assert "sympy was still looking for 'b0' after 1 seconds" in told
    assert "sympy had no time left to look for 'b3', after equations that it did not solve" in told
    assert "'c'" not in told
    assert caplog.messages[0] == "sympy was still looking for 'b0' after 0.2 seconds"
