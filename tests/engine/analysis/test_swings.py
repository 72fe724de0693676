"""Ranges of inputs: no value where a result is out of its bounds, and results that turn between the ends."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.sensitivity import Influence, sensitivity
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.outputs import outputs_of
from engine.planning.planner import plan
from engine.problems import ModelError

MODEL = """
[model]
title = "Turns"
[q.x]
label = "X"
value = {value}
unit = "1"
range = [{low}, {high}]
{more}
note = "n"
[q.y]
label = "Y"
formula = "{formula}"
unit = "1"
{bounds}
[q.twice]
label = "Twice"
formula = "y * 2"
unit = "1"
"""


def influence(
    formula: str, low: float, high: float, *, value: float = 1, bounds: str = "", more: str = "", of: str = "y"
) -> tuple[Influence, tuple[str, ...]]:
    """Return the influence of x on a result, and what is said of it."""
    text = MODEL.format(formula=formula, low=low, high=high, value=value, bounds=bounds, more=more)
    results = evaluate(plan(loads(text)))
    (found,) = sensitivity(results, outputs_of(results.plan, [of]))
    return found.inputs[0], found.notes


@pytest.mark.parametrize(
    ("formula", "low", "high", "extent"),
    [
        ("x ** 2", -3, 3, (0, 9)),
        ("x ** 2", -1, 3, (0, 9)),
        ("-(x - 0.3) ** 2", -3, 3, (-10.89, 0)),
        ("sin(x)", 0, 2 * pi, (-1, 1)),
        ("abs(x - 0.7)", 0, 2, (0, 1.3)),
        ("x * exp(-x)", 0, 10, (0, np.exp(-1))),
    ],
)
def test_a_result_that_turns_within_the_range_is_followed_there_and_it_is_said(
    formula: str, low: float, high: float, extent: tuple[float, float]
) -> None:
    found, notes = influence(formula, low, high)
    assert found.extent == pytest.approx(extent, abs=1e-6)
    assert found.reach == pytest.approx(extent[1] - extent[0], abs=1e-6)
    assert found.swing == abs((found.output_at_high or 0) - (found.output_at_low or 0))
    assert any("turns within the range of 'x'" in note for note in notes)


@settings(max_examples=25)
@given(st.floats(-2, 2), st.floats(0.1, 3), st.sampled_from(["x * 3 + 1", "x ** 3", "exp(x)", "2 / (x + 9)"]))
def test_what_rises_or_falls_all_the_way_has_nothing_inside(low: float, width: float, formula: str) -> None:
    found, notes = influence(formula, low, low + width, value=low)
    assert found.inside == ()
    assert found.reach == found.swing
    assert notes == ()


def test_a_whole_input_turns_at_a_whole_number() -> None:
    found, _ = influence("(x - 2.4) ** 2", 0, 10, more="whole = true")
    assert found.inside[0].at == (2,)
    assert found.inside[0].output == pytest.approx(0.16)


def test_a_pole_within_the_range_is_no_value_and_no_turn() -> None:
    found, notes = influence("1 / (x + 0.7)", -3, 3)
    assert (found.extent, found.reach) == (None, None)
    assert found.swing == pytest.approx(1 / 2.3 + 1 / 3.7)
    assert any("has no value everywhere within the range of 'x'" in note for note in notes)


@pytest.mark.parametrize("of", ["y", "twice"])
def test_out_of_the_bounds_of_a_result_there_is_no_value_for_it_and_what_it_feeds(of: str) -> None:
    found, notes = influence("x * 10 - 60", 0, 20, value=10, bounds="min = 0", of=of)
    assert (found.output_at_low, found.swing, found.extent) == (None, None, None)
    assert found.output_at_high == (140 if of == "y" else 280)
    assert notes == (f"'{of}' has no value at the low end of 'x', 0: 'y' is -60, which is below min = 0",)


def test_every_end_with_a_value_is_one_that_the_model_takes_and_every_other_is_refused() -> None:
    text = MODEL.format(formula="x ** 3 - x", low=-2, high=2, value=1, bounds="min = -1\nmax = 5", more="")
    made = plan(loads(text))
    (found,) = sensitivity(evaluate(made), outputs_of(made, ["twice"]))
    (one,) = found.inputs
    for ends, output in ((one.low, one.output_at_low), (one.high, one.output_at_high)):
        try:
            assert evaluate(made, changes={"x": ends[0]})["twice"] == output
        except ModelError:
            assert output is None


def test_a_present_value_outside_of_the_range_is_said() -> None:
    text = MODEL.format(formula="x * 2", low=0, high=2, value=1, bounds="", more="")
    results = evaluate(plan(loads(text)), changes={"x": 5})
    (found,) = sensitivity(results, outputs_of(results.plan, ["y"]))
    assert found.notes == (
        "'x' = 5 is outside its range, 0 to 2: the bar goes from end to end of the range, and the present value is not on it",
    )
