"""What a scenario is made of is told wherever it is shown: those that it extends, what it sets, and its factors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import succeed

TEXT = """
[model]
title    = "Shop"
scenario = "both"
outputs  = ["cost"]

[units]
USD = "[money]"

[dimensions.kind]
members = ["old", "new"]

[dimensions.town]
members = ["Ulm", "Bonn"]

[scenarios.plan]
label = "Plan"

[scenarios.high]
label         = "High"
set.bought    = "new"
set.share     = 60
scale.pieces  = 1.5

[scenarios.slow]
label            = "Slow"
extends          = "plan"
scale.pieces.Ulm = 2
set.price.new    = 7

[scenarios.both]
label       = "Both"
extends     = ["high", "slow"]
scale.share = 0.5

[a.bought]
label  = "Bought"
choice = "kind"
value  = "old"
note   = "illustrative"

[a.price]
label = "Price"
over  = "kind"
unit  = "USD"
value = [1, 2]
note  = "illustrative"

[a.pieces]
label = "Pieces"
over  = "town"
unit  = "1"
value = [3, 4]
note  = "illustrative"

[a.share]
label = "Share"
unit  = "percent"
value = 50
note  = "illustrative"

[a.cost]
label   = "Cost"
unit    = "USD"
formula = "price[bought] * sum(pieces) * share"
"""
MADE_OF = {
    "plan": {"extends": [], "set": {}, "scale": {}},
    "high": {"extends": [], "set": {"bought": "new", "share": 60}, "scale": {"pieces": 1.5}},
    "slow": {"extends": ["plan"], "set": {"price[new]": 7}, "scale": {"pieces[Ulm]": 2}},
    "both": {"extends": ["high", "slow"], "set": {}, "scale": {"share": 0.5}},
}


@pytest.fixture(name="shop")
def _shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.toml"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", MADE_OF)
def test_json_has_what_a_scenario_says(name: str, shop: str) -> None:
    found = json.loads(succeed("solve", shop, "--scenario", name, "--json"))
    assert {key: found[key] for key in ("extends", "set", "scale")} == MADE_OF[name]
    every = json.loads(succeed("solve", shop, "--all-scenarios", "--json"))["scenarios"][name]
    assert {key: every[key] for key in ("extends", "set", "scale")} == MADE_OF[name]


def test_json_of_scenarios_composed_for_a_moment_names_them(shop: str) -> None:
    found = json.loads(succeed("solve", shop, "--scenario", "slow+high", "--json"))
    assert (found["scenario"], found["extends"], found["set"], found["scale"]) == (
        "slow+high",
        ["slow", "high"],
        {},
        {},
    )
    base = json.loads(succeed("solve", shop, "--scenario", "base", "--json"))
    assert (base["extends"], base["set"], base["scale"]) == ([], {}, {})


@pytest.mark.parametrize("command", [("solve",), ("explain", "cost"), ("sensitivity",), ("goal", "cost=20", "--by", "share")])  # fmt: skip
def test_a_scenario_is_told_with_its_bases_and_factors(command: tuple[str, ...], shop: str) -> None:
    lines = succeed(*command, "--model", shop).splitlines()
    at = lines.index("Scenario: Both")
    assert lines[at + 1] == "  extends High, Slow; Share x 0.5"
    composed = succeed(*command, "--model", shop, "--scenario", "slow+high")
    assert (
        "  Slow: extends Plan; Price · new = 7 USD, Pieces · Ulm x 2. High: Bought = new, Share = 60 percent, Pieces x 1.5"
        in composed.splitlines()
    )


def test_tables_of_all_scenarios_say_what_each_is_made_of(shop: str, tmp_path: Path) -> None:
    told = succeed("solve", shop, "--all-scenarios").splitlines()
    assert told[1:4] == [
        "  High: Bought = new, Share = 60 percent, Pieces x 1.5",
        "  Slow: extends Plan; Price · new = 7 USD, Pieces · Ulm x 2",
        "  Both: extends High, Slow; Share x 0.5",
    ]
    page = tmp_path / "shop.md"
    succeed("export", shop, "--markdown", page)
    assert "## Scenarios\n\n* **High**: Bought = new, Share = 60 percent, Pieces x 1.5\n" in page.read_text()


def test_an_input_is_told_with_the_scenarios_that_changed_it(shop: str) -> None:
    told = succeed("explain", "cost", "--model", shop, "--set", "price[old]=3")
    assert "set by the scenario High, scaled by 0.5 by the scenario Both" in told
    assert "scaled by 2 by the scenario Slow, scaled by 1.5 by the scenario High" in told
    assert "for this run" not in told
    assert "set for this run" in succeed("explain", "share", "--model", shop, "--set", "share=3")
