"""Reads a sheet of an .xlsx file: python-calamine's door, which sees only what was weighed before."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final
from xml.parsers import expat

from engine.data.package import AGAIN, Package
from engine.data.table import Column, Form, Table, refuse_cells, refuse_headings, text_of
from engine.problems import Mistake, did_you_mean, shortened, some

_PERCENT: Final = frozenset({9, 10})
_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LITERAL: Final = re.compile(r'"[^"]*"|\\.')
_LETTERS: Final = 26
_ERROR: Final = "an error"


def read_excel(content: bytes, form: Form) -> Table:
    """Return the table that begins in A1 of a sheet, the first if none is named; raise Mistake where there is none.

    Formulas count as what the file says that they came to. Cells that are shown as a share are told.
    """
    try:
        return _read(content, form)
    except Mistake:
        raise
    except Exception as problem:  # noqa: BLE001  # a broken file breaks zipfile, expat and calamine each in its own way
        message = f"it is no .xlsx: {shortened(str(problem) or type(problem).__name__, 100)}"
        raise Mistake(message, AGAIN) from None


def _read(content: bytes, form: Form) -> Table:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # only where there is such a file

    package = Package(content, "it")
    sheets = _sheets(package)
    name = form.sheet or next(iter(sheets), "")
    if name not in sheets:
        hint = did_you_mean(form.sheet, sheets) or f"the sheets are {some(tuple(sheets))}"
        message = f"it has no sheet '{shortened(name)}'"
        raise Mistake(message, hint)
    package.weigh([sheets[name]])
    scan = _Scan(_percent_styles(package))
    scan.read(package, sheets[name])
    refuse_cells(scan.rows, scan.columns)
    workbook: Any = CalamineWorkbook.from_filelike(BytesIO(_unpacked(package)))
    lines = [list(map(_value, line)) for line in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]
    for row, column in scan.errors:
        # Calamine has nothing there, which would be an empty cell.
        lines[row][column] = _ERROR
    while lines and not any(cell is not None for cell in lines[-1]):
        lines.pop()
    if not lines:
        message = f"the sheet '{name}' is empty"
        raise Mistake(message, "its first line names the columns")
    headings = [text_of(cell) for cell in lines[0]]
    refuse_headings(headings)
    columns = list(zip(*lines, strict=True))
    return Table(
        tuple(
            [
                _column(heading, cells[1:], number, form, scan.percent)
                for number, (heading, cells) in enumerate(zip(headings, columns, strict=True))
                if heading or any(cell is not None for cell in cells)
            ]
        ),
        len(lines) - 1,
    )


def _column(heading: str, cells: tuple[object, ...], number: int, form: Form, percent: set[tuple[int, int]]) -> Column:
    letters = _letters(number)
    shares = frozenset([row for row in range(len(cells)) if (row + 1, number) in percent]) if percent else frozenset()
    return Column(heading, cells, lambda row: f"{letters}{row + 2}", Form(sheet=form.sheet), shares)


def _value(cell: object) -> object:
    return None if cell == "" else cell


def _letters(number: int) -> str:
    found = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        found = chr(ord("A") + rest) + found
    return found


def _unpacked(package: Package) -> bytes:
    """Return the file with every part as it stands: what reads it then unpacks nothing that was not counted."""
    plain = BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        for part in package.parts:
            if not part.endswith("/"):
                archive.writestr(part, b"".join(package.pieces(part)))
    return plain.getvalue()


def _sheets(package: Package) -> dict[str, str]:
    """Return the part of each sheet by its name, in the order of the workbook."""
    relations: dict[str, str] = {}
    listed: list[tuple[str, str]] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            relations[attributes.get("Id", "")] = target.lstrip("/")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            of = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            listed.append((attributes.get("name", ""), of))

    _tell(package, "xl/_rels/workbook.xml.rels", relation)
    _tell(package, "xl/workbook.xml", sheet)
    return {name: relations[id_] for name, id_ in listed if relations.get(id_, "") in package}


def _percent_styles(package: Package) -> set[int]:
    """Return which formats of cells show a number as a share."""
    shares = set(_PERCENT)
    found: set[int] = set()
    state = {"is_of_cells": False, "count": 0}

    def style(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and "%" in _LITERAL.sub("", attributes.get("formatCode", "")):
            shares.add(int(attributes["numFmtId"]))
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles"}:
            state["is_of_cells"] = name == "cellXfs"
        elif name == "xf" and state["is_of_cells"]:
            if int(attributes.get("numFmtId", 0)) in shares:
                found.add(state["count"])
            state["count"] += 1

    if "xl/styles.xml" in package:
        _tell(package, "xl/styles.xml", style)
    return found


@dataclass
class _Scan:
    """How far a sheet goes, which of its cells are shown as a share, and which are errors: row and column from 0."""

    styles: set[int]
    rows: int = 0
    columns: int = 0
    percent: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)

    def read(self, package: Package, part: str) -> None:
        _tell(package, part, self._cell)

    def _cell(self, name: str, attributes: dict[str, str]) -> None:
        if name != "c":
            return
        found = _CELL.fullmatch(attributes.get("r", ""))
        if found is None:
            message = "a cell of the sheet does not say where it stands"
            raise Mistake(message, AGAIN)
        row, column = int(found[2]) - 1, 0
        for letter in found[1]:
            column = column * _LETTERS + ord(letter) - ord("A") + 1
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column)
        if int(attributes.get("s", 0)) in self.styles:
            self.percent.add((row, column - 1))
        if attributes.get("t") == "e":
            self.errors.add((row, column - 1))


def _tell(package: Package, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
    """Tell a function the name, without its prefix, and the attributes of each element of a part."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        message = "it declares a type of document"
        raise Mistake(message, "no spreadsheet writes that: ask whoever sent it")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    for piece in package.pieces(part):
        parser.Parse(piece)
    parser.Parse(b"", True)  # noqa: FBT003  # expat's own call
