"""Published figures and checks: what reproduces, what is disputed, what holds."""

from __future__ import annotations

import pytest

from engine.analysis.published import figures, half_unit
from engine.analysis.verdicts import problems, verdicts
from engine.model.load import loads
from engine.model.model import Published
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.text.numerals import Written
from tests.toys.lemonade import TOY
from tests.toys.single import HEAD, one


@pytest.mark.parametrize(
    ("printed", "digits", "half"),
    [
        ("4211", None, 0.5), ("720000", None, 5000), ("10500", None, 50), ("1440", None, 5), ("1440", 4, 0.5),
        ("1.1e25", None, 5e23), ("1e21", None, 5e20), ("0.4", None, 0.05), ("0.40", None, 0.005), ("5", None, 0.5),
        ("5.0", None, 0.05), ("0", None, 0.5), ("0.0", None, 0.05), ("-30", None, 5), ("708e15", None, 5e14), ("15.3e6", None, 5e4),
        ("1.50e3", None, 5), ("7.0e5", None, 5000), ("100", 3, 0.5), ("100", 1, 50), ("1e2", None, 50), ("43e6", 3, 5e4),
    ],
)  # fmt: skip
def test_half_a_unit_of_the_last_digit_printed(printed: str, digits: int | None, half: float) -> None:
    assert half_unit(Published(Written(printed), "s", (), digits=digits)) == half


def judged(figure: str) -> str:
    """Return the verdict on a figure of the toy's sales, which are 8,400 (usual) and 35,280 (hot and dear)."""
    made = plan(
        loads(TOY[: TOY.index("published")] + f"published = [{figure}]\n" + TOY[TOY.index("\n[result.profit]") :])
    )
    return figures(made, {case.id: evaluate(made, case.id) for case in made.cases})[0].status


@pytest.mark.parametrize(
    ("figure", "status"),
    [
        ('{ value = 8400, source = "stand" }', "reproduced"),
        ('{ value = 8000, source = "stand" }', "reproduced"),
        ('{ value = 8450, source = "stand" }', "failed"),
        ('{ value = 8405, digits = 3, source = "stand" }', "reproduced"),
        ('{ value = 35.3e3, scenario = "hot_dear", source = "stand" }', "reproduced"),
        ('{ value = 35.3e3, source = "stand" }', "failed"),
        ('{ value = 35.3e3, source = "stand", disputed = "x" }', "disputed"),
        ('{ value = 8400, source = "stand", disputed = "x" }', "failed"),
    ],
)
def test_a_figure_reproduces_is_disputed_or_fails(figure: str, status: str) -> None:
    assert judged(figure) == status


def test_a_tie_reproduces() -> None:
    assert judged('{ value = 8.35e3, digits = 2, source = "stand" }') == "reproduced"


def test_figures_are_not_judged_with_changed_inputs_or_without_their_scenario() -> None:
    made = plan(loads(TOY))
    changed = {"usual": evaluate(made, "usual", {"price": 3})}
    assert [figure.status for figure in figures(made, changed)] == ["not applicable", "not applicable"]
    assert [figure.computed for figure in figures(made, changed)] == [None, None]


@pytest.mark.parametrize(
    ("test", "passed"),
    [
        ("share <= 1", True), ("share == 0.3", True), ("share >= 0.3", True), ("share < 0.3", False), ("share != 0.3", False),
        ("share > 0.3", False), ("price * 3 == price + price + price", True), ("share * 3 <= 0.9", True), ("season == 0", False),
        ("sales - sales == 0", True), ("share != 0.31", True),
    ],
)  # fmt: skip
def test_a_check_holds_or_fails(test: str, passed: bool) -> None:
    made = plan(loads(TOY.replace("share <= 1", test)))
    (verdict,) = verdicts(evaluate(made))
    assert verdict.passed is passed
    assert bool(problems(made, {"usual": evaluate(made)})) is not passed


def test_sides_are_shown_in_the_left_side_s_unit_and_the_tolerance_is_in_it() -> None:
    made = plan(loads(TOY.replace('test  = "share <= 1"', 'test = "share == 0.32"\ntolerance = 2')))
    (verdict,) = verdicts(evaluate(made))
    (cell,) = verdict.cells
    assert (cell.left, cell.right, cell.tolerance, cell.passed) == (30, 32, 2, True)
    made = plan(
        loads(TOY.replace('test  = "share <= 1"', 'test = "season == 2016.5 * season / 2016"\ntolerance = 0.003'))
    )
    (verdict,) = verdicts(evaluate(made))
    assert verdict.cells[0].left == 12
    assert verdict.passed


@pytest.mark.parametrize(("left", "right", "tolerance"), [("50", "51", "1"), ("50", "52", "2")])
def test_a_tolerance_holds_at_its_edge(left: str, right: str, tolerance: str) -> None:
    text = HEAD + one(left, "percent") + one(right, "percent", id_="z")
    made = plan(loads(f'{text}[checks.c]\ntest = "x == z"\ntolerance = {tolerance}\n'))
    assert verdicts(evaluate(made))[0].passed


def test_a_check_whose_side_overflows_has_no_value() -> None:
    made = plan(loads(HEAD + one("1e200") + '[checks.c]\ntest = "x <= x * x"\n'))
    assert verdicts(evaluate(made))[0].cells[0].left is None


def test_a_side_of_a_check_keeps_its_own_unit() -> None:
    text = HEAD + one("10", "hour/day") + one("14", "hour/day", id_="z") + one("24", "hour/day", id_="w")
    made = plan(loads(text + '[checks.c]\ntest = "x + z == w"\n'))
    (verdict,) = verdicts(evaluate(made))
    assert (verdict.cells[0].left, verdict.test.unit.text) == (24, "hour/day")
