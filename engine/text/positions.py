"""Where each key and value of a TOML text stands: one scan of a text that the TOML parser has accepted."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from sys import maxsize
from typing import Final, Literal

from engine.problems import KeyPath

_MARKS: Final = frozenset("[]{},=")
_TOKEN: Final = re.compile(
    r"""
      (?P<space>[ \t]+|\#[^\n]*)
    | (?P<newline>\r?\n)
    | (?P<string>
          \"{3} (?:[^"\\]++|\\.|\"{1,2}(?!\"))*+ \"{3,5}
        | '{3} (?:[^']++|'{1,2}(?!'))*+ '{3,5}
        | " (?:[^"\\\n]++|\\.)*+ "
        | ' [^'\n]* '
      )
    | (?P<mark>[\[\]{},=.])
    | (?P<bare>[^\s\[\]{},=.\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str, start: int = 0, end: int = maxsize) -> Iterator[re.Match[str]]:
    """Return the tokens of a text or of a part: each is a space (comments too), newline, string, mark or bare."""
    return _TOKEN.finditer(text, start, end)


def compose(text: str) -> str:
    """Return a text with its accents composed: a letter looks the same with its accent as one character or as two."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def line_and_column(text: str, place: int) -> tuple[int, int]:
    """Return the line and the column of a place in a text, both from 1."""
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


@dataclass(slots=True)
class KeyValue:
    """A key with its value, as one stands on a line: the path of its table and its own, and where it stands.

    `start` is the place of its first letter, `equals` that of the sign, `end` the place behind its value.
    """

    table: KeyPath
    path: KeyPath
    start: int
    equals: int
    end: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a text stand: plain values by path, statements in order, the ends of headers by path.

    `tables` are those on one line, from brace to brace. `keys` has each key as it stands, in the order of the text,
    `lines` the line, from 1, of every key path.
    """

    values: dict[KeyPath, tuple[int, int]]
    statements: list[KeyValue]
    headers: dict[KeyPath, int]
    tables: dict[KeyPath, tuple[int, int]]
    keys: list[tuple[KeyPath, tuple[int, int]]]
    lines: dict[KeyPath, int] = field(default_factory=dict)


def find_places(text: str) -> Places:
    """Return where the values, statements and headers of a text stand."""
    return _Scan(text).run().places


def find_places_in(text: str, start: int, end: int, line: int, members: Mapping[KeyPath, int]) -> Places:
    """Return where the parts of a part of a text stand, which begins with a header or with the text, in a line from 1.

    `members` has for each list of tables the number of its last one before.
    """
    return _Scan(text, members=dict(members)).run(start, end, line).places


@dataclass(slots=True)
class _Open:
    """What is being read: a key's value, an inline table, or an array, which counts its members."""

    kind: Literal["value", "inline", "array"]
    path: KeyPath
    member: int = 0

    def inside(self) -> KeyPath:
        return (*self.path, self.member) if self.kind == "array" else self.path


@dataclass(slots=True)
class _Scan:
    text: str
    found: dict[KeyPath, int] = field(default_factory=dict)
    table: KeyPath = ()
    members: dict[KeyPath, int] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    key_spans: list[tuple[int, int]] = field(default_factory=list)
    spans: list[tuple[KeyPath, tuple[int, int]]] = field(default_factory=list)
    expecting: Literal["key", "header", "array header", "value", "end"] = "key"
    values: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    statements: list[KeyValue] = field(default_factory=list)
    headers: dict[KeyPath, int] = field(default_factory=dict)
    tables: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    at: tuple[int, int] = (0, 0)
    start: int = 0
    last: KeyPath = ()

    @property
    def places(self) -> Places:
        return Places(self.values, self.statements, self.headers, self.tables, self.spans, self.found)

    def run(self, start: int = 0, end: int = maxsize, first: int = 1) -> _Scan:
        newlines = [match.start() for match in re.compile("\n").finditer(self.text, start, end)]
        for match in tokens(self.text, start, end):
            if match.lastgroup == "newline":
                # Inside brackets a newline separates nothing; outside it ends the value.
                if not self.stack:
                    self.expecting = "key"
            elif match.lastgroup != "space":
                line = bisect_left(newlines, match.start()) + first
                self.at = match.span()
                if not self.keys and self.expecting == "key" and not self.stack:
                    self.start = self.at[0]
                self.read(match.group(), line, is_mark=match.lastgroup == "mark")
                if self.statements and self.expecting in {"value", "end"}:
                    self.statements[-1].end = self.at[1]
        return self

    def read(self, piece: str, line: int, *, is_mark: bool) -> None:
        match self.expecting:
            case "value":
                self.in_value(piece, line, is_mark=is_mark)
            case "end":
                self.after_value(piece)
            case "key" if is_mark:
                self.mark_among_keys(piece, line)
            case "header" | "array header" if is_mark:
                self.mark_in_header(piece, line)
            case _:
                self.keys.append(_key(piece))
                self.key_spans.append(self.at)

    def mark_among_keys(self, piece: str, line: int) -> None:
        if piece == "=":
            path: KeyPath = self.stack[-1].path if self.stack else self.table
            for key in self.keys:
                path = (*path, key)
                self.place_key(path, line)
            self.keys.clear()
            if not self.stack:
                self.statements.append(KeyValue(self.table, path, self.start, *self.at))
            self.stack.append(_Open("value", path))
            self.expecting = "value"
        elif piece == "[":
            self.expecting = "header"
        elif piece == "}":
            self.close()

    def mark_in_header(self, piece: str, line: int) -> None:
        if piece == "[":
            self.expecting = "array header"
        elif piece == "]":
            self.open_table(line, is_array=self.expecting == "array header")
            self.headers[self.table] = self.at[1]
            self.statements.append(KeyValue(self.table, (), *self.at, self.at[1]))
            self.keys.clear()
            # What follows on the line is the second bracket of an array's header, or a comment.
            self.expecting = "end"

    def open_table(self, line: int, *, is_array: bool) -> None:
        path: KeyPath = ()
        for position, key in enumerate(self.keys, 1):
            path = (*path, key)
            self.place_key(path, line)
            if is_array and position == len(self.keys):
                self.members[path] = self.members.get(path, -1) + 1
            if path in self.members:
                path = (*path, self.members[path])
                self.found.setdefault(path, line)
        self.table = path

    def place_key(self, path: KeyPath, line: int) -> None:
        """Note where the next of the keys stands that are being read."""
        self.found.setdefault(path, line)
        self.spans.append((path, self.key_spans.pop(0)))

    def in_value(self, piece: str, line: int, *, is_mark: bool) -> None:
        top = self.stack[-1]
        if top.kind == "array" and piece != "]":
            self.found.setdefault(top.inside(), line)
        if not is_mark:
            self.last = top.inside()
            self.values[self.last] = self.at
            self.finish()
        elif piece == "[":
            self.stack.append(_Open("array", top.inside()))
        elif piece == "{":
            self.stack.append(_Open("inline", top.inside()))
            self.tables[top.inside()] = self.at
            self.expecting = "key"
        elif piece == "]":
            self.close()

    def after_value(self, piece: str) -> None:
        # A decimal point and a time of day are tokens of their own, which follow without a space.
        first, end = self.values.get(self.last, (0, 0))
        if end == self.at[0] and piece not in _MARKS:
            self.values[self.last] = first, self.at[1]
        elif piece == "," and self.stack:
            top = self.stack[-1]
            top.member += 1
            self.expecting = "value" if top.kind == "array" else "key"
        elif piece in {"]", "}"} and self.stack:
            self.close()

    def close(self) -> None:
        closed = self.stack.pop()
        if closed.kind == "inline":
            self.tables[closed.path] = self.tables[closed.path][0], self.at[1]
        self.finish()

    def finish(self) -> None:
        if self.stack and self.stack[-1].kind == "value":
            self.stack.pop()
        self.expecting = "end"


def _key(piece: str) -> str:
    if piece[0] not in "\"'":
        return piece
    return str(tomllib.loads(f"key = {compose(piece)}")["key"])
