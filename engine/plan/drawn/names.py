"""The draws that a model declares, by name: `price` for a row at once, `price[DE]` for one of its members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.model.dimensions import Grid, member_keys
from engine.model.model import Model, Quantity
from engine.model.names import cell_id
from engine.plan.plan import Plan


class Declared(NamedTuple):
    """The cells of one draw, and the members that it is of, by dimension: none for a draw of a whole row."""

    cells: tuple[int, ...]
    members: Mapping[str, str]


def is_drawn(plan: Plan) -> bool:
    """Return whether anything of a plan is drawn."""
    return any(row.quantity is not None and draws_of(row.quantity) for row in plan.inputs)


def draws_of(quantity: Quantity) -> bool:
    """Return whether a quantity is an input with a distribution, or with weights."""
    return quantity.is_input and (bool(quantity.distribution) or quantity.weights is not None)


def declared_draws(model: Model, quantity: Quantity) -> dict[str, Declared]:
    """Return what is drawn of a quantity by its name; nothing where nothing says what it may be.

    What is given once is one draw, and what is given by member one a member of the dimensions that it names.
    """
    setting = quantity.weights if quantity.choice else quantity.range or quantity.values
    if setting is None:
        return {}
    if not isinstance(setting, Grid):
        return {quantity.id: Declared(tuple(range(model.size(quantity.over))), {})}
    dimensions = [model.dimension[name] for name in quantity.over]
    start = len(quantity.path) + 1
    cells: dict[tuple[str, ...], list[int]] = {}
    for number, (place, members) in enumerate(zip(setting.paths, model.members(quantity.over), strict=True)):
        if setting.cells[number] is not None:
            cells.setdefault(members[: len(member_keys(place[start:], dimensions))], []).append(number)
    return {
        cell_id(quantity.id, members): Declared(tuple(found), dict(zip(quantity.over, members, strict=False)))
        for members, found in cells.items()
    }
