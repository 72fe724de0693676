"""Uncertainty, where there is no room for trials of any output: it names them, and says how else to have figures."""

from __future__ import annotations

from collections.abc import Iterator

from exports.style.a1 import letter
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import FIRST_ROW, LABEL, LIVE, NAME, UNIT, WIDTHS, WORDS
from exports.workbook.layout.grid import Sheet, SheetCell
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, header, heading, line_of, top

SUBTITLE = "Inputs are uncertain, and trials of the outputs are more than a workbook has room for."


def no_room(book: Book) -> Sheet:
    """Return the sheet that names the outputs of which there are no trials."""
    return Sheet("Uncertainty", dict(WIDTHS), _lines(book), freeze=f"{letter(NAME)}{FIRST_ROW}", tab="7030A0")


def _lines(book: Book) -> Iterator[Numbered]:
    yield from top(book, "Uncertainty", SUBTITLE, WORDS)
    yield header({LABEL: "The output", NAME: "Name", UNIT: "Unit", LIVE: "Live", WORDS: "What it is"}, WORDS)
    yield heading(FIRST_ROW, "Outputs without trials", WORDS, "Percentiles, chances and drivers: plainsheet simulate")
    for number, output in enumerate(book.without_trials, FIRST_ROW + 1):
        cells = describe(output.label, output.name(book.results.plan), output.row.unit.text, "Too many cells feed it")
        cells[LIVE] = SheetCell(
            output.value(book.results.plan, book.results.values), "calculation", book.format(output.row),
            formula=f"={References(book.layout, 'Uncertainty').output(output)}",
        )  # fmt: skip
        yield number, line_of(cells)
