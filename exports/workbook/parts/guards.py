"""The cells of the guards on Cases, and the outputs that have no value where a guard finds a bound broken."""

from __future__ import annotations

from engine.plan.cells import Cell
from engine.plan.outputs import Output
from exports.style.a1 import letter
from exports.style.number_format import for_result
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import LIVE, on_sheet
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.layout.guards import LEAST, MOST, Guard
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import NO_VALUE, describe, line_of


def line(book: Book, references: References, case: int, guard: Guard) -> SheetLine:
    """Return the line of a guard in a case: how many cells of a result are out of their bounds, and these bounds."""
    plan, row = book.results.plan, guard.row
    count = guard.count(book.cases.turns[case].values[plan.index[row.id]])
    name = f"{row.label} · {', '.join(plan.members(row)[guard.number])}" if guard.number is not None else row.label
    cells = describe(f"{name}: out of its bounds", "", "1", "Cells outside; least and most")
    number = book.cases.header(case) + guard.offset
    bounds = [(sign, column, bound) for sign, column, bound in zip("<>", (LEAST, MOST), guard.limits(), strict=True)]
    at = {sign: f"${letter(column)}${number}" for sign, column, bound in bounds if bound is not None}
    shown = for_result(row.unit, [bound for _, _, bound in bounds if bound is not None])
    cells |= {column: SheetCell(bound, "constant", shown) for _, column, bound in bounds if bound is not None}
    cells[LIVE] = SheetCell(float(count), "calculation", "0", formula=_count(book, references, guard, at))
    return line_of(cells)


def guarded(book: Book, case: int, output: Output, reference: str) -> str:
    """Return the formula of an output in a case: where a result that feeds it breaks its bounds, it has no value."""
    turn = book.cases.turns[case]
    total = book.cases.guards.total(output.row.id, book.cases.header(case)) if turn.row is not None else ""
    return f'=IF({total}>0,"{NO_VALUE}",{reference})' if total else f"={reference}"


def headed(book: Book) -> list[Output]:
    """Return the results that stand in the line that heads a case: outputs, and what else tornados show if guarded."""
    return book.cases.judged if book.cases.guards.lines else book.cases.outputs


def at_end(book: Book, case: int, output: Output) -> str:
    """Return where another sheet finds a result in a case: in its heading, where it is guarded, or in its own cell."""
    if not book.cases.guards.of(output.row.id):
        return References(book.cases.at(case), "Scenarios").output(output)
    place = [one.cell for one in book.cases.judged].index(output.cell)
    return f"Cases!${letter(book.cases.place(place))}${book.cases.header(case)}"


def _count(book: Book, references: References, guard: Guard, bounds: dict[str, str]) -> str:
    row = guard.row
    if row.over and guard.number is None:
        block = references.layout.block(row.id)
        area = on_sheet(block, block.area(), references.sheet)
        return "=" + "+".join([f'COUNTIF({area},"{sign}"&{bound})' for sign, bound in bounds.items()])
    at = references.output(Output.of(book.results.plan, Cell(row.id, guard.number or 0)))
    broken = ",".join([f"{at}{sign}{bound}" for sign, bound in bounds.items()])
    return f"=IF(ISNUMBER({at}),IF(OR({broken}),1,0),0)"
