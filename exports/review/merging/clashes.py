"""What two sides of a merge did that must not be put together, though each did it to another piece of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from engine.model.dimensions import Grid, cell
from engine.model.model import Model, Quantity
from engine.problems import KeyPath, listed
from engine.versions.renaming import match_members
from exports.review.merging.respelling import unit_meaning

# A model before, as it is here, and as it is there.
Sides = Sequence[Model]
_WHERE: Final = ("here", "there")


def find_clashes(sides: Sides) -> dict[KeyPath, str]:
    """Return what is not to be merged, by the path of its table, with what is to be said of it."""
    found: dict[KeyPath, str] = {}
    for part in (_units, _members, _order, _factors):
        found |= dict(part(sides))
    return found


def find_old_names(sides: Sides, merged: Model) -> Iterator[str]:
    """Yield what is to be said of members that one side gave another name to, and that stand there all the same.

    Such a name is one that the other side gave a member of a finer dimension to, and it would be a new group. A lone
    member that went to another group gave that no other name.
    """
    then, *both = sides
    for side, where in zip(both, _WHERE, strict=True):
        for dimension, old, new in _renamed(then, side):
            before = then.dimension[dimension]
            is_lone = before.places.count(before.indices[old]) == 1
            if not is_lone and dimension in merged.dimension and old in merged.dimension[dimension].indices:
                yield f"'{old}', a member of '{dimension}', is called '{new}' {where}, and the other side names '{old}'"


def tell_new_names(sides: Sides, trouble: str) -> str:
    """Return how members that a trouble names are called by the side that gave them another name; '' for none."""
    then, *both = sides
    told = [
        f"'{old}' is called '{new}' {where}"
        for side, where in zip(both, _WHERE, strict=True)
        for _, old, new in _renamed(then, side)
        if f"'{old}'" in trouble
    ]
    return f" ({', '.join(told)})" if told else ""


def _renamed(then: Model, side: Model) -> Iterator[tuple[str, str, str]]:
    """Yield the members that a side gave another name to: their dimension, the old name and the new one."""
    for dimension in then.dimensions:
        if dimension.id in side.dimension:
            renamed = match_members(dimension, side.dimension[dimension.id])
            yield from [(dimension.id, old, new) for new, old in renamed.items()]


def _units(sides: Sides) -> Iterator[tuple[KeyPath, str]]:
    """Yield the quantities of which one side changed the unit, and the other a number: 3 kEUR is not 3 EUR."""
    then, here, there = sides
    for quantity in here.quantities:
        before, other = then.by_id.get(quantity.id), there.by_id.get(quantity.id)
        if before is None or other is None or unit_meaning(there, other.unit) == unit_meaning(here, quantity.unit):
            continue
        is_clashing = any(
            unit_meaning(side, unit) != unit_meaning(then, before.unit)
            and _numbers(model, one) != _numbers(then, before)
            for one, model, side, unit in ((quantity, here, there, other.unit), (other, there, here, quantity.unit))
        )
        if is_clashing:
            units = f"the unit is {quantity.unit} here and {other.unit} there"
            yield quantity.path, f"'{quantity.id}': {units}, and the other side changed a number of it"


def _members(sides: Sides) -> Iterator[tuple[KeyPath, str]]:
    """Yield the dimensions of which one side moved members, and the other changed values: lists go by place."""
    then, here, there = sides
    for dimension in then.dimensions:
        for side, rest in ((here, there), (there, here)):
            members = side.dimension[dimension.id].members if dimension.id in side.dimension else ()
            is_moved = members[: len(dimension.members)] != dimension.members
            if is_moved and _lists(rest, dimension.id) != _lists(then, dimension.id):
                yield (
                    ("dimensions", dimension.id),
                    f"the members of '{dimension.id}' have other places, and the other side changed values over them",
                )


def _order(sides: Sides) -> Iterator[tuple[KeyPath, str]]:
    """Yield the ordered dimensions to which both sides added members: nobody said which comes first."""
    then, here, there = sides
    for dimension in then.dimensions:
        own, other = (side.dimension.get(dimension.id) for side in (here, there))
        if own is None or other is None or not own.ordered or own.is_time or dimension.of:
            continue
        added = [[one for one in side.members if one not in dimension.indices] for side in (own, other)]
        if all(added) and added[0] != added[1]:
            words = " and ".join(f"{listed(one)} {where}" for one, where in zip(added, _WHERE, strict=True))
            yield ("dimensions", dimension.id), f"members added to '{dimension.id}', which is ordered: {words}"


def _factors(sides: Sides) -> Iterator[tuple[KeyPath, str]]:
    """Yield the scenarios in which one side sets what the other scales."""
    then, here, there = sides
    for scenario in here.scenarios:
        for setting, scaling, words in ((here, there, ("here", "there")), (there, here, ("there", "here"))):
            for id_, quantity in setting.by_id.items():
                if _clash(setting, scaling, then, scenario.id, quantity):
                    message = f"'{id_}' in the scenario '{scenario.id}': set {words[0]}, and scaled {words[1]}"
                    yield ("scenarios", scenario.id), message


def _clash(setting: Model, scaling: Model, then: Model, scenario: str, quantity: Quantity) -> bool:
    """Return whether one side newly sets a cell that the other scales, newly or otherwise than before."""
    own = _changed(setting, scenario, "set", quantity.id)
    factors = _changed(scaling, scenario, "scale", quantity.id)
    if own is None or factors is None:
        return False
    is_new = own != _changed(then, scenario, "set", quantity.id)
    is_new = is_new and factors != _changed(then, scenario, "scale", quantity.id)
    cells = range(setting.size(quantity.over))
    return is_new and any(cell(own, number) is not None and cell(factors, number) is not None for number in cells)


def _changed(model: Model, scenario: str, key: str, id_: str) -> Grid[Decimal] | Decimal | None:
    found = next((one for one in model.scenarios if one.id == scenario), None)
    if found is None:
        return None
    return dict(found.set if key == "set" else found.scale).get(id_)


def _lists(model: Model, dimension: str) -> object:
    """Return all values over a dimension, which a list may give by their places."""
    own = [(one.id, one.value) for one in model.quantities if dimension in one.over]
    ids = {id_ for id_, _ in own}
    own += [(id_, value) for one in model.scenarios for id_, value in (*one.set, *one.scale) if id_ in ids]
    return [(id_, value.cells if isinstance(value, Grid) else None) for id_, value in own]


def _numbers(model: Model, quantity: Quantity) -> object:
    """Return all that is in a quantity's unit."""
    own: Sequence[object] = [
        *[quantity.value, quantity.range, quantity.values, quantity.min, quantity.max],
        *[value for scenario in model.scenarios for id_, value in scenario.set if id_ == quantity.id],
    ]
    cells = [setting.cells if isinstance(setting, Grid) else setting for setting in own]
    return cells, [figure.value for figure in quantity.published]
