"""What HyperFormula computes."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

from tests.oracles.contents import Cells, Value, cached, formulas
from tests.oracles.node import node

Grid = list[list[Value]]


def hyperformula(contents: Iterable[bytes]) -> list[Cells]:
    """Return what HyperFormula computes for each workbook, in one run for all of them."""
    return computed([_sheets(content) for content in contents])


def computed(books: list[dict[str, Grid]]) -> list[Cells]:
    """Return the values of workbooks that are given as sheets of rows."""
    return [_cells(sheets) for sheets in node("compute.cjs", given=books)]


def _sheets(content: bytes) -> dict[str, Grid]:
    """Return what is typed into each cell: HyperFormula itself reads no files."""
    spelled, own = formulas(content), cached(content)
    sheets: dict[str, Grid] = {}
    for (sheet, address), value in {**own, **spelled}.items():
        row, column = coordinate_to_tuple(address)
        grid = sheets.setdefault(sheet, [])
        grid += [[] for _ in range(len(grid), row)]
        cells = grid[row - 1]
        cells += [None] * (column - len(cells))
        is_text = isinstance(value, str) and (sheet, address) not in spelled
        cells[column - 1] = f"'{value}" if is_text else value
    return sheets


def _cells(sheets: dict[str, Grid]) -> Cells:
    return {
        (sheet, f"{get_column_letter(column)}{row}"): value
        for sheet, grid in sheets.items()
        for row, cells in enumerate(grid, 1)
        for column, value in enumerate(cells, 1)
    }
