"""A TOML file as plain values with bounds: its size, its depth, and numbers kept as they were written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from engine.files import read_file
from engine.memory import collector_paused
from engine.problems import KeyPath, Location, ModelError, Problem, error
from engine.text.blocks import Blocks
from engine.text.habits import explain
from engine.text.numerals import Written
from engine.text.positions import compose
from engine.text.splice import spliced

MOST_BYTES: Final = 128_000_000
MOST_KEYS: Final = 5_000_000
MOST_TABLES: Final = 1_250_000
_most: ContextVar[int] = ContextVar("most", default=MOST_BYTES)
_AT_LINE: Final = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")


@dataclass(frozen=True)
class TomlText:
    """The text of a TOML file by the file's name; lines are looked for at the first question only."""

    name: str
    text: str

    def line(self, path: KeyPath) -> int | None:
        """Return the line of a key path, or of the nearest part of it that the text has."""
        while path:
            if (line := self.blocks.line(path)) is not None:
                return line
            path = path[:-1]
        return None

    @cached_property
    def blocks(self) -> Blocks:
        """Return where the parts of the text stand."""
        return Blocks(self.text)


Parsed = tuple[TomlText, dict[str, Any]]
# What TOML 1.1 allows and 1.0 does not: newlines, commas at the end, and two escapes. A model must be readable to every
# parser, so where these may stand, Python's own has the last word.
_NEWER: Final = re.compile(r"\{[^}\n]*$|,\s*\}|\\[ex]", re.MULTILINE)


def most_bytes() -> int:
    """Return how many bytes the text of a model may have."""
    return _most.get()


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Let the text of a model have so many bytes within, and no more than it may have anyway."""
    before = _most.set(min(size, _most.get()))
    try:
        yield
    finally:
        _most.reset(before)


def megabytes(size: int) -> str:
    """Return a number of bytes for a reader: ``32 MB``."""
    return f"{size / 1_000_000:g} MB"


def read_toml(path: Path, before: Parsed | None = None) -> Parsed:
    """Return a file's text and its tables, as `parse_toml` does; raise ModelError where it cannot be read."""
    name = str(path)
    nothing = TomlText(name, "")
    try:
        most = most_bytes()
        raw = read_file(path, most + 1)
    except OSError as problem:
        message = f"the model cannot be read: {problem.strerror or problem}"
        raise ModelError([error("file", message, Location(nothing))]) from None
    if len(raw) > most:
        message = f"the file is larger than {megabytes(most)}"
        hint = "split the model" if most == MOST_BYTES else "split the model, or let --max-size be more"
        raise ModelError([error("file", message, Location(nothing), hint)])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        message = f"the file is not UTF-8 at byte {problem.start + 1}"
        raise ModelError(
            [error("file", message, Location(nothing, (), line), "save it as UTF-8 in your editor")]
        ) from None
    return parse_toml(text, name, before)


def parse_toml(text: str, name: str, before: Parsed | None = None) -> Parsed:
    """Return a text and its tables, with accents composed; raise ModelError where it is no TOML or too large.

    Numbers with a point are Decimal. What stands as it did in a text that was parsed `before` is taken from there: its
    tables are the same, and are not to be changed.
    """
    document = TomlText(name, text)
    if text.count("=") > MOST_KEYS or text.count("\n[") > MOST_TABLES:
        message = f"the file has more than {MOST_TABLES:,} tables or {MOST_KEYS:,} keys"
        raise ModelError([error("file", message, Location(document), "split the model")])
    try:
        tables = None if before is None else spliced(text, before[0].text, before[1], _tables)
        return document, _tables(text) if tables is None else tables
    except (ValueError, RecursionError) as problem:
        raise ModelError([_broken(document, str(problem))]) from None


def _tables(text: str) -> dict[str, Any]:
    """Return the tables of a text; ValueError or RecursionError where it is no TOML 1.0."""
    import tomli  # noqa: PLC0415  # the compiled twin of tomllib, three times as fast

    composed = compose(text)
    with collector_paused():
        tables: dict[str, Any] = tomli.loads(composed, parse_float=_decimal)
    if _NEWER.search(composed):
        tomllib.loads(composed)
    return tables


def is_written_alike(one: object, other: object) -> bool:
    """Return whether two values of TOML are one to its author: keys in the same order, and digits as written."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        # Texts are one where they are equal; numbers are equal, and may be written otherwise.
        is_equal = one == other and list(one) == list(other)
        others = [(value, other[key]) for key, value in one.items() if type(value) is not str] if is_equal else []
        return is_equal and all([is_written_alike(*both) for both in others])  # noqa: C419  # a list is faster here
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_written_alike, one, other))
    return one.text == other.text if isinstance(one, Written) and isinstance(other, Written) else one == other


def _decimal(text: str) -> Decimal:
    try:
        return Written(text)
    except InvalidOperation:
        # An exponent of twenty digits; the reader of the value says so where it stands.
        return Decimal("Infinity")


def _broken(document: TomlText, message: str) -> Problem:
    at = _AT_LINE.search(message)
    if at is None:
        # An integer of thousands of digits is a ValueError of Python's own; tomli bounds the nesting.
        return error("toml", f"this is not TOML: {message}", Location(document))
    line = int(at.group(1)) if at.group(1) else document.text.count("\n") + 1
    reason = _AT_LINE.sub("", message).strip()
    found, told, hint = explain(document.text.splitlines(), line - 1, reason)
    return error("toml", told, Location(document, (), found + 1), hint)
