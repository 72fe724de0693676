"""Rows taken together along time: the total before the periods, and coarser periods beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.language.numbers.grouping import grouped
from engine.language.numbers.scalars import add_up
from engine.language.tree import Aggregate, Name
from engine.model.names import map_id
from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.style.number_format import GENERAL, for_result
from exports.workbook.formulas.addresses import Index, Moving, along
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import LIVE, Block
from exports.workbook.layout.grid import SheetCell
from exports.workbook.layout.lines import coarser_calendars, has_coarser, has_total, rolled
from exports.workbook.parts.book import Book

# What takes the cells from one to another together.
TOGETHER: Final = {"sum": "SUM({0}:{1})", "mean": "AVERAGE({0}:{1})", "last": "{1}", "first": "{0}"}


def total(row: Row, block: Block, number: int, values: list[float], shown: str) -> dict[int, SheetCell]:
    """Return the cell before the periods of a line that takes all of them together; none where the row does not."""
    kind = rolled(row, block.across)
    if not kind:
        return {}
    first, last = (f"{letter(column)}{number}" for column in (block.column, block.column + block.columns - 1))
    value = together(kind, values)
    # Of numbers that a spreadsheet shows as it likes, a sum may have more digits than it has room for.
    shown = for_result(row.unit, [value]) if shown == GENERAL else shown
    return {LIVE: SheetCell(value, "total", shown, formula=f"={TOGETHER[kind].format(first, last)}")}


def count_rolled(book: Book, row: Row, block: Block) -> int:
    """Return how many cells of a line take the row together: its total, and its coarser periods."""
    if not rolled(row, block.across):
        return 0
    plan = book.results.plan
    coarser = coarser_calendars(plan.model, block.across) if has_coarser(plan, row, block.across) else []
    return has_total(plan, row, block.across) + sum(len(coarse.members) for coarse in coarser)


def together(kind: str, values: Sequence[float]) -> float:
    """Return values along time taken together."""
    match kind:
        case "sum":
            return add_up(values)
        case "mean":
            return add_up(values) / len(values)
    return values[-1] if kind == "last" else values[0]


def coarser_periods(
    book: Book, references: References, row: Row, block: Block, indices: tuple[int, ...], *, shown: str
) -> dict[int, SheetCell]:
    """Return the cells of a line beside its periods: by each coarser calendar, as the row declares."""
    kind = rolled(row, block.across)
    found: dict[int, SheetCell] = {}
    plan = book.results.plan
    if not kind or not has_coarser(plan, row, block.across):
        return found
    values = np.array(book.along(row, block, indices))
    for coarse in coarser_calendars(plan.model, block.across):
        beside = book.layout.beside[coarse.id]
        id_ = map_id(coarse.id, block.across)
        codes = np.asarray(book.results.values[plan.index[id_]])
        node = Aggregate(kind, Name(row.id), (block.across,), (coarse.id,), parameters=(Name(id_),))
        at: dict[str, Index] = dict(zip(block.down, indices, strict=True))
        template = references.formula(node, {**at, coarse.id: Moving(beside.moved)})
        by_period = [float(value) for value in np.ravel(grouped(kind, values, codes, np.array(coarse.codes)))]
        shown = for_result(row.unit, by_period) if shown == GENERAL else shown
        given = codes[row.given :] if block.across == row.given_over else codes
        for place, value in enumerate(by_period):
            # A period whose values are all given is one of actuals.
            is_actual = row.given > 0 and coarse.codes[place] not in given
            column = beside.column + place
            style = "actual" if is_actual else "calculation"
            found[column] = SheetCell(value, style, shown, formula=along(template, column))
    return found
