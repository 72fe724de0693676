"""What every sheet shares: the band at its top, its header, headings, and heights for text that wraps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil, isnan
from typing import Final

from engine.model.dimensions import Dimension
from engine.plan.plan import Row
from engine.problems import ModelError, Problem, error
from exports.style import number_format
from exports.style.a1 import letter
from exports.style.words import unit_or_number
from exports.workbook.formulas.addresses import along_all
from exports.workbook.formulas.excel import NO_VALUE, ExcelLimit
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import (
    GRID,
    HEADER_ROW,
    LABEL,
    LIVE,
    MASTER_ROW,
    NAME,
    UNIT,
    WIDTHS,
    WORDS,
    Block,
    SheetName,
    choice,
)
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.parts.book import Book

# Behind the name of a period that the model covers in part.
IN_PART: Final = "*"
_LONG_TITLE: Final = 70
# What needs no way back to the cover.
_ALONE: Final = frozenset({"Cover", "Report"})
# So many members side by side are legible on a page; of more than so many pages of them the first is printed, and so
# many of the last.
_LEGIBLE, _MOST_PAGES, _LAST_PRINTED = 13, 10, 6
# What a search reads as any character, and the sign that makes it plain, which comes first.
_SIGNS: Final = "~*?"
SUMMARY: Final[Mapping[str, int]] = {"fails": 7, "changed": 8, "reproduced": 9, "disputed": 10, "tolerance": 11}

Numbered = tuple[int, SheetLine]


def too_long(book: Book, row: Row, reason: object) -> Problem:
    """Return what to say of a row whose formula Excel could not hold."""
    model = book.results.plan.model
    quantity = row.quantity or model.by_id.get(row.note)
    path = (*quantity.path, quantity.formula_key) if quantity is not None else ()
    return error("excel", f"'{row.id}': {reason}", model.at(*path), "split it into quantities of their own")


def row_formula(book: Book, references: References, row: Row, block: Block, indices: tuple[int, ...]) -> str:
    """Return the formula of one line of a row, for `along`; raise ModelError where Excel could not hold it."""
    try:
        return references.row(row, block, indices)
    except ExcelLimit as problem:
        raise ModelError([too_long(book, row, problem)]) from None


def fill_row(
    row: Row, block: Block, values: Sequence[float], template: str, style: str = "calculation"
) -> dict[int, SheetCell]:
    """Return the cells of a line of a row; what has no value says so."""
    columns = range(block.column, block.column + len(values))
    return fill_cells(row, block, values, along_all(template, columns), style)


def fill_cells(
    row: Row, block: Block, values: Sequence[float], formulas: Sequence[str], style: str = "calculation"
) -> dict[int, SheetCell]:
    """Return the same by the formula of each cell."""
    known = [value for value in values if not isnan(value)]
    shown = number_format.for_result(row.unit, known) if known else "General"
    numbers = values if len(known) == len(values) else [NO_VALUE if isnan(value) else value for value in values]
    return {
        column: SheetCell(number, style, shown, formula)
        for column, (number, formula) in enumerate(zip(numbers, formulas, strict=True), block.column)
    }


def top(book: Book, sheet: SheetName, subtitle: str, last: int) -> Iterator[Numbered]:
    """Yield the band with title and subtitle, then the bar with the live scenario, and the master check below it."""
    title = book.results.plan.model.title
    heading = title if sheet in _ALONE else f"{title}  |  {sheet}"
    style = "title" if len(heading) <= _LONG_TITLE else "title_long"
    yield 1, SheetLine(_top_band(SheetCell(heading, style), style, last), 30)
    yield 2, SheetLine(_top_band(SheetCell(subtitle, "subtitle"), "subtitle", last), 18)
    bar = _top_band(
        SheetCell(f"Live scenario: {book.results.case.label}", "bar", formula=f'="Live scenario: "&{choice()}'),
        "bar",
        last,
    )
    if sheet not in _ALONE:
        bar[WORDS] = SheetCell("‹ Back to cover", "bar_link", link="Cover!B1")
    yield 3, SheetLine(bar, 18)
    # In the first column, which stays in sight however far one scrolls.
    yield MASTER_ROW, SheetLine(_top_band(master(book), "bar", last), 18)


def header(texts: Mapping[int, str], last: int, words: Collection[int] = ()) -> Numbered:
    """Return the line that names the columns; numbers are headed on the right, and `words` are columns of text."""
    cells = band("header", last)
    for column, text in texts.items():
        is_number = (column == LIVE or column >= GRID) and column not in words
        style = "header_words" if column == WORDS else "header_number" if is_number else "header"
        cells[column] = SheetCell(text, style)
    return HEADER_ROW, SheetLine(cells, 18)


def heading(number: int, text: str, last: int, note: str = "", titles: Mapping[int, str] | None = None) -> Numbered:
    """Return the line that heads a section; `titles` name columns."""
    cells = band("section", last)
    cells[LABEL] = SheetCell(text, "section")
    # A short note runs on over the columns to its right, where nothing is in its way.
    runs_on = not titles and len(note) <= WIDTHS[WORDS]
    if note:
        cells[WORDS] = SheetCell(note, "note" if runs_on else "section_note")
    cells |= {column: SheetCell(title, "section_title") for column, title in (titles or {}).items()}
    return number, SheetLine(cells, 20)


def match_label(chosen: str, labels: Sequence[str], listed: str) -> str:
    """Return the part of a formula that finds the place of a label in the cells that list all of them."""
    if any(sign in label for label in labels for sign in _SIGNS):
        for sign in _SIGNS:
            chosen = f'SUBSTITUTE({chosen},"{sign}","~{sign}")'
    return f"MATCH({chosen},{listed},0)"


def uncapitalize(label: str) -> str:
    """Return a label as it stands in the middle of a sentence: a capital of its own, as in GPU, stays."""
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"


def member_values(dimension: Dimension) -> list[float | str]:
    """Return the members as cells hold them: numbers where the dimension counts."""
    return [float(number) for number in dimension.numbers] or list(dimension.members)


def describe(label: str, name: str, unit: str, words: str) -> dict[int, SheetCell]:
    """Return the four columns of text that every row has; a pure number says that it is one."""
    return {
        LABEL: SheetCell(label, "label"),
        NAME: SheetCell(name, "name"),
        UNIT: SheetCell(unit_or_number(unit), "unit"),
        LIVE: SheetCell("", "text"),
        WORDS: SheetCell(words, "words"),
    }


def pages_wide(last: int) -> int:
    """Return over how many pages a sheet is printed, so that a year of months is legible on each."""
    return max(1, ceil((last - GRID + 1) / _LEGIBLE))


def ends_of_many(members: int, last: int, line: int) -> tuple[str, str]:
    """Return of a sheet with very many members beside each other what is printed, and what the foot of pages says.

    Of hundreds of periods nobody reads each on paper, but how they begin and end and what they come to. `members` is
    the last column of them, `last` that of what stands behind, such as years and words, and `line` the last line.
    """
    count = members - GRID + 1
    if count <= _LEGIBLE * _MOST_PAGES:
        return "", ""
    first = members - _LAST_PRINTED + 1
    pages = pages_wide(GRID + last - first)
    # Areas of a page each, none of a lone column, whose width beside the repeated ones LibreOffice does not see.
    starts = [first + (last - first + 1) * page // pages for page in range(pages + 1)]
    areas = [(1, GRID + _LEGIBLE - 1), *[(start, after - 1) for start, after in pairwise(starts)]]
    printed = ",".join(f"{letter(start)}1:{letter(end)}{line}" for start, end in areas)
    return printed, f"the first {_LEGIBLE} and the last {_LAST_PRINTED} of {count:,} columns"


def line_of(cells: dict[int, SheetCell]) -> SheetLine:
    """Return a line of cells, as high as its texts need."""
    return SheetLine(cells)


def master(book: Book) -> SheetCell:
    """Return the cell that says whether every check holds."""
    count = f"Checks!{letter_row('fails')}"
    text = ("ALL CHECKS HOLD", "1 CHECK FAILS")[book.fails] if book.fails <= 1 else f"{book.fails} CHECKS FAIL"
    formula = f'=IF({count}=0,"ALL CHECKS HOLD",IF({count}=1,"1 CHECK FAILS",{count}&" CHECKS FAIL"))'
    return SheetCell(text, "master", formula=formula)


def letter_row(name: str) -> str:
    """Return the address on Checks of a line of its summary."""
    return f"${letter(LIVE)}${SUMMARY[name]}"


def band(style: str, last: int, first: int = LABEL) -> dict[int, SheetCell]:
    """Return empty cells of one style from the first column to the last."""
    return {column: SheetCell("", style) for column in range(first, last + 1)}


def _top_band(text: SheetCell, style: str, last: int) -> dict[int, SheetCell]:
    return {**band(style, last, 1), LABEL: text}
