"""Elasticities on Sensitivity, and the lower part of it that they come from: adjoints, edges and sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from engine.plan.plan import Array, Row
from exports.style.a1 import letter
from exports.style.words import unit_or_number
from exports.workbook.formulas.addresses import Index, along_all
from exports.workbook.formulas.derivatives.edges import EdgeLine
from exports.workbook.formulas.derivatives.formulas import EdgeFormula, Flows
from exports.workbook.formulas.derivatives.places import Derivatives
from exports.workbook.formulas.excel import NO_VALUE
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import LABEL, LIVE, Block, line_name
from exports.workbook.layout.grid import CellError, SheetCell, SheetLine
from exports.workbook.layout.sensitivity import CHOSEN_PLACE, CHOSEN_VALUE, ELASTICITY
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, heading, line_of
from exports.workbook.parts.repeats import Repeats

# What OR takes.
_MOST_TESTS: Final = 255


def elasticity(book: Book, row: Row) -> float | None:
    """Return the elasticity of the first output by an input, all members at once; None where none is known."""
    derivatives = book.derivatives
    if derivatives.is_left_out or 1 in _out_of_reach(book, row):
        return None
    output = book.cases.outputs[0]
    value = output.value(book.results.plan, book.results.values)
    scaled = float(np.sum(derivatives.gradients.of_row(derivatives.adjoints, row) * own_values(book, row)))
    return scaled / value if value and np.isfinite(scaled) else None


def own_values(book: Book, row: Row) -> Array:
    """Return an input's live values as stored, 0 for members that have none of their own."""
    return np.nan_to_num(row.given_values(book.results.values[book.results.plan.index[row.id]]))


def elasticity_formula(book: Book, row: Row) -> str:
    """Return the formula of an input's elasticity: its adjoints times its values, over the output."""
    derivatives = book.derivatives
    if derivatives.is_left_out:
        return ""
    adjoint, source = derivatives.blocks[row.id], book.layout.input_block(row)
    scaled = f"{adjoint.area()}*{source.sheet}!{source.area()}" if not row.over else (
        f"SUMPRODUCT({adjoint.area()},{source.sheet}!{source.area()})"
    )  # fmt: skip
    found = f'IF({CHOSEN_VALUE},IF(ISNUMBER({scaled}),{scaled}/{CHOSEN_VALUE},"none"),"none")'
    missing = _out_of_reach(book, row)
    if not missing:
        return f"={found}"
    if len(missing) == len(book.cases.outputs) or len(missing) > _MOST_TESTS:
        return '="none"'
    return f'=IF(OR({",".join([f"{CHOSEN_PLACE}={place}" for place in missing])}),"none",{found})'


def _out_of_reach(book: Book, row: Row) -> list[int]:
    """Return the places, from 1, of the outputs that an input moves through a derivative that is left out."""
    plan = book.results.plan
    users = {user for user, used in book.derivatives.missing if row.id in plan.feeding(used)}
    outputs = enumerate(book.cases.outputs, start=1)
    return [place for place, output in outputs if not users.isdisjoint(plan.feeding(output.row.id))] if users else []


def elasticity_cell(book: Book, row: Row) -> dict[int, SheetCell]:
    """Return the elasticity of the chosen output by an input, in its column."""
    value = elasticity(book, row)
    formula = elasticity_formula(book, row)
    style = "calculation" if formula else "text_right"
    return {ELASTICITY: SheetCell("none" if value is None else value, style, "0.00", formula=formula)}


def live_value(book: Book, row: Row) -> dict[int, SheetCell]:
    """Return the live value of an input, where it is a single number."""
    if row.over:
        return {}
    live = f"={References(book.layout, 'Sensitivity').cell(row.id, {})}"
    return {LIVE: SheetCell(book.value(row.id), "calculation", book.input_format(row), formula=live)}


def without_swings(book: Book, last: int) -> Iterator[Numbered]:
    """Yield the line of each input that there is no room to vary: its value and its elasticity."""
    rows, first = book.cases.unvaried, book.ranges.alone_table
    if rows:
        note = "Varied, they would be too many cells. The largest elasticities of any output come first."
        yield heading(first, "Inputs without a swing", last, note, {LIVE: "Live", ELASTICITY: "Elasticity"})
    for number, row in enumerate(rows, first + 1):
        cells = describe(row.label, row.id, row.unit.text, "All members at once" if row.over else "")
        yield number, line_of(cells | live_value(book, row) | elasticity_cell(book, row))


def lines(book: Book, last: int) -> Iterator[Numbered]:
    """Yield the lines of the working, each with a label of its own: a row may be read in several ways."""
    counts: Counter[str] = Counter()
    for number, line in _lines(book, last):
        label = line.cells.get(LABEL)
        if label is not None and isinstance(label.value, str):
            counts[label.value] += 1
            if counts[label.value] > 1:
                line.cells[LABEL] = label._replace(value=f"{label.value} ({counts[label.value]})")
        yield number, line


def _lines(book: Book, last: int) -> Iterator[Numbered]:
    derivatives = book.derivatives
    if derivatives.is_left_out:
        note = "The model's formulas are too many, or too long, for live elasticities: ask the command line."
        yield heading(derivatives.first, "Working: derivatives", last, note)
        return
    note = "How far the chosen output moves with each row: the sum of the edges that leave it, below."
    if derivatives.missing:
        pairs = ", ".join([f"{user} by {used}" for user, used in sorted(derivatives.missing)])
        note += f" Too long to be live, so that elasticities which need them say none: {pairs}."
    yield heading(derivatives.first, "Working: adjoints", last, note)
    for row in derivatives.rows:
        yield from _adjoints(book, derivatives, row)
    yield heading(derivatives.edges_table, "Working: edges", last, "The adjoint of a user times its local derivative.")
    flows = book.flows
    yield from _edges(book, derivatives, flows)
    if derivatives.sums:
        yield heading(derivatives.sums_table, "Working: sums of edges", last, "Along what a user alone is over.")
        by_number, repeats = dict(derivatives.lines), Repeats()
        for at, number in derivatives.sums.items():
            line = by_number[at]
            label = _label(book, line)
            for index, one in enumerate(line.each or (line,)):
                spelled = flows.sum(number + index, one)
                yield number + index, _line(label, one, spelled, (number + index, repeats))
            for index, spelled in enumerate(() if line.each else flows.ends(line), start=1):
                yield number + index, _line(f"{label}: place of end {index}", line, spelled, (number + index, repeats))
    yield from _parts(book, derivatives, last)


def _parts(book: Book, derivatives: Derivatives, last: int) -> Iterator[Numbered]:
    """Yield the parts of long formulas, and the constants in them."""
    steps = derivatives.references
    if steps.parts:
        note = "What the formulas of edges are put together from, where they would be long."
        yield heading(steps.first, "Working: parts of edges", last, note)
    for part in steps.parts:
        if part.line is None:
            cells = describe(f"The number {part.text} in derivatives", "", "1", "")
            cells |= {column: SheetCell(value, "constant", "General") for column, value in part.values.items()}
        else:
            cells = describe(f"{_label(book, part.line)}: a part", "", _unit(part.line.edge.used), "")
            formulas = along_all(f"={part.text}", part.values)
            for (column, value), formula in zip(part.values.items(), formulas, strict=True):
                shown = NO_VALUE if np.isnan(value) else value + 0.0
                cells[column] = SheetCell(shown, "calculation", "General", formula=formula)
        yield part.number, line_of(cells)


def _adjoints(book: Book, derivatives: Derivatives, row: Row) -> Iterator[Numbered]:
    block = derivatives.blocks[row.id]
    adjoints = derivatives.gradients.of_row(derivatives.adjoints, row)
    for index, indices in enumerate(block.each):
        first, last = derivatives.spans[row.id, index]
        label, _ = book.names(row, block, indices)
        cells = describe(label, row.id if not index else "", _unit(row), "")
        for column, value in enumerate(book.along(row, block, indices, adjoints)):
            letters = letter(block.column + column)
            cells[block.column + column] = _cell(value, f"=SUM({letters}${first}:{letters}${last})")
        yield block.row + index, line_of(cells)


def _edges(book: Book, derivatives: Derivatives, flows: Flows) -> Iterator[Numbered]:
    waiting, repeats = iter(derivatives.lines), Repeats()
    line = next(waiting, None)
    for row in derivatives.rows:
        block = derivatives.blocks[row.id]
        for index in range(block.lines):
            _, seed = derivatives.spans[row.id, index]
            while line is not None and line[0] < seed:
                yield line[0], _line(_label(book, line[1]), line[1], flows.edge(*line), (line[0], repeats))
                line = next(waiting, None)
            yield seed, _seed(book, row, block, index)


def _label(book: Book, line: EdgeLine) -> str:
    """Return what an edge is called: both rows, each with the members of the line."""
    dimension = book.results.plan.model.dimension

    def named(row: Row, at: Mapping[str, Index]) -> str:
        fixed = [(name, index) for name in row.over if isinstance(index := at.get(name), int)]
        return line_name(row.id, [dimension[name].members[index] for name, index in fixed])

    return f"{named(line.edge.user, line.at)} by {named(line.edge.used, line.used_at)}"


def _unit(row: Row) -> str:
    return f"output per {unit_or_number(row.unit.text)}"


def _line(label: str, line: EdgeLine, spelled: EdgeFormula, place: tuple[int, Repeats]) -> SheetLine:
    cells = describe(label, "", _unit(line.edge.used), "")
    number, repeats = place
    template = repeats.once(number, f"={spelled.text}", min(spelled.values), len(spelled.values))
    formulas = along_all(template, spelled.values)
    for (column, value), formula in zip(spelled.values.items(), formulas, strict=True):
        cells[column] = _cell(value, formula)
    if spelled.total is not None:
        cells[LIVE] = _cell(spelled.total[1], spelled.total[0])
    return line_of(cells)


def _cell(value: float, formula: str) -> SheetCell:
    shown = CellError.DIVISION_BY_ZERO if np.isnan(value) else value + 0.0
    return SheetCell(shown, "calculation", "General", formula=formula)


def _seed(book: Book, row: Row, block: Block, index: int) -> SheetLine:
    """Return the line that says where the output is chosen: 1 there, so that its adjoint is 1."""
    cells = describe(f"{row.id}: is the chosen output", "", _unit(row), "")
    numbers = np.arange(book.results.plan.model.size(row.over)).reshape(book.results.plan.shape(row))
    indices = list(block.each)[index]
    wanted = {output.number: number for number, output in enumerate(book.cases.outputs) if output.row.id == row.id}
    for column, number in enumerate(book.along(row, block, indices, numbers.astype(float))):
        if int(number) in wanted:
            output = wanted[int(number)]
            name = f"$B${book.ranges.outputs_table + 1 + output}"
            formula = f"=IF({CHOSEN_PLACE}=ROW({name})-ROW($B${book.ranges.outputs_table}),1,0)"
            cells[block.column + column] = SheetCell(1.0 if output == 0 else 0.0, "calculation", "0", formula=formula)
    return line_of(cells)
