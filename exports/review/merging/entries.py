"""A table or a list on one statement, merged entry by entry: two sides may each have added some to it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.problems import KeyPath
from engine.text.positions import find_places, tokens

# Lists of names, each of which says something by itself; what else is listed stands at its place.
_SETS: Final = frozenset({"members", "outputs", "source", "y"})
# What members have in the order that these have: a side may add to it where it adds a member.
_PLACES: Final = frozenset({"value", "set", "scale", "list"})
_OPEN: Final = {"{": "}", "[": "]"}
Entries = Mapping[KeyPath, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A statement that gives a table or a list: its entries by key, or by what they say, and what is around."""

    head: str
    entries: Entries
    between: str
    tail: str

    def write(self, entries: Entries) -> str:
        """Return the statement with other entries, laid out as these are."""
        return self.head + f",{self.between}".join(entries.values()) + self.tail


def read_entries(text: str) -> Listed | None:
    """Return the entries of a statement; None where it has none that could be told apart, or remarks among them."""
    statement = next((one for one in find_places(text).statements if one.path), None)
    if statement is None:
        return None
    found = [one for one in tokens(text) if statement.equals < one.start() < statement.end]
    found = found[1:] if found and found[0].group() == "=" else found
    kinds = [one.group() for one in found if one.lastgroup not in {"space", "newline"}]
    if not kinds or kinds[0] not in _OPEN or any(one.group().startswith("#") for one in found):
        return None
    is_by_place = kinds[0] == "[" and not _PLACES.isdisjoint(statement.path)
    if kinds[0] == "[" and statement.path[-1] not in _SETS and not is_by_place:
        return None
    spans = _spans(text, [one.span() for one in found if one.lastgroup not in {"space", "newline"}])
    texts = [text[start:end] for start, end in spans]
    keys: list[KeyPath | None] = [(place,) for place in range(len(texts))]
    if not is_by_place:
        keys = [_key(one, is_table=kinds[0] == "{") for one in texts]
    known = [key for key in keys if key is not None]
    if not texts or len(known) < len(keys) or len(set(known)) < len(keys):
        return None
    between = text[spans[0][1] : spans[1][0]].strip(",") if len(spans) > 1 else " "
    return Listed(text[: spans[0][0]], dict(zip(known, texts, strict=True)), between, text[spans[-1][1] :])


def keep_order(base: Entries, side: Entries) -> bool:
    """Return whether what a side kept of the entries stands in the order that it had; of lists by place it kept all."""
    if any(isinstance(key, int) for (key, *_) in base):
        return len(side) >= len(base)
    return [key for key in base if key in side] == [key for key in side if key in base]


def _spans(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where the entries between the outer brackets begin and end, from the places of their tokens."""
    depth, first, last = 0, None, 0
    spans: list[tuple[int, int]] = []
    for start, end in found:
        piece = text[start:end]
        depth -= piece in _OPEN.values()
        if first is not None and (depth == 0 or (depth == 1 and piece == ",")):
            spans.append((first, last))
            first = None
        elif depth and piece != ",":
            first, last = start if first is None else first, end
        depth += piece in _OPEN
        last = end if first is not None else last
    return spans


def _key(entry: str, *, is_table: bool) -> KeyPath | None:
    """Return the key of a table's entry, or what a list's says; None for what is no text in a list."""
    if not is_table:
        value = tomllib.loads(f"one = {entry}")["one"]
        return (value,) if isinstance(value, str) else None
    return next(one.path for one in find_places(entry).statements)
