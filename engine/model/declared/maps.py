"""Writes to which group members belong into a model's text, where it says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from engine.model.declared.choices import quote
from engine.model.dimensions import Dimension
from engine.problems import Mistake
from engine.text.positions import find_places

if TYPE_CHECKING:
    from engine.model.model import Model

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def rewrite_map(text: str, model: Model, name: str, codes: Mapping[int, Decimal | None]) -> str:
    """Return a text in which members of a finer dimension, by index, belong to other members of a group, by code.

    A group whose members were those of its map, in order, lists them from now on where these would be others: values
    by member stay those of the members that they were of.

    Raises Mistake where the text has no place for it.
    """
    group = model.dimension[name]
    finer = model.dimension[group.of]
    places = {index: int(code) for index, code in codes.items() if code is not None}
    path = ("dimensions", group.id, "map")
    spans = {
        finer.index_of(str(keys[len(path)])): span
        for keys, span in find_places(text).values.items()
        if keys[: len(path)] == path and len(keys) > len(path)
    }
    edits: list[tuple[int, int, str]] = []
    for index, place in places.items():
        if index not in spans:
            message = f"the map of '{group.id}' has no place in the text for '{finer.members[index]}'"
            raise Mistake(message, "write it into the text by hand")
        start, end = spans[index]
        edits.append((start, end, quote(group.members[place], text[start:end])))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    after = [places.get(index, place) for index, place in enumerate(group.places)]
    return _pin(text, group) if _by_appearance(after) != list(range(len(group.members))) else text


def _by_appearance(places: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(places))


def _pin(text: str, group: Dimension) -> str:
    """Return a text that lists the members of a group, in their order, if it does not yet."""
    found = find_places(text)
    owner = ("dimensions", group.id)
    if any(keys[:3] == (*owner, "members") for keys in found.values):
        return text
    beside = next((one for one in found.statements if one.path == (*owner, "of")), None)
    if beside is None:
        message = (
            f"the text has no line for the members of '{group.id}', which the changed map no longer lists in order"
        )
        listed = ", ".join(map(quote, group.members))
        raise Mistake(message, f"write members = [{listed}] beside its 'of'")
    written = text[beside.start : beside.equals]
    own = [str(key) for key in (*owner, "members")[len(beside.table) :]]
    keys = ".".join([key if _BARE.fullmatch(key) else quote(key) for key in own])
    spaced = f"{keys.ljust(len(written) - 1)} = " if written.endswith(" ") else f"{keys}="
    begin = text.rfind("\n", 0, beside.start) + 1
    line = f"{text[begin : beside.start]}{spaced}[{', '.join(map(quote, group.members))}]"
    newline = "\r\n" if "\r\n" in text else "\n"
    end = text.find("\n", beside.end)
    return f"{text}{newline}{line}" if end < 0 else f"{text[: end + 1]}{line}{newline}{text[end + 1 :]}"
