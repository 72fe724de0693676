"""Long formulas stand in steps: short lines, the same numbers, and a way back."""

from __future__ import annotations

import numpy as np
import pytest

from engine.language.tree import Name
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.lint.formulas import _LONGEST, _LONGEST_OF_MODEL
from exports.reading.formula_text import parts
from exports.workbook.formulas.fallible import fallible
from exports.workbook.formulas.stepwise.sizes import DEEPEST, LONGEST, Sizes, Spot, is_short
from exports.workbook.formulas.stepwise.steps import in_steps, is_step, without_steps
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.exported import NAMES, planned
from tests.oracles.contents import cached, formulas
from tests.oracles.iron_calc import IronCalc
from tests.toys import random_models
from tests.toys.single import HEAD, one


def read(*formulas_: str) -> Plan:
    """Return the plan of an input x of 3, and of results called r0, r1 ..."""
    results = [
        f'[r{number}]\nlabel = "Result {number}"\nformula = "{formula}"\nunit = "1"\n'
        for number, formula in enumerate(formulas_)
    ]
    return plan(loads("".join([HEAD, one("3", "1"), *results])))


LONG = " + ".join(["x * x / (x + 1)"] * 12)
DEEP = "1 if x < 1 else 2 if x < 2 else 3 if x < 3 else 4 if x < 4 else 1 / (x - 2)"


@pytest.mark.parametrize("formula", [LONG, DEEP, f"max({LONG}, {DEEP})"])
def test_a_long_formula_and_one_of_many_decisions_stand_in_steps_with_the_same_value(formula: str) -> None:
    own = read(formula)
    stepped = in_steps(own)
    assert any(map(is_step, stepped.rows))
    assert evaluate(stepped)["r0"] == evaluate(own)["r0"]
    content = workbook(own)
    on_model = [text for (sheet, _), text in formulas(content).items() if sheet == "Model"]
    assert max(map(len, on_model)) <= _LONGEST_OF_MODEL
    assert max(parts(text).nested for text in on_model) <= 2
    values, held = IronCalc(content).values(formulas(content)), cached(content)
    numbers = {cell: value for cell, value in values.items() if isinstance(value, float)}
    assert numbers == pytest.approx({cell: held[cell] for cell in numbers}, rel=1e-12)


def test_a_short_formula_has_no_step() -> None:
    own = read("x * x + 1")
    assert in_steps(own) is own


def test_what_may_have_no_value_where_it_is_not_asked_for_is_0_there() -> None:
    own = read(f"0 if x == 3 else {' + '.join(['1 / (x - 3)'] * 14)}")
    stepped = in_steps(own)
    steps = [row for row in stepped.rows if is_step(row)]
    assert steps
    assert {evaluate(stepped)[row.id] for row in steps} <= {0.0, 1.0}
    assert evaluate(stepped)["r0"] == 0


def test_a_step_is_computed_once() -> None:
    stepped = in_steps(read(LONG, f"({LONG}) * x"))
    expressions = [row.expression for row in stepped.rows if is_step(row)]
    assert len(expressions) == len(set(expressions))


def test_steps_are_put_back_into_a_formula() -> None:
    own = read(LONG)
    expression = own.row("r0").expression
    stepped = in_steps(own)
    made = stepped.row("r0").expression
    assert made is not None
    assert made != expression
    assert without_steps(stepped, made) == expression
    assert without_steps(stepped, Name("x")) == Name("x")


@pytest.mark.parametrize("model", NAMES)
@pytest.mark.slow
def test_steps_of_a_model_keep_its_values(model: str) -> None:
    own = planned(model)
    stepped = in_steps(own)
    before, after = evaluate(own), evaluate(stepped)
    for row in own.rows:
        np.testing.assert_allclose(after.values[stepped.index[row.id]], before.values[own.index[row.id]], rtol=1e-12)
    assert _LONGEST > _LONGEST_OF_MODEL


@pytest.mark.parametrize("seed", range(12))
def test_what_is_short_by_its_parts_is_short_where_it_stands(seed: int) -> None:
    try:
        made = plan(loads(random_models.Author(seed).model()))
    except ModelError:
        return
    sizes = Sizes(Layout(made), "Model", fallible(made), ())
    short = 0
    for row in made.rows:
        if row.expression is None:
            continue
        spot = Spot(row.id, "", row.label, (), {}, 1, LONGEST, DEEPEST, is_sure=True)
        for most in (40, 80, LONGEST):
            if is_short(made, row.expression, most, DEEPEST):
                short += 1
                found = sizes.of(row.expression, spot)
                assert found is not None
                assert found[0] <= most
                assert found[1] <= DEEPEST
            cut = sizes.of(row.expression, spot, most)
            assert cut in {None, sizes.of(row.expression, spot)}
    assert short or not made.rows
