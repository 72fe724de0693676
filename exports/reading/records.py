"""A workbook as plain values: its sheets, their cells, and how they are set up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

# Where headings are looked for on a sheet on which no line stays in sight.
_FIRST_LINES: Final = 10

# A number as people write it: with a sign, brackets or a currency, with commas between thousands or for decimals.
_NUMBER: Final = re.compile(
    r"\(?[+\-\u2212]?\s?[$\u20ac\u00a3\u00a5]?\s?(?:\d{1,3}(?:[, .'\u00a0\u202f]\d{3})+|\d+|(?=[.,]\d))"
    r"(?:[.,]\d+)?(?:[eE][+-]?\d+)?\s?[%$\u20ac\u00a3\u00a5]?\)?"
)

Place = tuple[int, int]
# A tuple, which a million cells are asked about in less time than a union.
_NO_NUMBERS: Final = (str, bool)


class Remark(NamedTuple):
    """A comment on a cell: where it is, who said it, '' for nobody, and what."""

    place: Place
    author: str
    text: str


class Held(NamedTuple):
    """A cell: what it holds, by line and column; `shows_text` says of a formula that its value is no number.

    A cell is filled where a formula of another cell fills it. It is a tuple, since a workbook has a million of them.
    """

    value: str | float | bool
    is_formula: bool
    shows_text: bool
    is_error: bool
    is_date: bool
    is_filled: bool
    is_locked: bool
    style: str
    link: str
    # The code of its number's format, and its colours: see `Look`.
    shown: str = "General"
    colour: str = ""
    fill: str = ""

    @property
    def is_number(self) -> bool:
        """Return whether it is a number, or a formula that shows one."""
        if self.is_formula:
            return not self.shows_text
        return not isinstance(self.value, _NO_NUMBERS)

    @property
    def is_number_as_text(self) -> bool:
        """Return whether it is a number that is stored as a text."""
        is_text = not self.is_formula and isinstance(self.value, str)
        return is_text and _NUMBER.fullmatch(str(self.value).strip()) is not None


@dataclass(frozen=True)
class Opened:
    """A sheet: its cells by (line, column), in the order of lines, and how it is set up."""

    name: str
    cells: Mapping[Place, Held]
    is_hidden: bool
    hidden: tuple[str, ...]
    merged: tuple[str, ...]
    validated: tuple[tuple[int, int, int, int], ...]
    is_protected: bool
    frozen: Place
    page: Page
    # The first of the cells that are empty, and that its protection leaves open.
    open: tuple[Place, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @classmethod
    def of_cells(cls, name: str, cells: Mapping[Place, Held]) -> Opened:
        """Return a sheet of cells alone."""
        page = Page(is_landscape=False, wide=0, title_rows=False, title_columns=False, footer="")
        return cls(name, cells, is_hidden=False, hidden=(), merged=(), validated=(), is_protected=False,
                   frozen=(1, 1), page=page)  # fmt: skip

    @cached_property
    def formulas(self) -> dict[Place, str]:
        """Return the formulas by place."""
        return {place: str(cell.value) for place, cell in self.cells.items() if cell.is_formula}

    @cached_property
    def headings(self) -> dict[int, str]:
        """Return the texts of the last line that stays in sight, by column; of the first lines where none does."""
        first, last = (self.frozen[0] - 1,) * 2 if self.frozen[0] > 1 else (1, _FIRST_LINES)
        found: dict[int, str] = {}
        for (row, column), cell in self.cells.items():
            if row > last:
                break
            if first <= row and isinstance(cell.value, str) and not cell.is_formula:
                found.setdefault(column, cell.value)
        return found


@dataclass(frozen=True, slots=True)
class Page:
    """How a sheet is printed."""

    is_landscape: bool
    wide: int
    title_rows: bool
    title_columns: bool
    footer: str
    has_area: bool = False


class Way(NamedTuple):
    """A way out of a workbook: where it is, and what it reaches."""

    where: str
    message: str


@dataclass(frozen=True)
class OpenedBook:
    """A workbook: its sheets in order, its defined names, the ways out of it, and the parts that run code."""

    path: Path
    sheets: tuple[Opened, ...]
    names: Mapping[str, str]
    outside: tuple[Way, ...]
    macros: tuple[str, ...]
    # Whether it is calculated again and again until numbers settle, and with the digits that are shown.
    is_iterated: bool = False
    is_as_shown: bool = False

    @property
    def formulas(self) -> int:
        """Return how many formulas there are."""
        return sum(len(sheet.formulas) for sheet in self.sheets)
