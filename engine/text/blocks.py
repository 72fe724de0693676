"""Where the parts of a TOML text stand, of which only the tables that somebody asks for are gone through.

A block is a header with all that stands below it up to the next one; what stands before the first is one too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.problems import KeyPath
from engine.text.positions import Places, find_places_in, tokens

Span = tuple[int, int]
# All of a block in one step, since a large text has ten thousand of them.
_BLOCK: Final = re.compile(
    r"""
    \n?+ (?: [^"'\#\n]++ | \n(?![ \t]*\[) | \#[^\n]*+
      | "{3} (?:[^"\\]++|\\.|"{1,2}(?!"))*+ "{3,5} | '{3} (?:[^']++|'{1,2}(?!'))*+ '{3,5}
      | "(?:[^"\\\n]++|\\.)*+" | '[^'\n]*+' )++
    """,
    re.VERBOSE | re.DOTALL,
)
_HEADER: Final = re.compile(r"\s*(\[\[?)[ \t]*([\w-]+(?:[ \t]*\.[ \t]*[\w-]+)*)[ \t]*\]", re.ASCII)
_QUOTED_HEADER: Final = re.compile(r"\s*\[[^\n]*")
_DOT: Final = re.compile(r"[ \t]*\.[ \t]*")


@dataclass(slots=True)
class Block:
    """A block: from where to where it goes, the line, from 1, that it begins in, and its table.

    `members` has the numbers of the last tables of lists before it.
    """

    start: int
    end: int
    line: int
    table: KeyPath
    members: Mapping[KeyPath, int]


class Blocks:
    """The blocks of a text that the TOML parser has accepted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.all = list(_split(text))
        self._places: dict[int, Places] = {}
        # By the path of a table its block; by a path that it is within, the first that is.
        self._own: dict[KeyPath, int] = {}
        self._first: dict[KeyPath, int] = {}
        for number, block in enumerate(self.all):
            self._own.setdefault(block.table, number)
            for end in range(len(block.table), 0, -1):
                if self._first.setdefault(block.table[:end], number) != number:
                    break

    def at(self, place: int) -> Places:
        """Return the places of the block that a place of the text is in."""
        return self.places(max(bisect_right(self.all, place, key=lambda one: one.start) - 1, 0))

    def line(self, path: KeyPath) -> int | None:
        """Return the line, from 1, of a key path; None where the text has none."""
        return next((found.lines[path] for found in self._holding(path) if path in found.lines), None)

    def span(self, path: KeyPath) -> Span | None:
        """Return where a key path stands: its value, else its statement, else its key; None where the text has none."""
        for found in self._holding(path):
            if (value := found.values.get(path) or found.tables.get(path)) is not None:
                return value
            statements = [(one.start, one.end) for one in found.statements if one.path == path]
            # That of a table in a list is the key of the list.
            key = path[:-1] if path in found.headers and isinstance(path[-1], int) else path
            if spans := [*statements, *[span for one, span in found.keys if one == key]]:
                return spans[0]
        return None

    def _holding(self, path: KeyPath) -> Iterator[Places]:
        """Yield the places of the blocks that may hold a path: the first header with it, and tables that it is in."""
        numbers = {self._first.get(path), *[self._own.get(path[:end]) for end in range(len(path) + 1)]}
        for number in sorted(one for one in numbers if one is not None):
            yield self.places(number)

    def places(self, number: int) -> Places:
        """Return where the parts of a block stand, by its number."""
        if number not in self._places:
            one = self.all[number]
            self._places[number] = find_places_in(self._text, one.start, one.end, one.line, one.members)
        return self._places[number]


def _split(text: str) -> Iterator[Block]:
    """Yield the blocks of a text; a line of an array that looks like a header begins none."""
    members: Mapping[KeyPath, int] = {}
    start = depth = 0
    line = 1
    for match in _BLOCK.finditer(text):
        if depth or _may_go_on(match.group()):
            depth += _opened(text, *match.span())
        if depth == 0:
            table, after = _table(text, start, match.end(), members)
            yield Block(start, match.end(), line, table, members)
            line += text.count("\n", start, match.end())
            start, members = match.end(), after


def _may_go_on(piece: str) -> bool:
    """Return whether what follows may be a line of an array: then a bracket or a comma stands before it."""
    last = piece.rstrip()
    return last.endswith(("[", ",")) or "#" in last[last.rfind("\n") + 1 :]


def _opened(text: str, start: int, end: int) -> int:
    """Return how many brackets a part of a text opens that it does not close."""
    marks = [one.group() for one in tokens(text, start, end) if one.lastgroup == "mark"]
    return marks.count("[") - marks.count("]")


def _table(text: str, start: int, end: int, members: Mapping[KeyPath, int]) -> tuple[KeyPath, Mapping[KeyPath, int]]:
    """Return the table whose header a block begins with, and the numbers of the last tables of lists with it."""
    header = _HEADER.match(text, start, end)
    if header is None:
        quoted = _QUOTED_HEADER.match(text, start, end)
        found = None if quoted is None else find_places_in(text, start, quoted.end(), 1, members)
        table = next(iter(found.headers), ()) if found is not None else ()
        return table, ({**members, table[:-1]: table[-1]} if table and isinstance(table[-1], int) else members)
    keys = _DOT.split(header[2])
    if not members and header[1] == "[":
        return tuple(keys), members
    path: KeyPath = ()
    for position, key in enumerate(keys, 1):
        path = (*path, key)
        if header[1] == "[[" and position == len(keys):
            members = {**members, path: members.get(path, -1) + 1}
        if path in members:
            path = (*path, members[path])
    return path, members
