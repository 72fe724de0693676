"""Sources: where the figures come from."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.names import row_of, with_row
from exports.style.a1 import letter
from exports.style.words import sentences
from exports.workbook.layout.geometry import FIRST_ROW, LABEL, LIVE, NAME, UNIT, WIDTHS, WORDS
from exports.workbook.layout.grid import Sheet, SheetCell
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, header, heading, line_of, top

RANK = "0.0##"
SUBTITLE = "Where the figures come from, and how far each source is trusted."


def sources(book: Book) -> Sheet:
    """Return the sheet of sources."""
    return Sheet("Sources", dict(WIDTHS), _lines(book), freeze=f"{letter(NAME)}{FIRST_ROW}", tab="7F7F7F")


def _lines(book: Book) -> Iterator[Numbered]:
    yield from top(book, "Sources", SUBTITLE, WORDS)
    yield header(
        {LABEL: "Source", NAME: "Name", UNIT: "Date", LIVE: "Confidence", WORDS: "Author, address, note"}, WORDS
    )
    for number, source in enumerate(book.results.plan.model.sources, FIRST_ROW):
        # An address stays text: a workbook from an e-mail should not lead anywhere at a click.
        details = " · ".join(part for part in (source.author, source.url, " ".join(source.note.split())) if part)
        cells = {
            LABEL: SheetCell(source.title, "label"),
            NAME: SheetCell(source.id, "name"),
            UNIT: SheetCell(source.date, "unit"),
            LIVE: SheetCell(source.confidence, "text_right"),
            WORDS: SheetCell(details, "words"),
        }
        yield number, line_of(cells)
    yield from _blocks(book, FIRST_ROW + len(book.results.plan.model.sources) + 1)


def _blocks(book: Book, number: int) -> Iterator[Numbered]:
    """Yield the data files, and what is said of chance and is of no single input: correlations, and decisions."""
    model = book.results.plan.model
    if model.data:
        yield heading(number, "Data files", WORDS, titles={UNIT: "Rows", LIVE: "File"})
    for file in model.data:
        number += 1
        cited = [one.title for one in model.sources if one.id in file.sources]
        words = sentences([*cited, f"sha256 {file.hash}", " ".join(file.note.split())])
        cells = describe(file.label, file.id, "", words)
        cells[UNIT] = SheetCell(f"{file.table.rows:,}" if file.table is not None else "", "unit")
        cells[LIVE] = SheetCell(file.file, "text_right")
        yield number, line_of(cells)
    number += 2 if model.data else 0
    titles = {source.id: source.title for source in model.sources}
    labels = {quantity.id: quantity.label for quantity in model.quantities}
    if model.correlations:
        yield heading(number, "Correlations", WORDS, titles={LIVE: "Rank"})
    for one in model.correlations:
        number += 1
        label = " with ".join([with_row(name, labels[row_of(name)]) for name in one.between])
        words = sentences([*[titles[source] for source in one.sources], " ".join(one.note.split())])
        cells = describe(label, ", ".join(one.between), "1", words)
        cells[LIVE] = SheetCell(float(one.rank), "constant", RANK)
        yield number, line_of(cells)
    number += 2 if model.correlations else 0
    if model.decisions:
        yield heading(number, "Decisions", WORDS)
    for decision in model.decisions:
        number += 1
        goal = "highest" if decision.goal == "max" else "lowest"
        value = with_row(decision.value, labels[row_of(decision.value)])
        options = f"{', '.join(model.options(decision))}: the {goal} {value}"
        words = sentences([options, " ".join(decision.note.split())])
        yield number, line_of(describe(decision.label, decision.id, "", words))
