"""The rows that dimensions are: the codes of their members, the groups that these belong to, the days of a calendar."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from engine.language.tree import Name, Pick
from engine.model.calendar import serial_day
from engine.model.dimensions import Dimension
from engine.model.model import Model
from engine.model.names import days_id, map_id, start_id
from engine.plan.plan import Row
from engine.planning.resolution.shapes import Shapes
from engine.units.unit import Unit


def dimension_rows(model: Model, shapes: Shapes, read: Collection[str], units: Mapping[str, Unit]) -> list[Row]:
    """Return the rows of a model's dimensions: of those that count, of calendars, and of those that formulas read."""
    chosen = {quantity.choice for quantity in model.quantities}
    found: list[Row] = []
    for dimension in model.dimensions:
        if dimension.id not in units:
            continue
        is_read = dimension.id in read or dimension.id in chosen or bool(dimension.of)
        if dimension.is_time or is_read:
            codes = np.array(dimension.codes)
            found.append(_row(dimension.id, dimension.label, units[dimension.id], dimension, codes))
        if dimension.periods:
            found += _days(dimension, units)
    for dimension in model.dimensions:
        if dimension.id in units:
            found += _maps(model, shapes, read, dimension, units)
    return found


def _days(dimension: Dimension, units: Mapping[str, Unit]) -> Iterator[Row]:
    starts = np.array([serial_day(period.start) for period in dimension.periods])
    days = np.array([float((period.end - period.start).days + 1) for period in dimension.periods])
    for id_, label, values in (
        (start_id(dimension.id), f"{dimension.label}: first day", starts),
        (days_id(dimension.id), f"{dimension.label}: days", days),
    ):
        yield _row(id_, label, units[id_], dimension, values)


def _row(id_: str, label: str, unit: Unit, dimension: Dimension, values: np.ndarray) -> Row:
    return Row(id_, label, unit, "dimension", values, over=(dimension.id,), note=dimension.note)


def _maps(
    model: Model, shapes: Shapes, read: Collection[str], group: Dimension, units: Mapping[str, Unit]
) -> Iterator[Row]:
    """Yield, for each finer dimension, which member of a group each member belongs to, as its code."""
    finer = shapes.finer(group.id)
    # What is rolled up is shown by each coarser calendar too.
    rolled = {name for quantity in model.quantities if quantity.rollup and group.periods for name in quantity.over}
    for number, fine in enumerate(finer):
        id_ = map_id(group.id, fine)
        label = f"{group.label} of each {model.dimension[fine].label.lower()}"
        if number == 0:
            codes = np.array(group.codes)[list(group.places)] if group.places else np.empty(0)
            yield Row(id_, label, units[id_], "dimension", codes, over=(fine,), note=group.note)
        elif id_ in read or fine in rolled:
            # Through the group between: where that belongs to.
            below = Pick(map_id(group.id, finer[number - 1]), (Name(map_id(finer[number - 1], fine)),))
            yield Row(id_, label, units[id_], "working", None, below, None, (fine,), note=group.id)
