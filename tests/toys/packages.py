"""Small workbooks of another hand, and what their packages can hold."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import Result
from openpyxl.styles import NamedStyle, Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from tests.command_line import run


def packed(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def changed(part: str, before: bytes, after: bytes) -> bytes:
    """Return a small workbook with one part of its XML replaced."""
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    saved, out = BytesIO(), BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(before, after) if name == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


Book = Any  # openpyxl has no types


def saved(book: Book) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


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
        sheet.print_area = "A1:E9"
        sheet.page_setup.orientation, sheet.print_title_rows = "landscape", "1:2"
        sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToWidth = True, 1
        sheet.oddFooter.center.text = "&F &A &P"
        if number:
            sheet["B1"].hyperlink = Hyperlink(ref="B1", location="Start!A1")
            cover[f"A{2 + number}"] = f'=HYPERLINK("#\'{sheet.title.replace(chr(39), 2 * chr(39))}\'!A1","see B7")'
    cover["D1"] = "About: made by Bob; version 1; how to use: read on; colours: none; limitations: none"
    checks["E2"] = "Tolerance"
    bob["C3"].protection = Protection(locked=False)
    bob.add_data_validation(DataValidation(type="decimal", operator="greaterThan", formula1="0", sqref="C3"))
    for cell in [cell for sheet in book for row in sheet.iter_rows() for cell in row]:
        locked = cell.protection.locked
        name = "typed" if cell is bob["C3"] else "plain"
        cell.style = name if name in book.named_styles else NamedStyle(name)
        cell.protection = Protection(locked=locked)
    return book


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


def lint(*arguments: object) -> Result:
    return run("lint", *arguments)


def findings(content: bytes, folder: Path) -> dict[str, list[str]]:
    """Return where each rule is broken, and how; a rule that holds has an empty list."""
    path = folder / "book.xlsx"
    path.write_bytes(content)
    told = json.loads(lint(str(path), "--json").stdout)
    return {rule["id"]: [f"{one['where']} {one['message']}" for one in rule["findings"]] for rule in told["rules"]}


def broken(path: Path) -> dict[str, list[str]]:
    """Return where each rule is broken that does not hold, and how."""
    return {rule: where for rule, where in findings(path.read_bytes(), path.parent).items() if where}
