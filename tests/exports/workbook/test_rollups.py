"""Rows taken together along time: totals before the periods, coarser calendars beside them, actual against plan."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from click.testing import Result

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.style.a1 import letter
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.command_line import run
from tests.oracles.agreement import differences
from tests.oracles.contents import cached, edited, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice

STALL = """
[model]
title   = "Stall"
outputs = ["profit"]

[units]
EUR = "[money]"

[dimensions.month]
label = "Month"
from  = "2026-02"
to    = "2027-05"

[dimensions.quarter]
label  = "Quarter"
of     = "month"
period = "quarter"

[dimensions.year]
label  = "Fiscal year"
of     = "quarter"
period = "year"
starts = 4

[dimensions.site]
label   = "Site"
members = ["North", "South"]

[scenarios.base]
label = "Base"

[scenarios.budget]
label     = "Budget"
set.sales = { from = "2026-02", list = [10, 11, 12, 13, 14] }

[stall.growth]
label = "Growth"
value = 1
unit  = "percent"
range = [0, 3]
note  = "Our assumption."

[stall.sales]
label   = "Sales"
over    = "month"
rollup  = "sum"
value   = { from = "2026-02", list = [10, 12, 9, 14, 14] }
formula = "prev(sales, 0) * (1 + growth)"
unit    = "EUR"
note    = "Our books."

[stall.share]
label  = "Share of costs"
over   = ["site", "month"]
rollup = "mean"
value  = 25
unit   = "percent"
note   = "Our assumption."

[stall.costs]
label   = "Costs"
over    = ["site", "month"]
rollup  = "sum"
formula = "share * sales"
unit    = "EUR"

[stall.planned]
label  = "Planned costs"
over   = "month"
rollup = "sum"
value  = 6
unit   = "EUR"
note   = "Our assumption."

[stall.all_costs]
label   = "All costs"
over    = "month"
rollup  = "sum"
formula = "sum(costs, over=site)"
unit    = "EUR"

[stall.cash]
label   = "Cash"
over    = "month"
rollup  = "last"
formula = "prev(cash, 0) + sales - all_costs"
unit    = "EUR"

[stall.opening]
label   = "Opening cash"
over    = "month"
rollup  = "first"
formula = "prev(cash, 0)"
unit    = "EUR"

[stall.price]
label   = "A price"
over    = "month"
rollup  = "none"
formula = "sales * 2"
unit    = "EUR"

[stall.profit]
label   = "Profit"
formula = "sum(sales - all_costs, over=month)"
unit    = "EUR"

[charts.sales]
title    = "Sales against budget"
kind     = "variance"
y        = "sales"
scenario = "budget"

[charts.costs]
title  = "Costs against plan"
kind   = "variance"
y      = "all_costs"
plan   = "planned"
to     = "2026-06"
better = "lower"
"""
FISCAL = {"FY2026": range(2), "FY2027": range(2, 14), "FY2028": range(14, 16)}
TAKEN: dict[str, Callable[[list[float]], Any]] = {
    "sum": sum,
    "last": lambda values: values[-1],
    "first": lambda values: values[0],
    "mean": np.mean,
}


@pytest.fixture(scope="module")
def stall() -> Plan:
    return plan(loads(STALL, "stall.toml"))


@pytest.fixture(scope="module")
def content(stall: Plan) -> bytes:
    return workbook(stall)


def test_a_calendar_above_the_months_warns_no_more_and_nor_does_what_is_planned(stall: Plan) -> None:
    assert [problem.message for problem in stall.warnings if problem.code == "unused"] == []


@pytest.mark.parametrize("name", ["sales", "costs", "share", "cash", "opening"])
def test_totals_and_fiscal_years_are_those_of_the_months(stall: Plan, content: bytes, name: str) -> None:
    layout, row, values = Layout(stall), stall.row(name), cached(content)
    block = layout.block(name)
    assert row.quantity is not None
    kind = dict(row.quantity.rollup)[""]
    lines = np.asarray(evaluate(stall).values[stall.index[name]]).reshape(-1, 16)
    for number, months in enumerate(lines.tolist(), block.row):
        assert values[block.sheet, f"E{number}"] == pytest.approx(TAKEN[kind](months))
        if block.sheet == "Inputs":
            continue
        beside = layout.beside["year"]
        for place, (_, places) in enumerate(FISCAL.items()):
            cell = f"{letter(beside.column + place)}{number}"
            assert values["Model", cell] == pytest.approx(TAKEN[kind]([months[index] for index in places]))


def test_what_may_not_be_taken_together_has_neither(stall: Plan, content: bytes) -> None:
    layout, values = Layout(stall), cached(content)
    block = layout.block("price")
    beside = layout.beside["year"]
    assert values.get(("Model", f"E{block.row}")) in (None, "")
    assert values.get(("Model", f"{letter(beside.column)}{block.row}")) in (None, "")


def test_spreadsheets_agree_on_totals_years_and_variances_in_each_scenario(stall: Plan, content: bytes) -> None:
    for label in ("Base", "Budget"):
        chosen = edited(content, {("Cover", "E6"): label})
        own = workbook(stall, {"Base": "base", "Budget": "budget"}[label])
        values = IronCalc(chosen).values(formulas(own))
        assert differences(own, values) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees_on_totals_years_and_variances(content: bytes) -> None:
    assert differences(content, libreoffice([content])[0]) == []


def test_a_variance_says_what_is_better_and_what_is_worse(content: bytes) -> None:
    values = cached(content)
    heads = {
        str(values["Scenarios", f"B{number}"]): number
        for number in range(6, 80)
        if ("Scenarios", f"B{number}") in values
    }
    first = heads["Sales against budget"] + 1
    table = [[values["Scenarios", f"{column}{number}"] for column in "BEGHIJ"] for number in range(first, first + 6)]
    assert [line[:4] for line in table] == [
        ["2026-02", 10, 10, 0], ["2026-03", 12, 11, 1], ["2026-04", 9, 12, -3], ["2026-05", 14, 13, 1],
        ["2026-06", 14, 14, 0], ["Total", 59, 60, -1],
    ]  # fmt: skip
    assert [line[4] for line in table] == [
        0,
        pytest.approx(1 / 11),
        -0.25,
        pytest.approx(1 / 13),
        0,
        pytest.approx(-1 / 60),
    ]
    assert [line[5] for line in table] == ["on plan", "better", "worse", "better", "on plan", "worse"]
    first = heads["Costs against plan"] + 1
    costs = [[values["Scenarios", f"{column}{number}"] for column in "BEGHJ"] for number in range(first, first + 6)]
    assert [line[3] for line in costs] == [-1, 0, -1.5, 1, 1, -0.5]
    assert [line[4] for line in costs] == ["better", "on plan", "better", "worse", "worse", "better"]


def _changed(tmp_path: Path, content: bytes, change: Callable[[Any], None]) -> tuple[Result, str]:
    """Import a workbook after a change of its Model; return what is said and the text."""
    book = openpyxl.load_workbook(BytesIO(content))
    change(book["Model"])
    file, model = tmp_path / "stall.xlsx", tmp_path / "stall.toml"
    model.write_text(STALL, encoding="utf-8")
    book.save(file)
    result = run("import", str(file), str(model), "--formulas")
    return result, model.read_text(encoding="utf-8")


def test_a_formula_that_was_changed_in_all_its_months_is_read_back_beside_its_total(
    stall: Plan, content: bytes, tmp_path: Path
) -> None:
    block = Layout(stall).block("price")
    cash = Layout(stall).block("opening")

    def change(sheet: Any) -> None:  # noqa: ANN401  # openpyxl has no types
        for column in range(block.column, block.column + block.columns):
            sheet.cell(block.row, column).value = f"={letter(column)}{cash.row}+{letter(column)}{cash.row - 1}"

    result, text = _changed(tmp_path, content, change)
    assert result.exit_code == 0, result.output
    assert 'formula = "opening + cash"' in text


def test_a_total_that_was_changed_is_told_and_not_taken(stall: Plan, content: bytes, tmp_path: Path) -> None:
    block = Layout(stall).block("cash")

    def change(sheet: Any) -> None:  # noqa: ANN401  # as above
        sheet.cell(block.row, 5).value = f"=SUM(G{block.row}:V{block.row})"

    result, text = _changed(tmp_path, content, change)
    assert text == STALL
    assert "totals, and coarser periods, follow from the row" in result.output


def test_the_largest_and_smallest_of_a_group_keep_their_digits_beside_what_is_far_from_them() -> None:
    text = """
[model]
title = "Far apart"
outputs = ["top", "low"]
[dimensions.day]
from = "2024-02-28"
to = "2024-03-01"
[dimensions.month]
of = "day"
period = "month"
[a.v]
label = "V"
over = "day"
unit = "1"
value = { from = "2024-02-28", list = [0.1, 0.2, -1e12] }
note = "n"
[a.w]
label = "W"
over = "day"
unit = "1"
formula = "-v"
[a.top]
label = "Top"
over = "month"
unit = "1"
formula = "max(v, by=month)"
[a.low]
label = "Low"
over = "month"
unit = "1"
formula = "min(w, by=month)"
"""
    content = workbook(plan(loads(text)))
    values = IronCalc(content).values(formulas(content))
    assert [number for number in values.values() if number in {0.2, -0.2}].count(0.2) >= 1
    assert [number for number in values.values() if number in {0.2, -0.2}].count(-0.2) >= 1
