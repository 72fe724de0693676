"""Formulas that somebody changed in a workbook: found, told, and taken into the text where the language has words."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from engine.model.load import loads
from engine.planning.planner import plan
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.command_line import run
from tests.toys.transposed import transposed

TEXT = """\
[model]
title = "Delivery"
outputs = ["cost"]

[units]
EUR = "[money]"
parcel = "[parcel]"

[dimensions.year]
from = 2026
to   = 2028

[work.parcels]
label = "Parcels"
unit  = "parcel"
over  = "year"
value = { from = 2026, list = [100, 120, 150] }

[work.time]
label = "Time for a parcel"
unit  = "minute/parcel"
value = 6

[work.wage]
label = "Wage"
unit  = "EUR/hour"
value = 30

[work.hours]
label   = "Hours"
unit    = "hour"
over    = "year"
formula = "parcels * time"            # what a year takes

[work.pay]
label   = "Pay"
unit    = "EUR"
over    = "year"
formula = "hours * wage"

[work.cost]
label   = "Cost"
unit    = "EUR"
formula = "sum(pay)"
"""
OTHER_PERIODS = """\
[model]
title = "Delivery"

[dimensions.year]
from = 2026
to   = 2028

[work]
wage  = { label = "Wage", unit = "1", value = 30 }
given = { label = "Given", unit = "1", over = "year", value = { from = 2026, list = [1, 2, 3] } }
hours = { label = "Hours", unit = "1", over = "year", formula = "given * 2" }
pay   = { label = "Pay", unit = "1", over = "year", formula = "hours * wage" }

[work.plan]
label = "Plan"
unit  = "1"
over  = "year"
formula = "FORMULA"
"""
Sheet = Any  # openpyxl has no types


def edited(
    tmp_path: Path, edit: Callable[[Sheet, dict[str, int]], None], *options: str, text: str = TEXT
) -> tuple[Result, list[str]]:
    """Return what import says of an edited workbook, and the lines of the text that differ afterwards."""
    book = openpyxl.load_workbook(BytesIO(workbook(plan(loads(text)))))
    sheet = book["Model"]
    edit(sheet, {sheet.cell(row, 3).value: row for row in range(1, sheet.max_row + 1)})
    model, path = tmp_path / "delivery.toml", tmp_path / "delivery.xlsx"
    model.write_text(text)
    book.save(path)
    result = run("import", str(path), "-m", str(model), *options)
    lines = difflib.ndiff(text.splitlines(), model.read_text().splitlines())
    return result, [line for line in lines if line[0] in "+-"]


def all_years(sheet: Sheet, row: int, formula: str) -> None:
    for column in "GHI":
        sheet[f"{column}{row}"] = formula.replace("?", column)


def test_a_workbook_as_exported_has_no_changed_formula(tmp_path: Path) -> None:
    result, lines = edited(tmp_path, lambda _sheet, _rows: None, "--formulas")
    assert (result.exit_code, lines) == (0, [])
    assert "formula" not in result.output


def test_a_formula_is_told_and_left_and_taken_where_that_is_asked_for(tmp_path: Path) -> None:
    def overtime(sheet: Sheet, rows: dict[str, int]) -> None:
        all_years(sheet, rows["pay"], f"=?{rows['hours']}*Inputs!$E${wage()}*1.25")

    result, lines = edited(tmp_path, overtime)
    assert (result.exit_code, lines) == (0, [])
    assert "in the language: hours * wage * 1.25  (algebraically another)" in result.output
    assert "Cost  base  1,110 -> 1,387.5 EUR  (+25 %)" in result.output
    result, lines = edited(tmp_path, overtime, "--formulas")
    assert lines == ['- formula = "hours * wage"', '+ formula = "hours * wage * 1.25"']
    assert result.exit_code == 0


@cache
def wage() -> int:
    """Return the line of the wage."""
    lines = openpyxl.load_workbook(BytesIO(workbook(plan(loads(TEXT)))))["Inputs"].iter_rows()
    line: int = next(line[2].row for line in lines if line[2].value == "wage")
    return line


def test_conversions_of_units_are_left_to_the_language_and_comments_stay(tmp_path: Path) -> None:
    def doubled(sheet: Sheet, rows: dict[str, int]) -> None:
        formula = sheet[f"G{rows['hours']}"].value
        all_years(sheet, rows["hours"], f"=2*{formula.removeprefix('=').replace('G', '?')}")

    _, lines = edited(tmp_path, doubled, "--formulas")
    assert [line.split("#")[0].rstrip() for line in lines if line[2:].startswith("formula")] == [
        '- formula = "parcels * time"',
        '+ formula = "2 * parcels * time"',
    ]
    assert lines[-1].endswith("# what a year takes")


def test_cells_are_told_by_their_members_and_rows_without_a_name_by_what_they_are(tmp_path: Path) -> None:
    text = TEXT.replace('"sum(pay)"', '"sum(pay * parcels) / 3.5 + sum(pay[2026:2027])"').replace(
        '"EUR"\nformula = "sum', '"EUR*parcel"\nformula = "sum'
    )
    text = text.replace("+ sum(pay[2026:2027])", "+ pay[2027] * sum(parcels[2026:2027]) + 0 * sum(pay) * parcels[2026]")

    def more(sheet: Sheet, rows: dict[str, int]) -> None:
        for name in ("cost", "cost_row1_"):
            for column in "EGHI":
                if sheet[f"{column}{rows[name]}"].value:
                    sheet[f"{column}{rows[name]}"] = f"{sheet[f'{column}{rows[name]}'].value}+1"

    result, _ = edited(tmp_path, more, text=text)
    assert "_row1_" not in result.output
    assert (
        "before: SUM((pay * parcels))/3.5+pay[2027]*SUM(parcels[2026:2027])+0*SUM(pay)*parcels[2026]" in result.output
    )
    assert "it is a part of a formula of the text, that of 'cost'" in result.output


def test_what_is_only_written_differently_is_said_to_be_the_same(tmp_path: Path) -> None:
    result, _ = edited(
        tmp_path, lambda sheet, rows: all_years(sheet, rows["pay"], f"=(Inputs!$E${wage()}*?{rows['hours']})*3/3")
    )
    assert "(algebraically the same)" in result.output
    assert "output changes" not in result.output.replace("no output changes", "")


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda s, r: s.__setitem__(f"G{r['pay']}", 5), "a number or nothing stands where the formula was"),
        (lambda s, r: s.__setitem__(f"G{r['pay']}", f"=G{r['hours']}"), "it was changed in 1 of 3 cells of its row"),
        (lambda s, r: all_years(s, r["pay"], "=VLOOKUP(1,$A$1:$B$2,2)"), "no words for"),
        (lambda s, r: all_years(s, r["pay"], f"=?{r['hours']}"), "'pay'"),
        (lambda s, r: s.__setitem__(f"E{r['cost']}", f"=SUM(G{r['pay']}:H{r['pay']})"), "not all of a row"),
        (lambda s, r: s.__setitem__(f"E{r['cost']}", "=OFFSET(A1,1,1)"), "which is no row of the model"),
    ],
)
def test_what_cannot_be_read_back_is_told_and_nothing_is_taken(
    edit: Callable[[Sheet, dict[str, int]], None], reason: str, tmp_path: Path
) -> None:
    result, lines = edited(tmp_path, edit)
    assert (result.exit_code, lines) == (0, [])
    assert "cannot be taken: " in result.output
    assert reason in result.output
    result, lines = edited(tmp_path, edit, "--formulas", "--json")
    assert (result.exit_code, lines) == (1, [])
    (told,) = json.loads(result.stdout)["formulas"]
    assert (told["formula"], reason in told["reason"]) == ("", True)


@pytest.mark.parametrize(
    ("formula", "excel", "expected"),
    [
        ("next(hours, 0) * 2", lambda text: f"{text}+1*?hours", "next(hours, 0) * 2 + 1 * hours"),
        ("next(pay, 10)", lambda text: text.replace(",10,", ",20,"), "next(pay, 20)"),
        ("prev(pay, 10)", lambda text: text.replace(",10,", ",20,"), "prev(pay, 20)"),
        ("next(pay + wage, 10, 2)", lambda text: text.replace(",10,", ",20,"), "next(pay + wage, 20, 2)"),
        ("prev(next(pay, 1), 10, 2)", lambda text: text.replace(",10,", ",20,"), "prev(next(pay, 1), 20, 2)"),
    ],
)
def test_cells_of_other_periods_are_read_back_as_prev_and_next(
    formula: str, excel: Callable[[str], str], expected: str, tmp_path: Path
) -> None:
    text = OTHER_PERIODS.replace("FORMULA", formula)

    def change(sheet: Sheet, rows: dict[str, int]) -> None:
        for column in "GHI":
            cell = sheet[f"{column}{rows['plan']}"]
            cell.value = excel(cell.value).replace("?hours", f"{column}{rows['hours']}")

    result, lines = edited(tmp_path, change, "--formulas", text=text)
    assert result.exit_code == 0, result.output
    assert lines == [f'- formula = "{formula}"', f'+ formula = "{expected}"']


@pytest.mark.parametrize("count", [3, 30])
def test_a_looked_up_line_is_read_back(count: int, tmp_path: Path) -> None:
    def add(sheet: Sheet, rows: dict[str, int]) -> None:
        for column in range(7, 7 + count):
            cell = sheet.cell(rows["total"], column)
            cell.value = f"{cell.value}+1"

    result, lines = edited(tmp_path, add, "--formulas", text=transposed(count))
    assert result.exit_code == 0, result.output
    assert [line.rpartition("formula = ")[2] for line in lines] == [
        '"sum(grown, over=year)" }',
        '"sum(grown, over=year) + 1" }',
    ]


LOAN = """\
[model]
title = "Van"
[units]
EUR = "[eur]"
[van.price]
label = "Price"
value = 24000
unit  = "EUR"
note  = "n"
[van.rate]
label = "Rate"
value = 0.5
unit  = "percent"
note  = "n"
[van.months]
label = "Months"
value = 60
unit  = "1"
note  = "n"
[van.payment]
label = "Payment"
formula = "price / months"
unit    = "EUR"
[van.again]
label   = "Price again"
formula = "months * payment"
unit    = "EUR"
"""


@pytest.mark.parametrize(
    ("typed", "formula"),
    [("-PMT({rate},{months},{price})", "pmt(rate, months, price)"), ("PMT({rate},{months},{price})", "-pmt(rate, months, price)"),
     ("-PPMT({rate},1,{months},{price},0,0)", "ppmt(rate, 1, months, price)"), ("SLN({price},0,{months})", "sln(price, 0, months)"),
     ("{price}/100*NPER({rate},-{price}/10,{price})", "price / 100 * nper(rate, price / 10, price)")],
)  # fmt: skip
def test_loans_that_were_typed_come_back_with_the_sign_of_the_language(
    tmp_path: Path, typed: str, formula: str
) -> None:
    layout = Layout(plan(loads(LOAN)))
    cells = {id_: f"Inputs!{layout.block(id_).cell()}" for id_ in ("rate", "months", "price")}

    def edit(sheet: Sheet, rows: dict[str, int]) -> None:
        sheet[layout.block("payment").cell().replace("$", "")].value = f"={typed.format(**cells)}"
        assert rows["payment"]

    result, lines = edited(tmp_path, edit, "--formulas", text=LOAN)
    assert result.exit_code == 0, result.output
    assert lines == ['- formula = "price / months"', f'+ formula = "{formula}"']


RATES = """\
[model]
title = "Shop"

[dimensions.year]
from = 2026
to   = 2028

[shop]
flows = { label = "Flows", unit = "1", over = "year", value = { from = 2026, list = [-100, 60, 70] } }
rate  = { label = "Rate", unit = "1", formula = "irr(flows)" }
twice = { label = "Twice", unit = "1", formula = "2 * irr(flows) + rate" }
"""


@pytest.mark.parametrize("guess", ["", ",0.2", ",(1+0.5)/10"])
def test_where_a_spreadsheet_begins_to_look_for_a_rate_says_nothing(guess: str, tmp_path: Path) -> None:
    def guessed(sheet: Sheet, rows: dict[str, int]) -> None:
        for name in ("rate", "twice"):
            before = sheet[f"E{rows[name]}"].value
            begin, end = before.index("IRR(") + 4, before.index(",")
            close = next(
                at
                for at in range(end, len(before))
                if before[end : at + 1].count(")") > before[end : at + 1].count("(")
            )
            sheet[f"E{rows[name]}"] = f"{before[:begin]}{before[begin:end]}{guess}{before[close:]}"
        sheet[f"E{rows['twice']}"] = sheet[f"E{rows['twice']}"].value.replace("2*", "10*")

    result, lines = edited(tmp_path, guessed, "--formulas", text=RATES)
    assert result.exit_code == 0, result.output
    assert lines == [
        '- twice = { label = "Twice", unit = "1", formula = "2 * irr(flows) + rate" }',
        '+ twice = { label = "Twice", unit = "1", formula = "10 * irr(flows, over=year) + rate" }',
    ]
