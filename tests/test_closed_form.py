"""Closed forms: read again, they give the model's value at other inputs too."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import mpmath
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from test_derivatives import exact
from test_equations import HEAD, quantity
from test_goal import RENTAL
from test_random import Author

from engine.analysis.closed_form import ClosedForm, closed_form
from engine.language.parse import parse
from engine.language.tree import Name, Node, Pick, rebuilt
from engine.language.unparse import text as written
from engine.model.load import loads
from engine.plan.evaluate import Results, evaluate
from engine.plan.selection import one_cell
from engine.planning.planner import Plan, plan
from engine.problems import ModelError
from plainsheet.commands import main


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


def chain(count: int) -> str:
    inputs = "".join(quantity(f"a_{n}", str(n + 1)) for n in range(count))
    return HEAD + inputs + "".join(
        quantity(f"q_{n}", f"q_{n - 1} + a_{n} * {n % 2 + 1}" if n else "a_0 * (2)") for n in range(count)
    )  # fmt: skip


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


def is_balanced(latex: str) -> bool:
    """Return whether braces, brackets that grow, and environments close in order."""
    open_: list[str] = []
    at = 0
    while at < len(latex):
        if latex.startswith(r"\left", at) and not latex.startswith(r"\leftarrow", at):
            open_.append("left")
        elif latex.startswith(r"\right", at) and (not open_ or open_.pop() != "left"):
            return False
        elif latex[at] == "\\":
            at += 1
        elif latex[at] == "{":
            open_.append("{")
        elif latex[at] == "}" and (not open_ or open_.pop() != "{"):
            return False
        at += 1
    return not open_


def explained(tmp_path: Path, text: str, *arguments: str) -> Result:
    path = tmp_path / "rental.toml"
    path.write_text(text)
    result = CliRunner().invoke(main, ["explain", *arguments, "-m", str(path)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_latex_is_balanced_and_underscores_are_escaped(tmp_path: Path) -> None:
    latex = explained(tmp_path, RENTAL, "bonus", "--latex").stdout
    assert latex.startswith(r"\mathrm{bonus} = ")
    assert r"\mathrm{bonus\_share}" in latex
    assert is_balanced(latex)
    forms = [
        "max(x, 0) / (1 + exp(-x)) ** 2",
        "(x if x > 1 else -x) * sqrt(abs(x))",
        "round(x / 3, 1) + floor(x) * ceil(x)",
        "log10(x) + log2(x)",
    ]
    for form in forms:
        latex = explained(tmp_path, HEAD + quantity("x", "3") + quantity("y", form), "y", "--latex").stdout
        assert is_balanced(latex), latex


def test_names_of_members_are_escaped_in_latex(tmp_path: Path) -> None:
    members = "[dimensions.kind]\nmembers = ['a_b', '50% & #1', '$x {', 'x^2 ~']\n"
    text = HEAD + members + quantity("p", "[1, 2, 3, 4]", more='over = "kind"') + quantity("t", "sum(p)")
    latex = explained(tmp_path, text, "t", "--latex").stdout
    assert is_balanced(latex), latex
    for sign in "$^~&%#":
        assert all(latex[place - 1] == "\\" for place, one in enumerate(latex) if one == sign), latex


def test_the_command_prints_the_form_and_what_its_names_mean(tmp_path: Path) -> None:
    out = explained(tmp_path, RENTAL, "total", "--closed-form").stdout
    assert out.startswith("total = ")
    assert "demand = 70 percent  (as a fraction)" in out
    stops = explained(tmp_path, chain(30), "q_29", "--closed-form").stdout
    assert "it is long, and stops at q_" in stops
    assert explained(tmp_path, RENTAL, "profit", "--closed-form").exit_code == 1
    assert explained(tmp_path, RENTAL, "nothing", "--latex").exit_code == 1
