"""What is proven a straight line is one: the line through two points meets the engine at a third."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.shapes.affine import affine
from engine.analysis.swings import SWING, ends
from engine.model.load import loads
from engine.plan.batch import evaluate_many
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.exported import planned
from tests.toys import random_dimensions, random_models

MODEL = """
[model]
title = "Lines"
[dimensions.year]
from = 2025
to = 2027
[q.x]
label = "X"
value = 2
unit = "1"
note = "n"
[q.c]
label = "C"
value = 3
unit = "1"
note = "n"
"""
LINES = [
    "x + c", "c - x", "-x * c / 7", "x * c", "(2 + x) / c", "x if c > 1 else 2 * x", "c ** 2 * x", "pmt(0.1, c, x)",
    "sln(x, c, 4)", "sum(x * year)", "mean(x + year, where=year > 2025)",
]  # fmt: skip
BENT = [
    "x * x",
    "c / x",
    "max(x, c)",
    "round(x)",
    "c if x > 1 else 2",
    "x ** 2",
    "abs(x)",
    "pmt(x, 3, c)",
    "sln(c, 1, x)",
]


@pytest.mark.parametrize(("formulas", "is_line"), [(LINES, True), (BENT, False)])
def test_a_formula_is_a_line_where_its_form_says_so(formulas: list[str], is_line: bool) -> None:
    for formula in formulas:
        made = plan(loads(f'{MODEL}[q.y]\nlabel = "Y"\nunit = "1"\nformula = "{formula}"\n'))
        assert ("x" in affine(made, ["x"])["y"]) is is_line, formula
        _compare(made, ["x", "c"])


@pytest.mark.parametrize(("growth", "is_line"), [("c", True), ("x", False)])
def test_a_balance_is_a_line_in_what_is_added_and_not_in_its_growth(growth: str, is_line: bool) -> None:
    balance = f'[q.y]\nlabel = "Y"\nunit = "1"\nover = "year"\nformula = "prev(y, 0) * {growth} + x"\n'
    made = plan(loads(MODEL + balance))
    assert ("x" in affine(made, ["x"])["y"]) is is_line
    _compare(made, ["x", "c"])


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("author", [random_models.Author, random_dimensions.Author])
def test_the_line_through_two_points_meets_the_engine_at_a_third(author: type, seed: int) -> None:
    try:
        made = plan(loads(author(seed).model()))
        evaluate(made)
    except ModelError:
        return
    _compare(made, [row.id for row in made.inputs])


@pytest.mark.parametrize("name", ["sora", "loan", "three_statements"])
def test_so_it_is_in_the_models(name: str) -> None:
    made = planned(name)
    assert _compare(made, [row.id for row in made.inputs])


def _compare(made: Plan, inputs: list[str]) -> int:
    """Hold all proven lines against the engine at both ends of an input and half way; return how many moved."""
    ids = [row.id for row in made.rows if row.is_computed]
    proven = affine(made, inputs)
    results = evaluate(made)
    moved = 0
    for id_ in inputs:
        row = made.row(id_)
        if row.over or row.given or id_ in made.lags or (row.quantity is not None and row.quantity.choice):
            continue
        first, last = ends(results, row, 0, SWING)
        with np.errstate(all="ignore"):
            try:
                many = evaluate_many(made, {id_: np.array([first, (first + last) / 2, last])}, None, ids)
            except ModelError:
                # Half way there is no whole number.
                continue
        for result in ids:
            low, middle, high = np.asarray(many[result]).reshape(3, -1)
            if id_ in proven[result] and np.all(np.isfinite([low, middle, high])):
                size = np.max(np.abs([low, middle, high]))
                assert np.max(np.abs((low + high) / 2 - middle)) <= 1e-9 * size + 1e-12, (result, id_)
                moved += bool(np.any(low != high))
    return moved
