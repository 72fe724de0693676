"""Sources: where the figures come from."""

from __future__ import annotations

from collections.abc import Iterator

from exports.style.a1 import letter
from exports.workbook.layout.geometry import FIRST_ROW, LABEL, LIVE, NAME, UNIT, WIDTHS, WORDS
from exports.workbook.layout.grid import Sheet, SheetCell
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, header, line_of, top

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
