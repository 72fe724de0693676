"""Workbooks that mean harm to `plainsheet import`."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests.command_line import bounded
from tests.toys.stall import TEXT, Imported, exported, packed, row

LINK = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="other/x.xml"/></Relationships>'
CODE = '<Override PartName="/xl/a.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'


def typed_price() -> str:
    return rf'(?<=<c r="{row("price")}")([^>]*>)<v>5</v>'


EXPORTED_PRICE = r'(?<=<c r="I\d")([^>]*>)<v>5</v>'
HOSTILE: dict[str, Callable[[], bytes]] = {
    "a broken archive": lambda: exported(TEXT)[:-99],
    "macros": lambda: packed(("xl/vbaProject.bin", b"x")),
    "macros in other letters": lambda: packed(("xl/VBAProject.bin", b"x")),
    "macros elsewhere": lambda: packed(("xl/a.bin", b"x"), types=("</Types>", CODE)),
    "an embedded file": lambda: packed(("xl/embeddings/oleObject1.bin", b"x")),
    "an embedded file in other letters": lambda: packed(("xl/Embeddings/oleObject1.bin", b"x")),
    "a link outside": lambda: packed(("xl/externalLinks/externalLink1.xml", b"<a/>")),
    "a link outside elsewhere": lambda: packed(("xl/other/x.xml", b"<a/>"), links=("</Relationships>", LINK)),
    "a bomb": lambda: packed(("xl/media/a.bin", bytes(100_000_000))),
    "a bomb in another packing": lambda: packed(("xl/media/a.bin", bytes(9_000_000)), method=zipfile.ZIP_BZIP2),
    "entities": lambda: packed(inputs=("<worksheet", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet')),
    "a part twice": lambda: packed(("xl/workbook.xml", b"<a/>")),
    "a part twice in other letters": lambda: packed(("xl/WORKBOOK.xml", b"<a/>")),
    "a number without end on export": lambda: packed(registry=(EXPORTED_PRICE, rf"\1<v>{'9' * 400}</v>")),
    "an infinite number on export": lambda: packed(registry=(EXPORTED_PRICE, r"\1<v>1e999</v>"), inputs=(typed_price(), r"\1<v>7</v>")),
    "a number without end": lambda: packed(inputs=(typed_price(), rf"\1<v>{'9' * 4000}</v>")),
    "no number": lambda: packed(inputs=(typed_price(), r"\1<v>nan</v>")),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_that_means_harm_is_refused_in_a_few_lines(name: str) -> None:
    done = Imported(HOSTILE[name](), TEXT)
    assert (done.status, done.changed) == (1, []), done.told
    assert 0 < len([line for line in done.told.splitlines() if "were deleted" not in line]) <= 5


def understated() -> bytes:
    """Return a workbook with a part of 2 GB that says that it has 1,000 bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = piece * 200 + packer.flush()
    content, name, out = exported(TEXT), "xl/media/a.bin", BytesIO(exported(TEXT))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, stream)
    content = out.getvalue()
    sizes, stored = struct.pack("<II", len(stream), len(stream)), struct.pack("<II", len(stream), 1000)
    content = content.replace(sizes, stored)
    for mark, offset, start in ((b"PK\3\4", 8, 30), (b"PK\1\2", 10, 46)):
        at = next(one.start() for one in re.finditer(re.escape(mark), content) if content[one.start() + start :].startswith(name.encode()))  # fmt: skip
        content = content[: at + offset] + struct.pack("<H", 8) + content[at + offset + 2 :]
    return content


def added(xml: str) -> bytes:
    return packed(inputs=("</sheetData>", xml + "</sheetData>"))


def shared() -> bytes:
    first = f'<row r="200"><c r="B200"><f t="shared" ref="B200:B15199" si="77">{"+".join(["A1"] * 3300)}</f></c></row>'
    return added(first + "".join([f'<row r="{n}"><c r="B{n}"><f t="shared" si="77"/></c></row>' for n in range(201, 15_200)]))  # fmt: skip


def repeated() -> bytes:
    return added("".join([f'<row r="{n}"><c r="C{n}" t="inlineStr"><is><t>price</t></is></c></row>' for n in range(200, 100_000)]))  # fmt: skip


@pytest.mark.parametrize("content", [shared, repeated, understated])
@pytest.mark.slow
def test_a_heavy_workbook_takes_neither_the_machine_nor_the_day(content: Callable[[], bytes], tmp_path: Path) -> None:
    model, workbook = tmp_path / "stall.toml", tmp_path / "book.xlsx"
    model.write_text(TEXT)
    workbook.write_bytes(content())

    done = bounded("import", workbook, "-m", model)
    assert (done.returncode in {0, 1}, model.read_text()) == (True, TEXT)
    assert not re.search("traceback|memory", done.stderr, re.IGNORECASE), done.stderr
