"""The parts of a workbook put together: a skeleton, the cells of its sheets, and the same bytes for the same model."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from shutil import copyfileobj
from typing import IO, Final
from xml.sax.saxutils import quoteattr

from engine.problems import printable
from exports.style.looks import FONT
from exports.workbook.conformity import conform
from exports.workbook.sheet_data import SharedTexts, SheetData

_DATE: Final = (2000, 1, 1, 0, 0, 0)
_TEXTS: Final = "xl/sharedStrings.xml"
_BETWEEN: Final = b"\0"
# How hard zlib tries: one less than it does by itself takes two thirds of the time, for 2 % more bytes.
_LEVEL: Final = 5
# The places in openpyxl's parts that are patched. Each is there once.
_CELLS: Final = re.compile(rb"()(?:<sheetData ?/>|<sheetData>.*?</sheetData>)", re.DOTALL)
_STAMPS: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_DIMENSION: Final = re.compile(rb'(<dimension ref=")[^"]*')
_NAMES: Final = re.compile(rb"(<definedNames>)")
_TYPES: Final = re.compile(rb"(<Types [^>]*>)")
_RELATIONS: Final = re.compile(rb"(<Relationships [^>]*>)")
# The font that columns are measured by, and of whatever is typed into cells outside of the model.
_FIRST_FONT: Final = re.compile(rb"(<fonts [^>]*>)<font>.*?</font>", re.DOTALL)
_ACTIVE: Final = re.compile(rb'(<workbookView [^>]*?activeTab="|firstSheet=")[0-9]+')
_SHEET: Final = re.compile(rb'<sheet [^>]*?name="([^"]*)"[^>]*>')


def assemble(
    skeleton: bytes,
    sheets: Sequence[SheetData],
    texts: SharedTexts,
    names: Mapping[str, str] | None = None,
    told: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> bytes:
    """Return a workbook from one without cells and the cells of its sheets, with no trace of when it was made.

    `names` are defined names and their cells, which openpyxl takes long to write; `told` are for each part with charts
    what these are called and what they show, for who does not see them.
    """
    cells = {f"xl/worksheets/sheet{number}.xml": data for number, data in enumerate(sheets, 1)}
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(skeleton)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = _patched(name, conform(name, source.read(name)), names or {})
            content = _with_words(content, (told or {}).get(name, ()))
            with _part(target, name) as part:
                if name in cells:
                    _write_sheet(part, content, cells[name])
                else:
                    part.write(content)
        with _part(target, _TEXTS) as part:
            part.write(texts.xml())
    return out.getvalue()


def showing(content: bytes, sheet: str) -> bytes:
    """Return a workbook that shows one of its sheets alone; it is to be printed, and no reader's to keep."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, _showing(part, sheet) if name == "xl/workbook.xml" else part)
    return out.getvalue()


def _showing(part: bytes, sheet: str) -> bytes:
    """Return the list of sheets with all others hidden; LibreOffice prints a hidden one that has an area to print.

    The sheet that is open when the file is cannot be hidden.
    """
    for number, found in enumerate(list(_SHEET.finditer(part))):
        if found[1].decode() == sheet:
            part = _ACTIVE.sub(rb"\g<1>%d" % number, part)
            continue
        part = part.replace(found[0], found[0].replace(b' state="visible"', b' state="hidden"'))
        area = rb'<definedName name="_xlnm.Print_Area" localSheetId="%d"[^>]*>[^<]*</definedName>' % number
        part = re.sub(area, b"", part)
    return part


def _part(target: zipfile.ZipFile, name: str) -> IO[bytes]:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info.create_system = 3
    info._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001  # zipfile asks for it here alone, of what is written piece by piece
    return target.open(info, "w")


def _write_sheet(part: IO[bytes], content: bytes, data: SheetData) -> None:
    """Write a sheet of the skeleton with its cells."""
    content = _put(_DIMENSION, content, data.area.encode())
    before, _, behind = _put(_CELLS, content, _BETWEEN).partition(_BETWEEN)
    part.write(before + b"<sheetData>")
    data.file.seek(0)
    copyfileobj(data.file, part)
    part.write(b"</sheetData>" + behind)


def _patched(name: str, content: bytes, names: Mapping[str, str]) -> bytes:
    match name:
        case "[Content_Types].xml":
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
            return _put(_TYPES, content, f'<Override PartName="/{_TEXTS}" ContentType="{kind}" />'.encode())
        case "xl/_rels/workbook.xml.rels":
            kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
            target = f'<Relationship Type="{kind}" Target="/{_TEXTS}" Id="texts" />'
            return _put(_RELATIONS, content, target.encode())
        case "xl/workbook.xml":
            return _put(_NAMES, content, b"".join(_names(names))) if names else content
        case "xl/styles.xml":
            return _put(_FIRST_FONT, content, f'<font><sz val="10" /><name val="{FONT}" /></font>'.encode())
        case "docProps/core.xml":
            return _STAMPS.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
    return content


def _with_words(content: bytes, told: Sequence[tuple[str, str]]) -> bytes:
    """Return a part whose charts have a title and a description, as screen readers read them."""
    for number, (title, text) in enumerate(told, 1):
        chart = f'<xdr:cNvPr id="{number}" name="Chart {number}"'.encode()
        words = f" descr={quoteattr(printable(text))} title={quoteattr(printable(title))}".encode()
        content = _put(re.compile(b"(" + chart + b")"), content, words)
    return content


def _names(names: Mapping[str, str]) -> Iterator[bytes]:
    return (f'<definedName name="{name}">{target}</definedName>'.encode() for name, target in names.items())


def _put(place: re.Pattern[bytes], content: bytes, added: bytes) -> bytes:
    """Return a part with something behind the first group of a place, in place of the rest of it."""
    patched, count = place.subn(lambda found: found[1] + added, content)
    if count != 1:
        message = f"{count} of {place.pattern.decode()} in the skeleton: openpyxl's XML has changed"
        raise RuntimeError(message)
    return patched
