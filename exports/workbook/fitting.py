"""Lines as high as their texts need, by the widths of letters, so that every spreadsheet shows a sheet alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from exports.style.looks import LOOKS
from exports.workbook.layout.geometry import LINE_HEIGHT, text_height
from exports.workbook.layout.grid import SheetLine

# Of a column that nobody gave a width, in characters.
_WIDTH: Final = 8.0
_WRAPPED: Final = frozenset(name for name, look in LOOKS.items() if look.wrap)


def fit_lines(lines: Iterable[tuple[int, SheetLine]], widths: Mapping[int, float]) -> Iterator[tuple[int, SheetLine]]:
    """Yield lines with a height each, and empty ones between them: where a page ends must not be left to chance.

    A line that has a height already is at least that high.
    """
    after = 1
    for number, line in lines:
        yield from ((blank, SheetLine({}, LINE_HEIGHT)) for blank in range(after, number))
        yield number, SheetLine(line.cells, _height(line, widths))
        after = number + 1


def _height(line: SheetLine, widths: Mapping[int, float]) -> float:
    tall = LINE_HEIGHT if line.height is None else line.height
    # A list is faster here, where most of a million cells are numbers.
    for column, (value, style, _, _, _) in [one for one in line.cells.items() if one[1][1] in _WRAPPED]:
        if value and isinstance(value, str):
            tall = max(tall, text_height(value, style, widths.get(column, _WIDTH)))
    return tall
