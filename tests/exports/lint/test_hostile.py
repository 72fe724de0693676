"""Files that mean harm to `plainsheet lint`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import bounded
from tests.toys.packages import SHEET, changed, lint, packed, repacked, rows, views, written

LAUGHS = b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet'
HARMFUL: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a text": lambda: b"Sales,100\n",
    "half a package": lambda: changed(SHEET, b"", b"")[:-400],
    "no workbook": lambda: packed(readme_xml=b"<a/>"),
    "broken XML": lambda: changed(SHEET, b"</sheetData>", b""),
    "entities": lambda: changed(SHEET, b"<worksheet", LAUGHS),
    "another encoding": lambda: changed(SHEET, b"<worksheet", b'<?xml version="1.0" encoding="UTF-16"?><worksheet'),
    "a bomb": lambda: packed(xl__worksheets__sheet1_xml=b"<sheetData>" + b" " * 410_000_000),
    "a merged world": lambda: changed(SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    "a link over all": lambda: changed(SHEET, b"</sheetData>", b'</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMFUL)
def test_a_file_that_nobody_vouches_for_gets_a_line_and_no_more(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(HARMFUL[name]())
    result = lint(str(path))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert 1 <= len(result.stderr.splitlines()) <= 2
    assert "Traceback" not in result.stderr


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORLD = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
PREFIXED = b'<x:mergeCells xmlns:x="' + MAIN + b'"><x:mergeCell ref="A1:XFD1048576"/></x:mergeCells>'


def in_two_bytes() -> bytes:
    def spelled(text: bytes) -> bytes:
        return ("\n" + text.decode().replace("</sheetData>", f"</sheetData>{WORLD.decode()}")).encode("utf-16-le")

    return repacked(written(b"", b""), {SHEET: spelled}, {})


def after(xml: bytes) -> bytes:
    return written(b"</sheetData>", b"</sheetData>" + xml)


def many_merged() -> bytes:
    return after(b"<mergeCells>%s</mergeCells>" % b"".join(b'<mergeCell ref="A%d:J%d"/>' % (n, n + 9999) for n in range(1, 10**6, 10**4)))  # fmt: skip


def many_texts() -> bytes:
    texts = b'<sst xmlns="%s">%s</sst>' % (MAIN, b"<si><t>a</t></si>" * 5_000_000)
    linked = written(b"</Relationships>", b'<Relationship Id="t" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>', "xl/_rels/workbook.xml.rels")  # fmt: skip
    kind = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    return repacked(linked, {"[Content_Types].xml": lambda text: text.replace(b"</Types>", kind)}, {"xl/sharedStrings.xml": texts})  # fmt: skip


def wide_sums() -> bytes:
    return rows(b"".join(b'<row r="%d"><c r="A%d"><f>SUM(B1:XFD1048576)</f></c></row>' % (n, n) for n in range(3, 20_000)))  # fmt: skip


# What may be linted is broken somewhere all the same: the exit status is 1 for each.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "a merged world under another prefix": lambda: after(PREFIXED),
    "a merged world written with spaces": lambda: after(WORLD.replace(b"ref=", b"ref = ")),
    "a merged world in two bytes a letter": in_two_bytes,
    "a world merged in pieces": many_merged,
    "a merged world under a prefix with a hyphen": lambda: after(PREFIXED.replace(b"x:", b"x-y:").replace(b":x=", b":x-y=")),
    "a merged world behind what looks like a comment": lambda: written(b"</sheetData>", b'<row r="3"><c r="A3" t="inlineStr"><is><t><![CDATA[<!--]]></t></is></c></row></sheetData>' + WORLD + b"<!-- -->"),
    "comments without end": lambda: written(b"<sheetData>", b"<!-- " * 200_000 + b"<sheetData>"),
    "millions of texts": many_texts,
    "millions of lines": lambda: rows(b'<row ht="1"/>' * 5_000_000),
    "millions of cells under another prefix": lambda: rows(b'<row xmlns:x="' + MAIN + b'">' + b"<x:c><x:v>1</x:v></x:c>" * 5_000_000 + b"</row>"),
    "a formula without end": lambda: written(b"A1+A1", b"A" * 300_000),
    "quotes without end": lambda: written(b"A1+A1", b"'" * 30_000),
    "a comment like a merged cell": lambda: written(b"<sheetData>", b"<!--" + b"<mergeCell " * 200_000 + b"--><sheetData>"),
    "a comment like a cell": lambda: written(b"<sheetData>", b"<!--" + b'<c r="A1" ' * 200_000 + b"--><sheetData>"),
    "sums of everything": wide_sums,
    "absurd panes": lambda: views(b'<pane ySplit="1" topLeftCell="XFE99999999" state="frozen"/>'),
    "a range that is none": lambda: after(b'<dataValidations count="1"><dataValidation sqref="A1 7:7:7 X"/></dataValidations>'),
    "a cell beyond the last": lambda: written(b'r="A1"', b'r="ZZZZ1"'),
    "a number of many digits": lambda: written(b"<v>1</v>", b"<v>" + b"9" * 5000 + b"</v>"),
    "two sheets of one name": lambda: written(b"Bob's", b"Sheet", "xl/workbook.xml"),
    "a name that is none": lambda: written(b"Bob's", b"a&#10;[x]!", "xl/workbook.xml"),
    "a name without end": lambda: written(b"Bob's", b"n" * 1_000_000, "xl/workbook.xml"),
    "a file with a password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.slow
def test_a_file_that_means_harm_takes_neither_the_machine_nor_the_day(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(HOSTILE[name]())

    done = bounded("lint", path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 2
    assert "memory" not in done.stderr.lower()
    assert 0 < len(done.stdout + done.stderr) < 20_000
