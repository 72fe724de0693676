"""The values that a model says, wherever they stand, by what each is of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from engine.model.data import Columns, origin_of
from engine.model.declared.choices import as_toml
from engine.model.dimensions import cell
from engine.model.model import Model
from engine.model.rewriting.ranges import End, range_ends
from engine.problems import Mistake


class Target(NamedTuple):
    """A cell of an input to write: in a scenario by its id, or None for the value as written; `number` by member.

    `is_factor` is for what a scenario multiplies it by, in place of a value, and `end` for an end of its range. By the
    id of a group it is the member that one of its finer dimension belongs to, as its code.
    """

    id: str
    case: str | None
    number: int
    is_factor: bool = False
    end: End = ""


Wanted = Mapping[Target, Decimal | None]


def find_origin(model: Model, target: Target) -> Columns | None:
    """Return where in a file the values stand that a target is one of; None where they stand in the text."""
    if target.id in model.dimension:
        return model.dimension[target.id].mapped_in
    quantity = model.by_id.get(target.id)
    if quantity is None or target.end or target.is_factor:
        return None
    if target.case is None:
        return origin_of(quantity.value)
    scenario = next((one for one in model.scenarios if one.id == target.case), None)
    return None if scenario is None else origin_of(dict(scenario.set).get(target.id))


def said(model: Model) -> dict[Target, Decimal]:
    """Return every value that a model's text gives: as written, in scenarios, in maps, and the ends of ranges."""
    found: dict[Target, Decimal] = {
        Target(quantity.id, None, number, end=end): value
        for quantity in model.quantities
        for number, end, value in range_ends(model, quantity)
    }
    for group in model.dimensions:
        if group.of and not group.periods:
            found.update({Target(group.id, None, number): Decimal(place) for number, place in enumerate(group.places)})
    given = [(quantity, None, quantity.value, False) for quantity in model.quantities] + [
        (model.by_id[id_], scenario.id, setting, is_factor)
        for scenario in model.scenarios
        for is_factor, changes in ((False, scenario.set), (True, scenario.scale))
        for id_, setting in changes
        if id_ in model.by_id
    ]
    for quantity, case, setting, is_factor in given:
        for number in range(model.size(quantity.over)):
            if (value := cell(setting, number)) is not None:
                found[Target(quantity.id, case, number, is_factor)] = value
    return found


def hold(before: Model, after: Model, wanted: Wanted) -> None:
    """Raise Mistake unless the text says what is wanted, and of everything else what it said before."""
    expected = {target: value for target, value in {**said(before), **wanted}.items() if value is not None}
    found = said(after)
    for target in sorted({*expected, *found}, key=str):
        value = expected.get(target)
        if found.get(target) != value:
            where = f"in the scenario '{target.case}'" if target.case else "as written"
            told = "is inherited"
            if value is not None:
                told = f"is {'scaled by ' * target.is_factor}{as_toml(before, target.id, value)}"
            message = f"the text leaves no place for it that '{target.id}' {told} {where}"
            raise Mistake(message, "write it into the text by hand")
