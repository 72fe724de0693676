"""The last pass over a saved workbook: computed values into formula cells, and the same bytes for the same model."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from exports.workbook.conformity import conform
from exports.workbook.layout.grid import Value

_DATE: Final = (2000, 1, 1, 0, 0, 0)
_FORMULA_CELL: Final = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f><v\s*(?:/>|></v>)</c>')
_SHEET: Final = re.compile(rb'<sheet [^>]*?name="([^"]*)"[^>]*>')
_NAMES: Final = re.compile(rb"<definedNames>")
# An empty cell that is called a number would be one, 0, to some who read the file.
_EMPTY: Final = re.compile(rb' t="n"(?: ?/>|></c>)')
_STAMP: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def finish(saved: bytes, values: Mapping[str, Sequence[Value]], names: Mapping[str, str] | None = None) -> bytes:
    """Return a workbook with a value in every formula cell and no trace of when it was made.

    `values` gives, for each worksheet's path in the package, its formulas' values in the order of the cells.
    openpyxl writes formulas without values; a previewer, Protected View and pandas would show them empty.
    `names` are defined names and their cells, which openpyxl takes a fifth of the time to write.
    """
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(saved)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = conform(name, source.read(name))
            if name in values:
                content = _with_values(content, values[name])
                content = _EMPTY.sub(b"/>", content)
            elif name == "xl/workbook.xml" and names:
                content = _with_names(content, names)
            elif name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            target.writestr(info, content)
    return out.getvalue()


def showing(content: bytes, sheets: Collection[str]) -> bytes:
    """Return a workbook that shows some of its sheets alone; it is to be printed, and no reader's to keep."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, _showing(part, sheets) if name == "xl/workbook.xml" else part)
    return out.getvalue()


def _showing(part: bytes, sheets: Collection[str]) -> bytes:
    """Return the list of sheets with some of them hidden; LibreOffice prints a hidden one that has an area to print."""
    for number, found in enumerate(list(_SHEET.finditer(part))):
        if found[1].decode() not in sheets:
            part = part.replace(found[0], found[0].replace(b' state="visible"', b' state="hidden"'))
            part = re.sub(
                rb'<definedName name="_xlnm.Print_Area" localSheetId="%d"[^>]*>[^<]*</definedName>' % number, b"", part
            )
    return part


def _with_names(content: bytes, names: Mapping[str, str]) -> bytes:
    written = "".join(f'<definedName name="{name}">{target}</definedName>' for name, target in names.items()).encode()
    named, count = _NAMES.subn(lambda match: match.group() + written, content)
    if count != 1:
        message = "the workbook has no list of names: openpyxl's XML has changed"
        raise RuntimeError(message)
    return named


def _with_values(content: bytes, values: Sequence[Value]) -> bytes:
    waiting: Iterator[Value] = iter(values)
    filled, count = _FORMULA_CELL.subn(lambda match: _cell(match, next(waiting)), content)
    if count != len(values):
        message = f"{len(values)} formulas were written and {count} found: openpyxl's XML has changed"
        raise RuntimeError(message)
    return filled


def _cell(match: re.Match[bytes], value: Value) -> bytes:
    address, attributes, formula = match.groups()
    kind, text = _value_of(value)
    return b'<c r="%b"%b%b><f>%b</f><v>%b</v></c>' % (address, attributes, kind, formula, text)


def _value_of(value: Value) -> tuple[bytes, bytes]:
    match value:
        case bool():
            return b' t="b"', b"%d" % value
        case str():
            return b' t="str"', escape(value).encode()
        case None:
            message = "a formula has no value"
            raise RuntimeError(message)
    return b"", digits(value).encode()


def digits(value: float) -> str:
    """Return the shortest text that reads back as the same number; openpyxl writes sixteen digits, and loses some."""
    return repr(float(value)) if value != int(value) or abs(value) >= 1e15 else str(int(value))  # noqa: PLR2004
