"""The place of a problem in a text, and the edits that are made there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from engine.problems import KeyPath, Mistake, Problem
from engine.text.edits import Edit, Edits, dotted
from engine.text.positions import KeyValue, Places, find_places
from engine.text.strings import WrittenText, read_written
from plainsheet.editor.document import Reading
from plainsheet.editor.lines import Span

_QUOTED: Final = re.compile(r"'([^'\n]+)'")
_EQUALS: Final = re.compile(r"=[ \t]*")
_NOWHERE: Final = Places({}, [], {}, {}, [], {})
_LONG_QUOTES: Final = ('"' * 3, "'" * 3)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An edit that a hint may mean, and what a person is told that it does."""

    title: str
    edits: tuple[Edit, ...]


def in_words(name: str) -> str:
    """Return a name as words, as a label has them: ``Open days`` for ``open_days``."""
    told = re.sub(r"[\W_]+", " ", name).strip()
    return told[:1].upper() + told[1:]


@lru_cache(maxsize=2)
def places_of(text: str) -> Places:
    """Return where the parts of a text stand, for all that is asked about it."""
    return find_places(text)


class Site:
    """The place of a problem: its key path, or of a text that is no TOML its line."""

    def __init__(self, reading: Reading, text: str, problem: Problem) -> None:
        self.reading = reading
        self.text = text
        self.problem = problem
        path: KeyPath = problem.location.path if problem.location else ()
        # What may be a list may be its only item.
        is_alone = path and isinstance(path[-1], int) and path[:-1] in self.places.values
        self.path = path[:-1] if is_alone else path
        self.hint = problem.hint
        self.message = problem.message

    @property
    def quoted(self) -> list[str]:
        """Return what the first line of the message has in quotes."""
        return _QUOTED.findall(self.message.split("\n")[0])

    @property
    def line(self) -> Span:
        """Return where the line stands that a problem is on, without what ends it."""
        return self.line_at((self.problem.location and self.problem.location.line) or 1)

    def line_at(self, number: int) -> Span:
        """Return where a line stands by its number from 1, without what ends it."""
        start = 0
        for _ in range(number - 1):
            start = self.text.find("\n", start) + 1
        end = self.text.find("\n", start)
        return start, start + len(self.text[start : end if end >= 0 else None].rstrip("\r"))

    @property
    def file(self) -> str:
        """Return the name of the model's file, without its ending."""
        location = self.problem.location
        return Path(location.file).stem if location else "model"

    @property
    def newline(self) -> str:
        """Return what ends a line of the text."""
        return "\r\n" if "\r\n" in self.text else "\n"

    @property
    def places(self) -> Places:
        """Return where the parts of the text stand; nothing of a text that is no TOML."""
        return _NOWHERE if self.reading.model is None else places_of(self.reading.text)

    def edits(self) -> Edits:
        """Return edits of the text, none yet."""
        return Edits(self.text, self.places)

    def keys(self, path: KeyPath) -> list[Span]:
        """Return where the last key of a path stands, wherever the text has it."""
        return [span for one, span in self.places.keys if one == path]

    def value(self, path: KeyPath) -> Span | None:
        """Return where the value at a path stands, a list or a table on one line too; None where there is none."""
        found = self.places.values.get(path) or self.places.tables.get(path)
        if found is not None:
            return found
        statement = self.statement(path)
        if statement is None:
            return None
        begun = _EQUALS.match(self.text, statement.equals)
        return (begun.end() if begun else statement.equals), statement.end

    def statement(self, path: KeyPath) -> KeyValue | None:
        """Return the line that gives a value to a path; None where it has none of its own."""
        return next((one for one in self.places.statements if one.path == path), None) if path else None

    def written(self, path: KeyPath) -> WrittenText | None:
        """Return the text in quotes at a path; None for any other value."""
        span = self.places.values.get(path)
        if span is None or self.text[span[0]] not in "\"'":
            return None
        return read_written(self.text[slice(*span)], span[0])

    def replaced(self, span: Span, new: str, title: str = "") -> Candidate:
        """Return the edit that puts a text in the place of another."""
        return Candidate(title or f"Write {new}", (Edit(*span, new),))

    def in_text(self, path: KeyPath, spans: Sequence[Span], new: str, title: str = "") -> Iterator[Candidate]:
        """Yield the edit that puts a text in the place of parts of a text in quotes."""
        written, place = self.written(path), self.places.values.get(path)
        if written is None or place is None or not spans:
            return
        raw = self.text[slice(*place)]
        if raw[0] in new and raw[:3] not in _LONG_QUOTES:
            # In a formula both kinds of quotes mean the same.
            new_text = new.replace(raw[0], "'" if raw[0] == '"' else '"')
        else:
            new_text = new
        edits = tuple(Edit(*written.span(*span), new_text) for span in spans)
        yield Candidate(title or f"Write {new}", edits)

    def set(self, edits: Edits, path: KeyPath, value: str) -> bool:
        """Give a path a value, in place of its own or on a line below others; return whether there is a place."""
        if (span := self.value(path)) is not None:
            edits.replace(span, value)
            return True
        if table := edits.inline_table(path):
            edits.insert(table, path, value)
            return True
        parents = (path[:end] for end in range(len(path) - 1, 0, -1))
        for parent in parents:
            beside = [one for one in self.places.statements if one.path[: len(parent)] == parent and one.path]
            beside = [one for one in beside if path[: len(one.table)] == one.table] or []
            if beside:
                edits.add_beside(beside[-1], path, value)
                return True
            if parent in self.places.headers:
                edits.add_below(self.places.headers[parent], f"{dotted(path[len(parent) :])} = {value}")
                return True
        return False

    def setting(
        self, values: Sequence[tuple[KeyPath, str]], title: str = "", without: KeyPath = ()
    ) -> Iterator[Candidate]:
        """Yield the edit that gives paths their values, and takes the statement of another away."""
        edits = self.edits()
        statement = self.statement(without)
        if without and statement is None:
            return
        try:
            if statement is not None:
                edits.remove(statement)
        except Mistake:
            return
        if values and all(self.set(edits, path, value) for path, value in values):
            told = " and ".join(f"{dotted(path[-1:])} = {value}" for path, value in values)
            listed = edits.listed()
            # What is added must not stand in what is taken away.
            if all(one.end <= other.start for one, other in pairwise(listed)):
                yield Candidate(title or f"Write {told}", listed)
