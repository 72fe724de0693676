"""What people do to a workbook, as steps that openpyxl and LibreOffice both take."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import openpyxl
from openpyxl.comments import Comment

from tests.oracles import libreoffice

Step = tuple[Any, ...]
Book = Any  # openpyxl has no types
_DAY: Final = 46023
_AT_ONCE: Final = 12


class OpenpyxlEditor:
    """Edits cells as a program does: what stands elsewhere in formulas does not follow what is moved."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(BytesIO(content))

    def saved(self) -> bytes:
        out = BytesIO()
        self.book.save(out)
        return out.getvalue()

    def type(self, sheet: str, cell: str, value: object) -> None:
        self.book[sheet][cell] = value

    def day(self, sheet: str, cell: str) -> None:
        self.book[sheet][cell] = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)

    def clear(self, sheet: str, cell: str) -> None:
        self.book[sheet][cell].value = None

    def insert_rows(self, sheet: str, at: int, count: int) -> None:
        self.book[sheet].insert_rows(at, count)

    def insert_columns(self, sheet: str, at: int, count: int) -> None:
        self.book[sheet].insert_cols(at, count)

    def delete_rows(self, sheet: str, at: int, count: int) -> None:
        self.book[sheet].delete_rows(at, count)

    def delete_columns(self, sheet: str, at: int, count: int) -> None:
        self.book[sheet].delete_cols(at, count)

    def rename(self, sheet: str, name: str) -> None:
        self.book[sheet].title = name

    def add(self, sheet: str) -> None:
        self.book.create_sheet(sheet)

    def copy(self, sheet: str, name: str) -> None:
        self.book.copy_worksheet(self.book[sheet]).title = name

    def remove(self, sheet: str) -> None:
        self.book.remove(self.book[sheet])

    def comment(self, sheet: str, cell: str, text: str) -> None:
        self.book[sheet][cell].comment = Comment(text, "Ann Lee")

    def hide_row(self, sheet: str, row: int) -> None:
        self.book[sheet].row_dimensions[row].hidden = True

    def format(self, sheet: str, cell: str, code: str) -> None:
        self.book[sheet][cell].number_format = code

    def swap_rows(self, sheet: str, first: int, second: int) -> None:
        """Swap two lines as sorting does: what refers to its own line goes with it."""
        read = self.book[sheet]
        for column in range(1, read.max_column + 1):
            one, other = read.cell(first, column), read.cell(second, column)
            one.value, other.value = _moved(other.value, second, first), _moved(one.value, first, second)


def _moved(value: object, old: int, new: int) -> object:
    if not isinstance(value, str) or not value.startswith("="):
        return value
    for column in "GHI":
        value = value.replace(f"${column}{old}", f"${column}{new}")
    return value


def edit(content: bytes, steps: Sequence[Step]) -> bytes:
    """Return a workbook that openpyxl edited."""
    editor = OpenpyxlEditor(content)
    for name, *arguments in steps:
        getattr(editor, name)(*arguments)
    return editor.saved()


def edit_in_libreoffice(content: bytes, edits: Mapping[str, Sequence[Step]]) -> dict[str, bytes]:
    """Return workbooks that LibreOffice edited and saved, a few in each run."""
    names = list(edits)
    runs = [names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE)]
    return {name: book for run in runs for name, book in _run(content, {one: edits[one] for one in run}).items()}


def _run(content: bytes, edits: Mapping[str, Sequence[Step]]) -> dict[str, bytes]:
    with TemporaryDirectory() as name:
        source = Path(name) / "book.xlsx"
        source.write_bytes(content)
        targets = {edit_: Path(name) / f"book{number}.xlsx" for number, edit_ in enumerate(edits)}
        subs, calls = [], []
        for number, (key, steps) in enumerate(edits.items()):
            lines = [line for step in steps for line in _BASIC[step[0]](*step[1:])]
            calls.append(f"Edit{number}")
            subs.append("\n".join([f"Sub Edit{number}", f"OpenBook {json.dumps(str(source))}", *lines, f"SaveBook {json.dumps(str(targets[key]))}", "End Sub"]))  # fmt: skip
        macro = _MACRO.replace("SUBS", _escaped("\n".join(subs))).replace("CALLS", "\n".join(calls))
        libreoffice.run("--terminate_after_init")
        (libreoffice.profile() / "user/basic/Standard/Module1.xba").write_text(macro)
        libreoffice.run("macro:///Standard.Module1.EditAll()")
        return {key: path.read_bytes() for key, path in targets.items()}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _cell(sheet: str, cell: str) -> str:
    return f"book.Sheets.getByName({_text(sheet)}).getCellRangeByName({_text(cell)})"


def _type(sheet: str, cell: str, value: object) -> list[str]:
    if isinstance(value, str) and value.startswith("="):
        # Its own grammar for programs.
        formula = re.sub(r"\b(\w+)!", r"$\1.", value).replace(",", ";")
        return [f"{_cell(sheet, cell)}.Formula = {_text(formula)}"]
    if isinstance(value, str):
        return [f"{_cell(sheet, cell)}.String = {_text(value)}"]
    return [f"{_cell(sheet, cell)}.Value = {value!r}"]


def _bands(kind: str, change: str) -> Callable[[str, int, int], list[str]]:
    return lambda sheet, at, count: [f"book.Sheets.getByName({_text(sheet)}).{kind}.{change}({at - 1}, {count})"]


def _swap(sheet: str, first: int, second: int) -> list[str]:
    """Swap two lines as a person does, who cuts a line and puts it in; formulas follow."""
    lower, upper = max(first, second), min(first, second)
    return [f"SwapLines {_text(sheet)}, {upper - 1}, {lower - 1}"]


_BASIC: Final[Mapping[str, Callable[..., list[str]]]] = {
    "type": _type,
    "day": lambda sheet, cell: [f"{_cell(sheet, cell)}.Value = {_DAY}", f"{_cell(sheet, cell)}.NumberFormat = book.NumberFormats.getStandardFormat(2, here)"],
    "clear": lambda sheet, cell: [f"{_cell(sheet, cell)}.clearContents(31)"],
    "insert_rows": _bands("Rows", "insertByIndex"),
    "insert_columns": _bands("Columns", "insertByIndex"),
    "delete_rows": _bands("Rows", "removeByIndex"),
    "delete_columns": _bands("Columns", "removeByIndex"),
    "rename": lambda sheet, name: [f"book.Sheets.getByName({_text(sheet)}).Name = {_text(name)}"],
    "add": lambda sheet: [f"book.Sheets.insertNewByName({_text(sheet)}, book.Sheets.Count)"],
    "copy": lambda sheet, name: [f"book.Sheets.copyByName({_text(sheet)}, {_text(name)}, book.Sheets.Count)"],
    "remove": lambda sheet: [f"book.Sheets.removeByName({_text(sheet)})"],
    "comment": lambda sheet, cell, text: [f"book.Sheets.getByName({_text(sheet)}).Annotations.insertNew({_cell(sheet, cell)}.CellAddress, {_text(text)})"],
    "hide_row": lambda sheet, row: [f"book.Sheets.getByName({_text(sheet)}).Rows.getByIndex({row - 1}).IsVisible = False"],
    "format": lambda sheet, cell, code: [f"{_cell(sheet, cell)}.NumberFormat = FormatOf({_text(code)})"],
    "swap_rows": _swap,
}  # fmt: skip
_MACRO: Final = """<?xml version="1.0"?><script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Dim book As Object
Dim here As New com.sun.star.lang.Locale
Sub OpenBook(source)
Dim hidden(0) As New com.sun.star.beans.PropertyValue
hidden(0).Name = "Hidden" : hidden(0).Value = True
book = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
For Each sheet In book.Sheets
sheet.unprotect("")
Next
End Sub
Sub SaveBook(target)
Dim kind(0) As New com.sun.star.beans.PropertyValue
kind(0).Name = "FilterName" : kind(0).Value = "Calc MS Excel 2007 XML"
book.storeToURL(ConvertToURL(target), kind())
book.close(True)
End Sub
Sub SwapLines(title, upper, lower)
sheet = book.Sheets.getByName(title)
sheet.Rows.insertByIndex(upper, 1)
MoveLine sheet, lower + 1, upper
MoveLine sheet, upper + 1, lower + 1
sheet.Rows.removeByIndex(upper + 1, 1)
End Sub
Sub MoveLine(sheet, start, target)
source = sheet.getCellRangeByPosition(0, start, 40, start).RangeAddress
sheet.moveRange(sheet.getCellByPosition(0, target).CellAddress, source)
End Sub
Function FormatOf(code)
FormatOf = book.NumberFormats.queryKey(code, here, False)
If FormatOf = -1 Then FormatOf = book.NumberFormats.addNew(code, here)
End Function
SUBS
Sub EditAll
' A book that cannot be edited is missing, and nobody waits for an answer.
On Error Resume Next
CALLS
StarDesktop.terminate()
End Sub
</script:module>"""
