"""What a reader calls a value of a text, and a conflict about it."""

from __future__ import annotations

from typing import Final

from engine.model.quantities import QUANTITY_KEYS
from engine.problems import KeyPath

# The last key of what stands above a table and in its brackets.
HEADER: Final = "[]"
_NOTHING: Final = "nothing"
_ENDS: Final = {"from": "the start of", "to": "the end of"}


def describe_conflict(path: KeyPath, before: str | None, here: str | None, there: str | None) -> str:
    """Return what both sides made of a value."""
    if before == here == there:
        return f"{_name(path)}: both sides changed what is written beside it"
    words = [text or _NOTHING for text in (before, here, there)]
    return f"{_name(path)}: before {words[0]}, here {words[1]}, there {words[2]}"


def _name(path: KeyPath) -> str:
    """Return what a reader calls a value: the quantity, with its member or scenario, and its key."""
    if path[-1] == HEADER:
        return f"what stands above [{'.'.join(map(str, path[:-1]))}]"
    place = next((n for n, key in enumerate(path) if n and key in QUANTITY_KEYS), None)
    match path:
        case ("scenarios", scenario, "set" | "scale" as key, id_, *member):
            name = f"'{id_}{_member(member)}' in the scenario '{scenario}'"
            return name if key == "set" else f"the factor of {name}"
        case ("scenarios", scenario, "extends", *_):
            return f"what the scenario '{scenario}' extends"
        case ("dimensions" | "scenarios", owner, str() as key, *member):
            return f"{_ENDS.get(key, f'{key} of')} {f'{member[0]} in ' if member else ''}'{owner}'"
        case _ if place is None:
            return f"'{'.'.join(map(str, path))}'"
    name = f"'{path[place - 1]}{_member(path[place + 1 :])}'"
    return name if path[place] == "value" else f"{path[place]} of {name}"


def _member(path: KeyPath | list[str | int]) -> str:
    return f"[{', '.join(map(str, path))}]" if path else ""
