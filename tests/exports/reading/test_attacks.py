"""Workbooks that mean harm by their size: read or refused within a few seconds and little memory."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from engine.problems import Mistake
from exports.reading import reader
from exports.reading.parts import contents, ranges
from exports.reading.reader import read_workbook
from tests.command_line import bounded, run
from tests.toys.attacks import ATTACKS, SLOW, book, numbers, sheet
from tests.toys.packages import written


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.slow
def test_a_workbook_that_is_larger_than_it_looks_is_done_with_soon(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(ATTACKS[name]())
    # Twice what they take on a quiet machine; two processes of one core slow each other down as much.
    done = bounded("lint", path, seconds=40 if name in SLOW else 24)
    assert done.returncode in {0, 1}, done.stderr
    assert not re.search("traceback|memory", done.stderr, re.IGNORECASE), done.stderr


def test_sheets_that_share_a_part_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book([sheet(numbers(2, 2))], ["/xl/worksheets/sheet1.xml"] * 2))
    assert "lists the part of a sheet 'xl/worksheets/sheet1.xml' twice" in bounded("lint", path).stderr


@pytest.mark.parametrize("name", ["parts that overlap", "an attribute of 40 MB", "a part that is longer than it says"])
def test_what_no_spreadsheet_writes_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(ATTACKS[name]())
    done = bounded("lint", path)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 2)


def test_empty_cells_and_lines_leave_nothing(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book([sheet(numbers(50, 50, b'<c r="%s%d" s="0"/>') + b'<row r="60" ht="9"/>')]))
    (found,) = read_workbook(path).sheets
    assert not found.cells


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe.xlsx", tmp_path / "link.xlsx"
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    for path in (pipe, link):
        result = run("lint", path)
        assert (result.exit_code, result.stderr) == (1, f"{path}: Not a regular file\n")


def test_a_large_workbook_is_told_of_before_it_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book([sheet(numbers(5, 5))]))
    with caplog.at_level("INFO", "plainsheet"):
        read_workbook(path)
        assert not caplog.messages
        monkeypatch.setattr(reader, "_MANY_TAGS", 100)
        read_workbook(path)
    assert caplog.messages == [f"{path}: large, 0 % of what is read of one workbook at most, and may take a minute"]


def test_hidden_lines_are_kept_as_ranges_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book([sheet(b'<row r="1" hidden="1"/><row r="3" hidden="1"/><row r="4" hidden="1"/>' * 1000)]))
    assert read_workbook(path).sheets[0].hidden == ("1:1", "3:4")
    monkeypatch.setitem(ranges._MOST, "ranges", 1)
    with pytest.raises(Mistake, match="more than 1 ranges"):
        read_workbook(path)


def test_looking_for_what_a_formula_fills_counts_though_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    filling = b'<c r="%s%d"><f t="array" ref="XFA1:XFD1048576">1</f><v>1</v></c>'
    path.write_bytes(book([sheet(numbers(10, 10, filling))]))
    monkeypatch.setitem(ranges._MOST, "cells that formulas of others fill", 5_000)
    with pytest.raises(Mistake, match="more than 5,000 cells that formulas of others fill"):
        read_workbook(path)


def test_names_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(written(b"<calcPr", b"<definedNames><definedName/><definedName/></definedNames><calcPr", "xl/workbook.xml"))  # fmt: skip
    monkeypatch.setattr(contents, "_MOST_NAMES", 1)
    with pytest.raises(Mistake, match="more than 1 names"):
        read_workbook(path)
