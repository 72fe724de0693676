"""Inputs: every assumption, its live value, and one unlocked cell a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

import numpy as np

from engine.analysis.swings.ranges import SWING
from engine.model.data import origin_of
from engine.plan.plan import Case, Numbers, Row
from exports.style.a1 import letter
from exports.style.by_member import bounds, by_member, chances, few, file_words, notes
from exports.style.words import sentences
from exports.workbook.layout import headings
from exports.workbook.layout.choices import chosen_from, is_choice, unit_of
from exports.workbook.layout.geometry import (
    FIRST_ROW,
    GRID,
    LABEL,
    LIVE,
    NAME,
    UNIT,
    WIDTHS,
    WORDS,
    PlacedLine,
    at_place,
    factor_of,
    in_case,
    position,
)
from exports.workbook.layout.grid import Sheet, SheetCell, SheetLine
from exports.workbook.layout.inputs.ranges import TITLES
from exports.workbook.parts.asides import narrow_widths, words_last
from exports.workbook.parts.book import Book
from exports.workbook.parts.codes import code_line
from exports.workbook.parts.dimensions.heads import heads_line
from exports.workbook.parts.dimensions.lines import dimension_line
from exports.workbook.parts.dimensions.rollups import total
from exports.workbook.parts.frame import (
    Numbered,
    band,
    describe,
    ends_of_many,
    header,
    heading,
    line_of,
    pages_wide,
    top,
)
from exports.workbook.parts.sought.target import target_line, target_rules
from exports.workbook.parts.tornado.ends import end_line, ends_beside
from exports.workbook.parts.tornado.limits import restrict_ranges
from exports.workbook.parts.validation import FACTOR_FORMAT, inherited, mark_overridden, restrict_typing

SUBTITLE = "Every assumption, with its unit and source. Change only the cells with blue or grey italic figures."
OF_DATA = "Values that stand in files, too many for Inputs. Change only the cells with blue or grey italic figures."
# Where words stand before what is typed, the first scenarios are in sight on a small screen all the same.
_NARROW = {NAME: 16.0, UNIT: 12.0, WORDS: 40.0}
Overrides = dict[str, dict[str, Numbers]]


def inputs(book: Book) -> Sheet:
    """Return the sheet of inputs and constants."""
    last, typed, words_at = last_column(book), typed_column(book), words_column(book)
    return Sheet(
        "Inputs",
        {**WIDTHS, **dict.fromkeys(range(GRID, last + 1), 14.5), **(narrow_widths(words_at) or _NARROW)},
        words_last(_lines(book, max(last, words_at)), words_at),
        typing=[*restrict_typing(book, book.layout.inputs), *restrict_ranges(book)],
        rules=[*mark_overridden(book, book.layout.inputs), *target_rules(book)],
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="BF9000",
        pages_wide=pages_wide(typed),
        printed=f"A1:{letter(typed)}{book.layout.inputs[-1].number}" if typed < last else "",
    )


def last_column(book: Book) -> int:
    """Return the last column of Inputs: that of the last scenario, or of the last member."""
    dimensions = [GRID + len(dimension.members) - 1 for dimension in book.results.plan.model.dimensions]
    ranges = book.layout.end_columns.values()
    return max([GRID + len(book.results.plan.cases) - 1, *dimensions, *ranges])


def typed_column(book: Book) -> int:
    """Return the last column with a cell to type into; long dimensions run on behind it, and are printed on Model."""
    rows = [row for row in book.results.plan.rows if (row.over and row.kind == "input") or row.given]
    blocks = [(book.layout.input_block(row), row.given) for row in rows]
    ends = [block.column + (given or block.columns) - 1 for block, given in blocks if block.sheet == "Inputs"]
    return max([GRID + len(book.results.plan.cases) - 1, *ends, *book.layout.end_columns.values()])


def words_column(book: Book) -> int:
    """Return the column of sources: behind all cells to type into, unless periods run on there that nobody types."""
    return last_column(book) + 1 if typed_column(book) == last_column(book) else WORDS


def data(book: Book) -> Sheet:
    """Return the sheet of the inputs that have many values from files, as Inputs has others."""
    lines = book.layout.data
    blocks = [book.layout.input_block(line.row) for line in lines if line.row is not None]
    last = max(block.column + block.columns - 1 for block in blocks)
    printed, foot = ends_of_many(last, last, lines[-1].number)
    return Sheet(
        "Data",
        {**WIDTHS, **dict.fromkeys(range(GRID, last + 1), 14.5), **_NARROW},
        _data_lines(book, last),
        typing=restrict_typing(book, lines),
        rules=mark_overridden(book, lines),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="BF9000",
        pages_wide=1 if printed else pages_wide(last),
        printed=printed,
        foot=foot,
    )


def _data_lines(book: Book, last: int) -> Iterator[Numbered]:
    plan = book.results.plan
    yield from top(book, "Data", OF_DATA, last)
    yield header(headings.INPUTS, last)
    sources = {source.id: source.title for source in plan.model.sources}
    values = {case.id: plan.overrides(case) for case in plan.cases}
    for line in book.layout.data:
        if line.row is not None:
            yield line.number, _of_row(book, line.row, line, sources, values)
        elif line.members:
            yield heads_line(book, line, "Data", last)
        else:
            yield heading(line.number, line.heading, last, line.note)


def _lines(book: Book, last: int) -> Iterator[Numbered]:
    plan = book.results.plan
    yield from top(book, "Inputs", SUBTITLE, last)
    names = {GRID + index: case.label for index, case in enumerate(plan.cases)}
    ranges = {column: TITLES[what] for what, column in book.layout.end_columns.items()}
    yield header(headings.INPUTS if book.layout.dimensional else {**headings.INPUTS, **names, **ranges}, last)
    sources = {source.id: source.title for source in plan.model.sources}
    values = {case.id: plan.overrides(case) for case in plan.cases}
    for line in book.layout.inputs:
        if line.row is not None:
            yield line.number, _of_row(book, line.row, line, sources, values)
        elif line.ranged is not None:
            yield line.number, end_line(book, line.ranged, line)
        elif line.factored is not None:
            yield line.number, _factors(book, line.factored, line)
        elif line.kind in {"swing", "target", "output"}:
            yield line.number, _swing() if line.kind == "swing" else target_line(book, line)
        elif line.kind == "scenarios":
            yield line.number, _scenarios(names, last)
        elif line.chosen is not None:
            yield line.number, code_line(book, line.chosen, line, values)
        elif line.members and line.kind in {"", "periods"}:
            yield heads_line(book, line, "Inputs", last)
        elif line.kind:
            yield line.number, dimension_line(book, line)
        else:
            titles = {**names, **ranges} if book.layout.dimensional and _heads_singles(book, line) else None
            yield heading(line.number, line.heading, last, line.note, titles)


def _of_row(book: Book, row: Row, line: PlacedLine, sources: dict[str, str], values: Overrides) -> SheetLine:
    """Return a line of a constant, or of an input: its live values, or those of a scenario."""
    if not row.over:
        return _constant(book, row) if row.kind == "constant" else _input(book, row, line.number, sources, values)
    return _live(book, row, line, sources) if line.case is None else _case(book, row, line, line.case, values)


def _heads_singles(book: Book, heading_: PlacedLine) -> bool:
    following = next((line for line in book.layout.inputs if line.number == heading_.number + 1), None)
    return following is not None and following.row is not None and following.row.kind == "input"


def _scenarios(names: dict[int, str], last: int) -> SheetLine:
    cells = band("members", last)
    cells[LABEL] = SheetCell(headings.SCENARIOS, "members")
    cells |= {column: SheetCell(name, "members_right") for column, name in names.items()}
    return SheetLine(cells, 16)


def _constant(book: Book, row: Row) -> SheetLine:
    cells = describe(row.label, row.id, row.unit.text, "Constant")
    cells[LIVE] = SheetCell(float(np.asarray(row.value)), "constant", book.input_format(row))
    return line_of(cells)


def _input(book: Book, row: Row, number: int, titles: dict[str, str], values: Overrides) -> SheetLine:
    layout, cases = book.layout, book.results.plan.cases
    shown, kind = book.input_format(row), "_text" if is_choice(row) else ""
    cells = describe(row.label, row.id, unit_of(row), _words(book, row, titles))
    across = f"${letter(GRID)}{number}:${letter(GRID + len(cases) - 1)}{number}"
    live = book.typed(row, book.value(row.id))
    cells[LIVE] = SheetCell(live, "live", shown, formula=f"={at_place(across, '1', position())}")
    for case in cases:
        value = book.typed(row, float(np.asarray(values[case.id].get(row.id, row.value))))
        if case.is_base or case.sets(row.id, 0):
            cells[layout.scenario_column(case)] = SheetCell(value, f"input{kind}", shown)
        else:
            formula = f"={inherited(book.layout, row, 0).taken(case)}"
            cells[layout.scenario_column(case)] = SheetCell(value, f"inherited{kind}", shown, formula=formula)
    return line_of(cells | ends_beside(book, row))


def _swing() -> SheetLine:
    words = "Up and down, within its bounds. Asked of the workbook, and no part of the model."
    cells = describe(headings.SWING, "", "percent", words)
    cells[LIVE] = SheetCell(SWING, "input", "0.0 %")
    return line_of(cells)


def _live(book: Book, row: Row, line: PlacedLine, titles: dict[str, str]) -> SheetLine:
    """Return a line of live values, each picked from the scenarios' lines below."""
    block = book.layout.typed_block(row)
    shown = book.input_format(row)
    label, _ = book.names(row, block, line.indices)
    name = book.layout.line_name(row, block.down, line.indices)
    cells = describe(label, name, unit_of(row), _words(book, row, titles))
    first = book.layout.case_line(block, line.indices, book.results.plan.cases[0])
    last = first + len(book.results.plan.cases) - 1
    given = row.given_values(book.results.values[book.results.plan.index[row.id]])
    values = book.along(row, block, line.indices, given)
    if not row.given:
        cells |= total(row, block, line.number, values, shown)
    for index, value in enumerate(values):
        if not isnan(value):
            column = letter(block.column + index)
            formula = f"={at_place(f'{column}${first}:{column}${last}', position(), '1')}"
            cells[block.column + index] = SheetCell(book.typed(row, value), "live", shown, formula=formula)
    return line_of(cells)


def _case(book: Book, row: Row, line: PlacedLine, case: Case, values: Overrides) -> SheetLine:
    """Return a scenario's line: a cell to type into for each member; what it does not set is taken over."""
    block = book.layout.typed_block(row)
    shown, kind = book.input_format(row), "_text" if is_choice(row) else ""
    name = in_case(book.layout.line_name(row, block.down, line.indices), case)
    cells = describe(case.label, name, unit_of(row), "As in the live line above")
    label, _ = book.names(row, block, line.indices)
    cells[LABEL] = SheetCell(f"{label} · {case.label}", "scenario_label")
    all_values = book.along(row, block, line.indices, values[case.id].get(row.id, row.value))
    numbers = book.numbers(row, block, line.indices)
    for index, (value, number) in enumerate(zip(all_values, numbers, strict=True)):
        column = block.column + index
        if isnan(value):
            continue
        if case.is_base or case.sets(row.id, number):
            cells[column] = SheetCell(book.typed(row, value), f"input{kind}", shown)
        else:
            formula = f"={inherited(book.layout, row, number, line.indices, index).taken(case)}"
            cells[column] = SheetCell(book.typed(row, value), f"inherited{kind}", shown, formula=formula)
    return line_of(cells)


def _factors(book: Book, row: Row, line: PlacedLine) -> SheetLine:
    """Return the factors by which scenarios multiply what they take over, each below its own column or line."""
    layout = book.layout
    if line.case is None:
        cells = describe(f"{row.label} · factor", factor_of(row.id), "1", "Multiplies what the scenario takes over")
        for case in book.results.plan.cases:
            if (factor := case.factor(row.id, 0)) is not None:
                cells[layout.scenario_column(case)] = SheetCell(factor, "input", FACTOR_FORMAT)
    else:
        block = layout.input_block(row)
        name = factor_of(in_case(layout.line_name(row, block.down, line.indices), line.case))
        cells = describe("", name, "1", "Multiplies what the scenario takes over")
        label, _ = book.names(row, block, line.indices)
        cells[LABEL] = SheetCell(f"{label} · {line.case.label} · factor", "scenario_label")
        numbers = book.numbers(row, block, line.indices)
        for index, number in enumerate(numbers):
            factor = line.case.factor(row.id, number)
            if factor is not None and row.is_set[number]:
                cells[block.column + index] = SheetCell(factor, "input", FACTOR_FORMAT)
        return line_of(cells)
    cells[LABEL] = SheetCell(f"{row.label} · factor", "scenario_label")
    return line_of(cells)


def _words(book: Book, row: Row, titles: dict[str, str]) -> str:
    quantity, plan = row.quantity, book.results.plan
    if quantity is None:
        return ""
    chosen = f"One of {few(chosen_from(plan.model, row).members)}" if is_choice(row) else ""
    sourced = by_member(plan, row, quantity.sources, lambda sources: "; ".join(titles[source] for source in sources))
    ranged = chances(plan, row)
    filed = file_words(origin_of(quantity.value))
    parts = [chosen, filed, sourced, ranged[:1].upper() + ranged[1:], bounds(plan, row), notes(plan, row)]
    return sentences(parts) or "No source given."
