"""The cells of the guards on Cases, and the outputs that have no value where a guard finds a bound broken."""

from __future__ import annotations

from math import isfinite

from engine.plan.cells import Cell
from engine.plan.outputs import Output
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import LIVE, on_sheet
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.layout.guards import Guard
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import NO_VALUE, describe, line_of


def line(book: Book, references: References, case: int, guard: Guard) -> SheetLine:
    """Return the line of a guard in a case: how many cells of a result are out of their bounds."""
    count = guard.count(book.cases.turns[case].values[book.results.plan.index[guard.row.id]])
    cells = describe(f"{guard.row.label}: out of its bounds", "", "1", "How many cells; 0 where its bounds hold")
    formula = _count(book, references, guard)
    cells[LIVE] = SheetCell(float(count), "calculation", "0", formula=formula)
    return line_of(cells)


def guarded(book: Book, case: int, output: Output, reference: str) -> str:
    """Return the formula of an output in a case: where a result that feeds it breaks its bounds, it has no value."""
    turn = book.cases.turns[case]
    header, sheet = book.cases.header(case), "Cases!" if "!" in reference else ""
    total = book.cases.guards.total(output.row.id, header, sheet) if turn.row is not None else ""
    return f'=IF({total}>0,"{NO_VALUE}",{reference})' if total else f"={reference}"


def _count(book: Book, references: References, guard: Guard) -> str:
    plan, row = book.results.plan, guard.row
    if row.over and not guard.cells:
        block = references.layout.block(row.id)
        area = on_sheet(block, block.area(), references.sheet)
        limits = [(sign, limit) for sign, limit in zip("<>", guard.limits(0), strict=True) if isfinite(limit)]
        return "=" + "+".join([f'COUNTIF({area},"{sign}"&{limit!r})' for sign, limit in limits])
    parts = []
    for number in guard.cells or (0,):
        at = references.output(Output.of(plan, Cell(row.id, number)))
        limits = [(sign, limit) for sign, limit in zip("<>", guard.limits(number), strict=True) if isfinite(limit)]
        broken = ",".join([f"{at}{sign}{limit!r}" for sign, limit in limits])
        if broken:
            parts.append(f"IF(ISNUMBER({at}),IF(OR({broken}),1,0),0)")
    return f"={'+'.join(parts) or 0}"
