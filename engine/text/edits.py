"""Edits of a TOML text: values put in places, lines added in the manner of those beside them, lines taken away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from engine.problems import KeyPath, Mistake
from engine.text.positions import KeyValue, Places, find_places

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


class Edit(NamedTuple):
    """Letters from one place to another that are replaced."""

    start: int
    end: int
    text: str


class Edits:
    """Edits of one text, which are all made at once."""

    def __init__(self, text: str, places: Places | None = None) -> None:
        self.text = text
        self.places = find_places(text) if places is None else places
        self._edits: list[Edit] = []
        # New pieces by where they begin, so that several at one place keep their order.
        self._added: dict[int, list[str]] = {}
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def listed(self) -> tuple[Edit, ...]:
        """Return the edits in the order of the text."""
        edits = [*self._edits, *[Edit(at, at, "".join(lines)) for at, lines in self._added.items()]]
        return tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))

    def apply(self) -> str:
        """Return the text with all edits."""
        return applied(self.text, self.listed())

    def place(self, path: KeyPath) -> tuple[int, int]:
        """Return where a plain value stands; raise Mistake where it is not in the text."""
        try:
            return self.places.values[path]
        except KeyError:
            message = f"the value at {'.'.join(map(str, path))} was not found in the text"
            raise Mistake(message, "write it into the text by hand") from None

    def replace(self, span: tuple[int, int], text: str) -> None:
        """Put a text in the place of another."""
        self._edits.append(Edit(*span, text))

    def inline_table(self, keys: KeyPath) -> KeyPath:
        """Return the innermost table on one line in which keys would stand; () where they get a line of their own."""
        found = (keys[:length] for length in range(len(keys) - 1, 0, -1) if keys[:length] in self.places.tables)
        return next(found, ())

    def insert(self, table: KeyPath, keys: KeyPath, value: str) -> None:
        """Add a key to a table on one line, behind those that it has."""
        start, end = self.places.tables[table]
        inside = self.text[start + 1 : end - 1].rstrip()
        at = start + 1 + len(inside)
        is_first = not inside and at not in self._added
        self._added.setdefault(at, []).append(f"{' ' if is_first else ', '}{dotted(keys[len(table) :])} = {value}")

    def add_beside(self, sibling: KeyValue, keys: KeyPath, value: str, *, before: bool = False) -> None:
        """Add a line below a statement, or above it, in its manner."""
        table = sibling.table if keys[: len(sibling.table)] == sibling.table else ()
        key = dotted(keys[len(table) :])
        aligned = self.text[sibling.start : sibling.equals]
        begin = self.text.rfind("\n", 0, sibling.start) + 1
        spaced = f"{key.ljust(len(aligned) - 1)} = " if aligned.endswith(" ") else f"{key}="
        line = f"{self.text[begin : sibling.start]}{spaced}{value}"
        if before:
            self._added.setdefault(begin, []).append(f"{line}{self._newline}")
        else:
            self.add_below(sibling.end, line)

    def add_below(self, at: int, line: str) -> None:
        """Add a line below the one that a place stands on."""
        end = self.text.find("\n", at)
        if end < 0:
            self._added.setdefault(len(self.text), []).append(f"{self._newline}{line}")
        else:
            self._added.setdefault(end + 1, []).append(f"{line}{self._newline}")

    def remove(self, statement: KeyValue) -> None:
        """Take a statement away with its line, or with its lines."""
        begin = self.text.rfind("\n", 0, statement.start) + 1
        end = self.text.find("\n", statement.end)
        if self.text[begin : statement.start].strip():
            message = "what the scenario sets stands within a line of several"
            raise Mistake(message, "write it on lines of their own")
        self._edits.append(Edit(begin, len(self.text) if end < 0 else end + 1, ""))


def applied(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits, which are in its order."""
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def dotted(keys: Sequence[str | int]) -> str:
    """Return keys as TOML writes them before an equals sign."""
    return ".".join(str(key) if _BARE.fullmatch(str(key)) else quoted(str(key)) for key in keys)


def quoted(text: str) -> str:
    """Return a text in quotes."""
    return f'"{text}"'
