"""The lower part of Cases: for each chart along an input, the rows that follow it, once for each point and mark."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.plan.outputs import Output
from exports.style.a1 import letter
from exports.style.number_format import for_result
from exports.workbook.formulas.guarded import GuardedReferences
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import LABEL, LIVE, NAME, UNIT, WORDS
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.layout.sweeps import FROM, STEPS, TO, Point, SweptPlot
from exports.workbook.layout.turns.blocks import CaseLine
from exports.workbook.parts import guards
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, band, describe, fill_row, heading, line_of
from exports.workbook.parts.repeats import Formulas


def sweeps(book: Book, last: int) -> Iterator[Numbered]:
    """Yield the lines of every chart that sweeps an input."""
    for swept in book.charted.swept.values():
        yield from _settings(swept, last)
        for point in swept.points:
            yield point.number, _heading(book, swept, point, last)
            formulas = Formulas(book, GuardedReferences(swept.at(point), "Cases", book.fallible))
            for number, line in swept.lines(point):
                yield number, _line(swept, point, formulas, (number, line))
            for guard in swept.guards.lines:
                values = swept.values(point, guard.row)
                yield point.number + guard.offset, guards.line(book, formulas.references, point.number, guard, values)


def _settings(swept: SweptPlot, last: int) -> Iterator[Numbered]:
    sweep, row = swept.sweep, swept.sweep.row
    title = swept.found.plot.chart.title
    note = "The rows that follow what runs along the chart, at each point."
    yield heading(swept.head, f"Chart: {title}", last, note)
    shown = for_result(row.unit, [sweep.start, sweep.end])
    for which, text, value in ((FROM, "from", sweep.start), (TO, "to", sweep.end)):
        cells = describe(f"{row.label}: {text}", row.id, row.unit.text, "An end of the chart, as the model declares it")
        cells[LIVE] = SheetCell(value, "constant", shown)
        yield swept.head + which, line_of(cells)
    steps = "Equal ratios" if sweep.in_ratios else "Equal steps"
    cells = describe("Steps between", "", "1", f"{steps}, to whole numbers" if sweep.is_whole else steps)
    cells[LIVE] = SheetCell(float(sweep.points - 1), "constant", "0")
    yield swept.head + STEPS, line_of(cells)


def _heading(book: Book, swept: SweptPlot, point: Point, last: int) -> SheetLine:
    cells = band("members", last) | _curves(book, swept, point)
    cells[UNIT] = SheetCell("of each curve", "members")
    case = point.case.label if point.case is not None else "live scenario"
    text = f"{swept.found.plot.chart.title}: {case}"
    if point.mark is not None:
        cells[LABEL] = SheetCell(f"{text}, {point.mark.label}", "members")
        cells[NAME] = SheetCell("mark of a chart", "members")
        return SheetLine(cells)
    cells[LABEL] = SheetCell(f"{text}, point {point.index + 1}", "members")
    cells[NAME] = SheetCell("point of a chart", "members")
    cells[LIVE] = SheetCell(float(point.index), "members_place", "0")
    cells[WORDS] = SheetCell("Steps from the beginning", "members")
    return SheetLine(cells)


def _curves(book: Book, swept: SweptPlot, point: Point) -> dict[int, SheetCell]:
    """Return what the curves are at a point, each of them in a column of its own."""
    cells = {}
    for column, cell in swept.curves(point):
        output = Output.of(book.results.plan, cell)
        value = float(np.ravel(swept.values(point, output.row))[cell.number])
        reference = References(swept.at(point), "Cases").output(output)
        formula = guards.guarded(swept.guards, point.number, output.row.id, reference)
        cells[column] = SheetCell(value, "members_value", for_result(output.row.unit, [value]), formula=formula)
    return cells


def _line(swept: SweptPlot, point: Point, formulas: Formulas, place: tuple[int, CaseLine]) -> SheetLine:
    (at, line), book = place, formulas.book
    row = line.row
    block = swept.at(point).block(row.id)
    label, _ = book.names(row, block, line.indices)
    label += f" ({row.id})" if row.id in book.alike else ""
    cells = describe(label, row.id if not any(line.indices) else "", row.unit.text, "")
    if line.is_given:
        value = swept.found.x[point.index] if point.mark is None else float(np.asarray(swept.values(point, row)))
        formula = _along(swept, point) if point.mark is None else _mark(book, swept, point)
        cells[LIVE] = SheetCell(value, "inherited_sample", for_result(row.unit, [value]), formula=formula)
        return line_of(cells)
    numbers = book.along(row, block, line.indices, swept.values(point, row))
    template = formulas.line(at, row, block, line.indices)
    return line_of(cells | fill_row(row, block, numbers, template))


def _along(swept: SweptPlot, point: Point) -> str:
    start, end, count = (swept.setting(which) for which in (FROM, TO, STEPS))
    index = f"${letter(LIVE)}${point.number}"
    if swept.sweep.in_ratios:
        value = f"{start}*(({end}/{start})^({index}/{count}))"
    else:
        value = f"{start}+({end}-{start})*{index}/{count}"
    if not swept.sweep.is_whole:
        return f"={value}"
    return f"=ROUND(({value})*10^2,0)/10^2" if swept.sweep.row.unit.percent else f"=ROUND({value},0)"


def _mark(book: Book, swept: SweptPlot, point: Point) -> str:
    assert point.mark is not None  # noqa: S101  # asked of marks alone
    output = Output.of(book.results.plan, point.mark.cell)
    return f"={References(swept.base(point.case), 'Cases').output(output)}"
