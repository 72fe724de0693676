"""`plainsheet lint` on workbooks of other programs: what looks broken and is not, what hides, and files that mean harm.

What each rule finds in a workbook of ours stands in test_rules.py.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.styles import NamedStyle, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.hyperlink import Hyperlink

from exports.lint.rules import RULES
from plainsheet.commands import main

ROOT = Path(__file__).parent.parent
SHEET = "xl/worksheets/sheet1.xml"
# The clock is a guard against a hang, and no measurement: a refusal takes a second.
HANGS_AFTER = 60
MOST_MEMORY = 1_000_000_000
Book = Any  # openpyxl has no types


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["lint", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def saved(book: Book) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def findings(content: bytes, folder: Path) -> dict[str, list[str]]:
    """Return where each rule is broken, and how; a rule that holds has an empty list."""
    path = folder / "book.xlsx"
    path.write_bytes(content)
    told = json.loads(run(str(path), "--json").stdout)
    return {rule["id"]: [f"{one['where']} {one['message']}" for one in rule["findings"]] for rule in told["rules"]}


def tidy() -> Book:
    """Return a workbook of another hand that breaks no rule."""
    book = openpyxl.Workbook()
    cover, bob, sums, checks = book.active, *[book.create_sheet(name) for name in ("Bob's stand", "Sums", "Checks")]
    cover.title = "Start"
    rows = {bob: ("Lemons", "kg", 3, "Bob"), sums: ("Twice", "kg", "='Bob''s stand'!$C$3*2", "-"),
            checks: ("Fine", "1", "=IF(Sums!$C$3>0,0,1)", "-")}  # fmt: skip
    for number, sheet in enumerate(book.worksheets):
        sheet["A1"], sheet["B1"] = "=IF(Checks!$C$3=0,0,1)", "back" if number else "Start"
        for column, text in zip("ABCD", ("Item", "Unit", "Now", "Source"), strict=True):
            sheet[f"{column}2"] = text
        for column, value in zip("ABCD", rows.get(sheet, ()), strict=False):
            sheet[f"{column}3"] = value
        sheet.freeze_panes, sheet.protection.sheet = "A3", True
        sheet.page_setup.orientation, sheet.print_title_rows = "landscape", "1:2"
        sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToWidth = True, 1
        sheet.oddFooter.center.text = "&F &A &P"
        if number:
            sheet["B1"].hyperlink = Hyperlink(ref="B1", location="Start!A1")
            cover[f"A{2 + number}"] = f'=HYPERLINK("#\'{sheet.title.replace(chr(39), 2 * chr(39))}\'!A1","see B7")'
    bob["C3"].protection = Protection(locked=False)
    bob.add_data_validation(DataValidation(type="decimal", operator="greaterThan", formula1="0", sqref="C3"))
    for cell in [cell for sheet in book for row in sheet.iter_rows() for cell in row]:
        locked = cell.protection.locked
        cell.style = "plain" if "plain" in book.named_styles else NamedStyle("plain")
        cell.protection = Protection(locked=locked)
    return book


def test_a_tidy_workbook_of_another_hand_breaks_no_rule(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(saved(tidy()))
    result = run(str(path))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{path}: 4 sheets, 9 formulas: all {len(RULES)} rules hold\n"


def put(**cells: object) -> Callable[[Book], None]:
    """Return a change that fills cells of the sheet Sums, here and there a row of its own."""

    def change(book: Book) -> None:
        for place, value in cells.items():
            book["Sums"][place] = value

    return change


def named(book: Book) -> None:
    book["Sums"]["E9"] = "=fee*2"
    book.defined_names.add(DefinedName("Fee", attr_text="Sums!$C$3"))


def unlinked(book: Book) -> None:
    book["Start"]["A4"] = "Bob's stand"


def unlocked(book: Book) -> None:
    book["Sums"]["C3"].protection = Protection(locked=False)


BREAKS: dict[str, tuple[Callable[[Book], None], str]] = {
    "apart": (lambda book: setattr(book["Bob's stand"]["C9"], "value", "=C3*2"), "Bob's stand!C9 has 1 input, and calculates too: =C3*2"),
    "flow": (put(E9="=Checks!C3+1"), "Sums!E9 calculates with 'Checks', which stands further to the right"),
    "columns": (put(E2="Source"), "Sums!E2 'Source' stands in another column on 'Start'"),
    "rows": (put(E9="=$A9+E$1", F9="=$A9+F$1", G9="=$A9+$G1"), "Sums!G9 differs from the rest of its row: =$A9+$G1"),
    "constants": (put(E9="=C3*1.19"), "Sums!E9 holds 1.19: =C3*1.19"),
    "units": (put(C9=4), "Sums!B9 the row has numbers and no unit"),
    "sources": (lambda book: setattr(book["Bob's stand"]["D3"], "value", " "), "Bob's stand!D3 the row has inputs and no source"),
    "moving": (put(E9="=SUM(OFFSET(C3,0,0))"), "Sums!E9 uses OFFSET: =SUM(OFFSET(C3,0,0))"),
    "names": (named, "Sums!E9 refers to the name fee"),
    "merged": (lambda book: book["Sums"].merge_cells("F9:G9"), "Sums!F9:G9 the cells are merged"),
    "hidden": (lambda book: setattr(book["Sums"], "sheet_state", "veryHidden"), "Sums the sheet is hidden"),
    "outside": (put(E9="='C:\\[old.xlsx]Bob''s'!A1"), "Sums!E9 reads another file: ='C:\\[old.xlsx]Bob''s'!A1"),
    "macros": (lambda _: None, "xl/vbaProject.bin the workbook holds code"),
    "circular": (put(E9="=E9+1"), "Sums!E9 feeds itself: Sums!E9 reads Sums!E9"),
    "errors": (put(E9="#REF!"), "Sums!E9 shows an error: #REF!"),
    "locked": (unlocked, "Sums!C3 is a formula that may be typed over: ='Bob''s stand'!$C$3*2"),
    "validated": (lambda book: setattr(book["Bob's stand"].data_validations, "dataValidation", []), "Bob's stand!C3 may be typed into, and nothing is validated"),
    "frozen": (lambda book: setattr(book["Sums"], "freeze_panes", "B1"), "Sums no line stays in sight when one scrolls down"),
    "master": (put(A1="fine"), "Sums no line that stays in sight says whether the checks hold"),
    "styles": (put(E9="x"), "Sums!E9 1 cells of 'Sums' have no named style"),
    "navigation": (unlinked, "Sums no link on 'Start' leads here"),
    "printed": (lambda book: setattr(book["Sums"].page_setup, "orientation", "portrait"), "Sums does not print landscape"),
}  # fmt: skip


def test_the_table_has_every_rule() -> None:
    assert list(BREAKS) == [rule.id for rule in RULES]


@pytest.mark.parametrize("rule", BREAKS)
def test_a_rule_says_where_it_is_broken_and_how(rule: str, tmp_path: Path) -> None:
    change, expected = BREAKS[rule]
    book = tidy()
    change(book)
    content = saved(book) if rule != "macros" else repacked(saved(book), {}, {"xl/vbaProject.bin": b"code"})
    assert findings(content, tmp_path)[rule] == [expected]


Cells = Mapping[str, object]
# A rule, the cells of a sheet called Sheet with one called Bob's beside it, and the places where it is broken.
SUBTLE: dict[str, tuple[str, Cells, list[str]]] = {
    "a number in a text, a sheet's name or a reference": ("constants", {"A1": "=A100+LEN(\"1.19\")+'4th ''19'!A7+LOG10(B33)"}, []),
    "exponents": ("constants", {"A1": "=B1^3+B1^-3"}, []),
    "an exponent in brackets": ("constants", {"A1": "=B1*10^(-18)+B1^(1/3)"}, []),
    "a factor after an exponent": ("constants", {"A1": "=B1^3*4"}, ["A1"]),
    "a percentage is no 10": ("constants", {"A1": "=B1*10%"}, ["A1"]),
    "a number in braces": ("constants", {"A1": "=SUM({1,7})"}, ["A1"]),
    "an array formula": ("constants", {"A1": ArrayFormula("A1:A2", "=B1:B2*1.19")}, ["A1"]),
    "a table of what-ifs": ("constants", {"A1": DataTableFormula(ref="A1:A3", r1="B1")}, []),
    "copied to the right": ("rows", {"B2": "=$A2*B$1", "C2": "=$A2*C$1", "D2": "=$A2*D$1"}, []),
    "a fixed reference among copied ones": ("rows", {"B2": "=$A2*B$1", "C2": "=$A2*C$1", "D2": "=$A2*$D$1"}, ["D2"]),
    "a number typed over a copied formula": ("rows", {"B2": "=B1+B3", "C2": "=C1+C3", "D2": 7, "E2": "=E1+E3", "F2": "=F1+F3"}, ["D2"]),
    "whole columns, copied": ("rows", {"B2": "=SUM(B:B)", "C2": "=SUM(C:C)", "D2": "=SUM(D:D)", "E2": "=SUM(D:D)"}, ["E2"]),
    "a range that feeds itself": ("circular", {"A1": "=SUM(A1:A9)"}, ["A1"]),
    "across sheets": ("circular", {"A1": "='Bob''s'!A1"}, ["A1"]),
    "a whole column that feeds itself": ("circular", {"A1": "=SUM(A:A)"}, ["A1"]),
    "a whole row that feeds itself": ("circular", {"A1": "=SUM($1:$1)"}, ["A1"]),
    "a name that feeds itself": ("circular", {"A1": "=Here+1"}, ["A1"]),
    "small letters": ("circular", {"A1": "=a1+1"}, ["A1"]),
    "a sheet's name in other letters": ("circular", {"A1": "=SHEET!A1"}, ["A1"]),
    "where a cell is, not what it holds": ("circular", {"A1": "=ROWS(A$1:A1)"}, []),
    "a range through sheets": ("circular", {"A1": "=SUM(Q1:Q3!A1)", "Q2": "=A1"}, []),
    "a text that names itself": ("circular", {"A1": '="A1"&"say ""A1"" "'}, []),
    "a column of a table": ("circular", {"FY24": "=SUM(Sales[FY24])"}, []),
    "a range up to OFFSET": ("moving", {"A1": "=SUM(B1:OFFSET(B1,2,0))"}, ["A1"]),
    "a word and no function": ("moving", {"A1": '="INDIRECT(B1)"'}, []),
    "a function of a later Excel": ("moving", {"A1": "=_xlfn.RANDARRAY(2)"}, ["A1"]),
    "a name of one sheet": ("names", {"A1": "=Local*2"}, ["A1"]),
    "a name with its sheet": ("names", {"A1": "=Sheet!Local*2"}, ["A1"]),
    "whole columns of another file": ("outside", {"A1": "=VLOOKUP(B1,[1]Prices!$A:$C,2,FALSE)"}, ["A1"]),
    "a name of another file": ("outside", {"A1": "=[1]!Fee"}, ["A1"]),
    "a column of a table is no file": ("outside", {"A1": "=SUM(Sales[Now])"}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", SUBTLE)
def test_what_looks_alike_is_told_apart(name: str, tmp_path: Path) -> None:
    rule, cells, expected = SUBTLE[name]
    book = openpyxl.Workbook()
    sheet = book.active
    book.create_sheet("Bob's")["A1"] = "=Sheet!A1+0"
    book.defined_names.add(DefinedName("Here", attr_text="Sheet!$A$1"))
    sheet.defined_names.add(DefinedName("Local", attr_text="Sheet!$B$1"))
    for place, value in cells.items():
        sheet[place] = value
    found = findings(saved(book), tmp_path)[rule]
    assert [one.split()[0] for one in found] == [f"Sheet!{place}" for place in expected]


def repacked(content: bytes, changes: Mapping[str, Callable[[bytes], bytes]], more: Mapping[str, bytes]) -> bytes:
    """Return a package with some parts changed, and more parts."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            new.writestr(name, changes.get(name, bytes)(old.read(name)))
        for name, part in more.items():
            new.writestr(name, part)
    return out.getvalue()


def written(before: bytes, after: bytes, part: str = SHEET) -> bytes:
    """Return a small workbook of two sheets with some XML replaced."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = 1, "=A1+A1"
    book.create_sheet("Bob's")
    return repacked(saved(book), {part: lambda text: text.replace(before, after, 1)}, {})


def rows(xml: bytes) -> bytes:
    return written(b"</sheetData>", xml + b"</sheetData>")


def views(xml: bytes) -> bytes:
    return written(b"<selection ", xml + b"<selection ")


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


def test_json_has_every_rule_and_help_says_what_lint_is_for(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(saved(tidy()))
    result = run("--json", str(path))
    told = json.loads(result.stdout)
    assert (result.exit_code, list(told), told["workbook"]) == (0, ["workbook", "rules"], str(path))
    assert [(one["id"], one["text"], one["source"]) for one in told["rules"]] == [
        (r.id, r.text, r.source) for r in RULES
    ]
    assert {tuple(one) for one in told["rules"]} == {("id", "text", "source", "holds", "findings")}
    path.write_bytes(b"")
    refused = run("--json", str(path))
    assert (refused.exit_code, list(json.loads(refused.stdout))) == (1, ["problems"])
    assert "Example: plainsheet lint" in run("--help").stdout


@pytest.mark.parametrize(("name", "status"), [("old.xls", 2), ("none.xlsx", 1), ("folder.xlsx", 1), ("", 2)])
def test_what_is_no_workbook_is_said_in_a_line(name: str, status: int, tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    result = run(str(tmp_path / name)) if name else run()
    assert (result.exit_code, result.stdout) == (status, "")
    assert len(result.stderr.splitlines()) <= (1 if status == 1 else 4)


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORLD = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
PREFIXED = b'<x:mergeCells xmlns:x="' + MAIN + b'"><x:mergeCell ref="A1:XFD1048576"/></x:mergeCells>'
WIDE = repacked(written(b"", b""), {SHEET: lambda text: ("\n" + text.decode().replace("</sheetData>", "</sheetData>" + WORLD.decode())).encode("utf-16-le")}, {})  # fmt: skip


def after(xml: bytes) -> bytes:
    return written(b"</sheetData>", b"</sheetData>" + xml)


def many_merged() -> bytes:
    return after(b"<mergeCells>%s</mergeCells>" % b"".join(b'<mergeCell ref="A%d:J%d"/>' % (n, n + 9999) for n in range(1, 10**6, 10**4)))  # fmt: skip


def many_texts() -> bytes:
    texts = b'<sst xmlns="%s">%s</sst>' % (MAIN, b"<si><t>a</t></si>" * 5_000_000)
    linked = written(b"</Relationships>", b'<Relationship Id="t" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>', "xl/_rels/workbook.xml.rels")  # fmt: skip
    kind = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    return repacked(linked, {"[Content_Types].xml": lambda text: text.replace(b"</Types>", kind)}, {"xl/sharedStrings.xml": texts})  # fmt: skip


def wide_sums() -> bytes:
    return rows(b"".join(b'<row r="%d"><c r="A%d"><f>SUM(B1:XFD1048576)</f></c></row>' % (n, n) for n in range(3, 20_000)))  # fmt: skip


# What may be linted is broken somewhere all the same: the exit status is 1 for each.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "a merged world under another prefix": lambda: after(PREFIXED),
    "a merged world written with spaces": lambda: after(WORLD.replace(b"ref=", b"ref = ")),
    "a merged world in two bytes a letter": lambda: WIDE,
    "a world merged in pieces": many_merged,
    "a merged world under a prefix with a hyphen": lambda: after(PREFIXED.replace(b"x:", b"x-y:").replace(b":x=", b":x-y=")),
    "a merged world behind what looks like a comment": lambda: written(b"</sheetData>", b'<row r="3"><c r="A3" t="inlineStr"><is><t><![CDATA[<!--]]></t></is></c></row></sheetData>' + WORLD + b"<!-- -->"),
    "comments without end": lambda: written(b"<sheetData>", b"<!-- " * 200_000 + b"<sheetData>"),
    "millions of texts": many_texts,
    "millions of lines": lambda: rows(b'<row ht="1"/>' * 5_000_000),
    "millions of cells under another prefix": lambda: rows(b'<row xmlns:x="' + MAIN + b'">' + b"<x:c><x:v>1</x:v></x:c>" * 5_000_000 + b"</row>"),
    "a formula without end": lambda: written(b"A1+A1", b"A" * 300_000),
    "quotes without end": lambda: written(b"A1+A1", b"'" * 30_000),
    "a comment like a merged cell": lambda: written(b"<sheetData>", b"<!--" + b"<mergeCell " * 200_000 + b"--><sheetData>"),
    "a comment like a cell": lambda: written(b"<sheetData>", b"<!--" + b'<c r="A1" ' * 200_000 + b"--><sheetData>"),
    "sums of everything": wide_sums,
    "absurd panes": lambda: views(b'<pane ySplit="1" topLeftCell="XFE99999999" state="frozen"/>'),
    "a range that is none": lambda: after(b'<dataValidations count="1"><dataValidation sqref="A1 7:7:7 X"/></dataValidations>'),
    "a cell beyond the last": lambda: written(b'r="A1"', b'r="ZZZZ1"'),
    "a number of many digits": lambda: written(b"<v>1</v>", b"<v>" + b"9" * 5000 + b"</v>"),
    "two sheets of one name": lambda: written(b"Bob's", b"Sheet", "xl/workbook.xml"),
    "a name that is none": lambda: written(b"Bob's", b"a&#10;[x]!", "xl/workbook.xml"),
    "a name without end": lambda: written(b"Bob's", b"n" * 1_000_000, "xl/workbook.xml"),
    "a file with a password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_means_harm_takes_neither_the_machine_nor_the_day(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(HOSTILE[name]())

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))

    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "lint", str(path)],
        capture_output=True, text=True, timeout=HANGS_AFTER, preexec_fn=limit, check=False,  # no threads here
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 2
    assert "memory" not in done.stderr.lower()
    assert 0 < len(done.stdout + done.stderr) < 20_000
