"""The lines of Inputs that have the members of a choice as numbers, which is what formulas read."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.model.names import code_id
from engine.plan.plan import Numbers, Row
from exports.style.a1 import letter
from exports.workbook.layout.choices import chosen_from, code_formula
from exports.workbook.layout.geometry import LABEL, LIVE, PlacedLine, in_case
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import describe, line_of

_WORDS = "By its place among the members"


def code_line(book: Book, row: Row, line: PlacedLine, values: Mapping[str, Mapping[str, Numbers]]) -> SheetLine:
    """Return a line of codes, each of the cell in the same column of the line that somebody types into.

    `values` are those that each scenario sets, by its id.
    """
    layout, plan = book.layout, book.results.plan
    typed, block = layout.typed_block(row), layout.block(row.id)
    number = line.number - block.row + typed.row
    label, _ = book.names(row, block, line.indices)
    label = f"{label}, as a number" if line.case is None else f"{line.case.label} · {label}, as a number"
    name = layout.line_name(row, block.down, line.indices).replace(row.id, code_id(row.id), 1)
    cells = describe(label, name if line.case is None else in_case(name, line.case), "1", _WORDS)
    if line.case is not None:
        cells[LABEL] = SheetCell(label, "scenario_label")
    found = {LIVE: book.value(row.id)} if not row.over else {}
    if row.over:
        own = None if line.case is None else values[line.case.id].get(row.id, row.value)
        found = dict(enumerate(book.along(row, block, line.indices, own), block.column))
    else:
        found |= {
            layout.scenario_column(case): float(np.asarray(values[case.id].get(row.id, row.value)))
            for case in plan.cases
        }
    dimension = chosen_from(plan.model, row)
    for column, value in found.items():
        formula = code_formula(layout, dimension, f"{letter(column)}${number}", takes_dates=bool(dimension.periods))
        cells[column] = SheetCell(value, "calculation", "0.####", formula=formula)
    return line_of(cells)
