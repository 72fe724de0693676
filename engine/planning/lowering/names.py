"""The units of a model's names: of quantities, and of the rows that dimensions are."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.model import Model
from engine.model.names import days_id, map_id, start_id
from engine.units.mismatch import Factors
from engine.units.registry import Units
from engine.units.unit import Atoms, Unit


def readable_units(model: Model, units: Units) -> Mapping[str, Unit]:
    """Return the units of quantities and dimensions by id, but for those that cannot be read, or that stand twice."""
    found: dict[str, Unit] = {}
    texts = [(quantity.id, quantity.unit) for quantity in model.quantities]
    for dimension in model.dimensions:
        texts.append((dimension.id, dimension.unit))
        texts += [(days_id(dimension.id), "day"), (start_id(dimension.id), "1")] if dimension.periods else []
    texts += [
        (map_id(coarse.id, fine.id), "1") for coarse in model.dimensions for fine in model.dimensions if coarse.of
    ]
    for id_, written in texts:
        if id_ in model.ambiguous:
            continue
        try:
            found[id_] = units.parse(written)
        except ValueError:  # the check of units has said it
            continue
    return found


def has_time(units: Units, unit_of: Mapping[str, Unit], id_: str) -> bool:
    """Return whether time stands above the line in a quantity's unit."""
    unit = unit_of.get(id_)
    return unit is not None and dict(units.dimension(unit.atoms)).get("time", 0) > 0


def factors_of(model: Model, atoms: Mapping[str, Atoms], over: Mapping[str, tuple[str, ...]]) -> Factors:
    """Return what hints may name as a factor: the model's quantities, and the days of its calendars."""
    days = {days_id(one.id): f"days({one.id})" for one in model.dimensions if one.periods}
    return Factors(atoms, over, lambda: model.feeds, days)
