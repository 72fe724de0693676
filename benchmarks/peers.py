"""The peers and the floor of an export: what others need to write the same cells, and what any writer needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

from exports.workbook.layout.grid import Sheet, SheetLine

Sheets = list[tuple[Sheet, list[tuple[int, SheetLine]]]]


def write_only(sheets: Sheets) -> Callable[[], object]:
    """Return openpyxl's write-only mode for the same cells, without styles, values or names."""
    rows = {sheet.name: list(_rows(lines)) for sheet, lines in sheets}

    def run() -> object:
        made = openpyxl.Workbook(write_only=True)
        for name, cells in rows.items():
            sheet = made.create_sheet(name)
            for row in cells:
                sheet.append(row)
        return made.save(BytesIO())

    return run


def _rows(lines: list[tuple[int, SheetLine]]) -> Iterator[list[float | str | None]]:
    written = 0
    for number, line in lines:
        yield from ([] for _ in range(written + 1, number))
        cells = [line.cells.get(column) for column in range(1, max(line.cells, default=0) + 1)]
        yield [None if cell is None or cell.value == "" else cell.formula or cell.value for cell in cells]
        written = number


def raw_zip(content: bytes) -> Callable[[], object]:
    """Return the floor of any writer: the same XML, known beforehand, put into a package."""
    with ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}

    def run() -> None:
        with ZipFile(BytesIO(), "w", ZIP_DEFLATED) as package:
            for name, part in parts.items():
                package.writestr(name, part)

    return run


def xlsx_writer(sheets: Sheets) -> Callable[[], object]:
    """Return XlsxWriter's time for the same cells with their values, without styles or names."""
    import xlsxwriter  # noqa: PLC0415  # not everybody who measures has it

    def run() -> None:
        book = xlsxwriter.Workbook(BytesIO(), {"in_memory": True})
        for sheet, lines in sheets:
            made = book.add_worksheet(sheet.name)
            for number, line in lines:
                for column, cell in line.cells.items():
                    if cell.formula:
                        made.write_formula(number - 1, column - 1, cell.formula, None, cell.value)
                    elif cell.value != "":
                        made.write(number - 1, column - 1, cell.value)
        book.close()

    return run
