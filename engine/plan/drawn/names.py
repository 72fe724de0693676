"""The draws that a model declares, by name: `price` for a row at once, `price[DE]` for one of its members."""

from __future__ import annotations

from engine.model.dimensions import Grid, member_keys
from engine.model.model import Model, Quantity
from engine.model.names import cell_id


def declared_draws(model: Model, quantity: Quantity) -> dict[str, tuple[int, ...]]:
    """Return the cells of each draw of a quantity by its name; none where nothing says what it may be.

    What is given once is one draw, and what is given by member one a member of the dimensions that it names.
    """
    setting = quantity.weights if quantity.choice else quantity.range or quantity.values
    if setting is None:
        return {}
    if not isinstance(setting, Grid):
        return {quantity.id: tuple(range(model.size(quantity.over)))}
    dimensions = [model.dimension[name] for name in quantity.over]
    start = len(quantity.path) + 1
    found: dict[str, list[int]] = {}
    for number, (place, members) in enumerate(zip(setting.paths, model.members(quantity.over), strict=True)):
        if setting.cells[number] is not None:
            named = members[: len(member_keys(place[start:], dimensions))]
            found.setdefault(cell_id(quantity.id, named), []).append(number)
    return {name: tuple(cells) for name, cells in found.items()}
