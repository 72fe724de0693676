"""Data from anywhere: nothing outside of the folder is read, and what is larger than anybody means is refused soon."""

from __future__ import annotations

import gzip
import os
import socket
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data import folder as module
from engine.data.folder import Folder, Kept, hash_of
from engine.data.reader import read_table
from engine.data.table import Form
from engine.files import read_file
from engine.problems import Mistake

SOON = 5.0


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    inside = tmp_path / "model"
    inside.mkdir()
    (inside / "a.csv").write_text("x\n1\n")
    (tmp_path / "secret.csv").write_text("x\n7\n")
    return Folder(inside)


@pytest.mark.parametrize(
    "name", ["../secret.csv", "/etc/passwd", "b/../../secret.csv", "C:/x.csv", "C:x.csv", "b\\..\\x.csv", "", "a\0.csv", "//host/x.csv"],
)  # fmt: skip
def test_names_that_lead_outside(folder: Folder, name: str) -> None:
    with pytest.raises(Mistake, match=r"is not below the folder of the model"):
        folder.read(name)


def test_links_that_lead_outside_and_those_that_stay(folder: Folder) -> None:
    (folder.path / "out.csv").symlink_to("../secret.csv")
    (folder.path / "up").symlink_to("..")
    (folder.path / "in.csv").symlink_to("a.csv")
    (folder.path / "round.csv").symlink_to("round.csv")
    for name in ("out.csv", "up/secret.csv"):
        with pytest.raises(Mistake, match="is a link that leads out"):
            folder.read(name)
    assert folder.read("in.csv") == b"x\n1\n"
    with pytest.raises(Mistake, match="cannot be read"):
        folder.read("round.csv")


def test_what_is_no_file(folder: Folder) -> None:
    os.mkfifo(folder.path / "pipe.csv")
    (folder.path / "folder.csv").mkdir()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder.path / "s.csv"))
        for name in ("pipe.csv", "folder.csv", "s.csv", "none.csv"):
            begun = time.monotonic()
            with pytest.raises(Mistake, match="cannot be read"):
                folder.read(name)
            assert time.monotonic() - begun < SOON


def test_a_gigabyte_is_refused_before_it_is_read(folder: Folder) -> None:
    with (folder.path / "big.csv").open("wb") as file:
        file.truncate(1_000_000_000)
    begun = time.monotonic()
    with pytest.raises(Mistake) as wrong:
        folder.read("big.csv")
    assert time.monotonic() - begun < SOON
    assert wrong.value.message == "'big.csv' has 1,000 MB, and data files have 256 at most"


def test_a_file_that_grows_while_it_is_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_file

    def growing(path: Path, most: int) -> bytes:
        with path.open("ab") as file:
            file.write(b"2\n")
        return read(path, most)

    monkeypatch.setattr(module, "read_file", growing)
    with pytest.raises(Mistake, match="was written to while it was read"):
        folder.read("a.csv")


def test_a_text_alone_has_no_files() -> None:
    with pytest.raises(Mistake, match="stands in no folder"):
        Kept({"a.csv": b""}).read("b.csv")


def test_a_pointer_of_git_lfs() -> None:
    with pytest.raises(Mistake, match="pointer of Git LFS"):
        hash_of("a.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")


def refused(name: str, content: bytes) -> str:
    begun = time.monotonic()
    with pytest.raises(Mistake) as wrong:
        read_table(name, content, Form())
    assert time.monotonic() - begun < SOON
    return wrong.value.message


def test_too_many_cells_are_refused_before_they_are_parsed() -> None:
    assert "2,000,000 cells are the most" in refused("a.csv", b"x,y\n" + b"1,1\n" * 1_000_001)
    written = BytesIO()
    pq.write_table(pa.table({"x": pa.repeat(pa.scalar(1.0), 3_000_000)}), written)
    assert len(written.getvalue()) < 100_000
    assert "3,000,000 rows of 1 columns" in refused("a.parquet", written.getvalue())


def test_a_parquet_that_unpacks_to_more() -> None:
    written = BytesIO()
    pq.write_table(pa.table({"x": ["a" * 20_000_000] * 20}), written, compression="zstd", use_dictionary=False)
    assert len(written.getvalue()) < 1_000_000
    assert "it unpacks to 4" in refused("a.parquet", written.getvalue())


def workbook(change: dict[str, bytes] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["x"])
    sheet.append([1])
    first, last = BytesIO(), BytesIO()
    book.save(first)
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, (change or {}).get(part, old.read(part)))
    return last.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
AROUND = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (AROUND % (b" " * 300_000_000), "unpacks to"),
        (AROUND % b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "cells are the most"),
        (AROUND % b"<row><c><v>1</v></c></row>", "does not say where it stands"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + AROUND % b"", "declares a type of document"),
        (b"<worksheet", "it is no .xlsx"),
        (AROUND % b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>', ""),
    ],
    ids=["bomb", "far apart", "no place", "entities", "cut off", "no such text"],
)  # fmt: skip
def test_workbooks_that_nobody_wrote(part: bytes, says: str) -> None:
    assert says in refused("a.xlsx", workbook({SHEET: part}))


def test_packed_files() -> None:
    bomb = gzip.compress(b"x\n" * 50_000_000)
    assert refused("a.csv", bomb) == "'a.csv' cannot be read: it is packed, and not text"
    assert "it is packed" in refused("a.csv", workbook())
    assert "is no .xlsx" in refused("a.xlsx", bomb)
    assert "protected by a password" in refused("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert "is no Parquet" in refused("a.parquet", workbook())


def test_without_pyarrow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Mistake) as wrong:
        read_table("a.parquet", b"PAR1", Form())
    assert wrong.value.hint == "pip install 'plainsheet[parquet]'"


def test_a_cell_that_never_ends() -> None:
    assert "has more than 10,000 characters" in refused("a.csv", b'x\n"' + b"a\n" * 100_000)
