"""Questions about results where members are chosen, grouped, discounted and looked up."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.closed_form import closed_form
from engine.analysis.goal import goal
from engine.analysis.sensitivity import Sensitivity, sensitivity
from engine.model.load import loads
from engine.plan.batch import evaluate_many
from engine.plan.cells import Cell
from engine.plan.evaluate import Results, evaluate
from engine.plan.live import Live
from engine.planning.planner import plan
from engine.problems import ModelError

CHIPS = """[model]
title = "Chips"
[units]
USD = "[money]"
[dimensions.chip]
members = ["H100", "B200", "MI300"]
[dimensions.year]
from = 2026
to = 2028
[dimensions.tier]
from = 1
to = 3
[dimensions.country]
members = ["DE", "FR", "US"]
[dimensions.region]
of = "country"
map = { DE = "Europe", FR = "Europe", US = "Americas" }
[a.gpu]
label = "GPU"
choice = "chip"
value = "H100"
[a.at_gpu]
label = "GPU by country"
choice = "chip"
over = "country"
value = ["H100", "B200", "H100"]
[a.price]
label = "Price"
over = "chip"
unit = "USD"
value = [3, 5, 2]
[a.flow]
label = "Flow"
over = "year"
unit = "USD"
value = { from = 2026, list = [-100, 80, 40] }
[a.discount]
label = "Discount"
unit = "percent"
value = 8
[a.at]
label = "From"
over = "tier"
unit = "1"
value = { from = 1, list = [0, 100, 1000] }
[a.fee]
label = "Fee"
over = "tier"
unit = "USD"
value = { from = 1, list = [3, 2, 1] }
[a.used]
label = "Used"
unit = "1"
value = 100
[a.base]
label = "Base"
over = "country"
unit = "USD"
value = [1, 2, 3]
"""


def chips(more: str = "", **changes: float) -> Results:
    """Return the results of the model with formulas of its own: ``id | unit | over | formula`` a line."""
    lines = [CHIPS]
    for line in more.strip().splitlines():
        id_, unit, over, formula = [part.strip() for part in line.split("|")]
        along = f'over = "{over}"\n' if over else ""
        lines.append(f"[b.{id_}]\nlabel = '{id_}'\nunit = '{unit}'\n{along}formula = '''{formula}'''\n")
    return evaluate(plan(loads("".join(lines))), None, changes)


def asked(results: Results, id_: str, number: int = 0) -> Sensitivity:
    return sensitivity(results, [Cell(id_, number)])[0]


COST = 'cost | USD | | price[gpu] * (10 if gpu == "B200" else 2)'


def test_a_choice_goes_from_the_lowest_result_to_the_highest_and_has_no_elasticity() -> None:
    one = asked(chips(COST), "cost")
    gpu = next(influence for influence in one.inputs if influence.name == "gpu")
    assert [gpu.members[end[0]] for end in (gpu.low, gpu.high)] == ["MI300", "B200"]
    assert (gpu.output_at_low, gpu.output_at_high, gpu.swing) == (4, 50, 46)
    assert (gpu.elasticity, gpu.derivative, gpu.derivative_unit) == (None, None, "")
    assert one.notes == ()


def test_a_choice_over_members_is_set_for_all_of_them_and_for_each() -> None:
    one = asked(chips("sums | USD | chip | sum(base, by=at_gpu)"), "sums")
    found = {influence.name: (influence.output_at_low, influence.output_at_high) for influence in one.inputs}
    assert found["at_gpu"] == (0, 6)
    assert (found["at_gpu[DE]"], found["at_gpu[FR]"], found["at_gpu[US]"]) == ((3, 4), (4, 6), (1, 4))


def test_a_member_without_a_value_is_told_by_its_name() -> None:
    one = asked(chips("root | USD ** 0.5 | | sqrt(price[gpu] - price['MI300'] * 1.2)"), "root")
    gpu = next(influence for influence in one.inputs if influence.name == "gpu")
    assert gpu.extent is None
    assert "'root' has no value with gpu = 'MI300'" in one.notes


def test_no_goal_is_reached_by_a_choice() -> None:
    with pytest.raises(ModelError) as refused:
        goal(chips(COST), Cell("cost"), 20, Cell("gpu"))
    (problem,) = refused.value.problems
    assert problem.message == "'gpu' is a choice, with no values between its members that could reach a goal"
    assert problem.hint == "see what each member gives: sensitivity cost; or reach the goal by a number"


@pytest.mark.parametrize(
    ("formula", "target", "by", "value", "method"),
    [
        ("sum(base, over=country) * sum(regional, over=region)", 49, Cell("base", 0), 2, "closed form"),
        ("sums['H100'] + sums['B200']", 9, Cell("base", 2), 6, "closed form"),
        ("npv(discount, flow)", 10, Cell("flow", 0), -108.36762688614539 + 10, "closed form"),
        ("irr(flow) * price['H100']", 0.6, Cell("flow", 1), 86.6666666666667, "numeric"),
        ("irr(flow) * price['H100'] + flow[2027]", 90.6, Cell("flow", 1), None, "numeric"),
        ("lookup(used, at, fee)", 1.5, Cell("used"), 550, "numeric"),
        ("step(used, at, fee) * used", 150, Cell("used"), 50, "numeric"),
    ],
)
def test_goals_through_groups_flows_and_curves(
    formula: str, target: float, by: Cell, value: float | None, method: str
) -> None:
    unit = "USD ** 2" if "regional" in formula else "USD"
    more = f"regional | USD | region | sum(base, by=region)\nsums | USD | chip | sum(base, by=at_gpu)\ny | {unit} | | {formula}"
    found = goal(chips(more), Cell("y"), target, by)
    assert found.method == method
    if value is not None:
        assert found.value == pytest.approx(value)
    name = (
        by.id
        if by.id == "used"
        else f"{by.id}[{['2026', '2027'][by.number] if by.id == 'flow' else ['DE', 'FR', 'US'][by.number]}]"
    )
    assert chips(more, **{name: found.value})["y"] == pytest.approx(target)


def test_closed_forms_say_which_members_they_are_for_and_leave_what_is_searched_for() -> None:
    results = chips(
        f"{COST}\nsums | USD | chip | sum(base, by=at_gpu)\nworth | USD | | npv(discount, flow)\n"
        "rate | percent | | irr(flow)\ntwice | percent | | 2 * rate + discount\ncurve | USD | | lookup(used, at, fee)"
    )
    found = {id_: closed_form(results, Cell(id_)) for id_ in ("cost", "sums", "worth", "rate", "twice", "curve")}
    assert {id_: form.text for id_, form in found.items()} == {
        "cost": '2 * price["H100"]',
        "sums": 'base["DE"] + base["US"]',
        "worth": "flow[2026] + flow[2027] / (1 + discount) + flow[2028] / (1 + discount) ** 2",
        "rate": "irr(flow)",
        "twice": "2 * rate + discount",
        "curve": "lookup(used, at, fee)",
    }
    assert found["cost"].settled == {"gpu": "H100"}
    assert found["sums"].settled == {"at_gpu[DE]": "H100", "at_gpu[FR]": "B200", "at_gpu[US]": "H100"}
    assert [id_ for id_, form in found.items() if form.is_searched] == ["rate", "curve"]
    assert found["twice"].stops == ("rate",)
    assert r"\frac{\mathrm{flow[2027]}}" in found["worth"].latex


def test_curves_bend_and_jump_at_their_points_and_groups_do_not() -> None:
    results = chips(
        "curve | USD | | lookup(used, at, fee)\nstairs | USD | | step(used, at, fee) * used\n"
        "taxed | USD ** 2 | country | base * regional[region]\nregional | USD | region | max(base, by=region)"
    )
    (bend,) = asked(results, "curve").notes
    assert bend == (
        "'curve' is at a kink, lookup(used, at, fee, over=tier), where used is at[2] = 100: "
        "its derivative is that of one side"
    )
    jump, steps, *_ = asked(results, "stairs").notes
    assert jump.startswith("'stairs' jumps at step(used, at, fee, over=tier), where used is at[2] = 100")
    assert steps == "'stairs' goes in steps, step(used, at, fee, over=tier): between them its derivative is 0"
    assert asked(results, "taxed").notes == ()
    assert asked(chips("curve | USD | | lookup(used, at, fee)", used=101), "curve").notes == ()


def test_flows_that_begin_late_go_in_no_steps() -> None:
    text = CHIPS.replace("from = 2026\nto = 2028", 'from = "2026"\nto = "2028"').replace(
        "from = 2026, list = [-100", 'from = "2026", list = [0, -60'
    )
    text = (
        text.replace("-60, 80, 40]", "-60, 80]") + "[b.rate]\nlabel = 'r'\nunit = 'percent'\nformula = 'xirr(flow)'\n"
    )
    results = evaluate(plan(loads(text)))
    assert asked(results, "rate").notes == ()


def test_choices_vary_from_case_to_case_and_are_edited_live() -> None:
    results = chips(f"{COST}\nsums | USD | chip | sum(base, by=at_gpu)")
    many = evaluate_many(results.plan, {"gpu": [0, 1, 2], "at_gpu[US]": [2, 1, 0]})
    assert many["cost"].tolist() == [6, 50, 4]
    assert many["sums"].tolist() == [[1, 2, 3], [1, 5, 0], [4, 2, 0]]
    live = Live(results)
    assert live.set("gpu", 1) == ["gpu", "cost"]
    assert live["cost"] == 50
    live.set("at_gpu[DE]", 1)
    assert np.asarray(live["sums"]).tolist() == [3, 3, 0]
