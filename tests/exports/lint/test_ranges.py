"""What the rules of ranges take on, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

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
