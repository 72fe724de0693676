"""Where the characters of a text stand as an editor counts them: by line, and within it in units of an encoding."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from lsprotocol.types import Position, PositionEncodingKind, Range

UTF_16: Final = PositionEncodingKind.Utf16
Span = tuple[int, int]
_BREAK: Final = re.compile(r"\r\n|\n|\r")


class Lines:
    """The lines of a text, in which characters are counted as an encoding does."""

    def __init__(self, text: str, encoding: str = UTF_16) -> None:
        self.text = text
        self._encoding = encoding
        self._is_ascii = text.isascii()
        self._starts = [0, *[one.end() for one in _BREAK.finditer(text)]]

    def position(self, place: int) -> Position:
        """Return the position of a place in the text."""
        return Position(*self.line_and_character(place))

    def line_and_character(self, place: int) -> tuple[int, int]:
        """Return the numbers, from 0, of the line that a place is in, and within it of the character."""
        line = bisect_right(self._starts, place) - 1
        return line, self.width(self._starts[line], place)

    def width(self, start: int, end: int) -> int:
        """Return how long a part of a line is."""
        return end - start if self._is_ascii else self._units(self.text[start:end])

    def range(self, start: int, end: int) -> Range:
        """Return the positions between which a part of the text stands."""
        return Range(self.position(start), self.position(end))

    def place(self, position: Position) -> int:
        """Return the place of a position; the end of its line where that is shorter."""
        if position.line >= len(self._starts):
            return len(self.text)
        start, end = self.line(position.line)
        if self._is_ascii:
            return min(start + position.character, end)
        at, units = start, 0
        while at < end and units < position.character:
            units += self._units(self.text[at])
            at += 1
        return at

    def line(self, number: int) -> tuple[int, int]:
        """Return the places of a line's first character and of its end, by its number from 0."""
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        return start, start + len(self.text[start:end].rstrip("\r\n"))

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self._starts)

    def _units(self, text: str) -> int:
        match self._encoding:
            case PositionEncodingKind.Utf8:
                return len(text.encode("utf-8", "surrogatepass"))
            case PositionEncodingKind.Utf32:
                return len(text)
        return len(text) + sum(char > "\uffff" for char in text)
