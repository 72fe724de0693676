"""Each rule in a workbook of another hand: where it is broken and how, and what only looks alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from engine.problems import shortened
from exports.lint.rules import RULES
from tests.toys.packages import Book, findings, lint, repacked, saved, tidy

SHEET = "xl/worksheets/sheet1.xml"
# The clock is a guard against a hang, and no measurement: a refusal takes a second.
HANGS_AFTER = 60
MOST_MEMORY = 1_000_000_000


def test_a_tidy_workbook_of_another_hand_breaks_no_rule(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(saved(tidy()))
    result = lint(str(path))
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


def alike(book: Book) -> None:
    book["Bob's stand"]["C3"].style = "plain"
    book["Bob's stand"]["C3"].protection = Protection(locked=False)


def mixed(book: Book) -> None:
    put(E9="=E8+1", F9="=F8+1", G9="=G8+1")(book)
    book["Sums"]["G9"].number_format = "0.00"


LONG = "=" + "+".join(["C3"] * 81)
BREAKS: dict[str, tuple[Callable[[Book], None], str]] = {
    "apart": (lambda book: setattr(book["Bob's stand"]["C9"], "value", "=C3*2"), "Bob's stand!C9 has 1 input, and calculates too: =C3*2"),
    "about": (lambda book: setattr(book["Start"]["D1"], "value", "Made by Bob, version 1, how to use it, colours, limits"), "Start the first sheet does not say what it is for"),
    "flow": (put(E9="=Checks!C3+1"), "Sums!E9 calculates with 'Checks', which stands further to the right"),
    "columns": (put(E2="Source"), "Sums!E2 'Source' stands in another column on 'Start'"),
    "rows": (put(E9="=$A9+E$1", F9="=$A9+F$1", G9="=$A9+$G1"), "Sums!G9 differs from the rest of its row: =$A9+$G1"),
    "constants": (put(E9="=C3*1.19"), "Sums!E9 holds 1.19: =C3*1.19"),
    "length": (put(E9=LONG), f"Sums!E9 has 243 characters, 240 at most: {shortened(LONG, 100)}"),
    "nested": (put(E9="=IF(C3>0,IF(C3>1,IF(C3>2,1,2),1),0)"), "Sums!E9 nests 3 IF, 2 at most: =IF(C3>0,IF(C3>1,IF(C3>2,1,2),1),0)"),
    "chains": (put(E9="='Bob''s stand'!$C$3", F9="=E9"), "Sums!F9 links to Sums!E9, which is a link: ='Bob''s stand'!$C$3"),
    "once": (put(E9="=C3*2", E10="=C3*2"), "Sums!E10 calculates what E9 does: =C3*2"),
    "labels": (put(A9="Twice ", C9="=C3+2"), "Sums!A9 'Twice ' is the label of line 3 too"),
    "adjacent": (put(E9=4, E10=5, E11=6, E12="=SUM(E9:E10)"), "Sums!E12 stops short of E11, where the numbers go on: =SUM(E9:E10)"),
    "text": (put(E9=4, E10="5", E11="=SUM(E9:E10)"), "Sums!E10 is text, and no number: 5"),
    "units": (put(C9=4), "Sums!B9 the row has numbers and no unit"),
    "sources": (lambda book: setattr(book["Bob's stand"]["D3"], "value", " "), "Bob's stand!D3 the row has inputs and no source"),
    "rounding": (lambda book: setattr(book.calculation, "fullPrecision", False), "the workbook calculates with numbers rounded to the digits that are shown"),
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
    "tolerances": (lambda book: setattr(book["Checks"]["E2"], "value", "Note"), "Checks no column is headed 'Tolerance'"),
    "styles": (put(E9="x"), "Sums!E9 1 cells of 'Sums' have no named style"),
    "kinds": (alike, "Bob's stand!C3 is a typed number, and looks like a formula"),
    "formats": (mixed, "Sums!G9 is shown as '0.00', and the rest of its line as 'General'"),
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
GROWTH: Cells = {
    "A1": "Country",
    "B1": "Unit",
    "C1": "Growth",
    **{f"C{row}": value for row, value in enumerate((3.8, 1.0, 2.6, 3.0, 2.0, 4.0, 2.9), 2)},
}
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
    "numbers above and below a range": ("adjacent", {**GROWTH, "C10": "=AVERAGE(C5:C8)", "C11": "=SUM(C2:C6)"}, ["C10", "C11"]),
    "a range that is whole": ("adjacent", {**GROWTH, "C9": "=SUM(C2:C8)", "C10": "=AVERAGE(C2:C8)"}, []),
    "years above the numbers": ("adjacent", {"B1": 2026, "C1": 2027, "B2": 4, "C2": 5, "B3": 6, "C3": 7, "B4": "=SUM(B2:B3)", "C4": "=SUM(C2:C3)"}, []),
    "one year above the numbers": ("adjacent", {"A1": "Cost", "B1": 2026, "B2": 4, "B3": 6, "B4": "=SUM(B2:B3)"}, []),
    "numbers of months above": ("adjacent", {"A2": "Month", "B2": 1, "C2": 2, "B3": 4, "C3": 5, "B4": 6, "C4": 7, "B5": "=SUM(B3:B4)", "C5": "=MAX(C3:C4)"}, []),
    "years to the left": ("adjacent", {"A2": 2026, "B2": 4, "C2": 5, "D2": "=SUM(B2:C2)", "A3": 2030, "B3": 4, "C3": 5, "D3": "=SUM(B3:C3)"}, []),
    "accounts to the left": ("adjacent", {"A2": "Rent", "B2": 4000, "C2": 5, "D2": 6, "E2": "=SUM(C2:D2)", "A3": "Wages", "B3": 4010, "C3": 4, "D3": 5, "E3": "=SUM(C3:D3)"}, []),
    "a number to the right, in each row": ("adjacent", {"B2": 4, "C2": 5, "D2": 6, "F2": "=SUM(B2:C2)", "B3": 4, "C3": 5, "D3": 7, "F3": "=SUM(B3:C3)"}, ["F2", "F3"]),
    "sums below each other": ("adjacent", {"B1": 4, "B2": 5, "B3": "=SUM(B1:B2)", "B4": 6, "B5": 7, "B6": "=SUM(B4:B5)", "B7": "=B3+B6"}, []),
    "quarters": ("adjacent", {**{f"{column}2": number * 3 for number, column in enumerate("BCDEFG")}, "H2": "=SUM(B2:D2)", "I2": "=SUM(E2:G2)"}, []),
    "a part and the whole": ("adjacent", {**{f"{column}2": number * 3 for number, column in enumerate("BCDEFG")}, "H2": "=SUM(B2:D2)", "I2": "=SUM(B2:G2)"}, []),
    "running totals": ("adjacent", {f"{column}{row}": cell for row in range(1, 6) for column, cell in (("B", row * row), ("C", f"=SUM(B$1:B{row})"))}, []),
    "moving averages": ("adjacent", {**{f"B{row}": row * row for row in range(1, 8)}, **{f"C{row}": f"=AVERAGE(B{row - 2}:B{row})" for row in range(3, 8)}}, []),
    "what the formula takes in otherwise": ("adjacent", {"B1": 9, "B2": 4, "B3": 5, "B4": "=SUM(B2:B3)/B1"}, []),
    "formulas that go on": ("adjacent", {"A1": 1, "B1": "=A1+2", "C1": "=B1+2", "D1": "=C1+2", "E1": "=D1+2", "G1": "=SUM(B1:D1)"}, ["G1"]),
    "a number below computed ones": ("adjacent", {"A1": 3, "A2": 5, "B1": "=A1+2", "B2": "=A2+2", "B3": 12, "B5": "=SUM(B1:B2)"}, []),
    "where something is looked up": ("adjacent", {"A1": 3, "A2": 5, "A3": 8, "B5": "=VLOOKUP(1,A1:A2,1)+MATCH(5,A1:A2,0)"}, []),
    "the range of a condition": ("adjacent", {**GROWTH, "D2": 1, "C10": "=SUMIF(D2:D3,1,C2:C6)"}, ["C10"]),
    "a block of numbers": ("adjacent", {"A1": "x", "B1": "y", **{f"{column}{row}": row * 3 for column in "AB" for row in (2, 3, 4)}, "A9": "=SUM(A2:B3)"}, ["A9"]),
    "a range with a name": ("adjacent", {"B1": 3, "B2": 5, "B3": 8, "A5": "=SUM(Few)"}, ["A5"]),
    "text among what is summed": ("text", {**GROWTH, "C4": "1,200.50", "C10": "=SUM(C2:C8)"}, ["C4"]),
    "all text": ("text", {"A1": "Cost", "A2": "$5", "A3": " 7 ", "A4": "(12)", "A9": "=SUM(A2:A4)"}, ["A2", "A3", "A4"]),
    "text among keys that are numbers": ("text", {"A1": "Key", "A2": 1, "A3": "2", "A4": 3, "C1": "=MATCH(2,A2:A4,0)"}, ["A3"]),
    "keys that are text": ("text", {"A1": "Key", "A2": "001", "A3": "002", "C1": "=MATCH(2,A2:A4,0)"}, []),
    "keys of a condition": ("text", {"A1": "Key", "A2": "101", "A3": "102", "B2": 5, "B3": 6, "C1": '=SUMIF(A2:A3,"101",B2:B3)'}, []),
    "codes that a product compares": ("text", {"A1": "Key", "A2": "01234", "A3": "56789", "B2": 5, "B3": 6, "C1": '=SUMPRODUCT((A2:A3="01234")*B2:B3)'}, []),
    "other quantities above": ("adjacent", {"A1": "Inflation", "B1": 2, "A2": "Headcount", "B2": 10, "A3": "Rent", "B3": 500, "A4": "Power", "B4": 60, "B5": "=SUM(B3:B4)"}, []),
    "an age before marks": ("adjacent", {"A1": "Ann", "B1": 31, "C1": 80, "D1": 75, "E1": "=AVERAGE(C1:D1)"}, []),
    "one range twice": ("adjacent", {"A1": "x", "B2": 4, "B3": 5, "B4": 6, "B5": 7, "D1": "=SUMPRODUCT(B2:B4,B2:B4)"}, ["D1"]),
    "codes that are counted": ("text", {"A1": "Key", "A2": "01234", "A3": 56789, "C1": '=COUNTIF(A2:A3,"01234")'}, []),
    "a year above a whole column": ("text", {"A1": "2026", "A2": 4, "A3": 5, "C1": "=SUM(A:A)"}, []),
    "words and dates that begin as numbers": ("text", {"A1": "Cost", "A2": "3 of 4", "A3": "2026-01-02", "A4": "1.2.3", "A5": "", "A6": "-", "A7": 8, "C1": "=SUM(A2:A7)"}, []),
    "text that nothing reads": ("text", {"A1": "x", "A2": 4, "A3": "5", "C1": "=A2+1"}, []),
    "a formula of 240 characters": ("length", {"A1": "=" + "+".join(["C3"] * 80)}, []),
    "decisions beside each other": ("nested", {"A1": "=IF(B1>0,1,0)+IF(B2>0,IF(B3>0,1,2),0)+IF(B4>0,1,0)"}, []),
    "a function that is called alike": ("nested", {"A1": "=IF(B1>0,IF(B2>0,SUMIF(C1:C9,1),IFERROR(B3,0)),0)"}, []),
    "a decision in a text": ("nested", {"A1": '=IF(B1>0,IF(B2>0,"IF(IF(",0),0)'}, []),
    "a choice of twelve": ("nested", {"A1": "=CHOOSE(B1," + ",".join("123456789012") + ")"}, []),
    "a choice of thirteen": ("nested", {"A1": "=CHOOSE(B1," + ",".join("1234567890123") + ")"}, ["A1"]),
    "a link to a formula, and one to a number": ("chains", {"A1": 5, "A2": "=A1*2", "A3": "=A2", "A4": "=A1"}, []),
    "a link to a link, with a sign": ("chains", {"A1": 5, "A2": "=A1", "A3": "=+$A$2", "A4": "=-A2"}, ["A3"]),
    "a link of another sheet": ("chains", {"A1": 5, "A2": "=Sheet!A1", "A3": "='Sheet'!A2"}, ["A3"]),
    "a link to itself": ("chains", {"A1": "=A1"}, []),
    "formulas copied down": ("once", {"A1": "=B1*2", "A2": "=B2*2"}, []),
    "two formulas in one line": ("once", {"A1": "=B1*2", "C1": "=B1*2"}, []),
    "links in two lines": ("once", {"A1": "=B1", "A2": "=B1"}, []),
    "the number of a line": ("once", {"A1": "=ROW()-1", "A2": "=ROW()-1"}, []),
    "a line twice": ("once", {"A1": "=B1*2", "C1": "=B2*2", "A5": "=B1*2", "C5": "=B2*2"}, ["A5"]),
    "labels below headings": ("labels", {"A1": "Europe", "A2": "Sales", "B2": "=C2*2", "A3": "Asia", "A4": "Sales", "B4": "=C4*2"}, []),
    "labels of two columns": ("labels", {"A1": "Europe", "B1": "Shoes", "C1": "=D1*2", "A2": "Europe", "B2": "Hats", "C2": "=D2*2"}, []),
    "records": ("labels", {f"{column}{row}": cell for row in range(1, 13) for column, cell in (("A", "Rent"), ("B", f"=C{row}*2"))}, []),
    "the cover shows what comes out": ("flow", {"A1": "='Bob''s'!A1"}, []),
    "the cover calculates": ("flow", {"A1": "='Bob''s'!A1+1"}, ["A1"]),
    "the cover compares": ("flow", {"A1": "=IF('Bob''s'!A1>1,1,0)"}, ["A1"]),
    "formats of other formulas": ("formats", {"A1": "=B5+1", "B1": "=C6*2"}, []),
    "numbers that only a range reads": ("validated", {**GROWTH, "C10": "=SUM(C2:C8)"}, [f"C{row}" for row in range(2, 9)]),
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
    book.defined_names.add(DefinedName("Few", attr_text="Sheet!$B$1:$B$2"))
    for place, value in cells.items():
        sheet[place] = value
    found = findings(saved(book), tmp_path)[rule]
    assert [one.split()[0] for one in found] == [f"Sheet!{place}" for place in expected]
