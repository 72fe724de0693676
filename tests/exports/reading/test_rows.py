"""Lines that are taken apart at once hold what they hold where each tag is told."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.problems import Mistake
from exports.reading.parts import sheets
from exports.reading.reader import read_workbook
from exports.reading.records import Opened
from tests.toys.attacks import book, sheet

PIECES = (
    b'<row r="2"><c r="B2"><v>1</v></c></row>',
    b'<row r="3" spans="1:9" ht="15.75" x14ac:dyDescent="0.2" hidden="1"><c r="C3" s="0" t="str"><f>A1&amp;"x"</f><v>&lt;x&gt;</v></c></row>',
    b'<row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C4" s="0"/></row>',
    b'<row r="5"><c r="A5"><f t="shared" ref="A5:A6" si="0">B5+1</f><v>2</v></c></row><row r="6"><c r="A6"><f t="shared" si="0"/><v/></c></row>',
    b'<row r="7"><c r="A7"><f t="array" ref="A7:B7">B1:C1</f><v/></c><c r="B7"><v>3</v></c></row>',
    b'<row r="8"/>',
    b'<row r="9" hidden="0"><c r="ZZ9"><v>-2.5E3</v></c><c r="AA9"><f>\xc3\xa4!A1</f><v></v></c></row>',
    # What is told tag by tag, and so is all behind it.
    b'<row r="11"><c r="A11" t="inlineStr"><is><t>text</t></is></c></row>',
    b'<row r="12"><c s="0" r="A12"><v>1</v></c></row>',
    b'<row r="13"> <c r="A13"><v>1</v></c></row>',
    b"<row><c><v>7</v></c><c><f>A1</f></c></row>",
    b'<!-- </row> --><row r="14"><c r="A14"><v>1</v></c></row>',
    b'<row r="15"><c r="A15" t="str"><v><![CDATA[</row>]]></v></c></row>',
    b'<row r="16"><c r="A16"><f>&#65;1</f><v>&#49;</v></c></row>',
    b'<foo xmlns="urn:x"><row r="17"><c r="A17"><v>1</v></c></row></foo>',
    b'<row r="18"><x:c xmlns:x="urn:x" r="A18"><x:v>1</x:v></x:c></row>',
    b'<row r="19"><c r="A19"><v>4\r\n</v></c></row>',
)  # fmt: skip


def read(content: bytes, *, is_told: bool) -> Opened | str:
    """Return what a workbook's first sheet holds, or what is wrong with it; all tags are told if nothing is taken."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if is_told:
            patch.setattr(sheets, "is_before_rows", lambda _: False)
        path = Path(folder) / "book.xlsx"
        path.write_bytes(book([content]))
        try:
            return read_workbook(path).sheets[0]
        except Mistake as wrong:
            return wrong.message.replace(folder, "").partition(": line")[0]


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from([b"", b' encoding="UTF-8"', b' encoding="ISO-8859-1"']))  # fmt: skip
def test_lines_hold_the_same_whichever_way_they_are_read(rows: list[bytes], encoding: bytes) -> None:
    content = b'<?xml version="1.0"%s?>' % encoding + sheet(b"".join(rows))
    assert read(content, is_told=False) == read(content, is_told=True)


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1"><c r="A1" r="A2"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" s="0" t="n"><v>1</v></c>',
        b'<row r="1"><c r="A1"><v>\x01</v></c></row>',
        b'<row r="1"><c r="A1"><f>]]></f></c></row>',
        b'<row r="1"><c r="A1"><f>\xff</f></c></row>',
        b'<row r="1"><c r="XFE1"><v>1</v></c></row>',
        b'<row r="1"><c r="A0"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><f>%s</f></c></row>' % (b"A" * 10_001),
    ],
)  # fmt: skip
def test_what_is_wrong_with_lines_is_told_whichever_way_they_are_read(row: bytes) -> None:
    told = read(sheet(row), is_told=True)
    assert isinstance(told, str)
    assert read(sheet(row), is_told=False) == told


@pytest.mark.parametrize(
    "before",
    [
        b"<sheetData ><!-- <sheetData>%s --><row/></sheetData>",
        b"<sheetData ><![CDATA[\n<sheetData>%s]]></sheetData>",
        b"<?x <sheetData>%s ?><sheetData/>",
        b'<x xmlns="urn:x"><sheetData>%s</sheetData></x>',
        b'<sheetData/><x xmlns="urn:x"><sheetData>%s</sheetData></x>',
    ],
)
def test_what_only_looks_like_lines_is_none(before: bytes) -> None:
    hidden = before % (b'<row r="1"><c r="A1"><v>1</v></c></row>' * 2)
    content = sheet(b"").replace(b"<sheetData></sheetData>", hidden)
    assert hidden in content
    found = read(content, is_told=True)
    assert isinstance(found, Opened)
    assert read(content, is_told=False) == found
    assert not found.cells or b'xmlns="urn:x"' in before


def test_lines_over_several_pieces_are_taken_apart_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><f>B%d*2</f><v>1</v></c></row>' % (n, n, n) for n in range(1, 40_000))
    met: list[bool] = []
    take = sheets._SheetReader.take

    def watched(reader: sheets._SheetReader, piece: bytes) -> bool:
        met.append(take(reader, piece))
        return met[-1]

    monkeypatch.setattr(sheets._SheetReader, "take", watched)
    found = read(sheet(rows), is_told=False)
    assert isinstance(found, Opened)
    assert len(found.cells) == 39_999
    # What stands before the lines and behind them is told.
    assert met == [False, *[True] * (len(met) - 2), False]
    assert len(met) > 3
