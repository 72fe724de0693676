"""Programs of pages in Node: every row as the engine computes it."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.language.functions import FUNCTIONS
from engine.model.load import loads
from engine.plan.batch import evaluate_many
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.page.program.places import in_a_line
from exports.page.program.spelling import JAVASCRIPT
from tests.oracles.page import calculated, written
from tests.toys import random_dimensions, random_groups, random_models

pytestmark = pytest.mark.node


def test_the_table_is_total() -> None:
    assert JAVASCRIPT.keys() == FUNCTIONS.keys()


def _held(plans: list[Plan], close: float) -> None:
    """Hold every row of every scenario against the engine."""
    found = calculated([(one, [written(one, case.id) for case in one.cases]) for one in plans])
    for one, cases in zip(plans, found, strict=True):
        # Where a spreadsheet begins to look for a rate is nothing that a page needs.
        told = in_a_line(one, [np.float64(row.kind != "working") for row in one.rows]) == 1
        for case, values in zip(one.cases, cases, strict=True):
            wanted = in_a_line(one, evaluate(one, case.id).values)[told]
            np.testing.assert_allclose(values[told], wanted, rtol=close, atol=0, err_msg=one.model.document.text[:2000])


@pytest.mark.slow
def test_random_models_over_all_functions() -> None:
    drawn = [random_models.written(seed) for seed in range(150)]
    _held([one[0] for one in drawn if one is not None], 1e-11)


@pytest.mark.slow
def test_random_models_over_dimensions() -> None:
    plans = [random_dimensions.made(seed) for seed in range(60)]
    calm = [one for one in plans if all(random_dimensions.is_calm(evaluate(one, case.id)) for case in one.cases)]
    assert len(calm) > 20
    _held(calm, 1e-11)


def test_random_models_of_groups_and_choices() -> None:
    _held(list(random_groups.calm(range(60))), 1e-11)


@pytest.mark.slow
def test_what_has_no_value_has_none() -> None:
    plans, cases, wanted = [], [], []
    chosen = random.Random(5)  # noqa: S311  # numbers, and no secret
    for seed in range(150):
        author = random_models.Author(seed)
        made = plan(loads(author.model()))
        changes = {id_: np.array([float(chosen.choice(random_models.INPUTS))] * 2) for id_ in author.inputs[:3]}
        many = evaluate_many(made, changes, "one")
        plans.append(made)
        wanted.append(in_a_line(made, [np.ravel(value)[0] for value in many.values]))
        given = written(made, "one")
        for id_ in author.inputs[:3]:
            given[made.index[id_]] = np.ravel(many.values[made.index[id_]])[0]
        cases.append([given])
    assert any(np.isnan(one).any() for one in wanted)
    for made, (found,), numbers in zip(plans, calculated(list(zip(plans, cases, strict=True))), wanted, strict=True):
        np.testing.assert_array_equal(np.isnan(found), ~np.isfinite(numbers), err_msg=made.model.document.text)
        np.testing.assert_allclose(found, np.where(np.isfinite(numbers), numbers, np.nan), rtol=1e-9, atol=1e-9)
