"""Workbooks of other hands: each rule, and what stands in them in other words."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink

from tests.toys.packages import SHEET, broken, changed, findings, lint, repacked, rows, saved, tidy, views, written


def test_a_workbook_of_another_hand_is_told_what_it_lacks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Plan", None, "2026", "2027"], ["Sales", None, 100, "=C2*1.05"], ["Rent", None, 40, 40],
                ["Profit", None, "=C2-C3", "=D2-D3"]):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    book.create_chartsheet("Picture").add_chart(BarChart())
    path = tmp_path / "plan.xlsx"
    book.save(path)
    found = broken(path)
    assert found["constants"] == ["Sheet!D2 holds 1.05: =C2*1.05"]
    assert found["merged"] == ["Sheet!A1:B1 the cells are merged"]
    assert {"apart", "units", "sources", "frozen", "locked", "master", "printed", "styles", "validated"} <= found.keys()
    assert not {"circular", "flow", "hidden", "macros", "outside", "rows"} & found.keys()


def test_a_cell_in_the_last_corner_is_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(changed(SHEET, b'r="A1"', b'r="XFD1048576"').replace(b'r="1"', b'r="1048576"'))
    assert "1 sheet, 0 formulas" in lint(str(path)).stdout


def test_formulas_that_share_their_text_are_read_one_by_one(tmp_path: Path) -> None:
    shared = b'<c r="B3"><f t="shared" si="0"/></c><c r="C3"><f t="shared" si="0"/></c><c r="D3"><f>D1*$A$1</f></c>'
    content = rows(b'<row r="3"><c r="A3"><f t="shared" ref="A3:C3" si="0">A1*1.19</f></c>' + shared + b"</row>")
    found = findings(content, tmp_path)
    assert found["constants"] == [f"Sheet!{one}3 holds 1.19: ={one}1*1.19" for one in "ABC"]
    assert found["rows"] == ["Sheet!D3 differs from the rest of its row: =D1*$A$1"]


def test_what_an_array_formula_fills_is_no_input(tmp_path: Path) -> None:
    content = rows(b'<row r="3"><c r="A3"><f t="array" ref="A3:B3">A1:B1+0</f><v>1</v></c><c r="B3"><v>2</v></c>'
                   b'<c r="C3"><f>B3+A3</f><v>3</v></c></row>')  # fmt: skip
    assert findings(content, tmp_path)["sources"] == ["Sheet has 1 input, and no column is headed 'Source'"]


def test_errors_are_seen_however_the_program_writes_a_cell(tmp_path: Path) -> None:
    content = rows(b'<row r="3"><c t="e" r="A3"><v>#REF!</v></c><c r=\'B3\' t=\'e\'><f>1/0</f><v>#DIV/0!</v></c></row>')
    assert [one.split()[0] for one in findings(content, tmp_path)["errors"]] == ["Sheet!A3", "Sheet!B3"]


def test_headings_are_found_where_panes_freeze_and_not_where_they_were_scrolled_to(tmp_path: Path) -> None:
    scrolled = views(b'<pane ySplit="1" topLeftCell="A200" state="frozen"/>')
    assert "Sheet!B1 the row has numbers and no unit" not in findings(scrolled, tmp_path)["units"]
    headed = openpyxl.Workbook()
    for row in (["Item", "Unit", "Now"], ["Fee", None, 7]):
        headed.active.append(row)
    headed.active.freeze_panes = "A2"
    content = repacked(saved(headed), {SHEET: lambda text: text.replace(b'Cell="A2"', b'Cell="A200"')}, {})
    assert findings(content, tmp_path)["units"] == ["Sheet!B2 the row has numbers and no unit"]
    assert findings(views(b'<pane ySplit="900" topLeftCell="A5" state="split"/>'), tmp_path)["frozen"]


def test_styles_without_a_name_are_no_reason_to_refuse_a_workbook(tmp_path: Path) -> None:
    # LibreOffice writes more formats than names for them.
    unnamed = repacked(saved(tidy()), {"xl/styles.xml": lambda text: re.sub(rb'<cellStyle name="plain"[^>]*>', b"", text)}, {})  # fmt: skip
    assert findings(unnamed, tmp_path)["constants"] == []


def test_all_hidden_columns_are_named(tmp_path: Path) -> None:
    content = written(b"<sheetData>", b'<cols><col min="3" max="9" hidden="1"/></cols><sheetData>')
    assert findings(content, tmp_path)["hidden"] == ["Sheet!C:I is hidden"]


def test_the_same_headings_twice_on_two_sheets_stand_in_the_same_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("Bob's")):
        sheet.append(["Item", "Plan", "Actual", "Plan", "Actual"])
        sheet.freeze_panes = "A2"
    assert findings(saved(book), tmp_path)["columns"] == []


@pytest.mark.parametrize("link", ["'Bob''s'!A1", "'bob''s'!A1", "'Bob''s'!A:A", "there"])
def test_links_lead_where_excel_takes_them(link: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Bob's")["A1"] = '=HYPERLINK("#Sheet!A1","A1")'
    book.defined_names.add(DefinedName("there", attr_text="'Bob''s'!$A$1"))
    book.active["A1"] = "Bob"
    book.active["A1"].hyperlink = Hyperlink(ref="A1", location=link)
    assert findings(saved(book), tmp_path)["navigation"] == []


def test_running_totals_are_no_circle_however_long(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in range(1, 2601):
        book.active.append([f"=B{line}", None, f"=SUM(A$1:A{line})"])
    assert findings(saved(book), tmp_path)["circular"] == []
