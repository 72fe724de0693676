"""An export beside its peers and its floor: what others need to write the same cells, and what any writer needs."""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from statistics import median
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

from engine.plan.plan import Plan
from exports.workbook.layout.grid import Sheet, SheetLine
from exports.workbook.pages import Pages, pages
from exports.workbook.xlsx import workbook, write

Sheets = list[tuple[Sheet, list[tuple[int, SheetLine]]]]


def timed(work: Callable[[], object], runs: int) -> float:
    """Return the median of a few runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def peak_memory() -> float:
    """Return the most memory that this process had at once, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells is that of the parent, where this had more
        return int(re.findall(r"VmHWM:\s*(\d+)", status.read_text())[0]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def exports(planned: Plan, runs: int) -> dict[str, float]:
    """Return the time of an export, and of its last step, over those of others who write the same cells."""
    found = pages(planned)
    sheets = [(sheet, list(sheet.lines)) for sheet in found.sheets]

    def write_again() -> bytes:
        again = tuple([replace(sheet, lines=iter(lines)) for sheet, lines in sheets])
        return write(Pages(again, found.blocks), planned.model.title)

    works = {
        "export": lambda: workbook(planned),
        "writing": write_again,
        "openpyxl write-only": write_only(sheets),
        "raw zip of its XML": raw_zip(write_again()),
        **({"XlsxWriter": xlsx_writer(sheets)} if find_spec("xlsxwriter") else {}),
    }
    # In turn, and the best of each: whatever else the machine does hits all of them.
    rounds = [{name: timed(work, 1) for name, work in works.items()} for _ in range(runs)]
    best = {name: min(one[name] for one in rounds) for name in works}
    ratios = {f"{what} / {peer}": best[what] / best[peer] for peer in list(works)[2:] for what in ("export", "writing")}
    return {**ratios, "export, s": best["export"]}


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
