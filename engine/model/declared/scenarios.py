"""Reads scenarios: what replaces the values that are written, and what multiplies them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from engine.model.by_member import by_member, spread
from engine.model.data import DataFile
from engine.model.declared.choices import read_member
from engine.model.declared.data.columns import is_of_data, read_column
from engine.model.dimensions import Dimension, Grid
from engine.model.model import Quantity, Scenario
from engine.model.table import LONGEST_LABEL, Fields, kind_of
from engine.problems import KeyPath, did_you_mean, nearest, shortened
from engine.text.changes import change_hint, factor_hint

SCENARIO_KEYS: Final = ("label", "extends", "note", "set", "scale")
_CHANCES: Final = ("probability", "prob", "weight", "weights", "likelihood", "chance", "odds")
_Read = Callable[[Fields, str, Quantity | None], Decimal | None]
_Changes = tuple[tuple[str, Decimal | Grid[Decimal]], ...]


def read_scenario(
    name: str,
    table: Fields,
    quantities: Mapping[str, Quantity],
    dimensions: Mapping[str, Dimension],
    data: Mapping[str, DataFile],
) -> Scenario:
    """Return the scenario in a table; what is wrong with it is noted."""
    _refuse_others(name, table, quantities)

    def value_of(inner: Fields, key: str, quantity: Quantity | None) -> Decimal | None:
        return _value(inner, key, quantity, dimensions)

    factors = _changes(table, "scale", "write scale.price = 1.1", quantities, dimensions, {}, _factor)
    return Scenario(
        id=name,
        label=table.text("label", longest=LONGEST_LABEL) or name.replace("_", " ").capitalize(),
        extends=table.texts("extends"),
        note=table.text("note"),
        set=_changes(table, "set", "write set.price = 3", quantities, dimensions, data, value_of),
        scale=tuple(
            [(id_, _of_values(quantities.get(id_), factor, (*table.path, "scale", id_))) for id_, factor in factors]
        ),
    )


def _refuse_others(name: str, table: Fields, quantities: Mapping[str, Quantity]) -> None:
    """Complain of each key that scenarios do not have, and say what a value beside `set` is written as."""
    others: dict[str, Any] = {}
    for key, value in table.table.items():
        hint = "" if key in SCENARIO_KEYS else _key_hint(key, value, quantities)
        if hint:
            table.complain("unknown-key", f"the scenario '{name}' has no key '{shortened(key)}'", key, hint)
        else:
            others[key] = value
    Fields(table.document, table.path, others, table.problems).only(f"the scenario '{name}'", SCENARIO_KEYS)


def _key_hint(key: str, value: object, quantities: Mapping[str, Quantity]) -> str:
    """Return what to write in place of a key that scenarios do not have; '' where it is near to none but theirs."""
    if key.lower() in _CHANCES:
        return "scenarios are not drawn: a choice has weights, which say how likely each of its members is"
    if isinstance(value, dict | list | bool):
        return ""
    # In quotes a dot is a letter of the key: "set.price" is no key of set.
    *tables, id_ = key.split(".")
    if id_ not in quantities:
        near = nearest(id_, sorted(quantities), 0.7)
        if not near or did_you_mean(key, SCENARIO_KEYS):
            return ""
        id_ = near[0]
    if quantities[id_].value is None and any(quantities[id_].written):
        return f"a scenario sets inputs, and '{id_}' is computed"
    spelled = f'"{value}"' if quantities[id_].choice else "..." if isinstance(value, str) else str(value)
    return f"write {'scale' if tables == ['scale'] else 'set'}.{id_} = {spelled}"


def _of_values(quantity: Quantity | None, factor: Decimal | Grid[Decimal], place: KeyPath) -> Decimal | Grid[Decimal]:
    """Return a factor without the periods that a formula goes on for, where it is one for these and others."""
    if quantity is None or not isinstance(quantity.value, Grid) or None not in quantity.value.cells:
        return factor
    cells = quantity.value.cells
    grid = spread(factor, len(cells), place)
    shared = {at for at, value in zip(grid.paths, cells, strict=True) if value is not None}
    kept = [
        None if value is None and at in shared else one
        for one, at, value in zip(grid.cells, grid.paths, cells, strict=True)
    ]
    return Grid(tuple(kept), grid.paths)


def _changes(  # noqa: PLR0917  # two tables of one shape
    table: Fields,
    key: str,
    hint: str,
    quantities: Mapping[str, Quantity],
    dimensions: Mapping[str, Dimension],
    data: Mapping[str, DataFile],
    read: _Read,
) -> _Changes:
    """Return what stands in a table by quantities, and by their members; what is wrong is left out."""
    values = table.table.get(key, {})
    if not isinstance(values, dict):
        table.complain("type", f"'{key}' is {kind_of(values)} and must be a table", key, hint)
        values = {}
    inner = Fields(table.document, (*table.path, key), values, table.problems)
    found: list[tuple[str, Decimal | Grid[Decimal]]] = []
    for id_ in values:
        quantity = quantities.get(id_)
        if quantity is None:
            # That there is none is told with the rest, whatever it is set to.
            found.append((id_, Decimal(0)))
            continue
        over = [dimensions[name] for name in quantity.over]
        change: Decimal | Grid[Decimal] | None
        if key == "scale" and is_of_data(values[id_], over):
            hint = "a scenario may take the values from a file: set.price = { data = ... }"
            inner.complain("data", f"the factor of '{shortened(id_)}' stands in a file, and is one number", id_, hint)
            continue
        if key == "set" and is_of_data(values[id_], over):
            chosen = dimensions.get(quantity.choice)
            change = read_column(inner, id_, over, data, quantity.unit, chosen)
            change = change.cells[0] if change is not None and not over else change
        else:
            change = by_member(inner, id_, over, lambda one, at, of=quantity: read(one, at, of))  # type: ignore[misc]  # bound at once
        if change is not None:
            found.append((id_, change))
    return tuple(found)


def _value(table: Fields, key: str, quantity: Quantity | None, dimensions: Mapping[str, Dimension]) -> Decimal | None:
    """Return what a scenario sets a quantity or a member of it to; None where it is wrong."""
    value = table.table.get(key)
    if quantity is not None and quantity.choice:
        return read_member(table, key, dimensions[quantity.choice])
    if quantity is not None and isinstance(value, str):
        if quantity.value is None and not any(quantity.written):
            return None  # What is wrong with the value that this one replaces has been told.
        member = (*table.path, key)[3:]
        name = ".".join(map(str, member))
        base = quantity.given(member[1:], [dimensions[one] for one in quantity.over])
        if hint := change_hint(value, base, name, is_share=quantity.unit in {"percent", "%"}):
            table.complain("type", f"'{key}' is {kind_of(value)} and must be a number", key, hint)
            return None
    return table.number(key)


def _factor(table: Fields, key: str, quantity: Quantity | None) -> Decimal | None:
    """Return what a scenario multiplies a quantity or a member of it by; None where it is wrong."""
    value = table.table.get(key)
    if quantity is not None and quantity.choice and isinstance(value, str):
        return Decimal(1)  # That a choice cannot be scaled is told with the rest.
    hint = factor_hint(value) if isinstance(value, str) else "a factor is a number, such as 1.1"
    if hint and isinstance(value, str | bool):
        table.complain("type", f"'{key}' is {kind_of(value)} and must be a number", key, hint)
        return None
    return table.number(key)
