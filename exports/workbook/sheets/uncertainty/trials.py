"""Trials: the model once more, a line a trial, from the probabilities on Draws and what stands on Inputs."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from exports.style.a1 import letter
from exports.style.words import unit_or_number
from exports.workbook.formulas.trials.columns import LEAST_LINE, MOST_LINE, UNIT_LINE, Live
from exports.workbook.layout.geometry import FIRST_ROW, GRID, HEADER_ROW, LABEL, LIVE, NAME, UNIT, WIDTHS, WORDS
from exports.workbook.layout.grid import Sheet, SheetCell, SheetLine
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, describe, header, line_of, top

SUBTITLE = "Working: the rows that feed the outputs once more in each trial, a line a trial."
_AS_HEADED = "as headed"


def trials(book: Book) -> Sheet:
    """Return the sheet of the trials."""
    live = book.trials
    assert live is not None  # noqa: S101  # asked only where something is drawn
    last = live.last_column
    return Sheet(
        "Trials",
        {**WIDTHS, WORDS: 30, **dict.fromkeys(range(GRID, last + 1), 14.5)},
        _lines(book, live, last),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="7F7F7F",
        printed=f"A1:{letter(WORDS)}{HEADER_ROW}",
    )


def _lines(book: Book, live: Live, last: int) -> Iterator[Numbered]:
    yield from top(book, "Trials", SUBTITLE, last)
    titles = {GRID + at: column.title for at, column in enumerate(live.columns)}
    yield header({LABEL: "Trial", NAME: "Name", UNIT: "Unit", LIVE: "Live", WORDS: "What it is", **titles}, last)
    cells = describe("Unit of each column", "", "", "Outputs first, then what is drawn and computed")
    units = [unit_or_number(column.unit.text) for column in live.columns]
    cells |= {GRID + at: SheetCell(unit, "text_right") for at, unit in enumerate(units)}
    yield UNIT_LINE, line_of({**cells, UNIT: SheetCell("", "unit")})
    for number, side, label in ((LEAST_LINE, 0, "At least"), (MOST_LINE, 1, "At most")):
        cells = describe(label, "", "", "A result out of its bounds is no value")
        cells[UNIT] = SheetCell(_AS_HEADED, "unit")
        for at, column in enumerate(live.columns):
            bound = column.bounds[side]
            if bound is not None:
                cells[GRID + at] = SheetCell(bound, "constant", column.shown)
        yield number, line_of(cells)
    columns = [(column, column.values.tolist()) for column in live.columns]
    for trial in range(live.count):
        cells = describe(f"Trial {trial + 1}", "", "", "")
        cells[UNIT] = SheetCell(_AS_HEADED, "unit")
        for at, (column, values) in enumerate(columns):
            value = values[trial] if isfinite(values[trial]) else column.empty
            cells[GRID + at] = SheetCell(value, "calculation", column.shown, formula=live.formula(column, trial))
        yield live.first + trial, SheetLine(cells)
