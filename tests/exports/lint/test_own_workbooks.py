"""`plainsheet lint`: our own workbooks break no rule, and each rule finds what breaks it in a workbook of anybody's."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName

from engine.model.load import load, loads
from engine.planning.planner import plan
from exports.lint.rules import RULES
from exports.workbook.xlsx import workbook
from tests.exported import NAMES, book, lemonade
from tests.toys.packages import broken, lint

Book = Any  # openpyxl has no types


TOTALLED = """
[model]
title = "A stand by the month"
outputs = ["earned"]

[dimensions.month]
label = "Month"
from = "2026-05"
to = "2027-02"

[dimensions.year]
label = "Year"
of = "month"
period = "year"

[scenarios.rain]
label = "Rain"
set.cups = 20

[stand.cups]
label = "Cups sold"
over = "month"
rollup = "sum"
unit = "1"
value = 30
note = "Our assumption."

[stand.fee]
label = "Fee"
unit = "1"
value = 2
note = "Our assumption."

[stand.left]
label = "Left over"
over = "month"
rollup = "sum"
unit = "1"
formula = "cups - fee"

[stand.earned]
label = "Earned"
unit = "1"
formula = "sum(left)"

[charts.plan]
kind = "variance"
y = "left"
scenario = "rain"
to = "2026-12"
"""


@pytest.mark.parametrize("model", NAMES)
@pytest.mark.slow
def test_our_own_workbooks_break_no_rule(model: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book(model))
    assert broken(path) == {}


def test_the_workbook_of_the_toy_breaks_no_rule(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(lemonade())
    assert broken(path) == {}


def test_totals_of_inputs_and_a_plan_of_another_scenario_break_no_rule(tmp_path: Path) -> None:
    (tmp_path / "stand.toml").write_text(TOTALLED)
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(plan(load(tmp_path / "stand.toml"))))
    assert broken(path) == {}


RETURN = """
[model]
title = "A return"
outputs = ["rate", "dated"]

[dimensions.month]
label = "Month"
from = "2026-01"
to = "2051-12"

[a.flows]
label = "Flows"
over = "month"
rollup = "sum"
unit = "1"
formula = "paid if month == first(month) else 1"

[a.paid]
label = "Paid"
unit = "1"
value = -90
range = [-120, -60]
distribution = "uniform"
note = "Our assumption."

[a.rate]
label = "Result"
unit = "percent"
formula = "irr(flows)"

[a.dated]
label = "Return a year"
unit = "percent"
formula = "xirr(flows)"
"""


def test_guesses_at_rates_and_a_result_that_is_called_like_a_heading_break_no_rule(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(plan(loads(RETURN)), trials=128))
    assert broken(path) == {}


LOOKING = """
[model]
title = "Looking around"
outputs = ["all"]

[dimensions.month]
label = "Month"
from = "2026-01"
to = "2027-06"

[dimensions.year]
label = "Year"
of = "month"
period = "year"

[a.begun]
label = "In the first months"
unit = "1"
value = 2
range = [1, 3]
note = "Our assumption."

[a.x]
label = "X"
over = "month"
rollup = "sum"
unit = "1"
formula = "FORMULA"

[a.all]
label = "All"
unit = "1"
formula = "sum(x)"
"""


@pytest.mark.parametrize(
    "formula",
    [
        "prev(x, begun) / 2 + 1",
        "prev(x, begun, 2) / (begun - 5) + 1",
        "prev(prev(x, begun), 0) / 2 + 1",
        "next(x, begun) / 2 + 1",
        "next(x, begun, 2) / 2 + 1",
    ],
)
def test_nothing_beside_the_periods_feeds_what_it_sums(formula: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(plan(loads(LOOKING.replace("FORMULA", formula)))))
    assert "circular" not in broken(path)


def test_each_sheet_opens_at_its_top_left() -> None:
    for sheet in openpyxl.load_workbook(BytesIO(lemonade())):
        pane = sheet.sheet_view.pane
        assert pane is not None
        assert pane.topLeftCell == sheet.freeze_panes
        assert sheet.sheet_view.topLeftCell in (None, "A1")


def typed_beside_a_product(book: Book) -> None:
    sheet = book["Inputs"]
    sheet["Z20"] = "=E12*E13"


def a_look_to_the_right(book: Book) -> None:
    book["Model"]["E7"] = "=Checks!E7+1"
    book["Inputs"]["E9"] = "=Cases!$E$7"


def a_heading_elsewhere(book: Book) -> None:
    book["Checks"]["L5"] = "Unit"


def one_formula_that_differs(book: Book) -> None:
    book["Scenarios"]["H7"] = "=Inputs!$H$9"


def a_number_pasted_over_a_formula(book: Book) -> None:
    book["Scenarios"]["H7"] = 12


def a_rate_in_a_formula(book: Book) -> None:
    book["Model"]["E7"] = '=Inputs!E9*1.19^2+10^6+LEN("3 of 4")'


def a_range_that_stops_short(book: Book) -> None:
    for row in range(40, 44):
        book["Model"][f"H{row}"] = row * row
    book["Model"]["E7"] = "=SUM(H40:H42)"


def a_number_as_text(book: Book) -> None:
    book["Model"]["H40"] = "12"
    book["Model"]["E7"] = "=SUM(H40:H42)"


def no_unit(book: Book) -> None:
    book["Model"]["D7"] = None


def no_source(book: Book) -> None:
    book["Inputs"]["M7"] = None


def a_clock(book: Book) -> None:
    book["Model"]["E7"] = '=IF(TODAY()>1,INDIRECT("A1"),0)'


def a_name(book: Book) -> None:
    book.defined_names["fee"] = DefinedName("fee", attr_text="Inputs!$E$7")
    book["Model"]["E7"] = "=fee*2"


def merged_cells(book: Book) -> None:
    book["Cover"].merge_cells("B20:D20")


def a_hidden_column(book: Book) -> None:
    book["Model"].column_dimensions["H"].hidden = True
    book["Sources"].sheet_state = "hidden"


def another_file(book: Book) -> None:
    book["Model"]["E7"] = "='[2]Last year'!A1"


def a_circle(book: Book) -> None:
    book["Model"]["H7"] = "=SUM(H7:H9)"
    book["Model"]["Z8"] = "=Sources!Z9"
    book["Sources"]["Z9"] = "=Model!Z7:Z9"


def an_error(book: Book) -> None:
    book["Model"]["E7"] = "#DIV/0!"


def an_open_formula(book: Book) -> None:
    book["Model"]["E7"].protection = Protection(locked=False)
    book["Sources"].protection.sheet = False
    book["Sources"]["E9"] = "=1+1"


def anything_goes(book: Book) -> None:
    book["Inputs"].data_validations.dataValidation = []


def nothing_frozen(book: Book) -> None:
    book["Model"].freeze_panes = None


def no_master(book: Book) -> None:
    book["Model"]["B4"] = "fine"


def a_check_that_scrolls_away(book: Book) -> None:
    book["Model"]["E3"] = book["Model"]["B4"].value
    book["Model"]["B4"] = None


def nothing_said(book: Book) -> None:
    for row in book["Cover"].iter_rows():
        for cell in row:
            cell.value = None if cell.value == "Purpose" else cell.value


def a_long_formula(book: Book) -> None:
    book["Model"]["E7"] = "=" + "+".join(["Inputs!$E$7"] * 11)
    book["Checks"]["E7"] = "=" + "+".join(["Inputs!$E$7"] * 21)


def decisions_in_decisions(book: Book) -> None:
    book["Model"]["E7"] = "=IF(E8>0,IF(E9>0,IF(E8>1,1,2),3),4)"


def a_link_to_a_link(book: Book) -> None:
    book["Model"]["H40"] = "=Inputs!$E$7"
    book["Scenarios"]["H40"] = "=Model!$H$40"


def a_line_again(book: Book) -> None:
    for cell in book["Model"][7]:
        book["Model"].cell(40, cell.column, cell.value)


def digits_as_shown(book: Book) -> None:
    book.calculation.fullPrecision = False


def no_tolerance(book: Book) -> None:
    for row in book["Checks"].iter_rows():
        for cell in row:
            cell.value = None if "olerance" in str(cell.value) else cell.value


def a_number_in_the_style_of_a_formula(book: Book) -> None:
    book["Model"]["E7"] = 12
    book["Inputs"]["E8"].style = "input"


def another_format(book: Book) -> None:
    book["Scenarios"]["H7"].number_format = "0.000"


def no_style(book: Book) -> None:
    book["Model"]["B7"].style = "Normal"


def no_way_back(book: Book) -> None:
    book["Model"]["F3"].hyperlink = None


def portrait(book: Book) -> None:
    book["Model"].page_setup.orientation = "portrait"
    book["Model"].oddFooter.right.text = None


BREAKS: dict[str, tuple[Callable[[Book], None], tuple[str, ...]]] = {
    "apart": (typed_beside_a_product, ("Inputs!Z20 has",)),
    "flow": (a_look_to_the_right, ("Model!E7 calculates with 'Checks'", "Inputs!E9 reads 'Cases'")),
    "columns": (a_heading_elsewhere, ("Checks!L5 'Unit'",)),
    "about": (nothing_said, ("Cover the first sheet does not say what it is for",)),
    "length": (
        a_long_formula,
        ("Model!E7 has 132 characters, 120 at most", "Checks!E7 has 252 characters, 240 at most"),
    ),
    "nested": (decisions_in_decisions, ("Model!E7 nests 3 IF",)),
    "chains": (a_link_to_a_link, ("Scenarios!H40 links to Model!H40",)),
    "once": (a_line_again, ("Model!E40 calculates what E7 does",)),
    "labels": (a_line_again, ("Model!B40 ",)),
    "rounding": (digits_as_shown, ("the workbook calculates with numbers rounded",)),
    "tolerances": (no_tolerance, ("Checks no column is headed 'Tolerance'",)),
    "kinds": (
        a_number_in_the_style_of_a_formula,
        ("Model!E7 is a typed number", "Inputs!E8 is a formula, and looks like a typed"),
    ),
    "formats": (another_format, ("Scenarios!H7 is shown as '0.000'",)),
    "rows": (one_formula_that_differs, ("Scenarios!H7 differs",)),
    "constants": (a_rate_in_a_formula, ("Model!E7 holds 1.19:",)),
    "adjacent": (a_range_that_stops_short, ("Model!E7 stops short of H43,",)),
    "text": (a_number_as_text, ("Model!H40 is text, and no number: 12",)),
    "units": (no_unit, ("Model!D7 the row has numbers and no unit",)),
    "sources": (no_source, ("Inputs!M7 the row has inputs and no source",)),
    "moving": (a_clock, ("Model!E7 uses TODAY",)),
    "names": (a_name, ("Model!E7 refers to the name fee",)),
    "merged": (merged_cells, ("Cover!B20:D20 the cells are merged",)),
    "hidden": (a_hidden_column, ("Model!H:H is hidden", "Sources the sheet is hidden")),
    "outside": (another_file, ("Model!E7 reads another file",)),
    "circular": (a_circle, ("Model!H7 feeds itself", "Model!Z8 feeds itself")),
    "errors": (an_error, ("Model!E7 shows an error",)),
    "locked": (an_open_formula, ("Model!E7 is a formula that may be typed over", "Sources has formulas")),
    "validated": (anything_goes, ("Inputs!G7 may be typed into",)),
    "frozen": (nothing_frozen, ("Model no line stays in sight",)),
    "master": (no_master, ("Model no line that stays in sight",)),
    "styles": (no_style, ("Model!B7 1 cells of 'Model' have no named style",)),
    "navigation": (no_way_back, ("Model no link leads back to 'Cover'",)),
    "printed": (portrait, ("Model does not print landscape, the page in the footer (&P)",)),
}


def test_every_rule_is_broken_below_but_for_macros() -> None:
    assert {rule.id for rule in RULES} == {*BREAKS, "macros"}


@pytest.mark.slow
@pytest.mark.parametrize("rule", BREAKS)
def test_a_rule_finds_what_breaks_it(rule: str, tmp_path: Path) -> None:
    break_, expected = BREAKS[rule]
    book = openpyxl.load_workbook(BytesIO(lemonade()))
    break_(book)
    path = tmp_path / "book.xlsx"
    book.save(path)
    found = broken(path)[rule]
    for words in expected:
        assert any(one.startswith(words) for one in found), found
    shown = lint(str(path))
    assert shown.exit_code == 1
    assert f"\n{rule}: " in f"\n{shown.stdout}"


def test_a_check_that_scrolls_away_to_the_right_is_found(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(lemonade()))
    a_check_that_scrolls_away(book)
    path = tmp_path / "book.xlsx"
    book.save(path)
    assert broken(path)["master"] == [
        "Model!E3 says whether the checks hold, and goes out of sight when one scrolls to the right"
    ]


def test_a_number_that_was_pasted_over_a_formula_is_found(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(lemonade()))
    a_number_pasted_over_a_formula(book)
    path = tmp_path / "book.xlsx"
    book.save(path)
    assert broken(path)["rows"] == ["Scenarios!H7 is the number 12 among formulas of one kind"]


def test_what_stays_in_sight_is_not_where_somebody_has_scrolled_to(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(lemonade()))
    book["Model"].sheet_view.pane.topLeftCell = "C200"
    path = tmp_path / "book.xlsx"
    book.save(path)
    assert not {"columns", "frozen", "master"} & broken(path).keys()
