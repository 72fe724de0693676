"""More ways out: tables, JSON, diagrams, and a model to begin with."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import TOY

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import Plan, plan
from exports.results.tables import as_csv, as_markdown
from plainsheet.commands import main


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lemonade.toml").write_text(TOY)
    return tmp_path


def run(*arguments: str) -> str:
    """Run a command that must succeed."""
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_form_is_written_at_once(here: Path) -> None:
    run("export", "--xlsx", "--json", "--csv", "tables.csv", "--markdown")
    assert {path.name for path in here.iterdir()} == {
        "lemonade.toml", "lemonade.xlsx", "lemonade.json", "tables.csv", "lemonade.md",
    }  # fmt: skip
    assert json.loads((here / "lemonade.json").read_text())["title"] == "Lemonade"
    assert (here / "lemonade.json").read_text().strip() == run("solve", "--json").strip()


def test_the_table_has_every_quantity_in_every_scenario(here: Path) -> None:
    run("export", "--csv")
    with (here / "lemonade.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert list(rows) == ["glasses", "price", "share", "season", "sales", "profit", "day_per_week_"]
    assert [rows["sales"][case] for case in ("usual", "hot", "hot_dear")] == ["8400", "25200", "35280"]
    assert (rows["share"]["usual"], rows["share"]["unit"]) == ("30", "percent")
    assert (rows["sales"]["formula"], rows["price"]["sources"]) == ("glasses * price * season", "stand")


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@x"])
def test_a_label_in_a_table_is_no_formula(label: str) -> None:
    made = plan(loads(TOY.replace("Glasses sold", label)))
    table = as_csv(made, {case.id: evaluate(made, case.id) for case in made.cases})
    (row,) = [row for row in csv.DictReader(table.splitlines()) if row["name"] == "glasses"]
    assert row["label"] == f"'{label}"


def test_markdown_keeps_its_tables_whole(toy: Plan) -> None:
    made = plan(loads(TOY.replace("Glasses sold", "a | b <script> *c*")))
    page = as_markdown(made, {case.id: evaluate(made, case.id) for case in made.cases})
    (line,) = [line for line in page.splitlines() if "script" in line]
    assert line.startswith(r"| a \| b \<script\> \*c\* | `glasses` | 40 | 120 | 120 |")
    tables = [
        line
        for line in as_markdown(toy, {case.id: evaluate(toy, case.id) for case in toy.cases}).splitlines()
        if line[:1] == "|"
    ]
    assert {line.count("|") for line in tables} == {7}


def test_a_diagram_has_an_arrow_for_each_use(here: Path) -> None:  # noqa: ARG001  # the folder with the model
    found = json.loads(run("graph", "--json"))
    assert [node["id"] for node in found["nodes"] if node["kind"] == "formula"] == ["sales", "profit"]
    assert sorted(map(tuple, found["edges"])) == [
        ("glasses", "sales"), ("price", "sales"), ("sales", "profit"), ("season", "sales"), ("share", "profit"),
    ]  # fmt: skip
    assert len(re.findall("-->", run("graph"))) == 5
    assert len(re.findall("->", run("graph", "--dot"))) == 5


def test_a_diagram_may_be_of_one_quantity(here: Path) -> None:  # noqa: ARG001
    assert {node["id"] for node in json.loads(run("graph", "--json", "--upstream", "sales"))["nodes"]} == {
        "sales",
        "glasses",
        "price",
        "season",
    }
    assert {node["id"] for node in json.loads(run("graph", "--json", "--downstream", "sales"))["nodes"]} == {
        "sales",
        "profit",
    }
    result = CliRunner().invoke(main, ["graph", "--upstream", "sale"])
    assert (result.exit_code, "did you mean 'sales'" in result.stderr) == (1, True)


def test_labels_in_a_diagram_cannot_break_out_of_it(here: Path) -> None:
    (here / "lemonade.toml").write_text(TOY.replace("Glasses sold", '\\"]; a --> b; <script> # \\\\'))
    assert '"#34;]; a --#62; b; #60;script#62; #35; \\"' in run("graph")
    assert r'label="\"]; a --> b; <script> # \\"' in run("graph", "--dot")


def test_a_new_model_passes_every_check_strictly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("new", "rental.toml")
    run("check", "rental.toml", "--strict")
    run("export", "rental.toml", "--xlsx")
    again = CliRunner().invoke(main, ["new", "rental.toml"])
    assert (again.exit_code, "rental.toml' is" in again.stderr) == (2, True)
    run("new")
    assert (tmp_path / "model.toml").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete_commands(shell: str) -> None:
    result = CliRunner().invoke(main, [], env={"_PLAINSHEET_COMPLETE": f"{shell}_source"}, prog_name="plainsheet")
    assert "plainsheet" in result.output
