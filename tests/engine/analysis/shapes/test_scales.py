"""What is proven to be straight on some scale is so: the way back from a target ends at the input that gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np
import pytest

from engine.analysis.shapes.scales import Law, Scales, value_below
from engine.analysis.swings.ranges import SWING, ends
from engine.language.tree import Name
from engine.model.load import loads
from engine.plan.batch import evaluate_many
from engine.plan.evaluate import evaluate
from engine.plan.plan import Array, Numbers, Plan
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
range = [1.5, 3]
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
STEPS = [
    "c / x", "1 / (x - 1) + c", "x ** 2 + c", "c * x ** 0.5 * x", "x * x", "sqrt(c + x) * 2", "exp(-x / c) * 4 + 1",
    "log(3 * x + c) / c", "c ** x", "(x - c) / x", "(2 * x + c) / (c + x)", "1 - c / (x * 7)", "10 ** (x / c) * c",
    "log10(exp(x * c) + 1)", "(1 + x) ** c", "sqrt(x) * x ** 2 / c", "log(x) + log(x * c)", "exp(1 / x)",
]  # fmt: skip
BENT = ["x + 1 / x", "max(x, c)", "round(x)", "c if x > 1 else 2", "abs(x)", "pmt(x, 3, c)", "sln(c, 1, x)",
        "x ** x", "x ** 2 + x", "exp(x) + x", "sum(x ** (year - 2024))"]  # fmt: skip


@pytest.mark.parametrize(("formulas", "kind"), [(LINES, "line"), (STEPS, "steps"), (BENT, "none")])
def test_a_formula_can_be_turned_back_where_its_form_says_so(formulas: list[str], kind: str) -> None:
    for formula in formulas:
        made = plan(loads(f'{MODEL}[q.y]\nlabel = "Y"\nunit = "1"\nformula = "{formula}"\n'))
        way = Scales(made, "x", made.index).way("y")
        found = (
            "none"
            if way is None
            else "line"
            if way == (Law(is_log=False, is_log_below=False, below=Name("x")),)
            else "steps"
        )
        assert found == kind, (formula, way)
        assert _compare(made, ["x", "c"]) or kind == "none", formula


@pytest.mark.parametrize(
    ("formula", "is_found"),
    [("prev(y, 0) * c + x", True), ("prev(y, c) * (1 + x)", True), ("prev(y, c) * (1 + x) + c", False)],
)
def test_a_balance_can_be_turned_back_in_what_is_added_and_a_growth_where_nothing_is(
    formula: str, is_found: bool
) -> None:
    balance = f'[q.y]\nlabel = "Y"\nunit = "1"\nover = "year"\nformula = "{formula}"\n'
    last = '[q.final]\nlabel = "Last"\nunit = "1"\nformula = "3 * y[2027] - c"\n'
    made = plan(loads(MODEL + balance + last))
    assert (Scales(made, "x", made.index).way("final") is not None) is is_found
    assert _compare(made, ["x"]) or not is_found


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("author", [random_models.Author, random_dimensions.Author])
def test_the_way_back_ends_at_the_input_in_any_model(author: type, seed: int) -> None:
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
    """Turn each result back half way between the ends of an input; return how many moved."""
    ids = [row.id for row in made.rows if row.is_computed]
    results = evaluate(made)
    moved = 0
    for id_ in inputs:
        row = made.row(id_)
        if row.over or row.given or id_ in made.lags or (row.quantity is not None and row.quantity.choice):
            continue
        first, last = ends(results, row, 0, SWING)
        with np.errstate(all="ignore"):
            try:
                many = evaluate_many(made, {id_: np.array([first, (first + last) / 2, last])}, None)
            except ModelError:
                # Half way there is no whole number.
                continue
        scales = Scales(made, id_, made.index)
        values = [
            {made.index[one.id]: _at(many.values[made.index[one.id]], at, made, one.id) for one in made.rows}
            for at in range(3)
        ]
        moved += sum([_turn_back(scales, result, values, (first, last)) for result in ids])
    return moved


def _turn_back(scales: Scales, result: str, values: Sequence[Mapping[int, Numbers]], ends: tuple[float, float]) -> int:
    """Turn the cells of a result back from half way between the ends of an input; return how many lead there."""
    made, way, moved = scales.plan, scales.way(result), 0
    scale, middle_of_ends = made.row(scales.input.id).unit.scale, sum(ends) / 2
    cells = [np.ravel(values[at][made.index[result]]) for at in range(3)]
    for low, middle, high in np.array(cells).T.tolist():
        if way == ():
            assert low == middle == high, result
        if not way or not all(map(isfinite, (low, middle, high))) or abs(high - low) <= 1e-6 * abs(low):
            continue
        found, above = middle, (low, high)
        for law in way:
            below = value_below(made, law.below, values[0]), value_below(made, law.below, values[2])
            found, above = law.back(above, below, found), below
        if isfinite(found):
            assert abs(found * scale - middle_of_ends) <= 1e-6 * max(map(abs, ends)), (result, way)
            moved += 1
    return moved


def _at(value: Numbers, at: int, made: Plan, id_: str) -> Array:
    shape = made.shape(made.row(id_))
    found: Array = np.broadcast_to(value, (3, *shape))[at]
    return found
