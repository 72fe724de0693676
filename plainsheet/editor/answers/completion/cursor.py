"""Where in a text somebody writes: in the name of a table, a key or a value, from the lines around it alone.

The text is mostly no TOML at that moment. So it is parted into statements, each of which is read by itself, and the one
that is under way is closed right behind the cursor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from engine.problems import KeyPath
from engine.text.positions import Places, find_places
from plainsheet.editor.lines import Span
from plainsheet.editor.statements import KEYS

# So far before and behind the cursor a table is looked at.
_FAR: Final = 10_000
_HEADER: Final = re.compile(rf"^[ \t]*+(\[\[?[ \t]*+{KEYS}[ \t]*+\]\]?)[ \t]*+(?:\#[^\n]*+)?\r?$", re.MULTILINE)
_STATEMENT: Final = re.compile(rf"[ \t]*+{KEYS}[ \t]*+=(?!=)")
_TOKEN: Final = re.compile(
    r"""
      (?P<comment> \#[^\n]*+ )
    | (?P<newline> \n )
    | (?: \"{3} (?:[^"\\]++|\\.|\"{1,2}(?!"))*+ \"{3,5} | '{3} (?:[^']++|'{1,2}(?!'))*+ '{3,5}
        | (?!\"{3}|'{3}) (?: " (?:[^"\\\r\n]++|\\[^\r\n])*+ " | ' [^'\r\n]*+ ' ) )
    | (?P<open> \"{3}.*+ | '{3}.*+ | "[^\r\n]*+ | '[^\r\n]*+ )
    | (?P<bracket> [\[\]{}] )
    | [^\#\n"'\[\]{}]++
    """,
    re.VERBOSE | re.DOTALL,
)
_DOT: Final = re.compile(r"[ \t]*\.")
# Thousands of keys with nothing between them would take long, and nobody writes them.
_ENDLESS: Final = re.compile(r"[^=,\]{}()]{4000}")
_NOWHERE: Final = Places({}, [], {}, {}, [])
_MARK: Final = "_"
# It ends a header, a key or a value, whichever it stands behind.
_END: Final = "]=0"


@dataclass(frozen=True)
class Cursor:
    """Where somebody writes: what it is part of, where that begins in the text, behind its quotes if it has any.

    `path` is that of the value; of a key and in a header, of what stands before the last name.
    """

    kind: Literal["header", "key", "value"]
    path: KeyPath
    start: int
    quote: str
    _around: _Block = field(repr=False)

    @property
    def beside(self) -> Mapping[KeyPath, str]:
        """Return the plain values of the table around, as they are written."""
        return self._around.found[0]

    @property
    def there(self) -> frozenset[KeyPath]:
        """Return the keys of the table around that stand there already, whatever they hold."""
        return self._around.found[1]


@dataclass(frozen=True)
class _Block:
    """What stands below a header: the path of its table, where it begins and ends, and where the cursor is."""

    text: str
    table: KeyPath
    start: int
    end: int
    place: int

    @cached_property
    def found(self) -> tuple[dict[KeyPath, str], frozenset[KeyPath]]:
        """Return the plain values, and the keys that hold something; of dotted keys the last part alone does."""
        starts = [start for start, _ in _statements(self.text, self.start, self.end)]
        values: dict[KeyPath, str] = {}
        keys: set[KeyPath] = set()
        for start, end in zip(starts, [*starts[1:], self.end], strict=True):
            if "=" not in (part := self.text[start:end]):
                continue
            places = _places(part)
            for path, (first, last) in places.values.items():
                values[*self.table, *path] = self.text[start + first : start + last]
            for path, (first, last) in places.keys:
                is_written = first <= self.place - start <= last
                if not is_written and not _DOT.match(self.text, start + last):
                    keys.add((*self.table, *path))
        return values, frozenset(keys)


def find_cursor(text: str, place: int) -> Cursor | None:
    """Return where in a text a place is; None in a comment, behind a value, and where nothing can be told."""
    block = _block(text, place)
    *_, (begin, last) = _statements(text, block.start, place)
    if last is not None and last.lastgroup == "comment":
        return None
    is_open = last is not None and last.lastgroup == "open"
    quote = _quote(last.group()) if last is not None and is_open else ""
    written = text[begin:place]
    places = _places(f"{written}{_MARK}{quote}{_END}")
    at = len(written)
    for path, span in places.values.items():
        if _holds(span, at):
            return Cursor("value", (*block.table, *path), begin + span[0] + len(quote), quote, block)
    for path, span in places.keys:
        if _holds(span, at):
            is_header = written.lstrip().startswith("[")
            base = path[:-1] if is_header else (*block.table, *path[:-1])
            return Cursor("header" if is_header else "key", base, begin + span[0] + len(quote), quote, block)
    return None


def _holds(span: Span, place: int) -> bool:
    return span[0] <= place < span[1]


def _quote(opened: str) -> str:
    return opened[:3] if opened[:3] in {'"""', "'''"} else opened[0]


def _block(text: str, place: int) -> _Block:
    """Return the table that a place is in: from the header above it to the one below, as far as that is near."""
    line = text.rfind("\n", 0, place) + 1
    header = _header_above(text, line)
    first = 0 if header is None else header.end()
    if first < place - _FAR:
        first = max(text.rfind("\n", first, place - _FAR) + 1, place - 2 * _FAR)
    behind = text.find("\n", place)
    end = min(len(text), place + _FAR)
    below = _HEADER.search(text, behind, end) if 0 <= behind < end else None
    table = next(iter(_places(header[1]).headers), ()) if header is not None else ()
    return _Block(text, table, first, end if below is None else below.start(), place)


def _header_above(text: str, line: int) -> re.Match[str] | None:
    while (bracket := text.rfind("[", 0, line)) >= 0:
        line = text.rfind("\n", 0, bracket) + 1
        if (found := _HEADER.match(text, line)) is not None:
            return found
    return None


def _statements(text: str, start: int, end: int) -> Iterator[tuple[int, re.Match[str] | None]]:
    """Yield where statements begin, each with the last token of it; at least one, and a line of its own each."""
    begin, depth, last = start, 0, None
    for token in _TOKEN.finditer(text, start, end):
        last = token
        match token.lastgroup:
            case "bracket":
                depth = max(depth + (1 if token.group() in "[{" else -1), 0)
            case "newline":
                line = token.end()
                # A bracket that nobody has closed yet is over where a line begins as no line within brackets does.
                if not depth or _STATEMENT.match(text, line, end) or _HEADER.match(text, line, end):
                    yield begin, token
                    begin, depth = line, 0
    yield begin, last


def _places(text: str) -> Places:
    """Return where the parts of a statement stand; of what is none, nothing."""
    if _ENDLESS.search(text):
        return _NOWHERE
    try:
        return find_places(text)
    except (IndexError, KeyError, ValueError):
        # It is made for texts that are TOML.
        return _NOWHERE
