"""References in A1 notation: columns as letters, one cell, and the name of a sheet in front of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

CELL: Final = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_CELL: Final = re.compile(
    r"(?P<fixed_column>\$?)(?P<column>[A-Z]{1,3})(?P<fixed_row>\$?)(?P<row>[0-9]{1,7})", re.IGNORECASE
)


class CellName(NamedTuple):
    """A cell as a formula writes it: its line and its column, from 1, and which of both have a dollar sign."""

    row: int
    column: int
    is_row_fixed: bool
    is_column_fixed: bool


@lru_cache(maxsize=20_000)
def letter(column: int) -> str:
    """Return a column's letters: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """Return the column of letters: A is 1, AA is 27; capitals and dollar signs make no difference."""
    number = 0
    for one in letters.strip("$").upper():
        number = number * 26 + ord(one) - 64
    return number


@lru_cache(maxsize=200_000)
def parse_cell(text: str) -> CellName:
    """Return what the name of a cell says; ValueError for anything else."""
    found = _CELL.fullmatch(text)
    if found is None:
        message = f"{text!r} is no cell"
        raise ValueError(message)
    return CellName(
        int(found["row"]), column_number(found["column"]), bool(found["fixed_row"]), bool(found["fixed_column"])
    )


def address(place: tuple[int, int]) -> str:
    """Return the name of a cell by its line and column."""
    return f"{letter(place[1])}{place[0]}"


def unquote(sheet: str) -> str:
    """Return the name of a sheet from how a formula writes it: without quotes and the exclamation mark."""
    return sheet.removesuffix("!").strip("'").replace("''", "'")
