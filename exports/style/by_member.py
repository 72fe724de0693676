"""What is said of an input, once for all members or of those that share it: ranges, bounds and notes in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from engine.model.data import Columns
from engine.model.dimensions import Grid
from engine.plan.plan import Plan, Row
from exports.style.uncertainty import in_words

_MOST_NAMED: Final = 4
_SHORT: Final = 12


def by_member(
    plan: Plan, row: Row, setting: object, write: Callable[[Any], str], name: Callable[[str], str] = str
) -> str:
    """Return a setting of a row as it is written, behind the members that share it; '' where there is none."""
    if not isinstance(setting, Grid):
        return write(setting) if setting else ""
    members = [", ".join(member) for member in plan.members(row)]
    found: dict[str, list[str]] = {}
    for member, one in zip(members, setting.cells, strict=True):
        if one not in (None, (), ""):
            found.setdefault(write(one), []).append(member)
    return "; ".join(f"{name(few(names))}: {text}" for text, names in found.items())


def chances(plan: Plan, row: Row) -> str:
    """Return what an input may be and how likely, in words; '' where nothing says so."""
    quantity = row.quantity
    if quantity is None:
        return ""
    setting = quantity.range or quantity.values or quantity.weights
    if not isinstance(setting, Grid):
        return in_words(plan.model, quantity)
    each = tuple([in_words(plan.model, quantity, number) for number in range(len(setting.cells))])
    return by_member(plan, row, Grid(each, setting.paths), str)


def bounds(plan: Plan, row: Row) -> str:
    """Return the bounds of an input in words; '' for none."""
    quantity = row.quantity
    if quantity is None:
        return ""
    found = [
        by_member(plan, row, None if bound is None else bound if isinstance(bound, Grid) else (bound,), _bound(word))
        for word, bound in (("at least", quantity.min), ("at most", quantity.max))
    ]
    return ", ".join(filter(None, found)).capitalize()


def notes(plan: Plan, row: Row) -> str:
    """Return the note of a quantity, or those of its members."""
    return "" if row.quantity is None else by_member(plan, row, row.quantity.note, lambda note: " ".join(note.split()))


def few(names: Sequence[str]) -> str:
    """Return names, of many the first and the last."""
    return ", ".join(names) if len(names) <= _MOST_NAMED else f"{names[0]} to {names[-1]}"


def _bound(word: str) -> Callable[[Any], str]:
    return lambda bound: f"{word} {bound[0] if isinstance(bound, tuple) else bound}"


def file_words(origin: Columns | None) -> str:
    """Return which column of which file something stands in, with the first letters of its hash; '' for none."""
    if origin is None:
        return ""
    column = f"column '{origin.column}'" if origin.column else f"a column a {origin.across}"
    return f"{origin.file.file}, {column} (sha256 {origin.file.hash[:_SHORT]})"
