"""Letters of columns and names of cells, held against openpyxl's."""

from __future__ import annotations

import pytest
from openpyxl.utils.cell import column_index_from_string, coordinate_to_tuple, get_column_letter, quote_sheetname

from exports.style.a1 import address, column_number, letter, parse_cell, unquote

LAST_COLUMN = 16_384


def test_every_column_has_the_letters_that_openpyxl_gives_it() -> None:
    columns = range(1, LAST_COLUMN + 1)
    assert [letter(column) for column in columns] == [get_column_letter(column) for column in columns]


def test_letters_lead_back_to_every_column() -> None:
    letters = [get_column_letter(column) for column in range(1, LAST_COLUMN + 1)]
    assert [column_number(one) for one in letters] == [column_index_from_string(one) for one in letters]
    assert column_number("$xfd") == LAST_COLUMN


@pytest.mark.parametrize("name", ["A1", "Z99", "AA100", "XFD1048576"])
def test_a_cell_is_read_as_openpyxl_reads_it(name: str) -> None:
    assert parse_cell(name)[:2] == coordinate_to_tuple(name)
    assert address(coordinate_to_tuple(name)) == name


def test_dollar_signs_fix_what_they_stand_before() -> None:
    assert parse_cell("$B$3") == (3, 2, True, True)
    assert parse_cell("b$3") == (3, 2, True, False)
    assert parse_cell("$B3") == (3, 2, False, True)


@pytest.mark.parametrize("text", ["", "A", "1", "ABCD1", "A1:B2", "Inputs!A1", "A1 "])
def test_what_is_no_cell_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no cell"):
        parse_cell(text)


@pytest.mark.parametrize("sheet", ["Inputs", "What it's for", "2026"])
def test_a_sheet_is_called_alike_in_quotes(sheet: str) -> None:
    assert unquote(f"{quote_sheetname(sheet)}!") == sheet
