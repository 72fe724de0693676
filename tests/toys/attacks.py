"""Workbooks that mean harm by their size: each small as a file, and large for a reader that believes it."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO

from exports.style.a1 import letter

_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = b"http://schemas.openxmlformats.org/package/2006"
_SHEET = "xl/worksheets/sheet%d.xml"


def sheet(rows: bytes, more: bytes = b"") -> bytes:
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData>%s</worksheet>' % (_MAIN, rows, more)


def book(
    sheets: Iterable[bytes], targets: Iterable[str] = (), more: Mapping[str, bytes] | None = None, names: bytes = b""
) -> bytes:
    """Return a workbook of sheets; `targets` are the parts that it lists, where these are others than the sheets'."""
    parts = {_SHEET % number: part for number, part in enumerate(sheets, 1)}
    listed = list(targets) or [f"/{name}" for name in parts]
    lines = [b'<sheet name="S%d" sheetId="%d" r:id="r%d"/>' % (n, n, n) for n in range(1, len(listed) + 1)]
    links = [
        b'<Relationship Id="r%d" Type="%s/worksheet" Target="%s"/>' % (n, _LINKS, target.encode())
        for n, target in enumerate(listed, 1)
    ]
    link = b'<Relationship Id="r" Type="%s/officeDocument" Target="xl/workbook.xml"/>' % _LINKS
    kinds = b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    kinds += b"".join(
        [b'<Override PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>' % name.encode()
         for name in parts]
    )  # fmt: skip
    relations = b'<Relationships xmlns="%s/relationships">%%s</Relationships>' % _PACKAGE
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", b'<Types xmlns="%s/content-types">%s</Types>' % (_PACKAGE, kinds))
        package.writestr("_rels/.rels", relations % link)
        package.writestr(
            "xl/workbook.xml",
            b'<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets>%s</workbook>'
            % (_MAIN, _LINKS, b"".join(lines), names),
        )
        package.writestr("xl/_rels/workbook.xml.rels", relations % b"".join(links))
        for name, part in {**parts, **(more or {})}.items():
            package.writestr(name, part)
    return out.getvalue()


def numbers(rows: int, columns: int, cell: bytes = b'<c r="%s%d"><v>1</v></c>') -> bytes:
    letters = [letter(column).encode() for column in range(1, columns + 1)]
    return b"".join(
        [
            b'<row r="%d">%s</row>' % (row, b"".join([cell % (one, row) for one in letters]))
            for row in range(1, rows + 1)
        ]
    )


def shared_part() -> bytes:
    return book([sheet(numbers(4000, 5))], [f"/{_SHEET % 1}"] * 480)


def many_cells() -> bytes:
    return book([sheet(numbers(19_000, 100))])


def one_formula() -> bytes:
    first = b'<row r="1"><c r="B1"><f t="shared" ref="B1:B6000" si="0">%s</f></c></row>' % b"+".join([b"A1"] * 2660)
    return book([sheet(first + b"".join([b'<row r="%d"><c r="B%d"><f t="shared" si="0"/></c></row>' % (n, n) for n in range(2, 6001)]))])  # fmt: skip


def empty_rows() -> bytes:
    return book([sheet(b"".join([b'<row r="%d" s="0" customFormat="1" ht="20"/>' % n for n in range(1, 1_048_577)]))])


def empty_cells() -> bytes:
    return book([sheet(numbers(10_000, 100, b'<c r="%s%d" s="0"/>'))])


def wide_rows() -> bytes:
    return book([sheet(numbers(110, 16_384, b'<c r="%s%d" s="0"/>'))])


def wide_numbers() -> bytes:
    return book([sheet(numbers(110, 16_384))])


def validations() -> bytes:
    ranges = b" ".join([b"A%d:B%d" % (n, n) for n in range(1, 600_000, 2)])
    return book([sheet(numbers(1000, 2), b'<dataValidations><dataValidation sqref="%s"/></dataValidations>' % ranges)])


def conditions() -> bytes:
    one = b'<conditionalFormatting sqref="A%d"><cfRule type="expression" priority="1"><formula>A%d&gt;1</formula></cfRule></conditionalFormatting>'
    return book([sheet(numbers(1000, 2), b"".join([one % (n, n) for n in range(1, 300_001)]))])


def long_attribute() -> bytes:
    return book([sheet(b'<row r="1" spans="%s"><c r="A1"><v>1</v></c></row>' % (b"a" * 40_000_000))])


def long_comment() -> bytes:
    return book([sheet(b"<!--%s-->" % (b" <" * 40_000_000))])


def long_text() -> bytes:
    return book([sheet(b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>' % (b"a" * 100_000_000))])


def bomb() -> bytes:
    return book([sheet(b'<row r="1"/>')], more={"xl/a.xml": bytes(500_000_000)})


def other_formulas() -> bytes:
    """Return formulas no two of which have a number in common."""
    cells = [b'<row r="%d"><c r="A%d"><f>B%d*%d.5+C%d</f></c></row>' % (n, n, n, n, n) for n in range(1, 100_001)]
    return book([sheet(b"".join(cells))])


def named_sums() -> bytes:
    """Return many formulas that each read thousands of cells by one name."""
    names = b'<definedNames><definedName name="many">%s</definedName></definedNames>' % b"+".join([b"S1!$A$1"] * 900)
    return book([sheet(numbers(50_000, 2, b'<c r="%s%d"><f>many</f></c>'))], names=names)


def filled() -> bytes:
    cells = [b'<c r="A%d"><f t="array" ref="A1:XFD1048576">B1</f></c>' % n for n in range(1, 50_001)]
    return book([sheet(b"".join(cells))])


def overlapping() -> bytes:
    """Return a workbook whose list of parts has one part 2,000 times, each under another name."""
    content = book([sheet(numbers(10_000, 10))])
    end = content.rindex(b"PK\5\6")
    size, start = struct.unpack("<II", content[end + 12 : end + 20])
    entries = content[start : start + size]
    last = entries[entries.rindex(b"PK\1\2") :]
    name = (_SHEET % 1).encode()
    more = b"".join([last.replace(name, name[:-8] + b"%04d" % n + name[-4:]) for n in range(2000)])
    count = struct.unpack("<H", content[end + 10 : end + 12])[0] + 2000
    total = struct.pack("<HHII", count, count, size + len(more), start)
    return content[:end] + more + content[end : end + 8] + total + content[end + 20 :]


def _sized(wanted: int) -> bytes:
    """Return a workbook with a sheet that says of itself that it has so many bytes."""
    content = book([sheet(numbers(100, 10))])
    size = struct.pack("<I", len(sheet(numbers(100, 10))))
    return content.replace(size, struct.pack("<I", wanted))


def understated() -> bytes:
    return _sized(100)


def overstated() -> bytes:
    return _sized(9_000_000)


ATTACKS: dict[str, Callable[[], bytes]] = {
    "480 sheets on one part": shared_part,
    "1,900,000 cells": many_cells,
    "one formula of 8,000 letters in 6,000 cells": one_formula,
    "a million empty rows": empty_rows,
    "a million empty cells": empty_cells,
    "110 empty rows of 16,384": wide_rows,
    "110 rows of 16,384 numbers": wide_numbers,
    "300,000 ranges of validation": validations,
    "300,000 formats with conditions": conditions,
    "an attribute of 40 MB": long_attribute,
    "a comment of 80 MB": long_comment,
    "a text of 100 MB": long_text,
    "a bomb": bomb,
    "100,000 formulas that differ": other_formulas,
    "a name for 900 cells in 100,000 formulas": named_sums,
    "50,000 formulas that each fill a sheet": filled,
    "parts that overlap": overlapping,
    "a part that is longer than it says": understated,
    "a part that is shorter than it says": overstated,
}
# Those that are told of before they are read, since they take longer than five seconds.
SLOW = frozenset({"1,900,000 cells", "110 rows of 16,384 numbers"})
