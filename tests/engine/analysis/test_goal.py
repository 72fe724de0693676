"""Goals: every value found is put back into the model, and every formula printed is read again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.goal import Goal, goal
from engine.language.parse import parse
from engine.language.tree import Name, Node, Pick, rebuilt
from engine.language.unparse import text as written
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.selection import one_cell
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.oracles.exact import exact
from tests.toys.bicycles import RENTAL
from tests.toys.debt import DEBT, HEAD, quantity


def sought(text: str, output: str, target: float, by: str, scenario: str | None = None) -> Goal:
    planned = plan(loads(text))
    results = evaluate(planned, scenario)
    found = goal(results, one_cell(planned, output, "goal"), target, one_cell(planned, by, "goal"))
    for value in (found.value, *found.others):
        reached = evaluate(planned, scenario, {by: value})
        cell = one_cell(planned, output, "goal")
        assert reached.cells(cell.id)[cell.number] == pytest.approx(target, rel=1e-9, abs=1e-9)
    if found.formula:
        assert found.value == pytest.approx(by_formula(text, found, output, by, scenario), rel=1e-9)
    return found


def by_formula(text: str, found: Goal, output: str, by: str, scenario: str | None) -> float:
    """Return what the formula that is printed gives, read anew, with the output's name standing for the target."""
    planned = plan(loads(text))
    results = evaluate(planned, scenario)

    def flat(node: Node) -> Node:
        return Name(written(node)) if isinstance(node, Pick) else rebuilt(node, flat)

    def stored(name: str) -> float:
        cell = one_cell(planned, name, "goal")
        row = planned.row(cell.id)
        value = found.target if name == output else results.cells(cell.id)[cell.number]
        return value / row.unit.scale

    class Values(dict[str, Any]):
        def __missing__(self, name: str) -> object:
            return mpmath.mpf(stored(name))

    values: Mapping[str, Any] = Values()
    shown = planned.row(one_cell(planned, by, "goal").id).unit.scale
    return float(exact(flat(parse(found.formula)), values)) * shown


@settings(max_examples=25)
@given(st.floats(1, 1e6), st.sampled_from(["price", "demand", "season"]), st.sampled_from([None, "rain"]))
def test_a_product_is_turned_around(target: float, by: str, scenario: str | None) -> None:
    if by == "demand":
        target %= 20_000
    found = sought(RENTAL, "sales", target, by, scenario)
    assert found.method == "closed form"
    assert found.others == ()


def test_members_are_sought_and_the_others_stay() -> None:
    assert sought(RENTAL, "total", 80, "rent[2027]").value == pytest.approx(3 * 12 * 20 * 0.7 * 182 - 18_900 - 80_000)
    assert sought(RENTAL, "profit[2028]", 0, "price").formula
    found = sought(RENTAL, "bonus", 5_000, "bonus_share")
    assert found.method == "closed form"
    assert found.value > 5


def test_in_a_scenario_and_within_whole_numbers_and_bounds() -> None:
    assert sought(RENTAL, "sales", 83 * 12 * 0.4 * 182, "bikes", "rain").value == 83
    with pytest.raises(ModelError, match="in a jump"):
        sought(RENTAL, "sales", 72_801, "bikes")
    with pytest.raises(ModelError, match="does not reach"):
        sought(RENTAL, "sales", 1e6, "demand")
    with pytest.raises(ModelError, match="does not reach -5"):
        sought(RENTAL, "bonus", -5, "price")


def test_of_several_solutions_the_nearest_comes_first() -> None:
    text = HEAD + quantity("x", "3") + quantity("y", "x ** 2 - 5 * x")
    found = sought(text, "y", -4, "x")
    assert (found.value, found.others) == (4, (1,))
    bounded = HEAD + quantity("x", "3", more="max = 3.5") + quantity("y", "x ** 2 - 5 * x")
    assert (sought(bounded, "y", -4, "x").value, sought(bounded, "y", -4, "x").others) == (1, ())


@pytest.mark.parametrize(
    ("formula", "now", "target"),
    [
        ("x + exp(x / 10)", 2, 30), ("x * exp(x)", 1, 50), ("x ** 5 + x", 1, 2000), ("max(x, 3) + sqrt(1 + x)", 2, 9),
        ("x + tanh(x) / 2", -4, 3), ("tanh(x) + x / (10)", 0.5, 0.25), ("1 / (x - 1) + exp(x) / 10 ** 9", 1.5, 5),
        ("(x if x < 2 else 2 * x - 2)", 1, 9), ("abs(x - 7)", 1, 3),
    ],
)  # fmt: skip
def test_what_has_no_closed_form_is_found_in_numbers(formula: str, now: float, target: float) -> None:
    sought(HEAD + quantity("x", str(now)) + quantity("y", formula), "y", target, "x")


def test_a_pole_between_is_no_solution_and_hides_none() -> None:
    text = HEAD + quantity("x", "0.5") + quantity("y", "1 / (x - 1) + exp(x) / 10 ** 9")
    assert sought(text, "y", 5, "x").value == pytest.approx(1.2, rel=1e-6)


def test_through_a_recurrence_with_an_equation_in_every_period() -> None:
    found = sought(DEBT, "closing[4]", 50, "loan")
    assert found.value < 100
    sought(DEBT, "closing[10]", 10, "rate")
    sought(DEBT, "interest[3]", 6, "cash[2]")


def test_a_lag_that_is_an_input_is_something_to_depend_on() -> None:
    text = (
        HEAD + "[dimensions.year]\nfrom = 1\nto = 4\n" + quantity("lag", "1", more="whole = true\nmin = 1")
        + quantity("u", "{ from = 1, list = [2, 3, 5, 7] }", more='over = "year"')
        + quantity("v", "prev(u, 0, lag)", more='over = "year"') + quantity("w", "v[4] * (1)")
    )  # fmt: skip
    assert sought(text, "w", 2, "lag").value == 3


def test_a_value_that_actuals_begin_with_can_be_sought() -> None:
    text = (
        HEAD + "[dimensions.year]\nfrom = 1\nto = 3\n"
        + quantity("u", "{ from = 1, list = [2, 3] }", more='formula = "2 * prev(u, 0)"\nover = "year"') + quantity("all", "sum(u)")
    )  # fmt: skip
    assert sought(text, "all", 20, "u[2]").value == 6
