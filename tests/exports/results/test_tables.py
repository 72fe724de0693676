"""Results as CSV and as Markdown."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.results.tables import as_csv, as_markdown
from tests.command_line import succeed
from tests.toys.lemonade import TOY
from tests.toys.orchard import computed


def test_csv_has_a_line_a_member_and_markdown_a_table(orchard: Path) -> None:
    made = plan(loads(orchard.read_text()))
    results = {case.id: evaluate(made, case.id) for case in made.cases}
    lines = list(csv.DictReader(io.StringIO(as_csv(made, results))))
    found = {line["member"]: line["dear"] for line in lines if line["name"] == "total"}
    assert found["2027, sour cherry"] == "45"
    assert len(found) == 8
    assert "| Total · apple | `total` | Dear cherries | 20 | 40 | 60 | 80 | EUR |" in as_markdown(made, results)


def test_a_member_s_formula_is_that_of_its_own_dimension_where_two_share_names() -> None:
    text = '[model]\ntitle = "x"\n[dimensions.a]\nmembers = ["A", "B"]\n[dimensions.b]\nmembers = ["A", "B"]\n'
    text += '[s.x]\nlabel = "x"\nunit = "1"\nover = ["a", "b"]\nformula.B = "1 + 1"\nformula.A = "1 + 0"\n'
    text += '[s.y]\nlabel = "y"\nunit = "1"\nover = ["b", "a"]\nformula = "x"\n'
    made = plan(loads(text))
    results = {case.id: evaluate(made, case.id) for case in made.cases}
    lines = {(line["name"], line["member"]): line for line in csv.DictReader(io.StringIO(as_csv(made, results)))}
    for member, formula, value in (("A, B", "1 + 0", "1"), ("B, A", "1 + 1", "2")):
        assert (lines["x", member]["formula"], lines["x", member]["base"]) == (formula, value)
    quantity = made.model.by_id["x"]
    swapped = replace(quantity, formulas_over="b")
    assert str(getattr(swapped.formula_for(("A", "B")), "text", "")) == "1 + 1"


def test_actuals_are_inputs_in_the_csv() -> None:
    made = computed('value = { from = 2026, list = [7, 8] }\nformula = "prev(total, 0) * 2"\nnote = "x"', '"year"')
    lines = csv.DictReader(io.StringIO(as_csv(made, {case.id: evaluate(made, case.id) for case in made.cases})))
    kinds = [(line["kind"], line["formula"]) for line in lines if line["name"] == "total"]
    assert kinds == [("input", "")] * 2 + [("formula", "prev(total, 0) * 2")] * 2


def test_the_table_has_every_quantity_in_every_scenario(here: Path) -> None:
    succeed("export", "--csv")
    with (here / "lemonade.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert list(rows) == ["glasses", "price", "share", "season", "sales", "profit", "day_per_week_"]
    assert [rows["sales"][case] for case in ("usual", "hot", "hot_dear")] == ["8400", "25200", "35280"]
    assert (rows["share"]["usual"], rows["share"]["unit"]) == ("30", "percent")
    assert (rows["sales"]["formula"], rows["price"]["sources"]) == ("glasses * price * season", "stand")


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@x", "＝1+1", "＋1", "－1", "＠x", "﹢1"])
def test_a_label_in_a_table_is_no_formula(label: str) -> None:
    made = plan(loads(TOY.replace("Glasses sold", label)))
    table = as_csv(made, {case.id: evaluate(made, case.id) for case in made.cases})
    (row,) = [row for row in csv.DictReader(table.splitlines()) if row["name"] == "glasses"]
    assert row["label"] == f"'{label}"


def test_markdown_keeps_its_tables_whole(toy: Plan) -> None:
    made = plan(loads(TOY.replace("Glasses sold", "a | b <script> *c*")))
    page = as_markdown(made, {case.id: evaluate(made, case.id) for case in made.cases})
    (line,) = [line for line in page.splitlines() if "script" in line and line[:1] == "|"]
    assert line.startswith(r"| a \| b \<script\> \*c\* | `glasses` | 40 | 120 | 120 |")
    tables = [
        line
        for line in as_markdown(toy, {case.id: evaluate(toy, case.id) for case in toy.cases}).splitlines()
        if line[:1] == "|"
    ]
    assert {line.count("|") for line in tables} == {7}
