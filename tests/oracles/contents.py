"""A workbook without a spreadsheet: the formulas and the values that stand in the file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache, partial
from io import BytesIO
from typing import Final
from xml.etree import ElementTree as ET  # the workbooks are our own
from xml.sax.saxutils import escape

import openpyxl

Value = float | str | bool | None
Cells = dict[tuple[str, str], Value]
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW: Final = re.compile(rb'<row r="(\d+)"[^>]*?(?:/>|>.*?</row>)')
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def formulas(content: bytes) -> dict[tuple[str, str], str]:
    """Return the formula of each formula cell, by sheet and address."""
    return _read(content)[0]


def cached(content: bytes) -> Cells:
    """Return the values that the file itself holds."""
    return _read(content)[1]


def values(content: bytes) -> Cells:
    """Return the values of a file that is read once, as a spreadsheet wrote it."""
    return _read.__wrapped__(content)[1]


@lru_cache(maxsize=8)
def _read(content: bytes) -> tuple[dict[tuple[str, str], str], Cells]:
    """Return formulas and values as they stand in the file; openpyxl would take ten times as long."""
    spelled: dict[tuple[str, str], str] = {}
    found: Cells = {}
    with zipfile.ZipFile(BytesIO(content)) as package:
        texts = []
        if "xl/sharedStrings.xml" in package.namelist():
            items = ET.fromstring(package.read("xl/sharedStrings.xml")).iter(f"{_MAIN}si")  # noqa: S314
            texts = ["".join(text.text or "" for text in item.iter(f"{_MAIN}t")) for item in items]
        for name, part in _parts(package).items():
            for cell in ET.fromstring(package.read(part)).iter(f"{_MAIN}c"):  # noqa: S314
                place = name, str(cell.get("r"))
                parts = {part.tag: part.text for part in cell}
                if formula := parts.get(f"{_MAIN}f"):
                    spelled[place] = f"={formula}"
                value = _value(cell, parts, texts)
                if value is not None:
                    found[place] = value
    return spelled, found


def _parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Return the part that holds each sheet."""
    relations = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {one.get("Id"): one.get("Target", "").removeprefix("/xl/") for one in relations}
    sheets = ET.fromstring(package.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")  # noqa: S314
    return {str(sheet.get("name")): f"xl/{targets[sheet.get(_RELATION)]}" for sheet in sheets}


def _value(cell: ET.Element, parts: Mapping[str, str | None], texts: list[str]) -> Value:
    kind, inner = cell.get("t", "n"), parts.get(f"{_MAIN}v")
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_MAIN}t"))
    if inner is None:
        return "" if kind == "str" and f"{_MAIN}v" in parts else None
    match kind:
        case "s":
            return texts[int(inner)]
        case "b":
            return inner == "1"
        case "n":
            return float(inner)
    return inner


def edited(content: bytes, edits: Mapping[tuple[str, str], float | str]) -> bytes:
    """Return a workbook of ours with other contents in some cells.

    Every computed value stands as it was, that of a changed formula too: who does not calculate anew is found out.
    """
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as other:
        changed = {name: package.read(name).decode() for name in package.namelist()}
        for (sheet, address), value in edits.items():
            part = _parts(package)[sheet]
            changed[part], count = re.subn(
                rf'<c r="{address}"(?P<keys>[^>]*?)(?:/>|>(?P<inner>.*?)</c>)', partial(_typed, value), changed[part]
            )
            assert count == 1, (sheet, address)
        for name, text in changed.items():
            other.writestr(name, text)
    return out.getvalue()


def _typed(value: float | str, cell: re.Match[str]) -> str:
    """Return a cell of XML with something else in it."""
    address, keys, inner = cell[0].split('"')[1], cell["keys"], cell["inner"] or ""
    style = "".join(re.findall(r' s="\d+"', keys))
    if isinstance(value, str) and value.startswith("="):
        stale = "".join(re.findall("<v>.*?</v>", inner))
        return f'<c r="{address}"{keys}><f>{escape(value[1:])}</f>{stale}</c>'
    if isinstance(value, str):
        return f'<c r="{address}"{style} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{address}"{style}><v>{value!r}</v></c>'


def shortened(content: bytes, lines: int = 120) -> bytes:
    """Return a workbook without the lines of its sheets behind the first: long sheets go on as they began."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as other:
        for name in package.namelist():
            text = package.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = _ROW.sub(lambda row: row[0] if int(row[1]) <= lines else b"", text)
            other.writestr(name, text)
    return out.getvalue()


def sheet_of(content: bytes, name: str) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(BytesIO(content))[name]
