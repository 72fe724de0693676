"""`plainsheet solve`: values for a person and as JSON, in a scenario and with other inputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import run, succeed
from tests.toys.debt import HEAD, quantity
from tests.toys.power import PRICES, hash_of, write


@pytest.mark.usefixtures("here")
def test_solve_prints_json_as_documented() -> None:
    result = json.loads(run("solve", "--json", "--scenario", "hot").stdout)
    assert list(result) == [
        "model",
        "title",
        "scenario",
        "extends",
        "set",
        "scale",
        "quantities",
        "published",
        "checks",
    ]
    assert (result["model"], result["title"], result["scenario"]) == ("lemonade.toml", "Lemonade", "hot")
    assert result["quantities"]["share"] == {
        "label": "Share that the lemons cost", "value": 30, "unit": "percent", "kind": "input",
    }  # fmt: skip
    assert {row["kind"] for row in result["quantities"].values()} == {"input", "formula", "constant"}
    assert result["published"] == [
        {
            "quantity": "sales",
            "scenario": "usual",
            "published": 8400,
            "computed": 8400,
            "status": "reproduced",
            "note": "",
        },
        {
            "quantity": "sales",
            "scenario": "hot_dear",
            "published": 35300,
            "computed": 35280,
            "status": "reproduced",
            "note": "",
        },
    ]
    (check,) = result["checks"]
    assert check == {
        "id": "share", "label": "Lemons cost less than the lemonade", "passed": True, "left": 30, "right": 100,
        "tolerance": pytest.approx(1.3e-7),
    }  # fmt: skip


@pytest.mark.usefixtures("here")
def test_set_takes_units_and_figures_are_not_judged_then() -> None:
    result = json.loads(run("solve", "--json", "--set", "season=7 day", "--set", "share=50 %").stdout)
    assert result["quantities"]["profit"]["value"] == pytest.approx(350)
    assert {figure["status"] for figure in result["published"]} == {"not applicable"}
    assert {figure["computed"] for figure in result["published"]} == {None}


@pytest.mark.usefixtures("here")
def test_solve_for_a_person() -> None:
    text = run("solve").stdout
    assert "Profit in the season" in text
    assert "2.50" in text  # an input as written
    assert "reproduced" in text
    assert "\x1b" not in text


HARD = "[scenarios.hard]\nlabel = 'Hard'\nset.a = -4\n"


def test_solve_names_its_kind_and_a_scenario_without_a_solution_fails_the_check(tmp_path: Path) -> None:
    path = tmp_path / "bakery.toml"
    path.write_text(HEAD + HARD + quantity("a", "4") + quantity("x", "sqrt(x) == a"))
    found = json.loads(run("solve", path, "--json").stdout)
    assert found["quantities"]["x"]["kind"] == "equation"
    assert found["checks"] == [
        {"id": "x_solved_", "label": "Solved: x", "passed": True, "left": 4, "right": 4, "tolerance": 8e-9}
    ]
    result = run("check", path)
    assert result.exit_code == 1
    assert "the equation of 'x' has no solution in the scenario 'hard'" in result.stderr
    assert "sqrt(x) == a" in result.stderr


def test_json_says_which_file_values_stand_in(tmp_path: Path) -> None:
    found = json.loads(succeed("solve", write(tmp_path), "--json"))["quantities"]
    assert found["price"]["data"] == {
        "file": "data/prices.csv",
        "sha256": hash_of(PRICES),
        "column": "price [USD/MWh]",
        "columns": None,
    }
    assert found["use"]["data"]["columns"] == "year"
    assert "data" not in found["fee"]
