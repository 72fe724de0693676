"""The value of an input that a target needs, live: what `goal` finds, and what the output is there."""

from __future__ import annotations

import pytest

from engine.analysis.goal import goal
from engine.analysis.shapes.scales import Scales
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan, Row
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.workbook.layout import headings
from exports.workbook.layout.inputs.ranges import sought
from exports.workbook.layout.working.sought import FOUND, MISSED, NOW
from exports.workbook.xlsx import workbook
from tests.exported import book, planned
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, formulas
from tests.oracles.iron_calc import IronCalc

MODEL = """
[model]
title   = "Goal"
outputs = ["y", "z", "share", "bent"]

[scenarios.high]
label = "High"
set.a = 4

[q.a]
label = "A?"
value = 2
unit  = "1"
range = [1, 5]
min   = 1
max   = 5
note  = "n"

[q.b]
label = "B"
value = 50
unit  = "percent"
note  = "n"

[q.n]
label = "N"
value = 3
unit  = "1"
whole = true
range = [2, 9]
note  = "n"

[q.naught]
label = "Naught"
value = 0
unit  = "1"
note  = "n"

[q.y]
label   = "Y"
formula = "a * b * n + naught + 1"
unit    = "1"

[q.z]
label   = "Z"
formula = "1 / (a - 1) + n"
unit    = "1"

[q.share]
label   = "Share"
formula = "b / 4"
unit    = "percent"

[q.bent]
label   = "Bent"
formula = "n + 1 / n"
unit    = "1"
"""
_CLOSED = "In closed form, all else as it is: below, the model once more with this value."
_NONE = "No closed form: the formulas cannot be turned back one by one. plainsheet goal searches for it."


class Asked:
    """A workbook in which goals are asked for."""

    def __init__(self, made: Plan, content: bytes) -> None:
        self.made = made
        self.iron = IronCalc(content)
        places = {(sheet, text): address for (sheet, address), text in cached(content).items()}
        self.target = "E" + places["Inputs", headings.TARGET][1:]
        self.line = int(places["Sensitivity", headings.SOUGHT][1:])
        self.cells = {str(text): int(address[1:]) for (sheet, text), address in places.items() if sheet == "Inputs" and address[1:].isdigit()}  # fmt: skip

    def ask(self, row: Row, target: float, output: str = "") -> tuple[object, object]:
        """Return the value, as stored, at which the chosen output is the target, as stored; and what is said of it."""
        if output:
            self.iron.type("Sensitivity", "E6", self.made.row(output).label)
        self.iron.type("Inputs", self.target, target)
        self.iron.type("Sensitivity", f"E{self.line}", row.label)
        value, words = (("Sensitivity", f"{column}{self.line + FOUND - 1}") for column in "EF")
        found = self.iron.values([value, words])
        return found[value], found[words]

    def missed(self) -> object:
        """Return by how much the target is missed in the case with the value, as the sheet says it."""
        cell = "Sensitivity", f"E{self.line + MISSED - 1}"
        return self.iron.values([cell])[cell]

    def at(self, row: Row, value: float) -> object:
        """Return the chosen output where an input is a value, as stored; what was typed is taken back."""
        now = ("Sensitivity", f"E{self.line + NOW - 1}")
        before = self.iron.values([now])[now]
        assert isinstance(before, float | int)
        cell = f"G{self.cells[row.label]}"
        self.iron.type("Inputs", cell, value)
        found = self.iron.values([("Sensitivity", "E8"), now])
        assert found[now] == value
        self.iron.type("Inputs", cell, float(before))
        return found["Sensitivity", "E8"]


def _compare(made: Plan, content: bytes, output: str) -> int:
    """Hold every proven line of the first output against `goal`, and the output at the value against the target."""
    asked, results = Asked(made, content), evaluate(made)
    scale = made.row(output).unit.scale
    now = float(results[output])
    compared = 0
    for row in sought(made):
        for share in (1.02, 0.7):
            value, words = asked.ask(row, now * share / scale, output)
            if Scales(made, row.id, made.index).way(output) is None:
                assert (value, words) == ("none", _NONE)
                continue
            try:
                wanted = goal(results, Cell(output), now * share, Cell(row.id))
            except ModelError:
                assert words != _CLOSED
                continue
            if words == _CLOSED:
                near = [one / row.unit.scale for one in (wanted.value, *wanted.others)]
                assert any(value == pytest.approx(one, rel=1e-8) for one in near), row.id
                assert isinstance(value, float | int)
                assert asked.missed() == 0
                assert asked.at(row, float(value)) == pytest.approx(now * share / scale, rel=1e-9)
                compared += 1
    return compared


def test_the_value_is_what_goal_finds_and_typed_into_inputs_it_gives_the_target() -> None:
    made = plan(loads(MODEL))
    content = workbook(made)
    assert differences(content, IronCalc(content).values(formulas(content))) == []
    assert _compare(made, content, "y") == 4


def test_it_follows_the_output_and_the_scenario_that_are_chosen() -> None:
    made = plan(loads(MODEL))
    asked = Asked(made, workbook(made))
    assert asked.ask(made.row("b"), 0.25, "share")[0] == pytest.approx(1.0)
    asked.iron.type("Cover", "E6", "High")
    assert asked.ask(made.row("b"), 13, "y")[0] == pytest.approx(1.0)


def test_what_the_model_refuses_or_what_has_no_closed_form_says_so() -> None:
    made = plan(loads(MODEL))
    asked = Asked(made, workbook(made))
    for id_, target, output, value, words in (
        ("a", 1.75, "y", 0.5, "Below the least value that the model allows."),
        ("a", 10, "y", 6, "Above the largest value that the model allows."),
        ("n", 3.5, "y", 2.5, "Not a whole number, as the model asks for."),
        ("a", 4, "y", 2, _CLOSED),
        ("naught", 5, "y", "none", "The output does not depend on it, or both ends of its range are one."),
        ("n", 1, "share", "none", "The output does not depend on it, or both ends of its range are one."),
        ("a", 5, "z", "none", "The output has no value at an end of the range: plainsheet goal searches for it."),
        ("n", 7, "z", 6, _CLOSED),
        ("n", 3, "bent", "none", _NONE),
    ):
        assert asked.ask(made.row(id_), target, output) == (
            value if isinstance(value, str) else pytest.approx(value),
            words,
        )


BACK = """
[model]
title   = "Back"
outputs = ["final", "margin", "decay", "mixed", "level"]

[dimensions.year]
from = 2025
to   = 2029

[q.growth]
label = "Growth"
value = 5
unit  = "percent"
range = [1, 9]
note  = "n"

[q.price]
label = "Price"
value = 4
unit  = "1"
range = [2, 6]
note  = "n"

[q.cost]
label = "Cost"
value = 3
unit  = "1"
range = [1, 5]
note  = "n"

[q.sales]
label   = "Sales"
over    = "year"
formula = "prev(sales * (1 + growth), price * 10)"
unit    = "1"

[q.final]
label   = "Last"
formula = "sales[2029] - cost"
unit    = "1"

[q.margin]
label   = "Margin"
formula = "(price * 10 - cost) / (price * 10)"
unit    = "percent"

[q.decay]
label   = "Decay"
formula = "exp(-price / cost) * 100 + 2"
unit    = "1"

[q.mixed]
label   = "Mixed"
formula = "sum(sales) + price ** cost"
unit    = "1"

[q.level]
label   = "Level"
formula = "sqrt(1 + log(price * 2) * cost)"
unit    = "1"
"""


def test_what_is_no_line_is_turned_back_step_by_step_and_the_model_run_again_meets_the_target() -> None:
    made = plan(loads(BACK))
    content = workbook(made)
    assert differences(content, IronCalc(content).values(formulas(content))) == []
    assert [_compare(made, content, output) for output in made.model.outputs] == [6, 4, 4, 1, 4]


def test_a_target_that_no_value_gives_and_one_that_the_model_refuses_say_so() -> None:
    made = plan(loads(BACK.replace('"sqrt(1 + log(price * 2) * cost)"', '"price * 2"\nmax = 12')))
    asked = Asked(made, workbook(made))
    never = "No value of it, on the side of 0 that its range is on, gives the target."
    assert asked.ask(made.row("price"), 1, "decay") == ("none", never)
    refused = "With it the output has no value, or a result is out of its bounds."
    assert asked.ask(made.row("price"), 20, "level") == (pytest.approx(10), refused)
    assert asked.missed() == "none"


def test_an_output_without_a_value_at_an_end_says_so() -> None:
    text = MODEL.replace("1 / (a - 1) + n", "n").replace("[q.share]", "max = 8\n\n[q.share]")
    made = plan(loads(text))
    asked = Asked(made, workbook(made))
    value, words = asked.ask(made.row("n"), 5, "z")
    assert (value, words) == (
        "none",
        "The output has no value at an end of the range: plainsheet goal searches for it.",
    )


def test_a_model_of_choices_and_rows_over_members_alone_asks_for_no_goal() -> None:
    text = """
[model]
title = "Members"
[dimensions.site]
members = ["North", "South"]
[q.s]
label = "S"
over  = "site"
value = { North = 1, South = 2 }
unit  = "1"
note  = "n"
[q.y]
label = "Y"
formula = "sum(s)"
unit = "1"
"""
    texts = set(cached(workbook(plan(loads(text)))).values())
    assert not texts & {headings.TARGET, headings.SOUGHT}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sora", "loan"])
def test_so_it_is_in_the_models(name: str) -> None:
    made = planned(name)
    output = next(id_ for id_ in made.model.outputs if not made.row(id_).over)
    assert _compare(made, book(name), output)
