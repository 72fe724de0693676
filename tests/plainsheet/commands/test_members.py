"""Members and periods on the command line: what is shown of them, explained, and set."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command_line import run, succeed


def test_json_is_nested_in_the_order_of_over(orchard: Path) -> None:
    record = json.loads(succeed("solve", str(orchard), "--json"))
    assert record["quantities"]["price"]["value"] == {"apple": 2, "sour cherry": 6}
    total = record["quantities"]["total"]
    assert total["over"] == ["year", "fruit"]
    assert total["value"]["2028"] == {"apple": 60, "sour cherry": 30}
    assert record["dimensions"] == {"fruit": ["apple", "sour cherry"], "year": ["2026", "2027", "2028", "2029"]}
    assert record["checks"][0]["left"]["sour cherry"]["2026"] == 5


def test_a_table_in_the_terminal_has_members_across(orchard: Path) -> None:
    shown = succeed("solve", str(orchard))
    assert "total[sour cherry]" in shown
    assert "(for all 8)" in shown


def test_explain_tells_of_one_cell(orchard: Path) -> None:
    shown = succeed("explain", "total[2028, apple]", "-m", str(orchard))
    assert "(picked[apple, 2028]) = 30 box" in shown
    assert "(price[apple]) = 2 EUR/box" in shown
    assert "Last year's." in shown
    wrong = run("explain", "total", "-m", str(orchard))
    assert wrong.exit_code == 1
    assert 'explain "total[2029, sour cherry]"' in wrong.output


def test_set_changes_one_member(orchard: Path) -> None:
    record = json.loads(succeed("solve", str(orchard), "--json", "--set", "price[sour cherry]=0.01 kEUR/box"))
    assert record["quantities"]["price"]["value"] == {"apple": 2, "sour cherry": 10}
    wrong = run("solve", str(orchard), "--set", "price=3", "--set", "price[apple]=2")
    assert wrong.exit_code == 1
    assert "gives both 'price' and 'price[apple]'" in wrong.output


def test_explain_calls_a_member_s_own_formula_by_the_name_that_it_takes(orchard: Path) -> None:
    with orchard.open("a") as file:
        file.write('[farm.crates]\nlabel = "C"\nunit = "box"\nover = ["fruit", "year"]\n')
        file.write("formula.apple = \"picked['apple', :] * 2\"\n")
        file.write("formula.'sour cherry' = \"crates['apple', :] / 2\"\n")
    shown = succeed("explain", "crates[sour cherry, 2027]", "-m", str(orchard))
    assert "(crates[apple, 2027]) = 40 box" in shown
    assert "= picked['apple', :] * 2" in shown
    assert "(crates[apple, 2027]) = 40 box" in succeed("explain", "crates[apple, 2027]", "-m", str(orchard))


def test_explain_says_what_a_scenario_has_set(orchard: Path) -> None:
    shown = succeed("explain", "price[sour cherry]", "-m", str(orchard), "--scenario", "dear")
    assert "= 9 EUR/box" in shown
    assert "set by the scenario" in shown


def test_a_choice_does_not_read_what_is_not_chosen(orchard: Path) -> None:
    with orchard.open("a") as file:
        file.write('[farm.before]\nlabel = "L"\nunit = "box"\nover = ["fruit", "year"]\n')
        file.write('formula = "picked[:, year - 1] if year > 2026 else 0"\n')
    assert "(before[apple, 2026]) = 0 box" in succeed("explain", "before[apple, 2026]", "-m", str(orchard))
