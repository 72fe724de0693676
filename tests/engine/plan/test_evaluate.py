"""A plan in numbers: declared units, changes, bounds, and problems that name what is wrong."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.plan.assignments import assignments
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.lemonade import TOY
from tests.toys.single import HEAD, one, result


def test_values_are_in_declared_units(toy: Plan) -> None:
    results = evaluate(toy)
    assert results["share"] == 30
    assert results["sales"] == 8400
    assert results["profit"] == pytest.approx(5880, rel=1e-15)
    assert str(results.quantity("price").units) == "EUR / glass"
    assert results.quantity("season").to("day").magnitude == 84


def test_changes_are_in_declared_units_too(toy: Plan) -> None:
    assert evaluate(toy, changes={"share": 50})["profit"] == pytest.approx(4200, rel=1e-15)
    assert evaluate(toy, "hot", {"season": 1})["sales"] == 2100


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sales": 3}, "is computed and cannot be set"),
        ({"prise": 3}, "did you mean 'price'"),
        ({"price": 11}, "is above max = 10"),
        ({"glasses": 1.5}, "is not whole"),
        ({"price": float("nan")}, "cannot be nan"),
        ({"price": float("inf")}, "cannot be inf"),
    ],
)
def test_a_change_that_cannot_be_says_why(toy: Plan, changes: dict[str, float], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        evaluate(toy, changes=changes)


def test_an_unknown_scenario_is_answered_with_the_nearest(toy: Plan) -> None:
    with pytest.raises(ModelError, match="did you mean 'hot'"):
        evaluate(toy, "hott")


@pytest.mark.parametrize(
    ("text", "id_", "value"),
    [
        ("price=2", "price", 2),
        ("price = 2500 EUR/kiloglass", "price", 2.5),
        ("season=84 day", "season", 12),
        ("season=2016hour", "season", 12),
        ("share=60 %", "share", 60),
        ("share=60 percent", "share", 60),
        ("share=60", "share", 60),
        ("share=0.6 1", "share", 60),
        ("glasses=1e2", "glasses", 100),
        ("glasses=1_000", "glasses", 1000),
        ("price=-.5", "price", -0.5),
    ],
)
def test_assignments_take_units(toy: Plan, text: str, id_: str, value: float) -> None:
    assert assignments(toy, [text]) == {id_: pytest.approx(value, rel=1e-15)}


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["price"], "it is no assignment"),
        (["price="], "does not begin with a number"),
        (["price=cheap"], "price is in EUR/glass"),
        (["prise=3"], "did you mean 'price'"),
        (["season=3 glass"], "is not the unit of 'season'"),
        (["season=3 weeek"], "there is no unit 'weeek'"),
        (["price=1", "price=2"], "gives 'price' twice"),
        (["price=1e999999"], "cannot be inf"),
    ],
)
def test_an_assignment_that_cannot_be_read_says_why(toy: Plan, texts: list[str], says: str) -> None:
    with pytest.raises(ModelError) as caught:
        evaluate(toy, changes=assignments(toy, texts))
    assert says in str(caught.value)


def test_a_row_without_a_value_is_named_with_its_operands_and_alone() -> None:
    text = TOY.replace("glasses * price * season", "glasses * price * season / (price - price) * price")
    with pytest.raises(ModelError) as caught:
        evaluate(plan(loads(text)))
    (problem,) = caught.value.problems
    assert "'sales' has no finite value in the scenario 'usual': division by zero" in problem.message
    assert "  price = 2.5 EUR/glass" in problem.message
    assert problem.location is not None
    assert problem.location.line == 60


def test_a_result_out_of_bounds_is_a_problem() -> None:
    with pytest.raises(ModelError, match=r"'profit' is -.* in the scenario 'usual', which is below min = 0"):
        evaluate(plan(loads(TOY.replace("(1 - share)", "(share - 1)"))))


def test_shares_that_add_up_to_100_are_not_above_100() -> None:
    rows = "".join(
        f'[x.s{i}]\nlabel = "s"\nvalue = {value}\nunit = "percent"\nnote = "x"\n'
        for i, value in enumerate((14.1, 42.7, 43.2))
    )
    text = (
        f'[model]\ntitle = "x"\n{rows}[x.total]\nlabel = "t"\nformula = "s0 + s1 + s2"\nunit = "percent"\nmax = 100\n'
    )
    assert evaluate(plan(loads(text)))["total"] == 100


@pytest.mark.parametrize(("value", "bound"), [("0.1", "max = 0.1"), ("0.7", "min = 0.7"), ("1e23", "max = 1e23")])
def test_a_value_at_its_bound_is_within_it(value: str, bound: str) -> None:
    made = plan(loads(HEAD + one(value, more=bound) + result("x", more=bound)))
    assert evaluate(made, changes={"x": float(value)})["y"] == float(value)


def test_a_percent_that_no_float_can_show_is_a_problem() -> None:
    with pytest.raises(ModelError, match="no finite value in percent"):
        evaluate(plan(loads(HEAD + one("1e307") + result("x", "percent"))))


def test_a_negative_zero_is_shown_as_zero() -> None:
    results = evaluate(plan(loads(HEAD + one("0") + one("-2", id_="z") + result("x * z"))))
    assert str(results["y"]) == "0.0"
