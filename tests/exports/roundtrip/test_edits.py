"""What people do to a workbook, each as openpyxl and as LibreOffice leave it: what an import says of it, whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from exports.files.stamp import Stamp
from exports.workbook.xlsx import workbook
from tests.toys.edits import Step, edit, edit_in_libreoffice
from tests.toys.fleet import FLEET
from tests.toys.stall import Imported, exported

# What is said, and the lines of the text that differ, below the name of each edit; where what LibreOffice leaves
# is another thing, below the name with its own behind.
TOLD = Path(__file__).with_suffix(".txt")
OTHER = ", in LibreOffice"


def T(cell: str, value: object, sheet: str = "Inputs") -> Step:  # noqa: N802  # stands in every line of the table
    """Return the step that types something into a cell."""
    return ("type", sheet, cell, value)


EDITS: dict[str, list[Step]] = {
    "noop": [],
    "base life 5": [T("G16", 5)],
    "override inherited discount": [T("I17", 0.14)],
    "member price H200": [T("H22", 33)],
    "member inherited price": [T("G23", 24)],
    "two dim member": [T("H34", 9)],
    "override equal to base": [T("H15", 30000)],
    "clear own override": [("clear", "Inputs", "H17")],
    "model formula one cell": [T("H11", "=SUM(H$8:H$10)*2", "Model")],
    "model typed constant": [T("E12", 70, "Model")],
    "rename sheet": [("rename", "Inputs", "Annahmen")],
    "insert row": [("insert_rows", "Inputs", 17, 1)],
    "insert column": [("insert_columns", "Inputs", 7, 1)],
    "swap two rows": [("swap_rows", "Inputs", 16, 18)],
    "delete scenario column": [("delete_columns", "Inputs", 8, 1)],
    "delete input row": [("delete_rows", "Inputs", 16, 1)],
    "paste values row": [T("G11", 324, "Model"), T("H11", 428, "Model"), T("I11", 568, "Model")],
    "paste values block members": [T("G21", 25), T("H21", 31), T("I21", 40)],
    "text in number": [T("G16", "four")],
    "text 5pct in percent": [T("G17", "5%")],
    "text 5pct in number": [T("G16", "5%")],
    "text thousands de": [T("G15", "31.000")],
    "text thousands en": [T("G15", "31,000")],
    "text plain number": [T("G15", "31000")],
    "text trailing space": [T("G15", "31000 ")],
    "nine for percent": [T("G17", 9)],
    "comment": [("comment", "Inputs", "G15", "Is this net?")],
    "new sheet": [("add", "Notes"), T("A1", "To do", "Notes")],
    "numfmt": [("format", "Inputs", "G15", "#,##0.00")],
    "numfmt percent on number": [("format", "Inputs", "G16", "0%")],
    "hide row": [("hide_row", "Inputs", 16)],
    "range low end": [T("K15", 22000)],
    "range shared by some": [T("I25", 24)],
    "range reversed": [T("K15", 50000)],
    "range of percent": [T("L17", 0.2)],
    "range typed over a formula": [T("G105", 3, "Sensitivity")],
    "range where there is none": [T("K16", 3)],
    "heading retyped": [T("C5", "Id"), T("D5", "Einheit")],
    "heading of Model retyped": [T("C5", "Id", "Model")],
    "heading of Registry retyped": [T("M5", "From", "Registry"), T("G16", 5)],
    "name retyped": [T("C16", "lifes"), T("G16", 5)],
    "names cleared": [("clear", "Inputs", "C16")],
    "words": [T("M16", "Asked the vendor.")],
    "unit in the plural": [T("D16", "years")],
    "unit respelled": [T("D21", "kUSD / GPU"), T("G22", 26)],
    "unit cleared": [("clear", "Inputs", "D16")],
    "unit of a result": [T("D13", "USD", "Model")],
    "formula beside": [T("N16", "=G16*2"), T("N17", "ask Bob")],
    "rows deleted on Cases": [("delete_rows", "Cases", 8, 3)],
    "column in Model": [("insert_columns", "Model", 8, 1)],
    "paste block into inputs": [T("H15", 30000), T("H16", 4), T("H18", 1), T("H19", 2)],
    "two rows inserted with text": [("insert_rows", "Inputs", 17, 2), T("B17", "Overhead"), T("G17", 500)],
    "two columns, edited": [("insert_columns", "Inputs", 8, 2), T("G16", 5), T("J17", 0.14)],
    "constant cleared": [("clear", "Inputs", "E45")],
    "unit of a range": [T("D25", "EUR/GPU"), T("G25", 18)],
    "range of a member": [T("G25", 18)],
    "swing 20pct": [T("E42", 0.2)],
    "choose scenario": [T("E6", "Lean year", "Cover")],
    "choose what the bridge goes to": [T("E45", "Lean year", "Scenarios")],
    "live cell typed": [T("E16", 5)],
    "formula in input": [T("G16", "=2+3")],
    "date in input": [("day", "Inputs", "G16")],
    "label changed": [T("B16", "Years that a GPU lasts")],
    "unit changed": [T("D16", "month")],
    "copy sheet edited": [("copy", "Inputs", "Inputs (2)"), T("G16", 5, "Inputs (2)")],
    "out of bounds": [T("G16", 0.5)],
    "half gpu": [T("G19", 2.5)],
    "member header changed": [T("H9", "H200 NVL")],
    "year header changed": [T("I11", 2029)],
    "scenario name changed": [T("H6", "Lean"), T("H14", "Lean")],
    "neg zero tiny": [T("G37", -0.0), T("G31", 1e-300)],
    "constant changed": [T("E45", 1.5)],
    "unit of a block": [T("D21", "EUR/GPU")],
    "unit of a member's line": [T("D32", "ton")],
    "unit of a scalar": [T("D15", "EUR")],
    "registry value": [T("I7", 31000, "Registry")],
    "formula on cases": [T("E8", "=1", "Cases")],
    "formula on scenarios": [T("G62", "=G$7", "Scenarios")],
    "formula on checks": [T("E14", "=5", "Checks")],
    "equal then base": [T("H15", 30000), T("G15", 35000)],
    "round": [T("E13", "=ROUND((SUM($G$11:$I$11)+$E$12)*(1-Inputs!$E$17)+Inputs!$E$15*Inputs!$E$16/Inputs!$E$18/Inputs!$E$46,0)", "Model")],
}  # fmt: skip


def told(done: Imported) -> str:
    said = re.sub(r"\S*/stall\.toml", "fleet.toml", done.told)
    return "\n".join([*said.splitlines(), f"exit {done.status}", *done.changed])


def expected() -> dict[str, str]:
    """Return what each edit comes to, as the file beside this one has it."""
    sections = re.split(r"^## (.*)\n", TOLD.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: text.strip("\n") for name, text in zip(sections[1::2], sections[2::2], strict=True)}


@pytest.mark.parametrize("name", EDITS)
def test_an_import_says_what_it_takes_and_what_it_does_not(name: str) -> None:
    assert told(Imported(edit(exported(FLEET, is_whole=True), EDITS[name]), FLEET)) == expected()[name]


def test_a_stamp_and_another_live_scenario_change_nothing() -> None:
    done = Imported(workbook(plan(loads(FLEET)), "late", Stamp("0123abc", "A. Driver", "2026-01-02")), FLEET)
    note = "note: the live scenario is 'Late start'; which one is live stays in the workbook"
    assert told(done).splitlines() == [note, "fleet.toml: the workbook's 61 cells say what the text says", "exit 0"]


def test_a_workbook_of_an_older_text_is_read_three_ways_and_said_to_be_no_more() -> None:
    older = FLEET.replace("range = [20_000", "range = [19_000").replace("Our offer.", "Their offer.")
    steps = [T("K15", 22_000), T("G18", 2), T("B18", "Span"), ("insert_columns", "Inputs", 8, 1)]
    book = edit(exported(older, is_whole=True), steps)
    done = Imported(book, FLEET)
    assert (done.status, done.changed) == (1, [])
    assert "when exported 19,000 USD, in the workbook 22,000 USD, in the text 20,000 USD" in done.told
    assert "labels, notes and other sheets were not compared" in done.told
    taken = Imported(book, FLEET, "--theirs").changed
    assert [line for line in taken if line[0] == "+"] == ["+ range = [22_000, 45_000]     # quoted", "+ value = 2"]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_what_people_do_in_libreoffice_is_told_alike() -> None:
    books = edit_in_libreoffice(exported(FLEET, is_whole=True), EDITS)
    wanted = expected()
    found = {name: told(Imported(book, FLEET)) for name, book in books.items()}
    assert found == {name: wanted.get(f"{name}{OTHER}", wanted[name]) for name in EDITS}
