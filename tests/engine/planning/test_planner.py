"""Scenarios, constants, and what a plan holds."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.lemonade import TOY
from tests.toys.single import HEAD, one, result


def test_rows_come_after_what_feeds_them(toy: Plan) -> None:
    seen: set[str] = set()
    for row in toy.rows:
        quantity = row.quantity
        if quantity is not None and quantity.formula is not None:
            assert set(quantity.formula.names) <= seen
        seen.add(row.id)


def test_a_scenario_that_sets_nothing_stands_for_the_values_as_written(toy: Plan) -> None:
    assert [case.id for case in toy.cases] == ["usual", "hot", "hot_dear"]
    assert toy.case("base").id == "usual"
    assert [case.parents for case in toy.cases] == [(), ("usual",), ("hot",)]


def test_without_one_the_values_as_written_are_a_scenario_of_their_own() -> None:
    made = plan(loads(TOY.replace('[scenarios.usual]\nlabel = "Usual"\n', "")))
    assert [case.id for case in made.cases] == ["base", "hot", "hot_dear"]
    assert made.first_case.id == "base"
    assert evaluate(made)["glasses"] == 40


def test_a_model_without_scenarios_has_one() -> None:
    head, tail = TOY.split("[scenarios.usual]")
    made = plan(
        loads(
            head
            + tail[tail.index("[stand]") :].replace(', { value = 35.3e3, scenario = "hot_dear", source = "stand" }', "")
        )
    )
    assert [case.id for case in made.cases] == ["base"]


@pytest.mark.parametrize(
    ("scenario", "glasses", "price"),
    [("usual", 40, 2.5), ("base", 40, 2.5), ("hot", 120, 2.5), ("hot_dear", 120, 3.5), (None, 40, 2.5)],
)
def test_the_nearer_scenario_wins(toy: Plan, scenario: str | None, glasses: float, price: float) -> None:
    results = evaluate(toy, scenario)
    assert (results["glasses"], results["price"]) == (glasses, price)


def test_bare_numbers_become_constants_with_a_warning() -> None:
    made = plan(loads(TOY.replace("sales * (1 - share)", "0.9 * sales * (1 - share) + 0.9 * sales * 0.1")))
    constants = {row.id: row.value for row in made.rows if row.kind == "constant"}
    assert constants == {"profit_1_": 0.9, "profit_2_": 0.1, "day_per_week_": 7}
    assert [problem.code for problem in made.warnings] == ["bare-number", "bare-number"]


def test_exponents_and_small_whole_numbers_stay() -> None:
    made = plan(
        loads(TOY.replace("sales * (1 - share)", "sales * (1 - share) ** 3 * 2 / 10 + 0 * round(share, 4) * sales"))
    )
    assert [row.id for row in made.rows if row.kind == "constant"] == ["day_per_week_"]


@pytest.mark.parametrize(
    ("test", "warned"),
    [("share <= 20", True), ("20 >= share", True), ("share <= 1", False), ("price <= 20 * price", False)],
)
def test_a_share_compared_with_a_number_of_percent_is_warned_of(test: str, warned: bool) -> None:
    made = plan(loads(TOY.replace("share <= 1", test)))
    assert ["which is 2000 percent" in problem.message for problem in made.warnings if problem.code == "share"] == [
        True
    ] * warned


def test_all_problems_of_a_model_come_at_once() -> None:
    wrong = TOY.replace('unit   = "week"', 'unit   = "weak"').replace("value  = 2.50", 'value  = "2.50"')
    wrong = wrong.replace('extends   = "hot"', 'extends   = "hott"').replace("share <= 1", "shares <= 1")
    wrong = wrong.replace("sales * (1 - share)", "sales * (1 - share")
    with pytest.raises(ModelError) as caught:
        plan(loads(wrong))
    assert len(caught.value.problems) == 5
    assert len({problem.location.line for problem in caught.value.problems if problem.location}) == 5


@pytest.mark.parametrize("label", ["Low*", "L?w", "A~B"])
def test_labels_that_a_search_would_read_otherwise_are_refused(label: str) -> None:
    with pytest.raises(ModelError, match="reads as any character"):
        plan(loads(TOY.replace("Hot day", label)))


def test_a_label_may_not_be_that_of_the_values_as_written() -> None:
    text = TOY.replace('[scenarios.usual]\nlabel = "Usual"\n', "").replace("Hot day", "as written")
    with pytest.raises(ModelError, match="same label"):
        plan(loads(text))


def test_more_scenarios_than_anyone_compares_are_refused() -> None:
    text = HEAD + one("2") + "".join(f'[scenarios.s{i}]\nlabel = "s{i}"\nset.x = {i}\n' for i in range(300))
    with pytest.raises(ModelError, match="more than 200 scenarios"):
        plan(loads(text))


def test_a_literal_in_round_with_one_argument_is_lifted() -> None:
    made = plan(loads(HEAD + one("2") + result("x * round(2.5)")))
    assert [row.value for row in made.rows if row.kind == "constant"] == [2.5]
