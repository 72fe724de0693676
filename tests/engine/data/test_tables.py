"""Tables in CSV, .xlsx and Parquet, however they are written, hold what pandas and the csv module read in them."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from io import BytesIO, StringIO

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.reader import read_table
from engine.data.table import Form, Table
from engine.problems import Mistake

TEXTS = st.text(st.sampled_from("abcÄß 'x-/"), min_size=1, max_size=6).map(str.strip).filter(bool)
NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6).map(float), st.floats(-1e300, 1e300, allow_subnormal=False), st.just(0.0),
)  # fmt: skip
ROWS = st.lists(st.tuples(TEXTS, NUMBERS, st.one_of(st.none(), NUMBERS)), max_size=12)


def columns(table: Table) -> tuple[list[str], list[float], list[float]]:
    texts, codes = table.find("who").factorized
    return [texts[code] for code in codes], table.find("x").numbers.tolist(), table.find("y").numbers.tolist()


def same(table: Table, rows: list[tuple[str, float, float | None]]) -> None:
    who, x, y = columns(table)
    assert table.rows == len(rows)
    assert who == [row[0] for row in rows]
    assert np.array_equal(x, [row[1] for row in rows])
    assert np.array_equal(y, [np.nan if row[2] is None else row[2] for row in rows], equal_nan=True)


CELLS = st.sampled_from([
    "1.5", "-2.25", "0.0", "", "7", " 3.5 ", " ", ".5", "5.", "+1.5", "1e3", "2.5e-7", "1e-400", "0." + "0" * 400 + "1", "1e400", "nan",
    "inf", "x", "1_0", "NA", "null", "\u0663", "0x1p3", "1,5", "1.234,5", "1.5f", "--1", "2026",
])  # fmt: skip


@given(
    first=st.sampled_from(["1.5", "0.25", "1,5"]),
    cells=st.lists(CELLS, max_size=5),
    form=st.sampled_from([Form(), Form(separator=";", decimal=","), Form(separator=";", thousands=",")]),
    lines=st.sampled_from([1, 300]),
)
@settings(deadline=None, max_examples=300)
def test_columns_that_look_like_numbers_are_what_they_are_without_pyarrow(
    first: str, cells: list[str], form: Form, lines: int
) -> None:
    text = "who;x\n" + f"a;{first}\n" * lines + "".join([f"b;{cell}\n" for cell in cells])
    text = text.replace(";", form.separator)

    def read(table: Table) -> tuple[object, object]:
        try:
            numbers: object = table.find("x").numbers.tolist()
        except Mistake as wrong:
            numbers = wrong.message, wrong.hint
        return str(numbers), [table.find("x").factorized[0], table.find("x").factorized[1].tolist()]

    def reading() -> object:
        try:
            return read(read_table("d.csv", text.encode(), form))
        except Mistake as wrong:
            return wrong.message

    found = reading()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pyarrow", None)
        assert reading() == found


@pytest.fixture(params=["with pyarrow", "without"])
def _pyarrow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "pyarrow", None)


@given(
    rows=ROWS,
    separator=st.sampled_from(",;\t|"),
    point=st.sampled_from(".,"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    mark=st.sampled_from(["", "\ufeff"]),
    last=st.booleans(),
)
@settings(deadline=None, max_examples=80)
@pytest.mark.usefixtures("_pyarrow")
def test_csv_of_every_dialect(  # noqa: PLR0917  # what a dialect has
    rows: list[tuple[str, float, float | None]],
    separator: str,
    point: str,
    end: str,
    quoting: int,
    mark: str,
    last: bool,
) -> None:
    if separator == point == ",":
        quoting = csv.QUOTE_ALL
    written = StringIO(newline="")
    writer = csv.writer(written, delimiter=separator, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["who", "x", "y [EUR]"])
    for who, x, y in rows:
        writer.writerow([who, repr(x).replace(".", point), "" if y is None else repr(y).replace(".", point)])
    text = mark + (written.getvalue() if last else written.getvalue().removesuffix(end))
    table = read_table("a.csv", text.encode(), Form(separator=separator, decimal=point))
    same(table, rows)
    assert table.find("y").unit == "EUR"
    read = pd.read_csv(BytesIO(text.encode()), sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert [float(cell.replace(",", ".")) for cell in read["x"]] == table.find("x").numbers.tolist()


@given(rows=ROWS)
@settings(deadline=None, max_examples=40)
def test_parquet(rows: list[tuple[str, float, float | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["who", "x", "y"]).astype({"who": str, "x": float, "y": float})
    for kind in ("str", "category"):
        written = BytesIO()
        frame.astype({"who": kind}).to_parquet(written)
        same(read_table("a.parquet", written.getvalue(), Form()), rows)


@given(rows=ROWS)
@settings(deadline=None, max_examples=30)
def test_excel(rows: list[tuple[str, float, float | None]]) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Other").append(["who"])
    sheet = book.create_sheet("Data")
    for row in [("who", "x", "y"), *rows]:
        sheet.append(row)
    written = BytesIO()
    book.save(written)
    table = read_table("a.xlsx", written.getvalue(), Form(sheet="Data"))
    # openpyxl writes sixteen digits.
    same(table, [(who, float(f"{x:.16g}"), None if y is None else float(f"{y:.16g}")) for who, x, y in rows])


def test_thousands_and_days() -> None:
    table = read_table("a.csv", b"day;x\n2026-01-05;1.234,5\n2026-02-05;-12.345.678\n", Form("", ";", ",", "."))
    assert table.find("x").numbers.tolist() == [1234.5, -12345678]
    assert table.find("day").factorized[0] == ("2026-01-05", "2026-02-05")
    for wrong in ("1.23,5", "12.3456", "1.234.5", "1,5.000"):
        with pytest.raises(Mistake, match="is no number"):
            _ = read_table("a.csv", f"day;x\n1;{wrong}\n".encode(), Form("", ";", ",", ".")).find("x").numbers


def test_dates_and_shares_of_excel() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [("day", "share", "plain"), (dt.date(2026, 3, 1), 0.5, 2), (dt.datetime(2026, 4, 1), 0.25, True)]:  # noqa: DTZ001  # a day
        sheet.append(row)
    sheet["B2"].number_format = "0.0%"
    written = BytesIO()
    book.save(written)
    table = read_table("a.xlsx", written.getvalue(), Form())
    assert table.find("day").factorized[0] == ("2026-03-01", "2026-04-01")
    assert table.find("share").percent == {0}
    with pytest.raises(Mistake, match="'True' in C3 is no number"):
        _ = table.find("plain").numbers


@pytest.mark.parametrize("others", [(2, None), (2.5, ""), (None, " 3 ")])
def test_texts_that_are_numbers_stand_beside_numbers_and_empty_cells(others: tuple[object, object]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [("who", "x"), ("a", "1.5"), *zip("bc", others, strict=True)]:
        sheet.append(row)
    written = BytesIO()
    book.save(written)
    expected = [1.5, *[float(str(one).strip() or "nan") if one is not None else np.nan for one in others]]
    found = read_table("a.xlsx", written.getvalue(), Form()).find("x").numbers
    assert np.array_equal(found, expected, equal_nan=True)
    written = BytesIO()
    texts = ["1.5", *[None if one is None else str(one) for one in others]]
    pd.DataFrame({"who": list("abc"), "x": texts}).to_parquet(written, row_group_size=1)
    found = read_table("a.parquet", written.getvalue(), Form()).find("x").numbers
    assert np.array_equal(found, expected, equal_nan=True)


def test_an_error_of_a_spreadsheet_is_no_empty_cell() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [("who", "x"), ("a", 1), ("#N/A", "#DIV/0!")]:
        sheet.append(row)
    written = BytesIO()
    book.save(written)
    table = read_table("a.xlsx", written.getvalue(), Form())
    assert table.find("who").factorized[0] == ("a", "an error")
    with pytest.raises(Mistake, match="'an error' in B3 is no number"):
        _ = table.find("x").numbers


@pytest.mark.usefixtures("_pyarrow")
@pytest.mark.parametrize(
    "cell", ["1_000", "\u0661", "nan", "inf", "1e999", "1e-400", "0x10", "1,5", "1 000", "--1", "True"]
)
def test_what_is_no_number(cell: str) -> None:
    table = read_table("a.csv", f"a;x\nb;1\nc;{cell}\n".encode(), Form(separator=";"))
    with pytest.raises(Mistake, match=f"'{cell}' in line 3 is no number"):
        _ = table.find("x").numbers


@pytest.mark.usefixtures("_pyarrow")
def test_spaces_around_numbers_and_members() -> None:
    table = read_table("a.csv", b"who, x \n b , 2\nc,+3.5 \n\nd,.5e1\n", Form())
    assert table.find("who").factorized[0] == ("b", "c", "d")
    assert table.find("x").numbers.tolist() == [2, 3.5, 5]


def test_a_quoted_cell_may_have_ends_of_lines_and_lines_are_counted_with_them() -> None:
    table = read_table("a.csv", b'who,x\n"b\nc",1\nd,oh\n', Form())
    with pytest.raises(Mistake, match="'oh' in line 4"):
        _ = table.find("x").numbers
