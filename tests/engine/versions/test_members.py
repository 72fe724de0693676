"""Members that only got another name are followed into everything that names them: one line says so."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.versions.attribution import attribute
from engine.versions.differences import differences
from engine.versions.pair import Pair

TEXT = """
[model]
title   = "Rigs"
outputs = ["total"]

[units]
USD = "[money]"

[sources.book]
title = "The book"

[dimensions.kind]
members = ["A100", "H100", "B200"]

[dimensions.country]
members = ["DE", "FR", "US"]

[dimensions.region]
of  = "country"
map = { DE = "Europe", FR = "Europe", US = "Americas" }

[dimensions.grade]
members = ["low", "mid", "top"]
ordered = true

[scenarios.plan]
label = "Plan"

[scenarios.big]
set.gpu         = "A100"
set.units.DE    = 7
scale.price.H100 = 2

[inputs.gpu]
label  = "GPU"
choice = "kind"
value  = "H100"

[inputs.rig]
label  = "Rig"
choice = "kind"
over   = "country"
value  = { DE = "H100", default = "B200" }

[inputs.price]
label = "Price"
over  = "kind"
unit  = "USD"
value = { A100 = 10, H100 = 20, B200 = 40 }
range = { A100 = [9, 11], H100 = [19, 22] }
note  = { H100 = "A list price." }

[inputs.units]
label = "Units"
over  = "country"
unit  = "1"
value = [1, 2, 3]

[inputs.share]
label = "Share"
over  = "grade"
unit  = "percent"
value = { from = "low", list = [10, 20, 70] }

[inputs.grid]
label = "Grid"
over  = ["country", "kind"]
unit  = "USD"
value = { DE = { H100 = 1, default = 2 }, default = 3 }

[results.cost]
label   = "Cost"
over    = "country"
unit    = "USD"
formula.DE = 'price["H100"] * units["DE"] + grid["DE", "H100"]'
formula.FR = 'price[rig["FR"]] * units["FR"] + price["H100"]'
formula.US = 'price[rig["US"]] * units["US"] if gpu == "H100" else price["B200"]'

[[results.cost.published]]
value  = 41
at     = "DE"
source = "book"

[results.of_regions]
label   = "Cost by region"
over    = "region"
unit    = "USD"
formula = "sum(cost, by=region)"

[results.total]
label   = "Total"
unit    = "USD"
formula = '''
sum(cost, where=region == "Europe") + of_regions["Americas"] + sum(price, where=kind != "H100") \
  + sum(share["low":"mid"]) * price[gpu] + (price["H100"] if rig["DE"] == "H100" else price["A100"])
'''

[checks.cheap]
label = "Cheap"
test  = 'price["H100"] <= price["B200"]'

[checks.chosen]
label = "Chosen"
test  = 'rig["DE"] != "A100"'

[charts.costs]
title = "Costs"
kind  = "bar"
x     = "scenario"
y     = ["cost[DE]", "cost[US]"]

[charts.steps]
title = "Steps"
kind  = "waterfall"
steps = ["price[H100]", "-price[A100]"]
"""
RENAMED = {"H100": "H200", "DE": "AT", "Europe": "EMEA", "low": "least"}


def renamed(*names: str, text: str = TEXT) -> str:
    for name in names:
        text = text.replace(f'"{name}"', f'"{RENAMED[name]}"')
        text = text.replace(f"[{name}]", f"[{RENAMED[name]}]").replace(f"{name} = ", f"{RENAMED[name]} = ")
        text = text.replace(f".{name} ", f".{RENAMED[name]} ")
    return text


def pair_of(old: str, new: str) -> Pair:
    plans = [plan(loads(text)) for text in (old, new)]
    solved = [{case.id: evaluate(one, case.id) for case in one.cases} for one in plans]
    return Pair.of(plans[0], plans[1], solved[0], solved[1])


def told(old: str, new: str) -> set[tuple[str, str, str, str]]:
    return {(one.id, one.what, one.before, one.after) for one in differences(pair_of(old, new))}


DIMENSIONS = {"H100": "kind", "DE": "country", "Europe": "region", "low": "grade"}


@pytest.mark.parametrize("names", [*[(name,) for name in RENAMED], tuple(RENAMED)])
def test_another_name_of_a_member_is_one_line(names: tuple[str, ...]) -> None:
    new = renamed(*names)
    assert all(f'"{name}"' not in new for name in names)
    lines = {(DIMENSIONS[name], "members", name, RENAMED[name]) for name in names}
    assert told(TEXT, new) == lines
    assert told(new, TEXT) == {(id_, what, after, before) for id_, what, before, after in lines}


def test_what_changed_beside_the_name_is_told_by_the_new_one() -> None:
    new = (
        renamed(*RENAMED)
        .replace("H200 = 20", "H200 = 21")
        .replace('price["H200"] * units', '2 * price["H200"] * units')
    )
    found = told(TEXT, new) - {(DIMENSIONS[name], "members", name, RENAMED[name]) for name in RENAMED}
    assert found == {
        ("price[H200]", "", "20 USD", "21 USD"),
        ("cost[AT]", "", 'price["H100"] * units["DE"] + grid["DE", "H100"]', '2 * price["H200"] * units["AT"] + grid["AT", "H200"]'),
    }  # fmt: skip


def test_another_name_has_no_share_and_keeps_the_shares_of_others() -> None:
    old, new = plan(loads(TEXT)), plan(loads(renamed(*RENAMED).replace("H200 = 20", "H200 = 21")))
    results = evaluate(old, "plan"), evaluate(new, "plan")
    found = attribute(Pair.of(old, new, {"plan": results[0]}, {"plan": results[1]}), *results, [Cell("total")])
    assert [player.ids for player in found.players] == [("price",)]
    assert found.shares[0, 0] == pytest.approx(results[1]["total"] - results[0]["total"])


def test_a_member_with_other_values_is_another() -> None:
    new = renamed("H100").replace("H200 = 20", "H200 = 21").replace("H200 = 1,", "H200 = 98,")
    found = told(TEXT, new)
    assert ("kind", "members", "H100", "H200") in found
    assert ("gpu", "", "H100", "H200") in found
    assert ("price[H100]", "", "20 USD", "") in found
    assert ("price[H200]", "", "", "21 USD") in found


def test_a_scenario_with_another_name_is_followed_into_charts() -> None:
    old = TEXT.replace('y     = ["cost[DE]", "cost[US]"]', 'y = "total"\nscenarios = ["plan", "big"]')
    new = old.replace("[scenarios.big]", "[scenarios.large]").replace('"big"]', '"large"]')
    assert {one[1] for one in told(old, new)} == {"name", "label"}
