"""Rows over members and periods: what the language means by them, worked out by hand."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from engine.model.load import loads
from engine.plan.batch import evaluate_many
from engine.plan.evaluate import evaluate
from engine.plan.plan import Loop
from engine.planning.planner import Plan, plan
from engine.problems import ModelError
from exports.results.tables import as_csv, as_markdown
from plainsheet.commands import main

ORCHARD = """
[model]
title   = "Orchard"
outputs = ["total"]

[units]
EUR = "[money]"
box = "[box]"

[dimensions.fruit]
members = ["apple", "sour cherry"]

[dimensions.year]
from = 2026
to   = 2029

[scenarios.usual]
label = "Usual"

[scenarios.dear]
label                      = "Dear cherries"
set.price."sour cherry"    = 9

[scenarios.dear_late]
label       = "Dear cherries, and a late harvest"
extends     = "dear"
set.picked.apple = { from = 2028, list = [31, 41] }

[scenarios.flat]
label     = "One price"
set.price = 5

[farm.price]
label = "Price"
over  = "fruit"
unit  = "EUR/box"
value = [2, 6]
min   = 1
note  = "Our assumption."

[farm.picked]
label = "Picked"
over  = ["fruit", "year"]
unit  = "box"
value.apple         = { from = 2026, list = [10, 20, 30, 40] }
value."sour cherry" = 5
note.apple          = "Last year's."
note."sour cherry"  = "A guess."

[farm.growth]
label = "Growth"
unit  = "percent"
value = 10
note  = "Our assumption."

[farm.back]
label = "Years back"
unit  = "1"
value = 2
min   = 1
whole = true
note  = "Our assumption."

"""


def computed(formula: str, over: str = "", unit: str = "EUR", more: str = "") -> Plan:
    """Return the orchard with one more row; `over` as TOML writes it."""
    line = f"over = {over}\n" if over else ""
    row = f"[farm.total]\nlabel = 'Total'\nunit = '{unit}'\n{line}{formula}\n"
    return plan(loads(ORCHARD + row + more))


APPLE, CHERRY = [20, 40, 60, 80], [30, 30, 30, 30]

ROWS = [
    # formula, over, unit, by hand
    ("sum(picked * price, over=[fruit, year])", "", "EUR", 320),
    ("sum(picked * price, over=year)", '"fruit"', "EUR", [200, 120]),
    ("sum(picked * price, over=fruit)", '"year"', "EUR", [50, 70, 90, 110]),
    ("picked * price", '["year", "fruit"]', "EUR", list(zip(APPLE, CHERRY, strict=True))),
    ("mean(picked, over=year)", '"fruit"', "box", [25, 5]),
    ("min(price)", "", "EUR/box", 2),
    ("max(price)", "", "EUR/box", 6),
    ("max(price, 5 * min(price) / 2)", '"fruit"', "EUR/box", [5, 6]),
    ("first(picked, over=year) + last(picked, over=year)", '"fruit"', "box", [50, 10]),
    ("picked['apple', 2028]", "", "box", 30),
    ("picked['apple', :]", '"year"', "box", [10, 20, 30, 40]),
    ("picked[:, 2027]", '"fruit"', "box", [20, 5]),
    ("sum(picked['apple', 2027:2028])", "", "box", 50),
    ("sum(picked['apple', :2027])", "", "box", 30),
    ("sum(picked['apple', 2028:])", "", "box", 70),
    ("sum(picked['apple', 2026:year])", '"year"', "box", [10, 30, 60, 100]),
    ("sum(picked[:, 2027:year], over=year)", '["fruit", "year"]', "box", [[0, 20, 50, 90], [0, 5, 10, 15]]),
    ("max(picked['apple', year:2028]) if year < 2029 else 0", '"year"', "box", None),
    ("picked['apple', max(year - back, 2026)]", '"year"', "box", [10, 10, 10, 20]),
    ("prev(picked, 0, back)", '["fruit", "year"]', "box", [[0, 0, 10, 20], [0, 0, 5, 5]]),
    ("prev(total * (1 + growth), 100 * min(price) * picked['apple', 2026] / picked['apple', 2026] / 2)",
     '"year"', "EUR/box", [100, 110, 121, 133.1]),
    ("prev(total + picked, 0)", '["fruit", "year"]', "box", [[0, 10, 30, 60], [0, 5, 10, 15]]),
    ("prev(prev(picked, 1 * picked['apple', 2026]), 2 * picked['apple', 2026])", '["fruit", "year"]', "box",
     [[20, 10, 10, 20], [20, 10, 5, 5]]),
    ("year - first(year)", '"year"', "1", [0, 1, 2, 3]),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "over", "unit", "expected"), ROWS)
def test_a_formula_over_dimensions(formula: str, over: str, unit: str, expected: object) -> None:
    if expected is None:
        # An end before the beginning: the run is empty where it is not chosen, and is read nowhere else.
        formula, expected = formula.replace("year < 2029", "year <= 2028"), [30, 30, 30, 0]
    results = evaluate(computed(f'formula = "{formula}"', over, unit))
    np.testing.assert_allclose(results["total"], np.asarray(expected, dtype=np.float64))


def test_a_formula_a_member_may_use_another_s() -> None:
    made = computed("formula.apple = \"picked['apple', 2026]\"\nformula.'sour cherry' = \"total['apple'] * 3\"",
                    '"fruit"', "box")  # fmt: skip
    assert evaluate(made)["total"].tolist() == [10, 30]


def test_values_go_first_and_the_formula_goes_on() -> None:
    made = computed('value = { from = 2026, list = [7, 8] }\nformula = "prev(total * (1 + growth), 0)"', '"year"')
    np.testing.assert_allclose(evaluate(made)["total"], [7, 8, 8.8, 9.68])
    np.testing.assert_allclose(evaluate(made, changes={"total[2027]": 10})["total"], [7, 10, 11, 12.1])
    with pytest.raises(ModelError, match=r"'total\[2028\]' is computed"):
        evaluate(made, changes={"total[2028]": 10})


def test_rows_that_feed_each_other_through_prev_are_computed_together() -> None:
    more = '[farm.interest]\nlabel = "Interest"\nunit = "EUR"\nover = "year"\nformula = "prev(total, 0) * growth"\n'
    more += '[farm.loan]\nlabel = "Loan"\nunit = "EUR"\nvalue = 100\nnote = "x"\n'
    made = computed('formula = "prev(total, loan) + interest"', '"year"', more=more)
    assert made.loops == (Loop("year", ("interest", "total")),)
    np.testing.assert_allclose(evaluate(made)["total"], [100, 110, 121, 133.1])


@pytest.mark.parametrize(
    ("scenario", "price", "apple"),
    [
        ("usual", [2, 6], [10, 20, 30, 40]),
        ("dear", [2, 9], [10, 20, 30, 40]),
        ("dear_late", [2, 9], [10, 20, 31, 41]),
        ("flat", [5, 5], [10, 20, 30, 40]),
    ],
)
def test_a_scenario_sets_a_member_a_run_or_a_row(scenario: str, price: list[float], apple: list[float]) -> None:
    results = evaluate(computed('formula = "min(price)"', unit="EUR/box"), scenario)
    assert results["price"].tolist() == price
    assert results["picked"][0].tolist() == apple


def test_changes_and_many_cases_by_member() -> None:
    made = computed('formula = "sum(picked * price, over=[fruit, year])"')
    assert evaluate(made, changes={"price": 1})["total"] == 120
    assert evaluate(made, changes={"price": [1, 2]})["total"] == 140
    assert evaluate(made, changes={"price[sour cherry]": 7})["total"] == 340
    many = evaluate_many(made, {"price[apple]": [2, 3], "growth": [0, 1]})
    assert many["total"].tolist() == [320, 420]
    assert many["price"].tolist() == [[2, 6], [3, 6]]
    assert evaluate_many(made, {"price": [[2, 6], [1, 1]]})["total"].tolist() == [320, 120]
    with pytest.raises(ModelError, match="is below min = 1"):
        evaluate(made, changes={"price[apple]": 0})


@pytest.fixture
def orchard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    text = (
        ORCHARD + '[farm.total]\nlabel = "Total"\nunit = "EUR"\nover = ["year", "fruit"]\nformula = "picked * price"\n'
    )
    Path("orchard.toml").write_text(text + '[checks.some]\ntest = "picked > 0"\n')
    return Path("orchard.toml")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def test_json_is_nested_in_the_order_of_over(orchard: Path) -> None:
    record = json.loads(run("solve", str(orchard), "--json"))
    assert record["quantities"]["price"]["value"] == {"apple": 2, "sour cherry": 6}
    total = record["quantities"]["total"]
    assert total["over"] == ["year", "fruit"]
    assert total["value"]["2028"] == {"apple": 60, "sour cherry": 30}
    assert record["dimensions"] == {"fruit": ["apple", "sour cherry"], "year": ["2026", "2027", "2028", "2029"]}
    assert record["checks"][0]["left"]["sour cherry"]["2026"] == 5


def test_csv_has_a_line_a_member_and_markdown_a_table(orchard: Path) -> None:
    made = plan(loads(orchard.read_text()))
    results = {case.id: evaluate(made, case.id) for case in made.cases}
    lines = list(csv.DictReader(io.StringIO(as_csv(made, results))))
    found = {line["member"]: line["dear"] for line in lines if line["name"] == "total"}
    assert found["2027, sour cherry"] == "45"
    assert len(found) == 8
    assert "| Total · apple | `total` | Dear cherries | 20 | 40 | 60 | 80 | EUR |" in as_markdown(made, results)


def test_a_table_in_the_terminal_has_members_across(orchard: Path) -> None:
    shown = run("solve", str(orchard))
    assert "total[sour cherry]" in shown
    assert "(for all 8)" in shown


def test_explain_tells_of_one_cell(orchard: Path) -> None:
    shown = run("explain", "total[2028, apple]", "-m", str(orchard))
    assert "(picked[apple, 2028]) = 30 box" in shown
    assert "(price[apple]) = 2 EUR/box" in shown
    assert "Last year's." in shown
    wrong = CliRunner().invoke(main, ["explain", "total", "-m", str(orchard)])
    assert wrong.exit_code == 1
    assert 'explain "total[2029, sour cherry]"' in wrong.output


def test_set_changes_one_member(orchard: Path) -> None:
    record = json.loads(run("solve", str(orchard), "--json", "--set", "price[sour cherry]=0.01 kEUR/box"))
    assert record["quantities"]["price"]["value"] == {"apple": 2, "sour cherry": 10}
    wrong = CliRunner().invoke(main, ["solve", str(orchard), "--set", "price=3", "--set", "price[apple]=2"])
    assert wrong.exit_code == 1
    assert "gives both 'price' and 'price[apple]'" in wrong.output


MODELS = sorted((Path(__file__).parent.parent / "models").glob("*.toml"))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
@pytest.mark.parametrize("form", ["--mermaid", "--dot", "--json"])
def test_every_model_has_a_diagram_of_its_quantities(path: Path, form: str) -> None:
    shown = run("graph", str(path), form)
    if form == "--json":
        ids = {node["id"] for node in json.loads(shown)["nodes"]}
        assert ids == {quantity.id for quantity in plan(loads(path.read_text())).model.quantities}


def test_explain_calls_a_member_s_own_formula_by_the_name_that_it_takes(orchard: Path) -> None:
    with orchard.open("a") as file:
        file.write('[farm.crates]\nlabel = "C"\nunit = "box"\nover = ["fruit", "year"]\n')
        file.write("formula.apple = \"picked['apple', :] * 2\"\n")
        file.write("formula.'sour cherry' = \"crates['apple', :] / 2\"\n")
    shown = run("explain", "crates[sour cherry, 2027]", "-m", str(orchard))
    assert "(crates[apple, 2027]) = 40 box" in shown
    assert "= picked['apple', :] * 2" in shown
    assert "(crates[apple, 2027]) = 40 box" in run("explain", "crates[apple, 2027]", "-m", str(orchard))


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


def test_explain_says_what_a_scenario_has_set(orchard: Path) -> None:
    shown = run("explain", "price[sour cherry]", "-m", str(orchard), "--scenario", "dear")
    assert "= 9 EUR/box" in shown
    assert "set by the scenario" in shown


def test_actuals_are_inputs_in_the_csv() -> None:
    made = computed('value = { from = 2026, list = [7, 8] }\nformula = "prev(total, 0) * 2"\nnote = "x"', '"year"')
    lines = csv.DictReader(io.StringIO(as_csv(made, {case.id: evaluate(made, case.id) for case in made.cases})))
    kinds = [(line["kind"], line["formula"]) for line in lines if line["name"] == "total"]
    assert kinds == [("input", "")] * 2 + [("formula", "prev(total, 0) * 2")] * 2


def test_a_choice_does_not_read_what_is_not_chosen(orchard: Path) -> None:
    with orchard.open("a") as file:
        file.write('[farm.before]\nlabel = "L"\nunit = "box"\nover = ["fruit", "year"]\n')
        file.write('formula = "picked[:, year - 1] if year > 2026 else 0"\n')
    assert "(before[apple, 2026]) = 0 box" in run("explain", "before[apple, 2026]", "-m", str(orchard))


def test_members_between_whole_numbers_are_found() -> None:
    text = ORCHARD.replace('outputs = ["total"]', "").replace(
        "[dimensions.year]", "[dimensions.t]\nfrom = 0\nto = 1\nstep = 0.1\n[dimensions.year]"
    )
    text += '[a.dt]\nlabel = "dt"\nunit = "1"\nvalue = 0.1\nnote = "x"\n'
    text += '[a.x]\nlabel = "x"\nunit = "1"\nover = "t"\nformula = "t * 2"\n'
    text += '[a.y]\nlabel = "y"\nunit = "1"\nover = "t"\nformula = "x[max(t - dt, 0)]"\n'
    results = evaluate(plan(loads(text)))
    np.testing.assert_allclose(results["y"], [0, *results["x"][:-1]])
