"""`plainsheet sweep`, from the command line and from Python: tables, JSON, CSV that is read again, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import plainsheet as ps
from tests.command_line import run, succeed
from tests.plainsheet.commands.test_simulate import DECISION, TEXT

MODEL = ps.loads(TEXT + DECISION)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("rent.toml").write_text(TEXT + DECISION)
    return "rent.toml"


def test_a_person_is_told_each_case_and_why_one_has_no_value(model: str) -> None:
    told = succeed("sweep", model, "cost", "each", "--over", "steps=0:2:3", "--over", "price=1,2 EUR/hour")
    assert [line.split() for line in told.splitlines()[3:9]] == [
        ["steps", "price,", "EUR/hour", "cost,", "EUR", "each,", "EUR"],
        ["0", "1", "150", "none"], ["0", "2", "250", "none"], ["1", "1", "150", "150"], ["1", "2", "250", "250"],
        ["2", "1", "150", "75"],
    ]  # fmt: skip
    assert told.splitlines()[0] == "Scenario: Plan"
    assert "note: 2 of 6 cases have no each, because steps is 0" in told
    many = succeed("sweep", model, "cost", "--over", "price=1:4:1000")
    assert "... and 900 more: --csv or --json" in many
    assert len(many.splitlines()) < 110


def test_json_is_as_documented(model: str) -> None:
    found = json.loads(
        succeed("sweep", model, "total", "each", "--over", "spot=here,there", "--over", "steps=0,2", "--json")
    )
    assert list(found) == ["model", "title", "scenario", "cases", "inputs", "outputs"]
    assert (found["scenario"], found["cases"]) == ("plan", 4)
    assert found["inputs"] == {
        "spot": {"unit": "1", "values": ["here", "here", "there", "there"]},
        "steps": {"unit": "1", "values": [0, 2, 0, 2]},
    }
    assert found["outputs"] == {
        "total": {"unit": "EUR", "values": [250, 250, 280, 280], "why": {}},
        "each": {"unit": "EUR", "values": [None, 125, None, 125], "why": {"steps is 0": 2}},
    }
    told = run("sweep", model, "--over", "prize=1,2", "--json")
    assert (told.exit_code, json.loads(told.stdout)["problems"][0]["message"]) == (1, "there is no quantity 'prize'")


def test_csv_is_read_again_by_cases(model: str) -> None:
    grid = succeed("sweep", model, "cost", "--over", "price=1:2:2", "--over", "hours=0.09:0.11:3 khour", "--csv")
    lines = list(csv.reader(io.StringIO(grid)))
    assert lines[0] == ["price [EUR/hour]", "hours [hour]", "cost [EUR]"]
    assert lines[1:] == [["1", "90", "140"], ["1", "100", "150"], ["1", "110", "160"],
                         ["2", "90", "230"], ["2", "100", "250"], ["2", "110", "270"]]  # fmt: skip
    Path("cases.csv").write_text("\n".join([line.rpartition(",")[0] for line in grid.splitlines()]))
    assert succeed("sweep", model, "cost", "--cases", "cases.csv", "--csv") == grid
    Path("cases.csv").write_text("scenario,hours\nplan,100\ndear,100\n")
    assert succeed("sweep", model, "cost", "--cases", "cases.csv", "--csv").splitlines()[1:] == [
        "plan,100,250",
        "dear,100,950",
    ]
    assert "scenario" in succeed("sweep", model, "cost", "--cases", "cases.csv")
    assert json.loads(succeed("sweep", model, "cost", "--cases", "cases.csv", "--json"))["inputs"]["scenario"] == {
        "values": ["plan", "dear"]
    }


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ("", 2, "say what varies: --over price=1:10:50, or --cases FILE"),
        ("--over price=1,2 --cases c.csv", 2, "choose one of --over and --cases"),
        ("--over price=1,2 --csv --json", 2, "choose one of --csv and --json"),
        ("--over price=1,2 --workers 2 --on tcp://a:1", 2, "choose one of --workers and --on"),
        ("--over price=1,2 --workers 0", 2, "0 is not in the range"),
        ("--over price=1,2 --on nonsense", 1, "'nonsense' is no address of a scheduler"),
        ("--cases c.csv -s plan", 2, "each case has a scenario of its own"),
        ("--cases none.csv", 1, "none.csv: No such file or directory"),
        ("--cases .", 1, "Is a directory"),
        ("coast --over price=1,2", 1, "there is no quantity 'coast'"),
        ("spot --over price=1,2", 1, "'spot' is a choice"),
        ("--over price=1,2 --set price=3", 1, "'price' varies, and is set too"),
        ("--over price=1,2 -s cheap", 1, "there is no scenario 'cheap'"),
    ],
)
def test_what_does_not_fit_is_told(arguments: str, status: int, says: str, model: str) -> None:
    Path("c.csv").write_text("scenario\nplan\n")
    result = run("sweep", model, *arguments.split())
    assert (result.exit_code, says in result.output) == (status, True), result.output


def test_python_has_arrays_by_name() -> None:
    found = MODEL.sweep("cost", "total", over={"price": [1, 2], "spot": ["here", "there"]}, changes={"hours": 110})
    assert isinstance(found, ps.Sweep)
    assert (found.cases, found["cost"].tolist()) == (4, [160, 160, 270, 270])
    assert found["spot"].tolist() == ["here", "there", "here", "there"]
    assert repr(found) == "<Sweep of 'Rent', 4 cases>"
    assert list(found.frame().columns) == ["price", "spot", "cost", "total"]
    again = MODEL.sweep(
        "cost", cases=pd.DataFrame({"price": [1.0, 2.0], "scenario": ["dear", "plan"], "steps": [0, 1]})
    )
    assert again["cost"].tolist() == [
        MODEL.solve("dear", {"price": 1})["cost"],
        MODEL.solve("plan", {"price": 2})["cost"],
    ]
    assert again["scenario"].tolist() == ["dear", "plan"]
    each = MODEL.sweep("each", cases={"steps": np.array([0, 1])})
    assert (np.isnan(each["each"]).tolist(), each.why) == ([True, False], {"each": {"steps is 0": 1}})


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "choose one of over and cases"),
        ({"over": {"price": [1]}, "cases": {"price": [1]}}, "choose one of over and cases"),
        ({"over": {"prize": [1]}}, "did you mean 'price'"),
        ({"over": {"price": ["dear"]}}, "'price' cannot be"),
        ({"over": {}}, "nothing varies from case to case"),
        ({"cases": {"price": [1, 2], "hours": [1]}}, "each column of cases needs one value a case"),
        ({"cases": {"scenario": ["plan"]}, "scenario": "dear"}, "each case has a scenario of its own"),
        ({"over": {"price": [1]}, "workers": 0}, "workers = 0 is no number of processes from 1 to 256"),
        ({"over": {"price": [1]}, "workers": 2, "on": "tcp://a:1"}, "choose one of workers and on"),
        ({"over": {"price": [1]}, "on": 8786}, "'8786' is no address of a scheduler"),
    ],
)
def test_what_does_not_fit_is_a_model_error(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(ps.ModelError) as raised:
        MODEL.sweep("cost", **arguments)  # type: ignore[arg-type]  # wrong on purpose
    assert says in str(raised.value)


def test_a_name_that_is_no_column_is_told() -> None:
    found = MODEL.sweep("cost", over={"price": [1]})
    with pytest.raises(ps.ModelError, match="'hours' neither varies nor is an output"):
        found["hours"]
