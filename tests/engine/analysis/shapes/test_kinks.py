"""Where the derivative of a depreciation is that of one side, and where it is not."""

from __future__ import annotations

import pytest

from engine.analysis.sensitivity import sensitivity
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan

MODEL = """\
[model]
title = "x"
outputs = ["y"]
[a.life]
label = "life"
value = {life}
unit = "1"
note = "n"
[a.salvage]
label = "salvage"
value = {salvage}
unit = "1"
note = "n"
[a.y]
label = "y"
unit = "1"
formula = "ddb(100, salvage, life, {period})"
"""


@pytest.mark.parametrize(
    ("life", "salvage", "period", "is_kink"),
    [
        (5, 10, 2, False),
        (5, 10, 5, True),
        (4, 10, 5, False),
        (2, 10, 1, True),
        (1.5, 10, 1, False),
        (4, 25, 2, True),
        (4, 25, 3, True),
        (4, 25, 4, True),
        (1, 10, 1, True),
    ],
)
def test_bends_of_a_declining_balance_are_named(life: float, salvage: float, period: int, *, is_kink: bool) -> None:
    results = evaluate(plan(loads(MODEL.format(life=life, salvage=salvage, period=period))))
    notes = [note for one in sensitivity(results, [Cell("y")]) for note in one.notes]
    assert any("is at a kink, ddb(100, salvage, life" in note for note in notes) == is_kink, notes
