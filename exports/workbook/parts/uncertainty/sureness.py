"""How sure the headline results are, on one glance: their middle nine tenths, and how likely any check fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from exports.style.a1 import letter
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, NAME, UNIT, WORDS
from exports.workbook.layout.grid import SheetCell
from exports.workbook.layout.uncertainty.outcomes import PERCENTILES
from exports.workbook.parts.book import Book
from exports.workbook.parts.uncertainty.outcomes import SHARE, Outcome

# Where the percentiles stand that are shown.
_SHOWN: Final[Mapping[int, int]] = {NAME: 5, UNIT: 50, LIVE: 95}
TITLES: Final = dict(zip(_SHOWN, ("Low (P5)", "Middle (P50)", "High (P95)"), strict=True))
NOTE: Final = "9 in 10 trials lie between"


def sureness(book: Book) -> Iterator[dict[int, SheetCell]]:
    """Yield the cells of a line for each output that has trials, then those of one for the checks."""
    if book.trials is None:
        return
    outcome = Outcome(book, book.trials)
    for index, title in enumerate(outcome.titles):
        line = outcome.output_cells(index)
        cells = {LABEL: SheetCell(title, "label"), WORDS: SheetCell(line[UNIT].value, "unit")}
        for column, share in _SHOWN.items():
            source = GRID + PERCENTILES.index(share)
            reference = f"=Uncertainty!${letter(source)}${outcome.places.first_output + index}"
            cells[column] = SheetCell(line[source].value, "calculation", line[source].format, formula=reference)
        yield cells
    if (found := outcome.any_fails) is not None:
        chance, number = found
        yield {
            LABEL: SheetCell("Chance that a check fails", "label"),
            LIVE: SheetCell(chance, "calculation", SHARE, formula=f"=Uncertainty!${letter(LIVE)}${number}"),
            WORDS: SheetCell("See Uncertainty", "link_words", link="Uncertainty!B1"),
        }
