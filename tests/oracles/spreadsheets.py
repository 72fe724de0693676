"""Independent readers of a workbook: what it says without calculating, LibreOffice, and IronCalc."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from xml.etree import ElementTree as ET  # the workbooks are our own

import ironcalc
import openpyxl
import pypdf
from openpyxl.utils.cell import coordinate_to_tuple

Value = float | str | bool | None
Cells = dict[tuple[str, str], Value]
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

# LibreOffice trusts the values in a file unless its profile says to recalculate always.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


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


def libreoffice(contents: Iterable[bytes]) -> list[Cells]:
    """Return what LibreOffice computes for each workbook, one run for all of them."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE)
        sources = []
        for number, content in enumerate(contents):
            source = folder / f"book{number}.xlsx"
            source.write_bytes(content)
            sources.append(source)
        out = folder / "out"
        command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), *map(str, sources)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        # Its exit code is 0 whatever happens: what counts is whether the file is there.
        results = [out / source.name for source in sources]
        missing = [result.name for result in results if not result.exists()]
        assert not missing, f"LibreOffice wrote no {missing}"
        return [cached(result.read_bytes()) for result in results]


def printed(contents: Iterable[bytes]) -> list[list[str]]:
    """Return the text of each page that LibreOffice prints of each workbook."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        sources = []
        for number, content in enumerate(contents):
            sources.append(folder / f"book{number}.xlsx")
            sources[-1].write_bytes(content)
        command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "pdf", "--outdir", str(folder), *map(str, sources)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        pages = [pypdf.PdfReader(source.with_suffix(".pdf")).pages for source in sources]
        return [[page.extract_text() for page in book] for book in pages]


def has_libreoffice() -> bool:
    """Return whether LibreOffice can be run here."""
    return shutil.which("soffice") is not None


class IronCalc:
    """A workbook in IronCalc, in which cells can be typed into."""

    def __init__(self, content: bytes) -> None:
        with TemporaryDirectory() as name:
            path = Path(name) / "book.xlsx"
            path.write_bytes(content)
            self._model = ironcalc.load_from_xlsx(os.fspath(path), "en", "UTC")
        self._sheets = [sheet["name"] for sheet in self._model.get_worksheets_properties()]

    def type(self, sheet: str, address: str, value: float | str) -> None:
        """Put a number or a text into a cell."""
        row, column = _place(address)
        if isinstance(value, str):
            self._model.update_cell_with_text(self._sheets.index(sheet), row, column, value)
        else:
            self._model.update_cell_with_number(self._sheets.index(sheet), row, column, value)

    def values(self, cells: Iterable[tuple[str, str]]) -> Cells:
        """Return the cells' values after a calculation."""
        self._model.evaluate()
        return {
            (sheet, address): self._model.get_cell_value(self._sheets.index(sheet), *_place(address))
            for sheet, address in cells
        }


@cache
def _place(address: str) -> tuple[int, int]:
    row, column = coordinate_to_tuple(address)
    return row, column
