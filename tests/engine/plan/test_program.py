"""Formulas computed by the functions of their shapes, and in straight lines: the same numbers, the same troubles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.model.load import load, loads
from engine.plan.evaluate import evaluate, prepared
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.single import HEAD, one, result

_MODELS = sorted((Path(__file__).parents[3] / "models").glob("*.toml"))


@pytest.mark.parametrize("path", _MODELS, ids=[path.stem for path in _MODELS])
def test_often_run_formulas_give_what_they_gave_at_first(path: Path) -> None:
    made = plan(load(path))
    first = evaluate(made)
    for _ in range(5):
        again = evaluate(made)
    for row, before, now in zip(made.rows, first.values, again.values, strict=True):
        assert np.array_equal(before, now, equal_nan=True), row.id
    steps = list(first.values)
    program = prepared(made).program
    for number in range(len(program.steps)):
        program.step(made, number)(steps)
    for row, before, now in zip(made.rows, first.values, steps, strict=True):
        assert np.array_equal(before, now, equal_nan=True), row.id


def test_often_run_formulas_say_the_same_of_what_has_no_value() -> None:
    made = plan(loads(HEAD + one("5") + result("1 / (x - 2)")))
    told = set()
    for _ in range(6):
        with pytest.raises(ModelError) as wrong:
            evaluate(made, changes={"x": 2})
        told.add(wrong.value.problems[0].message)
        evaluate(made)
    assert len(told) == 1


@pytest.mark.parametrize("function", [min, max])
@pytest.mark.parametrize("read", ["xy", "xyz", "zx", "x", "xyzx"])
@pytest.mark.parametrize(
    "values", [(0.0, -0.0, 0.0), (-0.0, 0.0, 1.0), (3.0, 2.0, 1.0), (1.0, 1.0, 0.5), (2.0, 3.0, 2.0)]
)
def test_the_smallest_and_the_largest_of_a_few_are_pythons(
    function: Callable[[list[float]], float], read: str, values: tuple[float, float, float]
) -> None:
    given = dict(zip("xyz", values, strict=True))
    inputs = "".join([one(repr(value), id_=id_) for id_, value in given.items()])
    formula = result(f"{function.__name__}({', '.join(read)})").replace("[a.y]", "[a.w]")
    made = plan(loads(HEAD + inputs + formula))
    found = evaluate(made).values[made.index["w"]]
    assert repr(found) == repr(function([given[id_] for id_ in read]))
