"""Workbooks as versions of a model in a review, and what an import tells of what it cannot take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.command_line import run

TEXT = """\
[model]
title   = "Plant"
outputs = ["profit"]

[units]
EUR = "[money]"

[dimensions.site]
members = ["Alm", "Tal"]

[dimensions.year]
from = 2026
to   = 2028

[scenarios.plan]
label = "Plan"

[scenarios.dry]
label     = "Dry"
set.price = 60

[plant]
price    = { label = "Price", unit = "EUR/MWh", value = 68 }
capacity = { label = "Capacity", unit = "MW", over = "site", value = [5, 8] }
hours    = { label = "Hours", unit = "hour", over = "year", value = { from = 2026, list = [900, 950, 1000] } }
loss     = { label = "Loss", unit = "percent", value = 2 }
energy   = { label = "Energy", unit = "MWh", over = "year", formula = "sum(capacity) * hours * (1 - loss)" }
sales    = { label = "Sales", unit = "kEUR", over = "year", formula = "energy * price" }
cost     = { label = "Cost", unit = "EUR", formula = "price * 365 * sum(capacity) * hours[2026] / hours[2026] * work" }
work     = { label = "Work", unit = "hour", value = 0.1 }
profit   = { label = "Profit", unit = "EUR", formula = "sum(sales) - cost" }
"""


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the model, with a workbook as exported beside it."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "plant.toml"
    path.write_text(TEXT)
    assert run("export", "plant.toml", "--xlsx", "plant.xlsx").exit_code == 0
    return path


def line(sheet: Worksheet, name: str) -> int:
    return next(number for number, cells in enumerate(sheet.iter_rows(), 1) if cells[2].value == name)


def edited(**cells: Any) -> None:  # noqa: ANN401  # what a person types
    """Type into the workbook: by name of the line and column, as in price_G."""
    book = openpyxl.load_workbook("plant.xlsx")
    for key, value in cells.items():
        name, _, column = key.rpartition("_")
        sheet = next(
            sheet for sheet in (book["Inputs"], book["Model"]) if name in [row[2].value for row in sheet.iter_rows()]
        )
        sheet[f"{column}{line(sheet, name)}"] = value
    book.save("back.xlsx")


def diff(*arguments: str) -> dict[str, Any]:
    result = run("diff", *arguments, "--json", "-m", "plant.toml")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_two_exports_are_compared_whatever_the_text_says_today(plant: Path) -> None:
    changed = TEXT.replace("value = 68", "value = 70").replace("[900, 950, 1000]", "[900, 900, 1000]")
    plant.write_text(changed)
    assert run("export", "plant.toml", "--xlsx", "later.xlsx").exit_code == 0
    told = ["price: 68 EUR/MWh -> 70 EUR/MWh", "hours[2027]: 950 hour -> 900 hour"]
    for today in (changed, TEXT, TEXT.replace("value = 68", "value = 90").replace("= 60", "= 61")):
        plant.write_text(today)
        found = diff("plant.xlsx", "later.xlsx")
        assert [f"{one['id']}: {one['before']} -> {one['after']}" for one in found["differences"]] == told
    plant.write_text(TEXT)
    # What the file says, and what the workbook of it says, is one.
    assert diff("plant.toml", "plant.xlsx")["differences"] == []


def test_a_formula_of_a_workbook_counts_where_it_can_be_read_and_is_said_where_not(plant: Path) -> None:
    book = openpyxl.load_workbook("plant.xlsx")
    sheet = book["Model"]
    at = line(sheet, "profit")
    sheet[f"E{at}"] = f"{sheet[f'E{at}'].value}*2"
    book.save("back.xlsx")
    found = diff("plant.toml", "back.xlsx")
    assert [(one["kind"], one["id"]) for one in found["differences"]] == [("formula", "profit")]
    assert found["notes"] == []
    at = line(sheet, "sales")
    sheet[f"H{at}"] = 7
    book.save("back.xlsx")
    notes = diff("plant.toml", "back.xlsx")["notes"]
    assert [f"back.xlsx: Model!H{at}, Sales, was changed and counts as before" in note for note in notes] == [True]
    assert f"note: {notes[0]}" in run("diff", "plant.toml", "back.xlsx", "-m", "plant.toml").output
    assert str(plant)


@pytest.mark.usefixtures("plant")
def test_constants_that_were_typed_over_are_told() -> None:
    book = openpyxl.load_workbook("plant.xlsx")
    names = {row[2].value: row[1].value for row in book["Inputs"].iter_rows() if row[2].value}
    (number,) = [name for name in names if name.startswith("cost") and name != "cost"]
    (factor,) = [name for name in names if "kiloeur" in name.casefold()]
    edited(**{f"{number}_E": 360, f"{factor}_E": 10})
    result = run("import", "back.xlsx", "-m", "plant.toml")
    assert "2 formulas were changed" in result.output
    assert "cannot be taken: it follows from the units" in result.output
    assert "cannot be taken: a number in a formula is changed in the text" in result.output
    assert run("import", "back.xlsx", "-m", "plant.toml", "--formulas").exit_code == 1


def test_what_was_typed_for_a_scenario_that_is_gone_is_refused(plant: Path) -> None:
    edited(loss_H=0.07)
    plant.write_text(TEXT.replace('[scenarios.dry]\nlabel     = "Dry"\nset.price = 60\n', ""))
    result = run("import", "back.xlsx", "-m", "plant.toml")
    assert (result.exit_code, "0.07 was typed for an input that the text has no more" in result.output) == (1, True)


@pytest.mark.parametrize("change", [('["Alm", "Tal"]', '["Alm", "Tal", "Berg"]', "[5, 8]", "[5, 8, 3]"), ("to   = 2028", "to   = 2029", "[900, 950, 1000]", "[900, 950, 1000, 1000]")])  # fmt: skip
def test_a_workbook_from_before_a_member_came_has_no_changed_formulas(change: tuple[str, ...], plant: Path) -> None:
    plant.write_text(TEXT.replace(change[0], change[1]).replace(change[2], change[3]))
    result = run("import", "plant.xlsx", "-m", "plant.toml", "--check")
    assert (result.exit_code, "formula was" in result.output or "formulas were" in result.output) == (0, False)
    assert "are others in the text: formulas over them were not compared" in result.output
