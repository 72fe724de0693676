"""Ranges on Inputs: beside single numbers, below members, once or by member; what Cases makes of them is the engine's."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from engine.analysis.sensitivity import sensitivity
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.style.a1 import letter
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.sensitivity import OUT_HIGH, OUT_LOW, Ranges
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys.packages import broken
from tests.toys.stall import Imported

MODEL = """\
[model]
title = "Orchard"
outputs = ["profit"]

[dimensions.fruit]
members = ["apple", "plum", "pear"]

[dimensions.year]
from = 2026
to = 2027

[scenarios.usual]
label = "Usual"

[scenarios.dry]
label = "Dry"
set.rent = 70
set.crop.apple.2026 = 8

[farm.rent]
label = "Rent"
value = 60
unit = "1"
range = [50, 90]     # quoted
min = 0
note = "Ours."

[farm.hands]
label = "Hands"
value = 5
unit = "1"
min = 5
max = 20
whole = true
note = "Ours."

[farm.loss]
label = "Loss"
value = -4
unit = "1"
note = "Ours."

[farm.price]
label = "Price"
over = "fruit"
unit = "1"
value.apple = 3
value.plum = 5
value.pear = 4
range.apple = [2, 6]
min.plum = 4.8
note = "Ours."

[farm.wage]
label = "Wage"
over = "year"
unit = "1"
value = { from = 2026, list = [3, 4] }
range = [2, 5]       # agreed for both years
note = "Ours."

[farm.crop]
label = "Crop"
over = ["fruit", "year"]
unit = "1"
value.apple = { from = 2026, list = [10, 11] }
value.plum = { from = 2026, list = [20, 22] }
value.pear = { from = 2026, list = [5, 5] }
range.apple = [8, 12]
range.plum = { 2026 = [18, 25], 2027 = [19, 26] }
range.pear = [4, 6]
note = "Ours."

[farm.profit]
label = "Profit"
unit = "1"
formula = "sum(crop * price, over=[fruit, year]) - rent - hands * sum(wage) + loss"
"""


@pytest.fixture(scope="module")
def made() -> Plan:
    return plan(loads(MODEL))


@pytest.fixture(scope="module")
def content(made: Plan) -> bytes:
    return workbook(made)


def ends_shown(made: Plan, iron: IronCalc, scenario: str = "usual") -> dict[str, tuple[object, object]]:
    """Return the output at both ends of each input, as the workbook has it."""
    ranges = Ranges(
        Cases(Layout(made), evaluate(made, scenario), tuple([evaluate(made, one.id) for one in made.cases]))
    )
    cells = {
        row.id: [("Sensitivity", f"{letter(column)}{ranges.line(row)}") for column in (OUT_LOW, OUT_HIGH)]
        for row in ranges.inputs
    }
    values = iron.values([cell for two in cells.values() for cell in two])
    return {id_: (values[low], values[high]) for id_, (low, high) in cells.items()}


def ends_wanted(text: str, scenario: str = "usual", swing: float = 0.1) -> dict[str, object]:
    """Return the same as the engine has it."""
    (found,) = sensitivity(evaluate(plan(loads(text)), scenario), [Cell("profit")], swing=swing)
    return {
        one.name: pytest.approx((one.output_at_low, one.output_at_high), rel=1e-12)
        for one in found.inputs
        if one.number is None
    }


def test_every_spreadsheet_has_what_the_engine_has(made: Plan, content: bytes) -> None:
    assert differences(content, IronCalc(content).values(formulas(content))) == []
    assert ends_shown(made, IronCalc(content)) == ends_wanted(MODEL)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_has_it_too(content: bytes) -> None:
    assert differences(content, libreoffice([content])[0]) == []


def test_nothing_is_read_from_the_right_and_each_end_stands_once(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    assert broken(path) == {}


EDITS = {
    "of one number": (40, "range = [50, 90]", "range = [40, 90]"),
    "of all members": (6, "range = [2, 5]", "range = [2, 6]"),
    "of a member": (7, "range.apple = [2, 6]", "range.apple = [2, 7]"),
    "of a member of two": (27, "2027 = [19, 26]", "2027 = [19, 27]"),
}


def place_of(made: Plan, edit: str) -> str:
    """Return the cell of Inputs that an edit is made in."""
    layout = Layout(made)
    return {
        "of one number": layout.end(made.row("rent"), "low"),
        "of all members": layout.end(made.row("wage"), "high"),
        "of a member": layout.end(made.row("price"), "high", (), "G"),
        "of a member of two": layout.end(made.row("crop"), "high", (1,), "H"),
    }[edit].replace("$", "")


@pytest.mark.parametrize("edit", EDITS)
def test_an_end_that_is_typed_moves_the_output_and_comes_back_into_the_text(
    edit: str, made: Plan, content: bytes
) -> None:
    value, old, new = EDITS[edit]
    text, cell = MODEL.replace(old, new), place_of(made, edit)
    iron = IronCalc(content)
    iron.type("Inputs", cell, value)
    assert ends_shown(made, iron) == ends_wanted(text)
    book = openpyxl.load_workbook(BytesIO(content))
    book["Inputs"][cell] = value
    assert book["Inputs"][cell].protection.locked is False
    out = BytesIO()
    book.save(out)
    done = Imported(out.getvalue(), MODEL)
    assert done.status == 0
    assert done.after.decode() == text


def test_the_swing_and_the_value_move_what_has_no_range(made: Plan, content: bytes) -> None:
    iron = IronCalc(content)
    iron.type("Inputs", Layout(made).swing.replace("$", ""), 0.25)
    assert ends_shown(made, iron) == ends_wanted(MODEL, swing=0.25)
    iron.type("Inputs", "G16", 12)
    text = MODEL.replace("value = 5\n", "value = 12\n")
    assert ends_shown(made, iron) == ends_wanted(text, swing=0.25)
    iron.type("Cover", "E6", "Dry")
    assert ends_shown(made, iron) == ends_wanted(text, "dry", swing=0.25)


def test_an_end_is_held_between_its_bound_and_the_value_as_written(made: Plan, content: bytes) -> None:
    sheet = openpyxl.load_workbook(BytesIO(content))["Inputs"]
    rules = {str(rule.sqref): (rule.formula1, rule.formula2) for rule in sheet.data_validations.dataValidation}
    layout = Layout(made)
    low, high = (layout.end(made.row("rent"), end).replace("$", "") for end in ("low", "high"))
    assert (rules[low], rules[high]) == (("0.0", f"$G{low[1:]}"), (f"$G{high[1:]}", "1e+300"))
    low, high = (layout.end(made.row("wage"), end) for end in ("low", "high"))
    assert rules[low.replace("$", "")] == ("-1e+300", high)
    line = layout.end(made.row("crop"), "low", (0,), "G").split("$")[1]
    assert rules[f"G{line}:H{line}"][1].startswith("G$")
