"""How wide letters are, and over how many lines a text wraps: spreadsheets do not all work that out on opening.

Arial, and what stands in for it, has the widths of Helvetica, which Adobe's font metrics (AFM) list for all to use.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from unicodedata import combining, east_asian_width, normalize

from exports.style.looks import LOOKS, MONOSPACED, Look

# In thousandths of the size of a letter.
_REGULAR: Final = {
    222: "'`ijl", 260: "|", 278: " !,./:;I[\\]ft", 333: "()-r", 334: "{}", 355: '"', 389: "*", 469: "^",
    500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu", 584: "+<=>~", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw",
    778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1015: "@",
}  # fmt: skip
_BOLD: Final = {
    278: " ',./I\\`ijl", 280: "|", 333: "!()-:;[]ft", 389: "*r{}", 474: '"', 500: "z",
    556: "#$0123456789J_aceksvxy", 584: "+<=>^~", 611: "?FLTZbdghnopqu", 667: "EPSVXY", 722: "&ABCDHKNRU", 778: "GOQw",
    833: "M", 889: "%m", 944: "W", 975: "@",
}  # fmt: skip
_MONOSPACED: Final = 600
_WIDE: Final = 1000
_WIDEST: Final = max(*_REGULAR, *_BOLD)
# Letters up to here are kept, since labels have many of them; of all others no table is filled.
_OFTEN: Final = "\u024f"
# Letters of other alphabets are as wide as the widest of small ones, nearly.
_OTHER: Final = 722
# Points of a column's character, of a step to the right, and what of a line spreadsheets fill: they round each letter.
_CHARACTER: Final = 5.25
_STEP: Final = 9.0
_FILLED: Final = 0.96
# Word by word a text may be a last bit wider than at once.
_SURELY: Final = 1 - 1e-9


class _Widths(dict[str, int]):
    """The widths of letters; those of other alphabets are worked out."""

    def __init__(self, widths: Mapping[int, str]) -> None:
        super().__init__({letter: width for width, letters in widths.items() for letter in letters})

    def __missing__(self, letter: str) -> int:
        plain = normalize("NFD", letter)[0]
        other = _WIDE if east_asian_width(letter) in {"W", "F"} else _OTHER
        width = 0 if combining(letter) else self.get(plain, other)
        if letter <= _OFTEN:
            self[letter] = width
        return width


_WIDTHS: Final = {False: _Widths(_REGULAR), True: _Widths(_BOLD)}


def text_width(text: str, look: Look) -> float:
    """Return how wide a text is on one line, in points."""
    if look.font == MONOSPACED:
        return len(text) * _MONOSPACED * look.size / 1000
    return sum(map(_WIDTHS[look.bold].__getitem__, text)) * look.size / 1000


def count_lines(text: str, style: str, characters: float) -> int:
    """Return over how many lines a text of a style wraps in a column that is so many characters wide."""
    room, few = _room(style, characters)
    # Most texts are short, whatever their letters.
    if len(text) < few and "\n" not in text:
        return 1
    return sum([_wrap(part, LOOKS[style], room) for part in text.split("\n")])


@lru_cache(1_024)
def _room(style: str, characters: float) -> tuple[float, float]:
    """Return how wide a column is in points, and fewer letters than how many always have room on one line."""
    look = LOOKS[style]
    room = max((characters * _CHARACTER - look.indent * _STEP) * _FILLED, look.size)
    return room, _SURELY * room * 1000 / (_WIDEST * look.size)


def _wrap(text: str, look: Look, room: float) -> int:
    if text_width(text, look) < _SURELY * room:
        return 1
    space, lines, used = text_width(" ", look), 1, 0.0
    for word in text.split():
        wide = text_width(word, look)
        if used and used + space + wide > room:
            lines, used = lines + 1, 0.0
        used += wide + (space if used else 0.0)
        # A word that no line holds goes on below.
        more = int(used / room) if wide > room else 0
        lines, used = lines + more, used - more * room
    return lines
