"""What finance opens: live, protected, labelled, and the same bytes each time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from engine.model.load import loads
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.workbook.formulas.excel import LONGEST
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.exported import lemonade
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, formulas
from tests.oracles.iron_calc import IronCalc
from tests.places import ROOT
from tests.toys.lemonade import TOY
from tests.toys.single import HEAD, one, result


@pytest.fixture(scope="module")
def content() -> bytes:
    return lemonade()


def place(toy: Plan, id_: str) -> tuple[str, str]:
    """Return the sheet and the cell of a quantity."""
    block = Layout(toy).block(id_)
    return block.sheet, block.cell().replace("$", "")


def test_the_sheets_come_in_the_order_of_calculation_and_none_is_hidden(content: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(content))
    order = ["Cover", "Inputs", "Model", "Cases", "Scenarios", "Sensitivity", "Checks", "Sources", "Registry"]
    assert book.sheetnames == order
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    assert not any(sheet.merged_cells.ranges for sheet in book)


def test_columns_mean_the_same_on_every_sheet(toy: Plan, content: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(content))
    for name in ("Inputs", "Model", "Checks", "Registry"):
        sheet = book[name]
        assert sheet["C5"].value == "Name"
        assert sheet["D5"].value == "Unit"
    sheet, cell = place(toy, "sales")
    row = cell[1:]
    assert book[sheet][f"B{row}"].value == "Sales in the season"
    assert book[sheet][f"C{row}"].value == "sales"
    assert book[sheet][f"D{row}"].value == "EUR"
    assert book[sheet][f"F{row}"].value == "glasses × price × season"


def test_a_typed_number_changes_the_results(toy: Plan, content: bytes) -> None:
    book = IronCalc(content)
    _, cell = place(toy, "price")
    book.type("Inputs", f"G{cell[1:]}", 5.0)
    where = place(toy, "sales")
    assert book.values([where])[where] == pytest.approx(16800, rel=1e-12)


def test_an_inherited_cell_follows_until_a_number_is_typed_over_it(toy: Plan, content: bytes) -> None:
    book = IronCalc(content)
    row = place(toy, "glasses")[1][1:]
    where = place(toy, "sales")
    book.type("Cover", "E6", "Hot and dear")
    assert book.values([where])[where] == pytest.approx(120 * 3.5 * 84, rel=1e-12)
    book.type("Inputs", f"H{row}", 100.0)
    assert book.values([where])[where] == pytest.approx(100 * 3.5 * 84, rel=1e-12)
    book.type("Inputs", f"I{row}", 10.0)
    assert book.values([where])[where] == pytest.approx(10 * 3.5 * 84, rel=1e-12)


def test_a_change_is_counted_and_stops_the_judging_of_published_figures(toy: Plan, content: bytes) -> None:
    book = IronCalc(content)
    statuses = [cell for cell, formula in formulas(content).items() if "inputs changed" in formula]
    assert set(book.values(statuses).values()) == {"other scenario", "reproduced"}
    book.type("Inputs", f"G{place(toy, 'price')[1][1:]}", 5.0)
    assert set(book.values(statuses).values()) == {"inputs changed", "other scenario"}
    assert book.values([("Checks", "E8")])["Checks", "E8"] == 1


def test_a_value_out_of_bounds_or_a_word_fails_the_master_check(toy: Plan, content: bytes) -> None:
    for value in (99.0, "much"):
        book = IronCalc(content)
        book.type("Inputs", f"G{place(toy, 'price')[1][1:]}", value)
        assert "FAIL" in str(book.values([("Cover", "B4")])["Cover", "B4"])
    book = IronCalc(content)
    book.type("Inputs", f"G{place(toy, 'share')[1][1:]}", 2.0)
    values = book.values([("Cover", "B4"), ("Checks", "E7")])
    # Out of bounds itself, and the check of the model and the bound of the profit fail with it.
    assert values == {("Cover", "B4"): "3 CHECKS FAIL", ("Checks", "E7"): 3}


def test_only_inputs_and_the_choice_are_unlocked(toy: Plan, content: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(content))
    unlocked = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    rows = [place(toy, row.id)[1][1:] for row in toy.rows if row.kind == "input"]
    top = next(cell.row for cell in book["Scenarios"]["B"] if cell.value == "From one scenario to another")
    square = next(cell.row for cell in book["Sensitivity"]["B"] if cell.value == "Two inputs at once")
    chosen = {
        ("Cover", "E6"),
        *[("Sensitivity", f"E{square + line}") for line in (1, 2)],
        *[("Scenarios", f"E{top + line}") for line in (1, 2, 3)],
        ("Sensitivity", "E6"),
        ("Sensitivity", "E10"),
        *[("Sensitivity", f"E{cell.row}") for cell in book["Sensitivity"]["B"] if cell.value == "Input to be found"],
    }
    layout = Layout(toy)
    price = toy.row("price")
    ends = {layout.end(price, "low"), layout.end(price, "high"), layout.swing, layout.target}
    typed = {("Inputs", f"{column}{row}") for row in rows for column in "GHI"}
    assert unlocked == chosen | typed | {("Inputs", end.replace("$", "")) for end in ends}
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book)


def test_validation_keeps_to_bounds_in_stored_units(toy: Plan, content: bytes) -> None:
    sheet = openpyxl.load_workbook(BytesIO(content))["Inputs"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    rows = {id_: place(toy, id_)[1][1:] for id_ in ("glasses", "price", "share")}
    glasses = rules[f"G{rows['glasses']}:I{rows['glasses']}"]
    assert (glasses.type, float(glasses.formula1)) == ("whole", 0)
    price = rules[f"G{rows['price']}:I{rows['price']}"]
    assert (price.type, float(price.formula1), float(price.formula2)) == ("decimal", 0, 10)
    assert float(rules[f"G{rows['share']}:I{rows['share']}"].formula2) == 1
    assert all(rule.showErrorMessage for rule in rules.values())


def test_the_scenario_is_chosen_from_a_list(content: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(content))
    (rule,) = book["Cover"].data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", "Inputs!$G$5:$I$5", "E6")
    assert [cell.value for cell in book["Inputs"]["G5:I5"][0]] == ["Usual", "Hot day", "Hot and dear"]


def test_percent_is_a_percent_cell(toy: Plan, content: bytes) -> None:
    sheet, cell = place(toy, "share")
    assert cached(content)[sheet, cell] == 0.3
    assert openpyxl.load_workbook(BytesIO(content))[sheet][cell].number_format == "0.0 %"


def test_formulas_hold_no_numbers_but_0_1_2_and_10(toy: Plan, content: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(content))
    for line in Layout(toy).model:
        if line.row is not None:
            formula = book["Model"][f"E{line.number}"].value
            digits = "".join(char if char.isalnum() or char in "$." else " " for char in formula).split()
            assert {part for part in digits if part[0].isdigit()} <= {"0", "1", "2", "10"}, formula


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1", "＠SUM(A1)", "<b>&\"'", "_x0041_", " spaced "],
)
def test_text_of_the_model_stays_text(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    model = TOY.replace("Sales in the season", quoted).replace("Our stand", quoted).replace("Lemonade", quoted)
    model = model.replace('label        = "Hot day"', f'label = "{quoted}"').replace(
        "Lemons cost less than the lemonade", quoted
    )
    content = workbook(plan(loads(model)))
    book = openpyxl.load_workbook(BytesIO(content))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value in (text, escaped(text))]
    assert len(found) >= 5
    assert {cell.data_type for cell in found} == {"s"}
    assert all(cell.quotePrefix for cell in found if text[0] in "=+-@＝＠")
    assert not any(formula.endswith(text) for formula in formulas(content).values())


def escaped(text: str) -> str:
    """Return a text as the file holds it: Excel reads _x0041_ as A."""
    return text.replace("_x0041_", "_x005F_x0041_")


def test_the_package_has_nothing_that_runs_or_leads_elsewhere(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as package:
        names = package.namelist()
        assert not any(part in name for name in names for part in ("vba", "externalLink", "connections", "embeddings"))
        assert not any(b'TargetMode="External"' in package.read(name) for name in names)


@pytest.mark.slow
def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "lemonade.toml"
    path.write_text(TOY)
    code = "import sys; from engine.model.load import load; from engine.planning.planner import plan; from exports.workbook.xlsx import workbook;"
    code += "sys.stdout.buffer.write(workbook(plan(load(sys.argv[1]))))"
    made = []
    # Elsewhere, where the clock shows other hours, and in another second.
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        time.sleep(1 - time.time() % 1)
        run = subprocess.run(
            [sys.executable, "-c", code, str(path)], cwd=ROOT, env=environment, capture_output=True, check=True
        )
        made.append(run.stdout)
    assert made[0] == made[1]
    assert len(made[0]) > 10_000


def test_a_row_that_is_not_finite_is_refused() -> None:
    broken = TOY.replace("sales * (1 - share)", "sales / (share - share)")
    with pytest.raises(ModelError, match="division by zero"):
        workbook(plan(loads(broken)))


def test_a_formula_that_excel_could_not_hold_stands_in_steps() -> None:
    long = f"sales * (1 - max({', '.join(['share*share*share'] * 255)}))"
    deep = "sales"
    for _ in range(70):
        deep = f"max({deep}, profit_before)"
    for formula in (long, deep):
        text = TOY.replace('formula = "sales * (1 - share)"', f'formula = "{formula}"')
        text += '[result.profit_before]\nlabel = "x"\nvalue = 1\nunit = "EUR"\nnote = "x"\n'
        longest = max(len(one) for one in formulas(workbook(plan(loads(text)))).values())
        assert longest <= LONGEST


def test_a_scenario_named_like_a_year_is_chosen_as_text() -> None:
    content = workbook(plan(loads(TOY.replace('label = "Usual"', 'label = "2026"'))))
    cell = openpyxl.load_workbook(BytesIO(content))["Cover"]["E6"]
    assert (cell.value, cell.data_type, cell.number_format) == ("2026", "s", "@")


def test_a_whole_number_of_percent_is_whole_in_the_workbook_too() -> None:
    content = workbook(
        plan(loads(HEAD + one("29", "percent", "whole = true") + result("x", "percent", "whole = true")))
    )
    own = cached(content)
    values = IronCalc(content).values(formulas(content))
    assert {cell: value for cell, value in values.items() if own[cell] != value} == {}
    assert "FAIL" not in own.values()


def test_a_cell_holds_no_more_text_than_excel_can() -> None:
    sources = "".join(f'[sources.s{i}]\ntitle = "{"t" * 190}"\n' for i in range(300))
    names = ", ".join(f'"s{i}"' for i in range(300))
    content = workbook(plan(loads(HEAD + sources + one("2", more=f"source = [{names}]"))))
    assert max(len(str(value)) for value in cached(content).values()) <= 32_767


def test_a_block_has_its_row_on_the_right_sheet() -> None:
    layout = Layout(plan(loads(TOY)))
    assert layout.reference("sales", "Model") == layout.block("sales").cell()
    assert layout.reference("price", "Model").startswith("Inputs!$E$")


@pytest.mark.parametrize(
    "formula", ["-(x**2 * y)", "y + (-(x**2 * y))", "-((x + 1)**2 / y * y)", "-(x**2)", "-(y * x**2)"]
)
def test_a_sign_before_a_product_that_begins_with_a_power_is_its_own(formula: str) -> None:
    inputs = "".join(
        [f'[a.{name}]\nlabel = "{name}"\nvalue = {value}\nunit = "1"\n' for name, value in (("x", -3), ("y", 2))]
    )
    made = workbook(
        plan(loads(f'[model]\ntitle = "Signs"\n{inputs}[a.z]\nlabel = "z"\nformula = "{formula}"\nunit = "1"\n'))
    )
    assert differences(made, IronCalc(made).values(formulas(made))) == []
