"""Faults that were found once: each failed before it was mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from conftest import TOY
from oracles import IronCalc, cached, formulas

from engine.analysis.verdicts import verdicts
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.live import Live
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.units.grammar import UnitError
from engine.units.registry import Units
from engine.units.unit import PURE, Unit
from exports.style.number_format import for_result
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import anchor, workbook
from plainsheet.commands import main

ROOT = Path(__file__).parent.parent
HEAD = '[model]\ntitle = "x"\n'


def one(value: str, unit: str = "1", more: str = "", id_: str = "x") -> str:
    """Return an input."""
    return f'[a.{id_}]\nlabel = "{id_}"\nvalue = {value}\nunit = "{unit}"\nnote = "n"\n{more}\n'


def result(formula: str, unit: str = "1", more: str = "") -> str:
    """Return a result over x."""
    return f'[a.y]\nlabel = "y"\nformula = "{formula}"\nunit = "{unit}"\n{more}\n'


@pytest.mark.parametrize(("value", "bound"), [("0.1", "max = 0.1"), ("0.7", "min = 0.7"), ("1e23", "max = 1e23")])
def test_a_value_at_its_bound_is_within_it(value: str, bound: str) -> None:
    made = plan(loads(HEAD + one(value, more=bound) + result("x", more=bound)))
    assert evaluate(made, changes={"x": float(value)})["y"] == float(value)


@pytest.mark.parametrize("label", ["Low*", "L?w", "A~B"])
def test_labels_that_a_search_would_read_otherwise_are_refused(label: str) -> None:
    with pytest.raises(ModelError, match="reads as any character"):
        plan(loads(TOY.replace("Hot day", label)))


def test_a_label_may_not_be_that_of_the_values_as_written() -> None:
    text = TOY.replace('[scenarios.usual]\nlabel = "Usual"\n', "").replace("Hot day", "as written")
    with pytest.raises(ModelError, match="same label"):
        plan(loads(text))


def test_a_scenario_named_like_a_year_is_chosen_as_text() -> None:
    content = workbook(plan(loads(TOY.replace('label = "Usual"', 'label = "2026"'))))
    cell = openpyxl.load_workbook(BytesIO(content))["Cover"]["E6"]
    assert (cell.value, cell.data_type, cell.number_format) == ("2026", "s", "@")


@pytest.mark.parametrize(("left", "right", "tolerance"), [("50", "51", "1"), ("50", "52", "2")])
def test_a_tolerance_holds_at_its_edge(left: str, right: str, tolerance: str) -> None:
    text = HEAD + one(left, "percent") + one(right, "percent", id_="z")
    made = plan(loads(f'{text}[checks.c]\ntest = "x == z"\ntolerance = {tolerance}\n'))
    assert verdicts(evaluate(made))[0].passed


def test_a_whole_number_of_percent_is_whole_in_the_workbook_too() -> None:
    content = workbook(
        plan(loads(HEAD + one("29", "percent", "whole = true") + result("x", "percent", "whole = true")))
    )
    own = cached(content)
    values = IronCalc(content).values(formulas(content))
    assert {cell: value for cell, value in values.items() if own[cell] != value} == {}
    assert "FAIL" not in own.values()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + one("2", ""), "'unit' of 'a.x' is empty"),
        (HEAD + one("2").replace('label = "x"', 'label = ""'), "'label' of 'a.x' is empty"),
        (HEAD + one("2", "widget") + '[units]\nwidget = "3 widget"\n', "in terms of itself"),
        (HEAD + one("2", "nurse") + '[units]\nnurse = "nurse"\n', 'nurse = "[nurse]"'),
        (HEAD + one("2", "EUR") + '[units]\nEUR = "eur"\n', 'EUR = "[eur]"'),
        (HEAD + one("2", "km") + one("3", "m", id_="z") + result("1 if x**200 > z**200 else 0"), "power above 100"),
        (HEAD + one("2", "km") + one("3", "m", id_="z") + result("1 if x**1e9 > z**1e9 else 0"), "power above 100"),
        (HEAD + one("2", "percent/percent/month"), "above the line"),
        (HEAD + one("2", more='published = [{ value = 2, source = "" }]'), "has no 'source'"),
        (HEAD + '["a\\u0007b".x]\nlabel = "x"\nvalue = 2\nunit = "1"\nnote = "n"\n', "cannot be printed"),
        (HEAD + one("2", "Gb"), "write Gbit or GB"),
        (HEAD + one("2", "kton"), "misleading"),
        (HEAD + one("2").replace("value", "valeu"), "did you mean 'value'?"),
        (HEAD + one("2", "million USD") + '[units]\nUSD = "[money]"\n', "MUSD"),
        (HEAD + one("2") + '[unit]\nUSD = "[money]"\n', "did you mean '[units]'?"),
        (HEAD + one("2") + "[b]\n[[b.c]]\nvalue = 1\n", "write [b.c], with single brackets"),
        (HEAD + one("2") + result("IF(x, 1, 2)"), "write a if test else b"),
        (HEAD + one("2") + result("MAX(x, 1)"), "lower case: max"),
        (HEAD + one("2") + result("ln(x)"), "log is the natural logarithm"),
        (HEAD + one("2") + result("x * 20%"), "write 0.2"),
        (HEAD + one("2") + result("x ? 1 : 2"), "write b if a else c"),
        (HEAD + one("2") + result("1 if x <> 2 else 0"), "write !="),
    ],
)  # fmt: skip
def test_a_mistake_gets_a_message_that_helps(text: str, says: str) -> None:
    with pytest.raises(ModelError) as caught:
        plan(loads(text))
    assert says in str(caught.value)


def test_a_missing_label_does_not_hide_the_note() -> None:
    with pytest.raises(ModelError) as caught:
        plan(loads(HEAD + '[a.x]\nvalue = 1\nunit = "1"\nnote = "n"\n'))
    assert [problem.code for problem in caught.value.problems] == ["missing-key"]


def test_a_check_whose_side_overflows_has_no_value() -> None:
    made = plan(loads(HEAD + one("1e200") + '[checks.c]\ntest = "x <= x * x"\n'))
    assert verdicts(evaluate(made))[0].cells[0].left is None


def test_a_percent_that_no_float_can_show_is_a_problem() -> None:
    with pytest.raises(ModelError, match="no finite value in percent"):
        evaluate(plan(loads(HEAD + one("1e307") + result("x", "percent"))))


@pytest.mark.parametrize("name", ["days", "base", "filter", "sort", "let", "concat", "ifs", "sheet", "sequence"])
def test_later_functions_of_excel_get_an_underscore_too(name: str) -> None:
    assert anchor(name) == f"{name}_"


def test_formats_keep_the_sign_and_suit_every_scenario() -> None:
    row = plan(loads(TOY)).row("profit")
    for values in ([-34889.06], [0, 522508.39], [-2345678.9], [1.5e9], [-0.5]):
        assert "[" not in for_result(row.unit, values)
    assert for_result(row.unit, [0, 522508.39]) == '#,##0 "EUR"'


def test_more_scenarios_than_anyone_compares_are_refused() -> None:
    text = HEAD + one("2") + "".join(f'[scenarios.s{i}]\nlabel = "s{i}"\nset.x = {i}\n' for i in range(300))
    with pytest.raises(ModelError, match="more than 200 scenarios"):
        plan(loads(text))


def test_a_cell_holds_no_more_text_than_excel_can() -> None:
    sources = "".join(f'[sources.s{i}]\ntitle = "{"t" * 190}"\n' for i in range(300))
    names = ", ".join(f'"s{i}"' for i in range(300))
    content = workbook(plan(loads(HEAD + sources + one("2", more=f"source = [{names}]"))))
    assert max(len(str(value)) for value in cached(content).values()) <= 32_767


def test_an_old_code_page_gets_question_marks(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(HEAD + one("2").replace('"x"', '"Ü ≤ x"'), encoding="utf-8")
    for command in (["solve", str(path)], ["explain", "x", "-m", str(path)]):
        environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
        done = subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), *command], env=environment, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")


def test_a_closed_output_is_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(HEAD + one("2"))
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} {ROOT / 'cli.py'} solve {path} >&-"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


def test_a_side_of_a_check_keeps_its_own_unit() -> None:
    text = HEAD + one("10", "hour/day") + one("14", "hour/day", id_="z") + one("24", "hour/day", id_="w")
    made = plan(loads(text + '[checks.c]\ntest = "x + z == w"\n'))
    (verdict,) = verdicts(evaluate(made))
    assert (verdict.cells[0].left, verdict.test.unit.text) == (24, "hour/day")


def test_a_literal_in_round_with_one_argument_is_lifted() -> None:
    made = plan(loads(HEAD + one("2") + result("x * round(2.5)")))
    assert [row.value for row in made.rows if row.kind == "constant"] == [2.5]


def test_two_flop_doubles_every_count_of_gpus() -> None:
    made = plan(loads((ROOT / "models" / "sora.toml").read_text()))
    low, twice = evaluate(made, "low"), evaluate(made, "two_flop")
    for id_ in ("training_gpus", "average_gpus", "peak_gpus"):
        assert twice[id_] == pytest.approx(2 * low[id_], rel=1e-12)
    assert twice["breakeven"] == pytest.approx(low["breakeven"], rel=1e-12)


def test_explain_of_a_deep_chain_says_where_it_stops(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    rows = [f'[a.q{i}y]\nlabel = "q"\nformula = "{f"q{i - 1}y" if i else "x"} + 1"\nunit = "1"\n' for i in range(100)]
    path.write_text(HEAD + one("2") + "".join(rows))
    assert "more below: explain q59y" in CliRunner().invoke(main, ["explain", "q99y", "-m", str(path)]).output


def test_a_block_has_its_row_on_the_right_sheet() -> None:
    layout = Layout(plan(loads(TOY)))
    assert layout.reference("sales", "Model") == layout.block("sales").cell()
    assert layout.reference("price", "Model").startswith("Inputs!$E$")


def test_a_misleading_name_declared_anew_leaves_pint_s_other_units_alone() -> None:
    text = HEAD + '[units]\nton = "1000 kg"\ncount = "[count]"\npound = "[pound]"\n'
    text += one("1", "short_ton") + one("1", "ton", id_="z") + one("3", "Bq*s", id_="w") + one("2", "pound", id_="p")
    made = plan(loads(text + result("x", "kg") + '[a.v]\nlabel = "v"\nformula = "z"\nunit = "kg"\n'))
    results = evaluate(made)
    assert results["y"] == pytest.approx(907.18474, rel=1e-12)
    assert results["v"] == 1000
    assert made.units.dimension(made.row("w").unit.atoms) == ()
    assert made.units.dimension(made.row("p").unit.atoms) == (("pound", 1),)


def test_a_short_name_declared_anew_does_not_let_longer_ones_pass() -> None:
    units = Units([("e", "[thing]")])
    assert units.dimension(units.parse("ke").atoms) == (("thing", 1),)
    for name in ("decade", "score/s", "grade"):
        with pytest.raises(UnitError, match="misleading" if name != "score/s" else "misleading|no unit"):
            units.parse(name)


@pytest.mark.parametrize(
    ("unit", "values", "shown"),
    [
        ("1", [6], "General"),
        ("1", [450, 7.5e9], "General"),
        ("1", [996_667, 1_993_333], "#,##0"),
        ("1", [4211.3, 10528.3], "#,##0"),
        ("1", [1.08e25], "0.00E+00;-0.00E+00;0"),
        ("1", [-15.25e6], '#,##0.0,," M";-#,##0.0,," M";0'),
        ("USD", [2.5], '#,##0.00 "USD"'),
        ("USD", [2.5e6, 3e6], '#,##0.00,," M USD"'),
        ("USD", [61234.5], '#,##0 "USD"'),
        ("percent", [0.0004], "0.000 %"),
        ("percent", [0.123], "0.0 %"),
        ("percent", [0.5], "0 %"),
        ("percent", [1.2e19], "0.00E+00"),
    ],
)
def test_a_format_shows_the_digits_that_count(unit: str, values: list[float], shown: str) -> None:
    assert for_result(Unit(unit, PURE, percent=unit == "percent"), values) == shown


def test_live_edits_keep_bounds_and_hand_out_snapshots() -> None:
    made = plan(loads(HEAD + one("20", "percent") + one("1", id_="z") + result("x * z", "percent", "max = 50")))
    live = Live(evaluate(made))
    before = live.results()
    with pytest.raises(ModelError, match="above max = 50"):
        live.set("z", 9)
    assert live["y"] == 20
    live.set("z", 2)
    assert (before["y"], live["y"]) == (20, 40)


@pytest.mark.parametrize(
    "arguments", [["new", "."], ["new", ""], ["new", "x.toml"], ["export", "x.toml", "--csv", "--scenario", "nope"]]
)
def test_paths_and_scenarios_that_cannot_be_are_refused(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.toml").write_text(HEAD + one("2"))
    done = CliRunner().invoke(main, arguments)
    assert isinstance(done.exception, SystemExit)
    assert done.exit_code == (1 if "nope" in arguments else 2)
    assert not Path("x.csv").exists()
    if "x.toml" in arguments and arguments[0] == "new":
        assert "is there already" in done.stderr


def test_problems_of_a_graph_are_json_where_it_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(HEAD + one("2"))
    done = CliRunner().invoke(main, ["graph", str(path), "--json", "--upstream", "nope"])
    assert (done.exit_code, json.loads(done.stdout)["problems"][0]["code"]) == (1, "unknown-name")


def test_help_shows_no_marks_of_its_own() -> None:
    assert "\\b" not in CliRunner().invoke(main, ["--help"]).output


def test_a_negative_zero_is_shown_as_zero() -> None:
    results = evaluate(plan(loads(HEAD + one("0") + one("-2", id_="z") + result("x * z"))))
    assert str(results["y"]) == "0.0"


def test_a_folder_named_like_a_model_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.toml").mkdir()
    done = CliRunner().invoke(main, ["check"])
    assert (done.exit_code, "there is no model here" in done.stderr) == (2, True)
