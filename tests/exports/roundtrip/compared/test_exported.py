"""A workbook held against what the same text exports: sheets that say the same are taken as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.model.load import loads
from engine.planning.planner import plan
from exports.reading.reader import read_workbook
from exports.reading.records import Held, OpenedBook
from exports.roundtrip.compared.exported import compare
from exports.workbook.xlsx import workbook
from tests.toys.stall import FLAT

# So many digits spreadsheets keep of a number.
KEPT = 15


def saved_again(cell: Held, digits: int = KEPT) -> Held:
    is_typed = isinstance(cell.value, float) and not cell.is_formula
    return cell._replace(value=float(f"{cell.value:.{digits}g}")) if is_typed else cell


def with_digits(book: OpenedBook, digits: int) -> OpenedBook:
    sheets = [
        replace(one, cells={at: saved_again(cell, digits) for at, cell in one.cells.items()}) for one in book.sheets
    ]
    return replace(book, sheets=tuple(sheets))


def test_what_a_spreadsheet_loses_in_saving_is_no_difference(tmp_path: Path) -> None:
    planned, path = plan(loads(FLAT, "flat.toml")), tmp_path / "flat.xlsx"
    path.write_bytes(workbook(planned))
    book = read_workbook(path)
    saved = with_digits(book, KEPT)
    assert saved != book
    straight = compare(planned, saved)
    assert straight is not None
    # What is taken as it is needs no search for what was moved in it.
    assert [name for name in straight.exported if straight.exported[name] is not straight.sheets[name]] == []
    coarse = compare(planned, with_digits(book, KEPT - 3))
    assert coarse is not None
    assert not coarse.is_untouched("Cases")
