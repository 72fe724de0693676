"""Changes: what is new since a version that the export names, and what it does to the outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.units.unit import PURE, Unit
from exports.files.stamp import ChangeLog, LogLine
from exports.style import number_format
from exports.style.a1 import letter
from exports.workbook.layout.geometry import FIRST_ROW, LABEL, LIVE, NAME, UNIT, WIDTHS, WORDS
from exports.workbook.layout.grid import Sheet, SheetCell
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import Numbered, header, heading, line_of, top

_PLAIN: Final = Unit("1", PURE)


def changes(book: Book) -> Sheet:
    """Return the sheet of what changed: words and numbers as they were on export, and no formula."""
    return Sheet(
        "Changes",
        dict(WIDTHS),
        _lines(book, book.stamp.changes or ChangeLog()),
        freeze=f"{letter(NAME)}{FIRST_ROW}",
        tab="7F7F7F",
    )


def _lines(book: Book, log: ChangeLog) -> Iterator[Numbered]:
    subtitle = f"Since {log.since}: {log.headline}." if log.headline else f"Since {log.since}."
    yield from top(book, "Changes", subtitle, WORDS)
    yield header({LABEL: "What", NAME: "Name", UNIT: "Unit", LIVE: "Adds", WORDS: "Before and after"}, WORDS)
    number = FIRST_ROW
    for title, lines in log.sections:
        yield heading(number, title, WORDS)
        for place, line in enumerate(lines, number + 1):
            yield place, line_of(_cells(line, [one.amount for one in lines]))
        number += len(lines) + 2


def _cells(line: LogLine, amounts: list[str | float]) -> dict[int, SheetCell]:
    numbers = [amount for amount in amounts if isinstance(amount, float)]
    amount = SheetCell(line.amount, "text_right")
    if isinstance(line.amount, float):
        amount = SheetCell(line.amount, "constant", number_format.for_result(_PLAIN, numbers))
    return {
        LABEL: SheetCell(line.label, "label"),
        NAME: SheetCell(line.id, "name"),
        UNIT: SheetCell(line.unit, "unit"),
        LIVE: amount,
        WORDS: SheetCell(line.words, "words"),
    }
