"""Inputs that were moved in a workbook: sheets, rows and columns, by hand and by LibreOffice."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.oracles import libreoffice
from tests.toys.stall import BOTH, FLAT, TEXT, Book, Change, Imported, exported, place, row, typed


def refer(book: Book, old: str, new: str) -> None:
    """Let Registry follow what was moved, as a spreadsheet does."""
    for cell in [cell for line in book["Registry"].iter_rows() for cell in line if isinstance(cell.value, str)]:
        cell.value = re.sub(rf"(?<=[=(,]){re.escape(old)}(?!\d)", new, cell.value)


def renamed(book: Book) -> None:
    book["Inputs"].title = "Bob's inputs"
    refer(book, "Inputs!", "'Bob''s inputs'!")


def moved(book: Book) -> None:
    sheet, own = book["Inputs"], place("price", "plan")
    sheet["T40"], sheet[own].value = sheet[own].value, None
    refer(book, f"Inputs!$G${own[1:]}", "Inputs!$T$40")


def turned(book: Book) -> None:
    """Sort lines as a spreadsheet does: references within a line go with it, and Registry's stay."""
    first, last = [int(place(id_, "plan")[1:]) for id_ in ("price", "share")]
    lines = [[cell.value for cell in book["Inputs"][number]] for number in (last, first)]
    for number, values in zip((first, last), lines, strict=True):
        for column, value in enumerate(values, 1):
            own = re.sub(r"^(=\$[A-Z])\d+$", rf"\g<1>{number}", value) if isinstance(value, str) else value
            book["Inputs"].cell(number, column).value = own


# openpyxl changes no formula when it inserts or renames: names and headings must do.
MOVES: dict[str, Change] = {
    "sheets in another order": lambda book: book.move_sheet("Registry", -3),
    "a sheet renamed": renamed,
    "a sheet renamed without its references": lambda book: setattr(book["Inputs"], "title", "Annahmen"),
    "no Registry": lambda book: book.remove(book["Registry"]),
    "no defined names": lambda book: book.defined_names.clear(),
    "other sheets deleted": lambda book: [book.remove(book[name]) for name in ("Cover", "Checks")],
    "rows inserted above": lambda book: book["Inputs"].insert_rows(3, 4),
    "a row inserted between inputs": lambda book: book["Inputs"].insert_rows(int(row("price", ""))),
    "a column inserted in front": lambda book: book["Inputs"].insert_cols(1),
    "a column inserted before the scenarios": lambda book: book["Inputs"].insert_cols(7),
    "a column inserted between scenarios": lambda book: book["Inputs"].insert_cols(8),
    "rows sorted": turned,
    "a cell moved": moved,
    "a line's name deleted": lambda book: setattr(book["Inputs"][row("price", "C")], "value", None),
    "a line of Registry deleted": lambda book: book["Registry"].delete_rows(7),
    "a line of Registry without its number": lambda book: setattr(book["Registry"]["I7"], "value", None),
    "an untouched copy": lambda book: book.copy_worksheet(book["Inputs"]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [*[(name, TEXT) for name in MOVES], *[(name, FLAT) for name in MOVES if "column" in name]], ids=lambda one: one if one in MOVES else str(one == FLAT))  # fmt: skip
def test_an_input_is_found_wherever_it_has_gone(name: str, text: str) -> None:
    done = typed({("price", "plan"): 7, ("price", "boom"): 8.25}, MOVES[name], text)
    assert done.changed == BOTH, done.told


def test_a_scenario_whose_column_was_deleted_gets_no_other_ones_values() -> None:
    def deleted(book: Book) -> None:
        book["Inputs"].delete_cols(8)
        refer(book, "Inputs!$H", "#REF!")
        refer(book, "Inputs!$I", "Inputs!$H")

    done = typed({}, deleted, FLAT.replace('extends  = "boom"\n', ""))
    assert (done.status, done.changed) == (1, []), done.told


MACRO = """<?xml version="1.0"?><script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Edit(source, target, price, boom)
Dim hidden(0) As New com.sun.star.beans.PropertyValue
Dim kind(0) As New com.sun.star.beans.PropertyValue
hidden(0).Name = "Hidden" : hidden(0).Value = True
kind(0).Name = "FilterName" : kind(0).Value = "Calc MS Excel 2007 XML"
book = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
sheet = book.Sheets.getByName("Inputs")
sheet.unprotect("")
sheet.getCellRangeByName(price).Value = 7
sheet.getCellRangeByName(boom).Value = 8.25
sheet.Rows.insertByIndex(16, 2)
sheet.Rows.insertByIndex(3, 1)
sheet.Columns.insertByIndex(7, 1)
sheet.Columns.insertByIndex(2, 1)
sheet.Name = "Bob's inputs"
book.Sheets.moveByName("Registry", 0)
book.storeToURL(ConvertToURL(target), kind())
book.close(True)
StarDesktop.terminate()
End Sub
</script:module>"""


@pytest.mark.slow
@pytest.mark.libreoffice
def test_what_libreoffice_inserted_and_saved_comes_back(tmp_path: Path) -> None:
    source, target = tmp_path / "book.xlsx", tmp_path / "saved.xlsx"
    source.write_bytes(exported(TEXT, is_whole=True))
    libreoffice.run("--terminate_after_init")
    (libreoffice.profile() / "user/basic/Standard/Module1.xba").write_text(MACRO)
    cells = place("price", "plan"), place("price", "boom")
    libreoffice.run(
        f"macro:///Standard.Module1.Edit({','.join([json.dumps(str(one)) for one in (source, target, *cells)])})"
    )
    done = Imported(target.read_bytes(), TEXT)
    assert done.changed == BOTH, done.told
