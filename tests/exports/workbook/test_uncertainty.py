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
from tests.oracles.contents import formulas
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


def test_a_value_that_is_chosen_comes_back(content: bytes) -> None:
    done = Imported(_with(content, _of_price(), 3), TEXT)
    assert (done.status, done.changed) == (0, ["- value        = 4", "+ value        = 3"])


def test_a_value_that_is_none_of_them_is_refused(content: bytes) -> None:
    done = Imported(_with(content, _of_price(), 5), TEXT)
    assert done.status == 1
    assert "is none of its values, 3, 4 and 6" in done.told


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
