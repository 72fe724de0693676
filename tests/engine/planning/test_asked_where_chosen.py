"""What stands in a branch that is not chosen, or where a condition does not hold, needs no value there."""

from __future__ import annotations

import numpy as np
import pytest

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.problems import ModelError, render
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc

MODEL = """[model]
title = "Tariff"
[dimensions.tier]
from = 1
to   = 3
[dimensions.day]
members = ["Mon", "Tue", "Wed"]
[s]
at     = { label = "At", unit = "1", over = "tier", value = { from = 1, list = [10, 20, 30] }, note = "x" }
values = { label = "Values", unit = "1", over = "tier", value = { from = 1, list = [1, 2, 5] }, note = "x" }
sold   = { label = "Sold", unit = "1", over = "day", value = [5, 25, 40], note = "x" }
free   = { label = "Free", unit = "1", over = "day", value = [5, 0, 1], note = "x" }
low    = { label = "Low", unit = "1", value = 0, note = "x" }
"""
# What it is over, the formula, and what it gives.
CASES = (
    ("day", "step(sold, at, values) if sold >= first(at) else 0", [0, 2, 5]),
    ("day", "0 if sold < at[1] else step(sold, at, values)", [0, 2, 5]),
    ("day", "lookup(sold, at, values) if sold >= first(at) and sold <= last(at) else -1", [-1, 3.5, -1]),
    ("day", "0 if sold < at[1] or sold > at[3] else lookup(sold, at, values)", [0, 3.5, 0]),
    ("day", "(step(sold, at, values) if sold > at[1] else 0) if low == 0 else step(sold, at, values)", [0, 2, 5]),
    ("day", "(lookup(sold, at, values) if sold < at[3] else 7) if sold > at[1] else 8", [8, 3.5, 7]),
    ("", "sum(step(sold, at, values), where=sold >= at[1])", 7),
    ("", "mean(step(sold, at, values), where=sold >= at[1])", 3.5),
    ("", "max(lookup(sold, at, values), where=sold >= at[1] and sold <= at[3])", 3.5),
    ("", "step(low, at, values) if low > 0 else 3", 3),
    ("", "sum(sold / low) if low > 0 else 3", 3),
    ("", "3 if low <= 0 else sum(log(sold - sold))", 3),
    ("", "sum(sold / free, where=free > 0)", 41),
    ("", "min(sold / free, where=free > 0)", 1),
    ("", "max(-sold / free, where=free > 0)", -1),
    ("", "last(sold / free, where=free > 0)", 40),
    ("day", "prev(step(sold, at, values) if sold >= at[1] else 9, 0)", [0, 9, 2]),
)  # fmt: skip


def written(over: str, formula: str) -> str:
    ordered = MODEL.replace('"Wed"]', '"Wed"]\nordered = true')
    ordered = ordered.replace("value = [5, 25, 40]", 'value = { from = "Mon", list = [5, 25, 40] }')
    ordered = ordered.replace("value = [5, 0, 1]", 'value = { from = "Mon", list = [5, 0, 1] }')
    return f"{ordered}[s.result]\nlabel = 'Result'\nunit = '1'\nover = {[over] if over else []}\nformula = '''{formula}'''\n"


@pytest.mark.parametrize(("over", "formula", "expected"), CASES)
def test_what_is_not_asked_for_needs_no_value(over: str, formula: str, expected: float | list[float]) -> None:
    planned = plan(loads(written(over, formula)))
    np.testing.assert_allclose(evaluate(planned)["result"], expected, rtol=1e-12)
    content = workbook(planned)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


@pytest.mark.parametrize(
    ("over", "formula", "words"),
    [
        ("day", "step(sold, at, values) if sold > low else 0", "5 is below the first point, 10"),
        ("day", "lookup(sold, at, values) if sold > at[1] else 0", "40 is above the last point, 30"),
        ("", "sum(sold / free) if low == 0 else 0", "division by zero, in sold / free for Tue"),
        ("", "sum(sold / free, where=free >= 0)", "division by zero, in sold / free if free >= 0 else 0 for Tue"),
    ],
)
def test_what_is_asked_for_is_refused_without_a_value(over: str, formula: str, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        evaluate(plan(loads(written(over, formula))))
    assert words in render(caught.value.problems)
    assert "_row" not in render(caught.value.problems)
