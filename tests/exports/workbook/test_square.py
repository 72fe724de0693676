"""Two inputs at once on Sensitivity, live: each place of the square is what the engine computes there."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.swings.ranges import SWING, ends
from engine.model.load import loads
from engine.plan.batch import evaluate_many, outside
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan, Row
from engine.planning.planner import plan
from exports.style.a1 import letter
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import GRID
from exports.workbook.xlsx import workbook
from tests.exported import book, planned
from tests.oracles.agreement import differences
from tests.oracles.contents import Cells, cached, formulas
from tests.oracles.iron_calc import IronCalc

TITLE = "Two inputs at once"
MODEL = """
[model]
title   = "Square"
outputs = ["y", "z"]

[dimensions.site]
members = ["North", "South"]

[scenarios.high]
label = "High"
set.a = 4

[q.a]
label = "A?"
value = 2
unit  = "1"
range = [1, 5]
note  = "n"

[q.b]
label = "B"
value = 50
unit  = "percent"
note  = "n"
max   = 52

[q.n]
label = "N"
value = 3
unit  = "1"
whole = true
range = [2, 9]
note  = "n"

[q.s]
label = "S"
over  = "site"
value = { North = 1, South = 2 }
unit  = "1"
range = { North = [0, 3], South = [2, 4] }
note  = "n"

[q.y]
label   = "Y"
formula = "a * b * n + sum(s)"
unit    = "1"
max     = 40

[q.z]
label   = "Z"
formula = "1 / (a - n)"
unit    = "1"
"""


def top(content: bytes) -> int:
    """Return the line of Sensitivity that heads the square."""
    found = [address for (sheet, address), text in cached(content).items() if (sheet, text) == ("Sensitivity", TITLE)]
    return int(found[0][1:])


def square(iron: IronCalc, first: int, side: int) -> list[list[object]]:
    """Return the square, line by line, to the right."""
    cells = [[("Sensitivity", f"{letter(GRID + at)}{first + 6 + line}") for at in range(side)] for line in range(side)]
    values: Cells = iron.values([cell for line in cells for cell in line])
    return [[values[cell] for cell in line] for line in cells]


def along(made: Plan, case: str, row: Row, share: float) -> object:
    """Return what an input is at a place along its side, in its declared unit."""
    results = evaluate(made, case)
    cells = [number for number, is_set in enumerate(row.is_set) if is_set]
    live = np.ravel(results[row.id])
    found = []
    for number in cells:
        end = ends(results, row, number, SWING)[int(share > 0)]
        value = live[number] + (end - live[number]) * abs(share)
        found.append(np.floor(value + 0.5) if row.quantity is not None and row.quantity.whole else value)
    return np.array(found).reshape(made.shape(row)) if row.over else float(found[0])


def _compare(made: Plan, content: bytes, case: str, pairs: list[tuple[str, str]], of: tuple[str, int]) -> None:
    output, side = of
    iron, first = IronCalc(content), top(content)
    iron.type("Cover", "E6", made.case(case).label)
    iron.type("Sensitivity", "E6", made.row(output).label)
    for one, other in pairs:
        across, down = made.row(one), made.row(other)
        iron.type("Sensitivity", f"E{first + 1}", across.label)
        iron.type("Sensitivity", f"E{first + 2}", down.label)
        shown = square(iron, first, side)
        for line, down_share in enumerate(np.linspace(-1, 1, side)):
            for at, across_share in enumerate(np.linspace(-1, 1, side)):
                changes = {one: along(made, case, across, across_share), other: along(made, case, down, down_share)}
                many = evaluate_many(made, {id_: np.array([value]) for id_, value in changes.items()}, case, [output])
                value = float(many[output][0]) / made.row(output).unit.scale
                has_value = np.isfinite(value) and not outside(many, made.upstream(output) | {output})
                got = shown[line][at]
                assert got == (pytest.approx(value, rel=1e-12, abs=1e-12) if has_value else "no value")


def test_the_square_is_what_the_engine_computes_at_each_place() -> None:
    made = plan(loads(MODEL))
    content = workbook(made)
    assert differences(content, IronCalc(content).values(formulas(content))) == []
    for case in ("base", "high"):
        _compare(made, content, case, [("a", "b"), ("n", "s"), ("s", "a"), ("b", "n")], ("y", 5))


def test_what_has_no_value_says_so_and_so_do_two_inputs_that_are_one() -> None:
    content = workbook(plan(loads(MODEL)))
    iron, first = IronCalc(content), top(content)
    iron.type("Sensitivity", "E6", "Z")
    iron.type("Sensitivity", f"E{first + 1}", "A?")
    iron.type("Sensitivity", f"E{first + 2}", "N")
    # A is 1, 1.5, 2, 3.5, 5 and N is 2, 3, 3, 6, 9: they meet at 2.
    shown = square(iron, first, 5)
    assert [[value == "no value" for value in line] for line in shown] == [[at == 2 and not line for at in range(5)] for line in range(5)]  # fmt: skip
    iron.type("Sensitivity", f"E{first + 2}", "A?")
    note = ("Sensitivity", f"B{first + 3}")
    assert iron.values([note])[note] == "Choose two different inputs."


def test_a_model_with_one_input_has_no_square() -> None:
    alone = MODEL.replace("a * b * n + sum(s)", "a").replace("1 / (a - n)", "a * 2")
    assert TITLE not in cached(workbook(plan(loads(alone)))).values()


def test_where_there_is_no_room_the_square_is_smaller_or_left_out_and_the_sheet_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = plan(loads(MODEL))
    monkeypatch.setattr("exports.workbook.layout.turns.crossings._SIDES", (7, 3))
    monkeypatch.setattr("exports.workbook.layout.cases.MOST_CELLS", 8 * 50)
    content = workbook(made)
    assert differences(content, IronCalc(content).values(formulas(content))) == []
    _compare(made, content, "base", [("a", "b")], ("y", 3))
    monkeypatch.setattr("exports.workbook.layout.cases.MOST_CELLS", 8 * 10)
    texts = {value for (sheet, _), value in cached(workbook(made)).items() if sheet == "Sensitivity"}
    assert "Left out for its size." in texts


@pytest.mark.slow
@pytest.mark.parametrize(("name", "side"), [("sora", 5), ("gpu_cluster", 5), ("loan", 5)])
def test_so_it_is_in_the_models(name: str, side: int) -> None:
    made, content = planned(name), book(name)
    titles = [str(value) for (sheet, _), value in cached(content).items() if sheet == "Cases"]
    inputs = [row for row in made.inputs if not is_choice(row) and row.label in titles and row.id not in made.lags]
    output = next(id_ for id_ in made.model.outputs if not made.row(id_).over)
    _compare(
        made, content, made.cases[-1].id, [(inputs[0].id, inputs[1].id), (inputs[2].id, inputs[0].id)], (output, side)
    )
