"""Uncertainty: percentiles of the outputs, chances, and of one output its chart of chances and what drives it."""

from __future__ import annotations

from collections.abc import Iterator

from exports.style.a1 import letter
from exports.workbook.layout.geometry import FIRST_ROW, GRID, LABEL, LIVE, NAME, UNIT, WIDTHS, WORDS
from exports.workbook.layout.grid import Sheet
from exports.workbook.layout.uncertainty.outcomes import MISSING, POINTS
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, header, top
from exports.workbook.parts.uncertainty.drivers import Drivers
from exports.workbook.parts.uncertainty.outcomes import Outcome

SUBTITLE = "How the outputs are spread where the inputs are uncertain. Everything follows the live scenario and Inputs."


def uncertainty(book: Book) -> Sheet:
    """Return the sheet of what comes of the trials."""
    assert book.trials is not None  # noqa: S101  # asked only where something is drawn
    outcome = Outcome(book, book.trials)
    drivers = Drivers(outcome)
    last = GRID + POINTS - 1
    return Sheet(
        "Uncertainty",
        {**WIDTHS, **dict.fromkeys(range(GRID, last + 1), 14.5)},
        _lines(book, outcome, drivers, last),
        typing=[drivers.typing()],
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="7030A0",
        charts=drivers.charts(),
        pages=outcome.places.pages,
        printed=f"A1:{letter(MISSING)}{outcome.places.points - 2}",
    )


def _lines(book: Book, outcome: Outcome, drivers: Drivers, last: int) -> Iterator[Numbered]:
    yield from top(book, "Uncertainty", SUBTITLE, last)
    yield header({LABEL: "The output", NAME: "Name", UNIT: "Unit", LIVE: "Live", WORDS: "What it is"}, last)
    yield from outcome.lines(last)
    yield from drivers.shown(last)
    yield from outcome.figure_lines(last)
    yield from drivers.working(last)
