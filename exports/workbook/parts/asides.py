"""What is said in words beside each line, in a column behind all others: so the first periods are in sight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exports.workbook.layout.geometry import HEADER_ROW, NAME, UNIT, WORDS
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.parts.frame import Numbered

_WORDS_WIDTH: Final = 90.0
# Where members or scenarios run to the right, what stands before them leaves room for some on a small screen.
_NARROW: Final = {NAME: 16.0, UNIT: 12.0, WORDS: 2.0}
# What a cell looks like whose words stand elsewhere.
_WITHOUT_WORDS: Final = {"header_words": "header", "section_note": "section", "note": "section", "words": "text"}


def narrow_widths(words_at: int) -> dict[int, float]:
    """Return the widths of columns where words stand behind all others; none where they stand in their usual one."""
    return {**_NARROW, words_at: _WORDS_WIDTH} if words_at != WORDS else {}


def words_last(lines: Iterator[Numbered], words_at: int) -> Iterator[Numbered]:
    """Yield lines with what they say in words in another column; what is in the bar on top stays."""
    for number, line in lines:
        said = line.cells.get(WORDS)
        if words_at == WORDS or number < HEADER_ROW or said is None or not said.value:
            yield number, line
            continue
        moved = {WORDS: SheetCell("", _WITHOUT_WORDS.get(said.style, said.style)), words_at: said}
        yield number, SheetLine({**line.cells, **moved}, line.height)
