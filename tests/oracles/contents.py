"""A workbook without a spreadsheet: the formulas and the values that stand in the file."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Final
from xml.etree import ElementTree as ET  # the workbooks are our own

import openpyxl

Value = float | str | bool | None
Cells = dict[tuple[str, str], Value]
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def formulas(content: bytes) -> dict[tuple[str, str], str]:
    """Return the formula of each formula cell, by sheet and address."""
    return _read(content)[0]


def cached(content: bytes) -> Cells:
    """Return the values that the file itself holds."""
    return _read(content)[1]


@lru_cache(maxsize=4)
def _read(content: bytes) -> tuple[dict[tuple[str, str], str], Cells]:
    """Return formulas and values as they stand in the file; openpyxl would take ten times as long."""
    spelled: dict[tuple[str, str], str] = {}
    values: Cells = {}
    with zipfile.ZipFile(BytesIO(content)) as package:
        texts = []
        if "xl/sharedStrings.xml" in package.namelist():
            items = ET.fromstring(package.read("xl/sharedStrings.xml")).iter(f"{_MAIN}si")  # noqa: S314
            texts = ["".join(text.text or "" for text in item.iter(f"{_MAIN}t")) for item in items]
        relations = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {one.get("Id"): one.get("Target", "").removeprefix("/xl/") for one in relations}
        for sheet in ET.fromstring(package.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):  # noqa: S314
            name = str(sheet.get("name"))
            root = ET.fromstring(package.read(f"xl/{targets[sheet.get(_RELATION)]}"))  # noqa: S314
            for cell in root.iter(f"{_MAIN}c"):
                place = name, str(cell.get("r"))
                formula = cell.find(f"{_MAIN}f")
                if formula is not None and formula.text:
                    spelled[place] = f"={formula.text}"
                value = _value(cell, texts)
                if value is not None:
                    values[place] = value
    return spelled, values


def _value(cell: ET.Element, texts: list[str]) -> Value:
    kind, inner = cell.get("t", "n"), cell.find(f"{_MAIN}v")
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_MAIN}t"))
    if inner is None or inner.text is None:
        return "" if kind == "str" and inner is not None else None
    match kind:
        case "s":
            return texts[int(inner.text)]
        case "b":
            return inner.text == "1"
        case "n":
            return float(inner.text)
    return inner.text


def edited(content: bytes, edits: Mapping[tuple[str, str], Value]) -> bytes:
    """Return a workbook with other contents in some cells, as a person would leave it, without computed values."""
    book = openpyxl.load_workbook(BytesIO(content))
    for (sheet, address), value in edits.items():
        book[sheet][address] = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(content: bytes, name: str) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(BytesIO(content))[name]
