"""Lines of cells in the words that nearly all programs write them in, taken apart at once and not told tag by tag."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from exports.reading.parts.markup import Attributes

_DATA, _END = b"<sheetData>", b"</row>"
_ENCODING: Final = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
# Without what XML reads as something else, or does not take.
_PLAIN: Final = r"[^<&\x00-\x08\x0b-\x1f\ufffe\uffff]*+"
_TEXT: Final = rf"{_PLAIN}(?:&(?:amp|lt|gt|quot|apos);{_PLAIN})*+"
_ROW: Final = re.compile(r'<row((?: [A-Za-z0-9:]+="[A-Za-z0-9:. ]*+")*+)/?>')
_CELL: Final = re.compile(
    r'(<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,9})")?(?: t="([A-Za-z]{1,9})")?(?:/>|>'
    rf'(?:(<f(?: [a-z0-9]+="[A-Za-z0-9:]*+")*+)(?:/>|>({_TEXT})</f>))?(?:<v(?: ?/>|>({_TEXT})</v>))?</c>))'
)
_WORD: Final = re.compile(r'([A-Za-z0-9:]+)="([^"]*)"')


# All of a cell, the letters and digits of its place, its style, its kind, what begins its formula, that, and the value.
Cell = tuple[str, str, str, str, str, str, str, str]


def cut_rows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a part in pieces: what stands before its first line, then whole lines as far as these have an end."""
    rest, mark = b"", _DATA
    for piece in pieces:
        rest += piece
        at = rest.find(_DATA) if mark is _DATA else rest.rfind(_END)
        end = at + len(mark) if at >= 0 else len(rest)
        yield rest[:end]
        rest, mark = rest[end:], _END
    end = rest.rfind(_END) + len(_END) if mark is _END and _END in rest else 0
    yield from (rest[:end], rest[end:])


def is_before_rows(piece: bytes) -> bool:
    """Return whether a part's first piece ends with the tag behind which lines begin, and hides no tag in anything.

    It is in UTF-8, as parts are that do not say in what else.
    """
    is_bare = b"<!" not in piece and piece.rfind(b"<?") <= 0
    said = _ENCODING.search(piece)
    is_utf8 = said is None or said[1].lower() == b"utf-8"
    return is_bare and is_utf8 and piece.endswith(_DATA) and piece.count(b"sheetData") == 1


def take_apart(piece: bytes) -> tuple[list[Attributes], list[Cell]] | None:
    """Return what a piece of whole lines says of these, and its cells; None where anything else is in it, or may be."""
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        return None
    cells: list[Cell] = _CELL.findall(text)
    rows = list(_ROW.finditer(text))
    length = sum([len(cell[0]) for cell in cells]) + sum([len(row[0]) for row in rows])
    if length + text.count("</row>") * len("</row>") != len(text):
        return None
    return [words_of(row[1]) for row in rows], cells


# Spreadsheets say the same of nearly every formula.
@lru_cache(maxsize=1024)
def words_of(tag: str) -> Attributes:
    """Return what a tag says."""
    return dict(_WORD.findall(tag))
