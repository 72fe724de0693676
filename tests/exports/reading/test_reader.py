"""Workbooks as values: against openpyxl, and what other hands write that openpyxl does not."""

from __future__ import annotations

import gc
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formula.translate import Translator

from engine.problems import Mistake
from exports.reading.copies import Template
from exports.reading.reader import read_workbook
from exports.reading.records import Held, Opened
from exports.style.a1 import address
from tests.toys import stall
from tests.toys.attacks import book, sheet
from tests.toys.packages import changed

STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read(content: bytes, folder: Path) -> Opened:
    path = folder / "book.xlsx"
    path.write_bytes(content)
    return read_workbook(path).sheets[0]


def held(rows: bytes, folder: Path, more: bytes = b"") -> dict[str, Held]:
    return {address(place): cell for place, cell in read(book([sheet(rows, more)]), folder).cells.items()}


def test_every_cell_of_an_export_is_what_openpyxl_reads(tmp_path: Path) -> None:
    content = stall.exported(stall.TEXT, is_whole=True)
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    theirs = openpyxl.load_workbook(BytesIO(content))
    for ours, other in zip(read_workbook(path).sheets, theirs.worksheets, strict=True):
        cells = {(cell.row, cell.column): cell for row in other for cell in row if cell.value is not None}
        assert list(ours.cells) == sorted(cells)
        for place, cell in cells.items():
            mine = ours.cells[place]
            assert (mine.value, mine.is_formula) == (cell.value, cell.data_type == "f")
            assert (mine.is_locked, mine.style) == (cell.protection.locked, cell.style)
            link = cell.hyperlink
            assert mine.link == ((link.location or link.target or "") if link else "")


@pytest.mark.slow
def test_what_was_read_is_freed_as_soon_as_nobody_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book([sheet(b"<row><c><v>1</v></c></row>")]))
    read_workbook(path)
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        read_workbook(path)
        gc.collect()
        # Threads of other tests leave something too.
        assert not [
            one for one in gc.garbage if "exports.reading" in str(getattr(one, "__module__", type(one).__module__))
        ]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_values_of_each_kind(tmp_path: Path) -> None:
    cells = held(
        b'<row><c><v>1</v></c><c><v>-2.5E3</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="str"><f>A1&amp;"x"</f><v>1x</v></c>'
        b'<c t="inlineStr"><is><r><t>a </t></r><r><t>b</t></r><rPh><t>no</t></rPh></is></c><c t="d"><v>2026-01-31</v></c><c/><c><v></v></c></row>',
        tmp_path,
    )
    assert {name: cell.value for name, cell in cells.items()} == {
        "A1": 1, "B1": -2500.0, "C1": True, "D1": "#N/A", "E1": '=A1&"x"', "F1": "a b", "G1": "2026-01-31",
    }  # fmt: skip
    assert (cells["D1"].is_error, cells["E1"].shows_text, cells["G1"].is_date) == (True, True, True)
    assert [name for name, cell in cells.items() if cell.is_number] == ["A1", "B1"]


def test_cells_come_in_the_order_of_lines_however_they_are_written(tmp_path: Path) -> None:
    cells = held(b'<row r="9"><c r="B9"><v>1</v></c><c r="A9"><v>2</v></c></row><row r="3"><c r="AA3"><v>3</v></c></row>', tmp_path)  # fmt: skip
    assert list(cells) == ["AA3", "A9", "B9"]


def test_the_strict_form_of_a_sheet_is_read_as_the_other(tmp_path: Path) -> None:
    content = changed("xl/worksheets/sheet1.xml", MAIN, STRICT)
    assert [cell.value for cell in read(content, tmp_path).cells.values()] == [1]


def test_validations_of_later_versions_are_validations(tmp_path: Path) -> None:
    more = b'<extLst><ext><x:dataValidations xmlns:x="urn:x" xmlns:m="urn:m"><x:dataValidation type="list"><x:formula1><m:f>S2!A1:A3</m:f></x:formula1><m:sqref>A1:A4 C1</m:sqref></x:dataValidation></x:dataValidations></ext></extLst>'
    found = read(book([sheet(b"<row><c><v>1</v></c></row>", more)]), tmp_path)  # fmt: skip
    assert found.validated == ((1, 1, 4, 1), (1, 3, 1, 3))
    assert [cell.is_formula for cell in found.cells.values()] == [False]


@pytest.mark.parametrize(
    "formula",
    ["=A1+$B$2*C$3-$D4", "=SUM(A1:B$9,$C:D,2:$3)", "='Bob''s A1'!B2&\"A1\"", "=LOG10(A1)+T1[A1]", "=Sheet1!A1:B2", '=IF(A1,"x""B2",B2)'],
)  # fmt: skip
@pytest.mark.parametrize("place", [(12, 7), (5, 5), (40, 60)])
def test_a_formula_is_copied_as_openpyxl_translates_it(formula: str, place: tuple[int, int]) -> None:
    expected = Translator(formula, "E5").translate_formula(address(place))
    assert Template(formula, (5, 5)).copied(place) == expected


def test_what_a_copy_would_read_beyond_the_sheet_is_lost() -> None:
    assert Template("=A1+B$1", (2, 2)).copied((1, 1)) == "=#REF!+A$1"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b'<row r="1"><c r="A1"><v>nan?</v></c></row>', "the cell A1 holds 'nan?', which is no number"),
        (b'<row r="1"><c r="A1" t="s"><v>7</v></c></row>', "the cell A1 holds a text that is not in the workbook"),
        (b'<row r="1"><c r="XFE1"><v>7</v></c></row>', "'XFE1' is no cell of a sheet"),
        (b'<row r="1"><c r="A1"><f>%s</f></c></row>' % (b"A" * 10_001), "a formula has 10,001 letters"),
    ],
)
def test_what_no_spreadsheet_writes_is_told(row: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(Mistake, match="book") as caught:
        read(book([sheet(row)]), tmp_path)
    assert message in caught.value.message
    assert caught.value.hint
