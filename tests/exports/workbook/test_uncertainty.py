"""Weights, values, metalogs and correlations in a workbook: shown, offered, kept, and the same in every spreadsheet."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from engine.analysis.sensitivity import sensitivity
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from exports.style.a1 import letter
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.rows import Layout
from exports.workbook.layout.sensitivity import OUT_HIGH, OUT_LOW, Ranges
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys.lottery import TEXT
from tests.toys.shop import edited
from tests.toys.stall import Imported


@pytest.fixture(scope="module")
def content() -> bytes:
    return workbook(plan(loads(TEXT)))


def _cells(content: bytes, sheet: str) -> dict[str, tuple[object, ...]]:
    """Return what stands on the lines of a sheet, by name."""
    rows = openpyxl.load_workbook(BytesIO(content), data_only=True)[sheet].iter_rows(min_col=2, values_only=True)
    return {str(name): (label, *rest) for label, name, *rest in rows if name}


def test_every_spreadsheet_has_what_the_engine_has(content: bytes) -> None:
    assert differences(content, IronCalc(content).values(formulas(content))) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_has_it_too(content: bytes) -> None:
    assert differences(content, libreoffice([content])[0]) == []


def test_what_may_be_stands_beside_the_input_in_words(content: bytes) -> None:
    told = {
        name: " ".join(str(one) for one in line if one is not None) for name, line in _cells(content, "Inputs").items()
    }
    for name, words in {
        "price": "Values 3 (20 %), 4 (50 %), 6 (30 %).",
        "rent": "Range 800 to 1200, middle 900 (metalog).",
        "oven": "Weights wait (25 %), buy (75 %).",
        "bag": "Weights small (60 %), large (40 %).",
        "loaves": "Hill: range 500 to 700 (triangular); Lake: range 400 to 900 (triangular).",
        "discount": "Hill: values 0 (50 %), 10 (50 %); Lake: values 5 (25 %), 10 (50 %), 20 (25 %).",
    }.items():
        assert words in told[name]


def test_correlations_and_decisions_stand_on_sources(content: bytes) -> None:
    found = _cells(content, "Sources")
    assert found["rent, loaves[Lake]"] == ("Rent with Loaves sold[Lake]", "number", 0.4, "A study of stalls.")
    assert found["price, loaves"] == ("Price of a loaf with Loaves sold", "number", -0.6, "Who pays more buys less.")
    assert found["oven"][0] == "Build, buy or wait"
    assert "wait, build, buy: the highest Profit. By spring." in found["oven"]


def test_values_are_offered_and_nothing_else_is_taken(content: bytes) -> None:
    sheet = openpyxl.load_workbook(BytesIO(content))["Inputs"]
    rules = {(rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation}
    assert ("list", '"3,4,6"') in rules
    assert [formula for kind, formula in rules if kind == "custom" and "=0.05," in formula]


def _with(content: bytes, cell: str, value: object) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    book["Inputs"][cell] = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _of_price() -> str:
    layout = Layout(plan(loads(TEXT)))
    (line,) = [line for line in layout.inputs if line.row is not None and line.row.id == "price"]
    return f"G{line.number}"


@pytest.mark.slow
def test_a_value_that_is_chosen_comes_back(content: bytes) -> None:
    done = Imported(_with(content, _of_price(), 3), TEXT)
    assert (done.status, done.changed) == (0, ["- value        = 4", "+ value        = 3"])


@pytest.mark.slow
def test_a_value_that_is_none_of_them_is_refused(content: bytes) -> None:
    done = Imported(_with(content, _of_price(), 5), TEXT)
    assert done.status == 1
    assert "is none of its values, 3, 4 and 6" in done.told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("end", "value", "old", "new"),
    [("low", 700, "[800, 900, 1200]", "[700, 900, 1200]"), ("high", 1300, "[800, 900, 1200]", "[800, 900, 1300]")],
)
def test_an_end_of_a_metalog_comes_back_and_its_middle_stays(
    end: str, value: int, old: str, new: str, content: bytes
) -> None:
    layout = Layout(plan(loads(TEXT)))
    cell = layout.end(layout.plan.row("rent"), "low" if end == "low" else "high").replace("$", "")
    done = Imported(_with(content, cell, value), TEXT)
    assert done.status == 0, done.told
    assert done.after.decode() == edited((old, new), text=TEXT)


METALOGS = """
[model]
title   = "Metalogs"
outputs = ["all"]

[units]
EUR = "[money]"

[dimensions.shop]
members = ["Hill", "Lake"]

[dimensions.year]
from = 2026
to   = 2027

[m.single]
label        = "Single"
value        = 5
unit         = "percent"
range        = [2, 5, 9]
distribution = "metalog"
note         = "A guess."

[m.once]
label        = "Once"
over         = ["shop", "year"]
value        = 50
unit         = "EUR"
range        = [20, 50, 90]
distribution = "metalog"
min          = 10
note         = "A guess."

[m.each]
label        = "Each"
over         = "shop"
value        = { Hill = 5, Lake = 6 }
unit         = "EUR"
range.Hill   = [2, 5, 9]
range.Lake   = [3, 6, 8]
distribution = "metalog"
note         = "A guess."

[m.all]
label   = "All"
unit    = "EUR"
formula = "sum(once, over=[shop, year]) * single + sum(each)"
"""
# Where in the text each middle stands, its cell on Inputs by row and place, and what is typed.
MIDDLES = {
    "single": ("[2, 5, 9]\ndistribution", "", 5.5),
    "once": ("[20, 50, 90]", "", 40.0),
    "each": ("[3, 6, 8]", "Lake", 5.0),
}


def _middles() -> tuple[str, dict[str, float]]:
    """Return the text with other middles, and what is typed into Inputs for them."""
    layout, text, typed = Layout(plan(loads(METALOGS))), METALOGS, {}
    for id_, (before, member, value) in MIDDLES.items():
        ends = before.split("]")[0].split(", ")
        assert text.count(f"= {before}") == 1
        text = text.replace(f"= {before}", f"= {before.replace(ends[1], f'{value:g}', 1)}")
        row = layout.plan.row(id_)
        column = letter(layout.input_block(row).column + 1) if member else ""
        typed[layout.end(row, "middle", (), column).replace("$", "")] = value / row.unit.scale
    return text, typed


def test_the_middles_of_metalogs_are_typed_and_everything_follows() -> None:
    text, typed = _middles()
    content, before = workbook(plan(loads(text)), trials=64), workbook(plan(loads(METALOGS)), trials=64)
    iron = IronCalc(before)
    for cell, value in typed.items():
        iron.type("Inputs", cell, value)
    found = [one for one in differences(content, iron.values(formulas(content)))
             if one.startswith(("Draws", "Trials", "Uncertainty"))]  # fmt: skip
    assert found == []
    assert cached(content)["Uncertainty", "I8"] != cached(before)["Uncertainty", "I8"]


@pytest.mark.slow
def test_the_middles_of_metalogs_come_back() -> None:
    text, typed = _middles()
    content = workbook(plan(loads(METALOGS)))
    for cell, value in typed.items():
        content = _with(content, cell, value)
    done = Imported(content, METALOGS)
    assert done.status == 0, done.told
    assert done.after.decode() == text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "says"),
    [
        (0.01, "the low end, 2, is above the middle (P50), 1"),
        (0.1, "the middle (P50), 10, is above the high end, 9"),
        (0.089, "takes 16.66 to 83.34 %"),
    ],
)
def test_a_middle_that_cannot_be_is_refused(value: float, says: str) -> None:
    layout = Layout(plan(loads(METALOGS)))
    cell = layout.end(layout.plan.row("single"), "middle").replace("$", "")
    done = Imported(_with(workbook(plan(loads(METALOGS))), cell, value), METALOGS)
    assert done.status == 1
    assert says in done.told


@pytest.mark.slow
def test_an_end_that_follows_from_values_is_locked_and_told(content: bytes) -> None:
    layout = Layout(plan(loads(TEXT)))
    cell = layout.end(layout.plan.row("price"), "low").replace("$", "")
    assert openpyxl.load_workbook(BytesIO(content))["Inputs"][cell].protection.locked
    done = Imported(_with(content, cell, 2), TEXT)
    assert (done.status, done.changed) == (0, [])
    assert f"Inputs!{cell}" in done.told


@pytest.mark.parametrize("scenario", ["usual", "dear"])
def test_the_tornado_of_the_workbook_is_the_engines(scenario: str, content: bytes) -> None:
    made = plan(loads(TEXT))
    (found,) = sensitivity(evaluate(made, scenario), [Cell("profit")])
    wanted = {
        one.name: pytest.approx((one.output_at_low, one.output_at_high), rel=1e-12)
        for one in found.inputs
        if one.number is None and one.name not in {"oven", "bag"}
    }
    cases = tuple([evaluate(made, one.id) for one in made.cases])
    table = Ranges(Cases(Layout(made), evaluate(made, "usual"), cases))
    at = {row.id: [("Sensitivity", f"{letter(column)}{table.line(row)}") for column in (OUT_LOW, OUT_HIGH)]
          for row in table.inputs if row.id in wanted}  # fmt: skip
    iron = IronCalc(content)
    iron.type("Cover", "E6", scenario.capitalize())
    values = iron.values([cell for two in at.values() for cell in two])
    assert {id_: (values[low], values[high]) for id_, (low, high) in at.items()} == wanted
