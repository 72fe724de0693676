"""Reads what a quantity may have beside its value and its formula: bounds, range, sources, published figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.model.model import Published
from engine.model.table import Fields, kind_of
from engine.text.changes import range_hint

DISTRIBUTIONS: Final = ("normal", "lognormal", "uniform", "loguniform", "triangular", "pert", "metalog", "discrete")
PUBLISHED_KEYS: Final = ("value", "source", "scenario", "at", "digits", "note", "disputed")
_MOST_VALUES: Final = 10_000


def _range(table: Fields, key: str) -> tuple[Decimal, ...] | None:
    value = table.table.get(key)
    if value is None:
        return None
    if hint := range_hint(value, table.table.get("value"), table.table.get("unit")):
        table.complain("type", f"'{key}' is given in percent of its value, and must be two numbers", key, hint)
        return None
    is_metalog = table.table.get("distribution") == "metalog"
    if not isinstance(value, list) or len(value) not in {2, 3}:
        message = f"'{key}' is {kind_of(value)} and must be {'three' if is_metalog else 'two'} numbers"
        hint = (
            "its 10th, 50th and 90th percentile: range = [low, middle, high]"
            if is_metalog
            else "write range = [low, high]"
        )
        table.complain("type", message, key, hint)
        return None
    return _numbers(table, key)


def _numbers(table: Fields, key: str) -> tuple[Decimal, ...] | None:
    """Return a list of numbers; None where it is none, which is noted."""
    value = table.table.get(key)
    if not isinstance(value, list) or not value:
        message = f"'{key}' is {'an empty list' if value == [] else kind_of(value)} and must be a list of numbers"
        table.complain("type", message, key, f"write {key} = {'[0.3, 0.7]' if key == 'weights' else '[1, 2]'}")
        return None
    if len(value) > _MOST_VALUES:
        message = f"'{key}' has {len(value):,} numbers, and {_MOST_VALUES:,} are the most"
        table.complain("size", message, key, "give values that are alike one weight")
        return None
    read = [table.read_number(one, key) for one in value]
    found = tuple([one for one in read if one is not None])
    return found if len(found) == len(read) else None


def _published(table: Fields) -> Published:
    table.only("a published figure", PUBLISHED_KEYS)
    value = table.number("value")
    if "value" not in table.table:
        table.complain("missing-key", "a published figure has no 'value'", None, "write it as the source prints it")
    if not table.table.get("source"):
        table.complain("missing-key", "a published figure has no 'source'", None, "say who prints it")
    at = table.table.get("at", [])
    return Published(
        value=Decimal(0) if value is None else value,
        source=table.text("source"),
        path=table.path,
        scenario=table.text("scenario") or None,
        at=tuple([str(member) for member in (at if isinstance(at, list) else [at])]),
        digits=table.whole("digits", 1, 15),
        disputed=table.text("disputed"),
        note=table.text("note"),
    )


def _figures(table: Fields, key: str) -> tuple[Published, ...]:
    return tuple([_published(entry) for _, entry in table.tables(key)])


def _distribution(table: Fields, key: str) -> str:
    return table.choice(key, DISTRIBUTIONS)


def _is_no_table(value: object) -> bool:
    return not isinstance(value, dict)


def _is_number(value: object) -> bool:
    return not isinstance(value, dict | list)


@dataclass(frozen=True, slots=True)
class Detail:
    """A key that a quantity may have: the field of its record, how one is read, and what tells one from many by member.

    What is never by member has nothing to tell.
    """

    field: str
    read: Callable[[Fields, str], Any]
    is_one: Callable[[object], bool] | None = None


DETAILS: Final[Mapping[str, Detail]] = {
    "range": Detail("range", _range, _is_no_table),
    "distribution": Detail("distribution", _distribution),
    "values": Detail("values", _numbers, _is_no_table),
    "weights": Detail("weights", _numbers, _is_no_table),
    "min": Detail("min", Fields.number, _is_number),
    "max": Detail("max", Fields.number, _is_number),
    "whole": Detail("whole", Fields.flag),
    "source": Detail("sources", Fields.texts, _is_no_table),
    "note": Detail("note", Fields.text, _is_no_table),
    "published": Detail("published", _figures),
}
