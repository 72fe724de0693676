"""Every library that people open workbooks with opens ours, and reads the values that stand in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import openpyxl
import pandas as pd
import polars as pl
import pytest
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from tests.exported import NAMES, book
from tests.oracles.contents import Cells, Value, cached, shortened
from tests.oracles.node import node

_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001  # days have no zone


def of_openpyxl(content: bytes) -> Cells:
    found = openpyxl.load_workbook(BytesIO(content), data_only=True)
    return gridded({sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in found})


def of_pandas(content: bytes) -> Cells:
    frames = pd.read_excel(BytesIO(content), sheet_name=None, header=None, keep_default_na=False, engine="openpyxl")
    return gridded({name: frame.to_numpy(object).tolist() for name, frame in frames.items()})


def of_calamine(content: bytes) -> Cells:
    found = CalamineWorkbook.from_filelike(BytesIO(content))
    return gridded({name: found.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in found.sheet_names})


def gridded(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Cells:
    """Return what stands in cells, dates as the numbers that they are."""
    return {
        (name, f"{get_column_letter(column)}{row}"): plain(value)
        for name, rows in sheets.items()
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
    }


def plain(value: Any) -> Value:  # noqa: ANN401  # each library has its own
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001  # as above
    if isinstance(value, datetime):
        return float((value - _EPOCH).days)
    return value if isinstance(value, str | bool) or value is None else float(value)


def compared(content: bytes, found: Cells) -> list[str]:
    """Return the cells in which a library reads something else than the file says."""
    own = cached(content)
    assert own
    # A formula may come to an empty text, which some libraries read as nothing.
    return [f"{place}: {value!r}, {found.get(place)!r}" for place, value in own.items()
            if (found.get(place) or "" if value == "" else found.get(place)) != value]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("read", [of_openpyxl, of_pandas, of_calamine], ids=lambda read: read.__name__)
def test_libraries_of_python_read_the_values(read: Callable[[bytes], Cells], name: str) -> None:
    content = shortened(book(name))
    assert compared(content, read(content)) == []


@pytest.mark.parametrize("name", NAMES)
def test_polars_reads_the_values(name: str) -> None:
    content = shortened(book(name))
    # Its columns are of one kind, and ours hold names and numbers: all as texts, from the first column in use.
    frames = pl.read_excel(BytesIO(content), sheet_id=0, has_header=False, drop_empty_rows=False, infer_schema_length=0)
    texts = gridded({name: [(None, *row) for row in frame.rows()] for name, frame in frames.items()})
    own = cached(content)
    assert compared(content, {place: as_kind(text, own.get(place)) for place, text in texts.items()}) == []


def as_kind(text: Value, other: Value) -> Value:
    """Return what a text says, if it is to be a number: a date is one, and nine decimals stand for all."""
    if not isinstance(text, str) or not isinstance(other, float):
        return text
    number = plain(datetime.fromisoformat(text)) if ":" in text else float(text)
    return other if number == pytest.approx(other, rel=1e-9, abs=1e-9) else number


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.parametrize("reader", ["exceljs", "sheetjs"])
def test_libraries_of_javascript_read_the_values(reader: str, tmp_path: Path) -> None:
    contents = {tmp_path / f"{name}.xlsx": shortened(book(name)) for name in NAMES}
    contents[tmp_path / "whole.xlsx"] = book("sora")
    for path, content in contents.items():
        path.write_bytes(content)
    for content, sheets in zip(contents.values(), node("read.cjs", reader, *contents), strict=True):
        cells = {(sheet, address): plain(value) for sheet, found in sheets.items() for address, value in found.items()}
        own = cached(content)
        known = {place: own[place] if value == "no date" else value for place, value in cells.items()}
        assert compared(content, known) == []
