"""The ends of inputs' ranges: those of one number as a formula, those of members as lines of their own."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Final

import numpy as np

from engine.analysis.swings import SWING as SWING_SHARE
from engine.analysis.swings import ends
from engine.model.declared.ranges import ENDS
from engine.model.dimensions import cell as of_cell
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.layout import cases
from exports.workbook.layout.cases import End
from exports.workbook.layout.geometry import LIVE, end_of
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.layout.sensitivity import SWING_ROW, RangeLine, What, bound_of
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of

BOUNDS: Final[tuple[What, ...]] = ("least", "most")


def ranges_by_member(book: Book, last: int) -> Iterator[Numbered]:
    """Yield the ends of inputs over dimensions, a line for each of their own lines and ends."""
    ranges = book.ranges
    if ranges.lines:
        note = "The ends that all members of an input go to at once."
        yield heading(ranges.ranges_table, "Ranges by member", last, note)
    for line in ranges.lines:
        yield line.number, _range_line(book, line)


def end_formula(row: Row, end: End, live: str, bounds: dict[What, str]) -> str:
    """Return how far an input without a range goes: a share up or down, whole where it must be, within its bounds."""
    share = f"${letter(LIVE)}${SWING_ROW}"
    text = f"{'MAX' if end == cases.HIGH else 'MIN'}({live}-{live}*{share},{live}+{live}*{share})"
    if row.quantity is not None and row.quantity.whole:
        # A whole number of percent has two decimals as a fraction.
        text = f"ROUND({text},{2 if row.unit.percent else 0})"
    text = f"MAX({bounds['least']},{text})" if "least" in bounds else text
    return f"=MIN({bounds['most']},{text})" if "most" in bounds else f"={text}"


def _range_line(book: Book, line: RangeLine) -> SheetLine:
    row, block, plan = line.row, line.block, book.results.plan
    label, _ = book.names(row, block, line.indices)
    word = {"low": "low end", "high": "high end", "least": "at least", "most": "at most"}[line.what]
    name = book.layout.line_name(row, block.down, line.indices)
    # An import reads the ends back, as far as the text gives a range.
    named = end_of(name, line.what) if line.what in ENDS else ""
    cells = describe(f"{label} · {word}", named, row.unit.text, "")
    numbers = np.arange(plan.model.size(row.over)).reshape(plan.shape(row)).astype(np.float64)
    live = book.along(row, block, line.indices, row.given_values(book.results.values[plan.index[row.id]]))
    source = book.layout.input_block(row)
    for index, number in enumerate(book.along(row, block, line.indices, numbers)):
        column = letter(block.column + index)
        address = f"Inputs!{column}${source.line(line.indices)}"
        value, formula = _range_cell(book, line, int(number), address, column)
        if value is not None and not isnan(live[index]):
            style = "calculation" if formula else "constant"
            cells[block.column + index] = SheetCell(value, style, book.input_format(row), formula=formula)
    return line_of(cells)


def _range_cell(book: Book, line: RangeLine, number: int, live: str, column: str) -> tuple[float | None, str]:
    row = line.row
    if line.what not in {cases.LOW, cases.HIGH}:
        return bound_of(row, line.what, number), ""
    end = cases.LOW if line.what == cases.LOW else cases.HIGH
    value = ends(book.results, row, number, SWING_SHARE)[end == cases.HIGH] / row.unit.scale
    if row.quantity is not None and of_cell(row.quantity.range, number) is not None:
        return value, ""
    bounds: dict[What, str] = {}
    for what in BOUNDS:
        at = book.ranges.bound(row, line.indices, what)
        if at is not None and bound_of(row, what, number) is not None:
            bounds[what] = f"{column}${at}"
    return value, end_formula(row, end, live, bounds)
