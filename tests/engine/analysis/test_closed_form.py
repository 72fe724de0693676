"""Closed forms: read again, they give the model's value at other inputs too."""

from __future__ import annotations

import random
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.closed_form import ClosedForm, closed_form
from engine.language.parse import parse
from engine.language.tree import Name, Node, Pick, rebuilt
from engine.language.unparse import text as written
from engine.model.load import loads
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Plan
from engine.plan.selection import one_cell
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.oracles.exact import exact
from tests.toys.bicycles import RENTAL
from tests.toys.debt import HEAD, chain, quantity
from tests.toys.random_models import Author


def formed(planned: Plan, name: str) -> ClosedForm:
    return closed_form(evaluate(planned), one_cell(planned, name, "explain"))


def value_at(form: ClosedForm, results: Results) -> float:
    """Return what a closed form gives, read anew from its text, in stored units."""

    def flat(node: Node) -> Node:
        return Name(written(node)) if isinstance(node, Pick) else rebuilt(node, flat)

    values: dict[str, Any] = {
        name: mpmath.mpf(results.cells(cell.id)[cell.number] / results.plan.row(cell.id).unit.scale)
        for name, cell in form.cells.items()
    }
    return float(exact(flat(parse(written(form.tree))), values))


def own_value(results: Results, name: str) -> float:
    cell = one_cell(results.plan, name, "explain")
    return results.cells(cell.id)[cell.number] / results.plan.row(cell.id).unit.scale


@pytest.mark.parametrize("name", ["sales", "profit[2027]", "total", "bonus"])
def test_a_closed_form_is_the_model_at_random_inputs(name: str) -> None:
    planned = plan(loads(RENTAL))
    form = formed(planned, name)
    assert form.stops == ()
    r = random.Random(name)  # noqa: S311  # numbers, and no secret
    for _ in range(20):
        changes = {
            "bikes": r.randint(0, 99),
            "price": r.uniform(0, 50),
            "demand": r.uniform(0, 100),
            "season": r.uniform(1, 52),
        }
        results = evaluate(planned, None, changes)
        assert value_at(form, results) == pytest.approx(own_value(results, name), rel=1e-9, abs=1e-9)


@settings(max_examples=12)
@given(st.integers(0, 10**9), st.integers(0, 3))
def test_closed_forms_over_all_functions_are_the_model(seed: int, which: int) -> None:
    planned = plan(loads(Author(seed).model()))
    name = [row.id for row in planned.rows if row.kind == "formula"][which]
    try:
        results = [evaluate(planned, case.id) for case in planned.cases]
    except ModelError:
        return
    form = closed_form(results[0], one_cell(planned, name, "explain"))
    for one in results:
        assert value_at(form, one) == pytest.approx(own_value(one, name), rel=1e-8, abs=1e-9), written(form.tree)


def test_beyond_some_ancestors_it_stops_at_named_intermediates() -> None:
    planned = plan(loads(chain(30)))
    form = formed(planned, "q_29")
    assert form.stops
    assert all(planned.row(stop).kind == "formula" for stop in form.stops)
    assert len(form.cells) <= 26
    assert value_at(form, evaluate(planned)) == pytest.approx(own_value(evaluate(planned), "q_29"), rel=1e-9)
    assert formed(planned, "q_10").stops == ()


@pytest.mark.parametrize("number", ["1.05 ** 300", "1e-200 ** (1 / 2) * 1e200 ** (1 / 2)"])
def test_powers_of_plain_numbers_stay_numbers(number: str) -> None:
    planned = plan(loads(HEAD + quantity("x", "2") + quantity("y", f"x * {number}")))
    results = evaluate(planned)
    assert value_at(formed(planned, "y"), results) == pytest.approx(results["y"], rel=1e-9)


def test_a_branch_without_a_value_is_left_as_its_author_wrote_it() -> None:
    planned = plan(loads(HEAD + quantity("a", "2") + quantity("y", "a if a > 0 else 0 / (a - a)")))
    assert "nan" not in written(formed(planned, "y").tree)


def test_a_switch_is_settled_and_said() -> None:
    text = HEAD + quantity("big", "1", more="min = 0\nmax = 1\nwhole = true") + quantity("a", "3") + quantity("b", "5")
    planned = plan(loads(text + quantity("y", "(a * 2 if big else b * 3)") + quantity("z", "(a if b > 2 else b)")))
    form = formed(planned, "y")
    assert (written(form.tree), form.settled, set(form.cells)) == ("2 * a", {"big": 1}, {"a"})
    assert "if" in written(formed(planned, "z").tree)
