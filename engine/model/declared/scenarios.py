"""Reads scenarios: what replaces the values that are written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from engine.model.by_member import by_member
from engine.model.declared.choices import read_member
from engine.model.dimensions import Dimension, Grid
from engine.model.model import Quantity, Scenario
from engine.model.table import LONGEST_LABEL, Fields, kind_of
from engine.problems import shortened
from engine.text.changes import change_hint

_KEYS: Final = ("label", "extends", "note", "set")


def read_scenario(
    name: str, table: Fields, quantities: Mapping[str, Quantity], dimensions: Mapping[str, Dimension]
) -> Scenario:
    """Return the scenario in a table; what is wrong with it is noted."""
    for key, value in table.table.items():
        if key not in _KEYS and isinstance(value, int | Decimal):
            message = f"the scenario '{name}' has no key '{shortened(key)}'"
            table.complain("unknown-key", message, key, f"write set.{shortened(key)} = {value}")
    others = {key: value for key, value in table.table.items() if not isinstance(value, int | Decimal)}
    Fields(table.document, table.path, others, table.problems).only(f"the scenario '{name}'", _KEYS)
    values = table.table.get("set", {})
    if not isinstance(values, dict):
        table.complain("type", f"'set' is {kind_of(values)} and must be a table", "set", "write set.price = 3")
        values = {}
    inner = Fields(table.document, (*table.path, "set"), values, table.problems)
    numbers = [(id_, _setting(inner, id_, quantities.get(id_), dimensions)) for id_ in values]
    return Scenario(
        id=name,
        label=table.text("label", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize(),
        extends=table.text("extends") or None,
        note=table.text("note"),
        set=tuple([(id_, number) for id_, number in numbers if number is not None]),
    )


def _setting(
    table: Fields, id_: str, quantity: Quantity | None, dimensions: Mapping[str, Dimension]
) -> Decimal | Grid[Decimal] | None:
    """Return what a scenario sets a quantity to; None where it is wrong."""

    def read(inner: Fields, key: str) -> Decimal | None:
        value = inner.table.get(key)
        if quantity is not None and quantity.choice:
            return read_member(inner, key, dimensions[quantity.choice])
        if quantity is not None and isinstance(value, str):
            if quantity.value is None and not any(quantity.written):
                return None  # What is wrong with the value that this one replaces has been told.
            base = quantity.given((*inner.path, key)[4:])
            if hint := change_hint(value, base, is_share=quantity.unit in {"percent", "%"}):
                inner.complain("type", f"'{key}' is {kind_of(value)} and must be a number", key, hint)
                return None
        return inner.number(key)

    over = quantity.over if quantity is not None else ()
    return by_member(table, id_, [dimensions[name] for name in over], read)
