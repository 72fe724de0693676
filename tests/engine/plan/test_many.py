"""Many cases at once: each is what one case alone gives, and NaN where that has no value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.language.functions import FUNCTIONS
from engine.language.numbers.arrays import ARRAYS
from engine.model.load import loads
from engine.plan.batch import evaluate_many
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.random_models import INPUTS, Author


def test_the_table_is_total() -> None:
    assert ARRAYS.keys() == FUNCTIONS.keys()


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.lists(st.tuples(*[st.sampled_from(INPUTS)] * 3), min_size=1, max_size=4))
def test_each_case_is_what_it_is_alone(seed: int, cases: list[tuple[str, ...]]) -> None:
    author = Author(seed)
    made = plan(loads(author.model()))
    inputs = author.inputs[:3]
    columns = {id_: np.array([float(case[place]) for case in cases]) for place, id_ in enumerate(inputs)}
    many = evaluate_many(made, columns, "one")
    for number, case in enumerate(cases):
        found = np.array([many[row.id][number] for row in made.rows])
        try:
            alone = evaluate(made, "one", {id_: float(value) for id_, value in zip(inputs, case, strict=True)})
        except ModelError:
            assert np.isnan(found).any()
            continue
        expected = [alone[row.id] for row in made.rows]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_values_are_in_declared_units(toy: Plan) -> None:
    many = evaluate_many(toy, {"share": [0, 50, 100], "price": [1, 2, 3]})
    assert many["profit"].tolist() == [40 * 1 * 84, 40 * 2 * 84 / 2, 0]
    assert many["share"].tolist() == [0, 50, 100]
    assert many["season"].tolist() == [12, 12, 12]
    assert evaluate_many(toy, {}, "hot")["glasses"].tolist() == [120]


@pytest.mark.parametrize(
    "changes", [{"price": [1, 11]}, {"glasses": [1, 1.5]}, {"sales": [1]}, {"nothing": [1]}, {"price": [float("nan")]}]
)
def test_values_that_cannot_be_are_refused(toy: Plan, changes: dict[str, list[float]]) -> None:
    with pytest.raises(ModelError):
        evaluate_many(toy, changes)


def test_arrays_of_different_lengths_are_refused(toy: Plan) -> None:
    with pytest.raises(ValueError, match="one value a case"):
        evaluate_many(toy, {"price": [1, 2], "share": [1, 2, 3]})


def test_a_power_hides_no_missing_value() -> None:
    text = (
        '[model]\ntitle = "T"\n[s.a]\nlabel = "a"\nunit = "1"\nvalue = 1\n[s.b]\nlabel = "b"\nunit = "1"\nvalue = 0\n'
        '[s.base]\nlabel = "base"\nunit = "1"\nformula = "(a / b) ** b"\n'
        '[s.exponent]\nlabel = "exponent"\nunit = "1"\nformula = "a ** (a / b)"\n'
    )
    many = evaluate_many(plan(loads(text)), {"b": [0, 2]})
    np.testing.assert_allclose(many["base"], [np.nan, 0.25])
    np.testing.assert_allclose(many["exponent"], [np.nan, 1])
