"""Goals that are searched for in numbers: at poles, at bounds of results, with several roots."""

from __future__ import annotations

from math import asin, pi

import numpy as np
import pytest

from engine.analysis.goal import Goal, goal
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.problems import ModelError

MODEL = """
[model]
title = "Search"
[q.x]
label = "X"
value = {value}
unit = "1"
note = "n"
[q.inner]
label = "Inner"
formula = "{inner}"
unit = "1"
{bounds}
[q.y]
label = "Y"
formula = "{formula}"
unit = "1"
"""


def found(formula: str, target: float, *, value: float = 1000, inner: str = "x", bounds: str = "") -> Goal:
    """Return the value of x at which y is the target; floor keeps sympy out."""
    text = MODEL.format(formula=f"{formula} + 0 * floor(inner / 1e30)", value=value, inner=inner, bounds=bounds)
    return goal(evaluate(plan(loads(text))), Cell("y"), target, Cell("x"))


def test_a_root_beyond_a_pole_where_a_result_is_out_of_its_bounds_is_no_answer() -> None:
    queue = "inner / (3000 - inner)"
    assert found(queue, 5).value == 2500
    assert found(queue, 1e6).value == pytest.approx(3000 * 1e6 / (1e6 + 1), rel=1e-12)
    assert found("3000 / (3000 - inner)", -2).value == 4500
    assert found("(inner - 7) ** 2 + 3", 3, value=1).value == pytest.approx(7, rel=1e-6)
    with pytest.raises(ModelError, match="keep their bounds"):
        found("3000 / inner", -2, inner="3000 - x", bounds="min = 0")


def test_a_pole_is_no_root() -> None:
    with pytest.raises(ModelError, match="in a jump, and is never that"):
        found("1 / (inner - 3000)", 0)


def test_a_goal_out_of_the_bounds_of_the_output_itself_is_refused_by_these() -> None:
    text = MODEL.format(formula="inner * 2", value=1, inner="x", bounds="") + "max = 7\n"
    with pytest.raises(ModelError, match="the goal y = 8 is above max = 7"):
        goal(evaluate(plan(loads(text))), Cell("y"), 8, Cell("x"))


def test_other_roots_are_told() -> None:
    root = asin(0.5)
    sine = found("sin(inner)", 0.5, value=0.6)
    assert sine.value == pytest.approx(root, rel=1e-12)
    assert {round(other, 9) for other in sine.others} >= {round(pi - root, 9), round(-pi - root, 9)}
    roots = sorted(np.roots([1, 0, 0, 0, -1, -0.1]).real[abs(np.roots([1, 0, 0, 0, -1, -0.1]).imag) < 1e-9].tolist())
    quintic = found("inner ** 5 - inner", 0.1, value=0.5)
    assert sorted([quintic.value, *quintic.others]) == pytest.approx(roots, rel=1e-9)


@pytest.mark.parametrize("whole", [3000, 0.25, 1e9, -42])
def test_a_round_root_is_told_as_one(whole: float) -> None:
    assert found(f"(inner - {whole}) * (1 + abs(inner))", 0, value=whole * 1.3).value == whole


@pytest.mark.parametrize(
    ("formula", "target", "start"),
    [("ceil(inner / 10)", 6, 45), ("floor(inner) * 2", 6, 5.3), ("round(inner, 1)", 2.3, 5), ("ceil(inner / 7)", 2, 3)],
)
def test_a_goal_on_a_step_is_reached_by_the_value_that_is_printed_and_the_step_is_one_answer(
    formula: str, target: float, start: float
) -> None:
    answer = found(formula, target, value=start)
    text = MODEL.format(formula=formula, value=start, inner="x", bounds="")
    assert evaluate(plan(loads(text)), changes={"x": float(f"{answer.value:.15g}")})["y"] == target
    assert answer.others == ()


@pytest.mark.parametrize(
    ("formula", "roots"),
    [
        ("(inner - 1) ** 2 * (inner ** 4 + inner + 5)", [1]),
        ("(inner - 1) ** 2 * exp(inner)", [1]),
        ("abs(inner - 3) * (2 + sin(inner))", [3]),
        ("(inner - 1) * (inner - 4.9) * (inner - 30) * exp(-inner)", [1, 4.9, 30]),
    ],
)
def test_what_touches_the_goal_reaches_it_and_what_is_too_small_for_a_float_does_not(
    formula: str, roots: list[float]
) -> None:
    answer = found(formula, 0, value=2)
    assert sorted([answer.value, *answer.others]) == pytest.approx(roots, abs=1e-7)
    with pytest.raises(ModelError, match=r"never that|does not reach"):
        found("exp(-inner)", 0, value=1)
