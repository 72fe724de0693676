"""The reverse sweep over single numbers: bit by bit what arrays of all edges give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.gradients import Gradients
from engine.analysis.reverse import sweep_of
from engine.model.load import load, loads
from engine.plan.cells import Cell
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.single import HEAD, one, result

_MODELS = sorted((Path(__file__).parents[3] / "models").glob("*.toml"))
_LEAVES = st.sampled_from(["x", "z", "w", "2", "0"])
_FORMULAS = st.recursive(
    _LEAVES,
    lambda below: st.one_of(
        st.tuples(st.sampled_from(["({} + {})", "({} - {})", "{} * {}", "({}) / ({})", "min({}, {})"]), below, below),
        st.tuples(st.sampled_from(["abs({}) + 0 * {}", "sqrt(abs({})) - {}", "max({}, {}, 1)"]), below, below),
        st.tuples(st.sampled_from(["({} if x > z else {})", "({} if z >= w else {})", "-({}) + {}"]), below, below),
    ).map(lambda found: found[0].format(*found[1:])),
    max_leaves=6,
)


def _agree(results: Results, cell: Cell) -> None:
    swept, arrays = Gradients(results), Gradients(results)
    arrays._sweep = None
    assert np.array_equal(swept.adjoints(cell), arrays.adjoints(cell), equal_nan=True)


@pytest.mark.parametrize("path", _MODELS, ids=[path.stem for path in _MODELS])
def test_it_gives_what_arrays_give(path: Path) -> None:
    made = plan(load(path))
    results = evaluate(made)
    for row in made.rows[-12:]:
        _agree(results, Cell(row.id))


def _of(formula: str) -> Plan:
    inputs = one("3") + one("-2", id_="z") + one("0.5", id_="w")
    doubled = '[a.v]\nlabel = "v"\nformula = "y * x - y"\nunit = "1"\n'
    return plan(loads(HEAD + inputs + result(formula) + doubled))


@given(_FORMULAS, st.floats(-9, 9), st.floats(-9, 9))
def test_it_gives_what_arrays_give_of_any_formula(formula: str, x: float, z: float) -> None:
    made = _of(formula)
    try:
        results = evaluate(made, changes={"x": x, "z": z})
    except ModelError:
        return
    assert sweep_of(made) is not None
    for id_ in ("y", "v"):
        _agree(results, Cell(id_))


def test_a_derivative_without_a_value_is_still_none() -> None:
    made = _of("sqrt(x) + z")
    results = evaluate(made, changes={"x": 0})
    found = Gradients(results)
    assert np.isnan(found.by_input(found.adjoints(Cell("y")), Cell("y"))["x"])


def test_functions_that_numpy_has_of_its_own_go_by_arrays() -> None:
    assert sweep_of(_of("exp(x)")) is None
    assert sweep_of(_of("x / z")) is not None
