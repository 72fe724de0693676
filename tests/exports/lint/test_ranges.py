"""What the rules of ranges take on, and what they leave alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest

from exports.lint import aggregates, ranges
from exports.lint.context import Context
from exports.reading.reader import read_workbook
from tests.toys.packages import findings, rows, saved


@pytest.mark.parametrize("number", [b"1e999", b"-1e999"])
def test_an_infinite_number_beside_a_range_is_no_year(number: bytes, tmp_path: Path) -> None:
    typed = (number, b"2.5", b"2.5")
    cells = b"".join(
        b'<row r="%d"><c r="A%d"><v>%s</v></c></row>' % (row, row, one) for row, one in enumerate(typed, 1)
    )
    found = findings(rows(cells + b'<row r="5"><c r="A5"><f>SUM(A2:A3)</f></c></row>'), tmp_path)
    assert found["errors"] == []


def test_a_text_of_endless_digits_is_no_year(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for place, value in {"A1": 1.5, "A2": "9" * 400, "A3": 2.5, "A4": "=SUM(A1:A3)"}.items():
        book.active[place] = value
    assert [one.split()[0] for one in findings(saved(book), tmp_path)["text"]] == ["Sheet!A2"]


def summed(count: int, *, is_one_formula: bool) -> dict[str, list[str]]:
    """Return what is found where a column of numbers is summed in pairs."""
    book = openpyxl.Workbook()
    sums = [f"SUM(A${row}:A${row + 1})" for row in range(1, 2 * count, 2)]
    for row in range(1, 2 * count + 5):
        book.active.cell(row, 1, row * 7919 % 1000 + 0.5)
    for row, formula in enumerate(["+".join(sums)] if is_one_formula else sums, 1):
        book.active.cell(row, 3, f"={formula}")
    return findings_of(book)


def findings_of(book: openpyxl.Workbook) -> dict[str, list[str]]:
    with TemporaryDirectory() as folder:
        return findings(saved(book), Path(folder))


@pytest.mark.parametrize("count", [150, 300])
@pytest.mark.parametrize("is_one_formula", [True, False])
def test_what_is_compared_is_bounded_by_the_ranges(
    count: int, monkeypatch: pytest.MonkeyPatch, *, is_one_formula: bool
) -> None:
    found = summed(count, is_one_formula=is_one_formula)["adjacent"]
    assert [one.partition(",")[0] for one in found] == [
        f"Sheet!C{1 if is_one_formula else count} stops short of A{2 * count + 1}:A{2 * count + 4}"
    ]
    monkeypatch.setattr(ranges, "_MOST_COMPARED", 10)
    told = summed(count, is_one_formula=is_one_formula)["adjacent"]
    assert told == ["Sheet!C1 is the last total that was looked at: the workbook has too many ranges"]


def test_a_long_column_is_walked_once_however_many_totals_stop_short_of_it() -> None:
    book = openpyxl.Workbook()
    for row in range(1, 20_001):
        book.active.cell(row, 1, row * 7 % 1000 + 0.5)
    for row in range(1, 501):
        book.active.cell(row, 3, f"=SUM(A${row * 3}:A${row * 3 + 1})+{row}*{row}")
    began = time.process_time()
    found = findings_of(book)["adjacent"]
    assert time.process_time() - began < 5  # of a second each: walked each time, it is ten million steps
    assert found[1].startswith("Sheet!C1 stops short of A1:A2, ") or "A5:A20000" in found[0]


def test_formulas_that_differ_in_references_alone_are_taken_apart_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    taken: list[str] = []
    totalled = aggregates._totalled

    def count(formula: str) -> Iterator[int | str]:
        taken.append(formula)
        return totalled(formula)

    monkeypatch.setattr(aggregates, "_totalled", count)
    book = openpyxl.Workbook()
    for row in range(1, 200):
        for column, cell in enumerate((row * 7.5, row * 3.25, f"=SUM($A$1:$B${row})/ROWS($A$1:$B${row})"), 1):
            book.active.cell(row, column, cell)
    path = tmp_path / "book.xlsx"
    path.write_bytes(saved(book))
    context = Context(read_workbook(path))
    (own,) = context.sheets
    found = aggregates.Aggregates(context)
    assert [list(found.of(own, (row, 3))) for row in (2, 199)] == [[("Sheet", 1, 1, row, 2)] for row in (2, 199)]
    assert len(taken) == 1
