"""What IronCalc computes, cell by cell, as someone types."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import ironcalc
from openpyxl.utils.cell import coordinate_to_tuple

from tests.oracles.contents import Cells


class IronCalc:
    """A workbook in IronCalc, in which cells can be typed into."""

    def __init__(self, content: bytes) -> None:
        with TemporaryDirectory() as name:
            path = Path(name) / "book.xlsx"
            path.write_bytes(content)
            self._model = ironcalc.load_from_xlsx(os.fspath(path), "en", "UTC")
        self._sheets = [sheet["name"] for sheet in self._model.get_worksheets_properties()]

    def type(self, sheet: str, address: str, value: float | str) -> None:
        """Put a number or a text into a cell."""
        row, column = _place(address)
        if isinstance(value, str):
            self._model.update_cell_with_text(self._sheets.index(sheet), row, column, value)
        else:
            self._model.update_cell_with_number(self._sheets.index(sheet), row, column, value)

    def values(self, cells: Iterable[tuple[str, str]]) -> Cells:
        """Return the cells' values after a calculation."""
        self._model.evaluate()
        return {
            (sheet, address): self._model.get_cell_value(self._sheets.index(sheet), *_place(address))
            for sheet, address in cells
        }


@cache
def _place(address: str) -> tuple[int, int]:
    row, column = coordinate_to_tuple(address)
    return row, column
