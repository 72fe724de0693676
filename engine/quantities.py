"""Reads one quantity's table: its id, its keys, its formula and its published figures."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from engine.expression import name_problem, names
from engine.fields import LONGEST_LABEL, Fields, kind_of
from engine.model import Formula, Published, Quantity
from engine.parse import FormulaError, parse
from engine.problems import did_you_mean, shortened

LONGEST_ID: Final = 100
ID: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")
KINDS: Final = ("value", "formula", "solve")
_QUANTITY_KEYS: Final = (
    "label", "unit", "value", "formula", "solve", "over", "range", "distribution", "min", "max", "whole", "source",
    "note", "published",
)  # fmt: skip
_DISTRIBUTIONS: Final = ("normal", "lognormal", "uniform", "loguniform", "triangular", "pert")
_KNOWN: Final = frozenset(_QUANTITY_KEYS)
_PLAIN_KEYS: Final = {"label", "unit", "value", "formula"}


def read_quantity(table: Fields) -> Quantity:
    """Return the quantity in a table; what is wrong with it is noted, and reads as absent."""
    id_ = str(table.path[-1])
    if not ID.fullmatch(id_) or id_.endswith("_"):
        table.complain("id", f"'{shortened(id_)}' cannot be an id", None, id_hint(id_))
    elif id_ in _QUANTITY_KEYS or name_problem(id_):
        reason = name_problem(id_) or "is a key of quantities"
        table.complain("id", f"'{id_}' cannot be an id: it {reason}", None, f"{id_}_total or the like would do")
    _kinds(table, id_)
    for key in ("over", "solve"):
        if key in table.table:
            hint = "write the result as a formula" if key == "solve" else "write a quantity for each member"
            table.complain("not-yet", f"'{key}' is not supported yet", key, hint)
    if not table.table.keys() <= _KNOWN:
        table.only(f"'{shortened(id_)}'", _QUANTITY_KEYS)
    return Quantity(
        id=id_,
        path=table.path,
        label=table.text("label", required=True, longest=LONGEST_LABEL),
        unit=table.text("unit", required=True, longest=LONGEST_LABEL),
        value=table.number("value"),
        formula=read_formula(table, "formula") if "formula" in table.table else None,
        **(_details(table) if table.table.keys() - _PLAIN_KEYS else {}),
    )


def _details(table: Fields) -> dict[str, Any]:
    return {
        "range": _range(table),
        "distribution": table.choice("distribution", _DISTRIBUTIONS),
        "min": table.number("min"),
        "max": table.number("max"),
        "whole": table.flag("whole"),
        "sources": table.texts("source"),
        "note": table.text("note"),
        "published": tuple([_published(entry) for _, entry in table.tables("published")]),
    }


def _kinds(table: Fields, id_: str) -> None:
    given = [kind for kind in KINDS if kind in table.table]
    if len(given) > 1:
        message = f"'{shortened(id_)}' has both {' and '.join(given)}"
        table.complain("kinds", message, given[-1], "an input has a value, any other quantity a formula")


def _range(table: Fields) -> tuple[Decimal, Decimal] | None:
    value = table.table.get("range")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004  # low and high
        message = f"'range' is {kind_of(value)} and must be two numbers"
        table.complain("type", message, "range", "write range = [low, high]")
        return None
    low, high = [table.read_number(end, "range") for end in value]
    return None if low is None or high is None else (low, high)


def _published(table: Fields) -> Published:
    keys = ("value", "source", "scenario", "at", "digits", "note", "disputed")
    table.only("a published figure", keys)
    if "at" in table.table:
        table.complain("not-yet", "'at' needs a dimension, which is not supported yet", "at")
    value = table.number("value")
    if "value" not in table.table:
        table.complain("missing-key", "a published figure has no 'value'", None, "write it as the source prints it")
    if not table.table.get("source"):
        table.complain("missing-key", "a published figure has no 'source'", None, "say who prints it")
    return Published(
        value=Decimal(0) if value is None else value,
        source=table.text("source"),
        path=table.path,
        scenario=table.text("scenario") or None,
        digits=table.whole("digits", 1, 15),
        disputed=table.text("disputed"),
        note=table.text("note"),
    )


def read_formula(table: Fields, key: str) -> Formula:
    """Return the formula at a key, without a tree where it cannot be read."""
    value = table.table.get(key)
    if isinstance(value, dict):
        table.complain("not-yet", f"a {key} a member needs a dimension, which is not supported yet", key)
        return Formula("", None)
    owner = shortened(str(table.path[-1]))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        table.complain("type", f"the {key} of '{owner}' is a number", key, f"write value = {value}")
        return Formula("", None)
    text = table.text(key, required=True, longest=1_000_000)
    if not text:
        return Formula("", None)
    try:
        tree = parse(text)
    except FormulaError as problem:
        table.complain("formula", f"the {key} of '{owner}': {problem.message}", key, problem.hint)
        return Formula(text, None)
    return Formula(text, tree, names(tree))


def kind_hint(table: Fields) -> str:
    """Return which key was most likely meant to be the value or the formula."""
    for key in table.table:
        if key not in _KNOWN and (meant := did_you_mean(key, ("value", "formula"))):
            return f"{meant} (the key '{shortened(key)}' is not known)"
    return "give it one of them"


def id_hint(name: str) -> str:
    """Return why a name cannot be an id, and one that could."""
    if name.endswith("_"):
        return "ids do not end in _; such names are kept for constants"
    if len(name) > LONGEST_ID:
        return f"it has {len(name):,} characters, and {LONGEST_ID} are the most"
    better = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    letters = better if better[:1].isalpha() else f"q_{better}".strip("_")
    return f"ids are a-z, 0-9 and _, and begin with a letter: '{letters}' would do"
