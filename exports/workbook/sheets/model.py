"""Model: every computed quantity as one live formula a line, with the formula in words beside it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan.plan import Row
from engine.problems import ModelError, Problem
from exports.style.a1 import letter
from exports.style.formula_words import formula_in_words, words
from exports.workbook.formulas.addresses import along_all
from exports.workbook.formulas.excel import ExcelLimit
from exports.workbook.formulas.references import References
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import (
    FIRST_ROW,
    GRID,
    HEADER_ROW,
    NAME,
    WIDTHS,
    PlacedLine,
)
from exports.workbook.layout.grid import Sheet, SheetCell
from exports.workbook.layout.lines import has_total
from exports.workbook.parts.asides import narrow_widths, words_last
from exports.workbook.parts.book import Book
from exports.workbook.parts.dimensions.heads import heads_line
from exports.workbook.parts.dimensions.rollups import coarser_periods, total
from exports.workbook.parts.frame import (
    Numbered,
    describe,
    ends_of_many,
    header,
    heading,
    line_of,
    pages_wide,
    too_long,
    top,
)

SUBTITLE = "Calculations only: one formula a row. Units are converted by the constants on Inputs."
MEMBER_WIDTH = 12.5


def model(book: Book) -> Sheet:
    """Return the sheet of formulas; raise ModelError for formulas that Excel cannot hold."""
    words_at = book.layout.words_column
    # Where nothing runs to the right, words stand in their usual column, and nothing behind them.
    last = min(book.layout.last_column, words_at)
    formulas = _formulas(book)
    coarser = min([block.column for block in book.layout.beside.values()], default=0)
    end = book.layout.model[-1].number if book.layout.model else HEADER_ROW
    printed, foot = ends_of_many(coarser - 2 if coarser else last, words_at, end)
    return Sheet(
        "Model",
        {**WIDTHS, **dict.fromkeys(range(GRID, last + 1), MEMBER_WIDTH), **narrow_widths(words_at)},
        words_last(_lines(book, formulas, max(last, words_at)), words_at),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="1F3864",
        pages_wide=1 if printed else pages_wide(last),
        printed=printed,
        foot=foot,
        folded=_folded(book),
    )


def _folded(book: Book) -> list[tuple[int, int]]:
    """Return the columns of periods and of each coarser calendar: either may be folded away before the other."""
    beside = list(book.layout.beside.values())
    if not beside:
        return []
    return [(GRID, beside[0].column - 2), *[(one.column, one.column + one.columns - 1) for one in beside]]


def _lines(book: Book, formulas: dict[int, str], last: int) -> Iterator[Numbered]:
    yield from top(book, "Model", SUBTITLE, last)
    yield header(headings.RESULTS, last)
    references = References(book.layout, "Model")
    known: dict[tuple[str, ...], int] = {}
    for line in book.layout.model:
        row = line.row
        if line.members:
            yield _once(known, heads_line(book, line, "Model", last))
            continue
        if row is None:
            yield heading(line.number, line.heading, last, line.note)
            continue
        block = book.layout.block(row.id)
        shown = book.format(row, block, line.indices)
        label, name = book.names(row, block, line.indices)
        cells = describe(label, name, row.unit.text, _words(row, line))
        values = book.along(row, block, line.indices)
        columns = range(block.column, block.column + len(values))
        spelled = along_all(formulas[line.number], columns)
        for index, (column, value, formula) in enumerate(zip(columns, values, spelled, strict=True)):
            style = "actual" if index < row.given and block.across == row.given_over else "calculation"
            cells[column] = SheetCell(value, style, shown, formula)
        if has_total(book.results.plan, row, block.across):
            cells |= total(row, block, line.number, values, shown)
        cells |= coarser_periods(book, references, row, block, line.indices, shown=shown)
        yield line.number, line_of(cells)


def _once(known: dict[tuple[str, ...], int], numbered: Numbered) -> Numbered:
    """Return a line that heads columns: where one above finds the same periods, it shows these."""
    number, line = numbered
    found = {column: cell.formula for column, cell in line.cells.items() if cell.formula}
    first = known.setdefault(tuple(found.values()), number)
    if first != number and any("(" in formula for formula in found.values()):
        for column in found:
            line.cells[column] = line.cells[column]._replace(formula=f"={letter(column)}${first}")
    return numbered


def _formulas(book: Book) -> dict[int, str]:
    """Return the formula of each line, for `along`."""
    formulas: dict[int, str] = {}
    problems: list[Problem] = []
    references = References(book.layout, "Model")
    for line in book.layout.model:
        row = line.row
        if row is None:
            continue
        block = book.layout.block(row.id)
        try:
            formulas[line.number] = references.row(row, block, line.indices)
        except ExcelLimit as problem:
            said = too_long(book, row, problem)
            problems += [said] if said not in problems else []
    if problems:
        raise ModelError(problems)
    return formulas


def _words(row: Row, line: PlacedLine) -> str:
    quantity = row.quantity
    if quantity is None:
        return words(row.expression) if row.expression is not None else ""
    if any(line.indices[1:] if quantity.formulas else line.indices):
        # One formula holds for the whole row: it stands beside its first line.
        return ""
    formula = quantity.formulas[line.indices[0]][1] if quantity.formulas else quantity.formula
    if formula is None or formula.tree is None:
        return ""
    note = quantity.note if isinstance(quantity.note, str) else ""
    note = " ".join(note.split())
    return formula_in_words(quantity, formula.tree) + (f"   ({note.rstrip('.')})" if note else "")
