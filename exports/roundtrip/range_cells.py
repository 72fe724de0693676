"""What a workbook holds as the ends of inputs' ranges, each found by its name, wherever these stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.model.declared.ranges import range_ends
from engine.model.dimensions import Grid
from engine.model.rewrite import Target
from engine.plan.cells import Cell, cell_name
from engine.plan.plan import Plan, Row
from engine.text.numerals import readable
from exports.roundtrip.cells import Found, Refused
from exports.roundtrip.compared.straightened import Spot
from exports.roundtrip.registry import Registered, Registry
from exports.roundtrip.typed_values import as_declared, find_mistake
from exports.roundtrip.units import refuse_other
from exports.workbook.layout.geometry import UNIT, end_of


def read_ranges(plan: Plan, registry: Registry) -> Iterator[tuple[str, Found | Refused | None]]:
    """Yield the ends of ranges, with the names of their cells; None where the workbook never had one."""
    for row in plan.inputs:
        if row.quantity is None or row.quantity.choice:
            continue
        low: Found | Refused | None = None
        by_member = isinstance(row.quantity.range, Grid)
        for number, end, _ in range_ends(plan.model, row.quantity):
            if number and not by_member:
                break  # All members have one range, which stands there once.
            name = end_of(cell_name(plan, Cell(row.id, number)) if by_member else row.id, end)
            found = _read_end(plan, registry, row, Target(row.id, None, number, end=end), name)
            if isinstance(found, Found) and not by_member:
                found = replace(found, cells=len(row.is_set))
            if end == "high" and isinstance(low, Found) and isinstance(found, Found):
                found = _refuse_reversed(low, found) or found
            low = found
            yield name, found


def _read_end(plan: Plan, registry: Registry, row: Row, target: Target, name: str) -> Found | Refused | None:
    entry = registry.entries.get((name, ""))
    # That a line or the sheet was deleted is told: no value went with it.
    if entry is None or not isinstance(entry.exported, float) or entry.spot is None:
        return None
    if entry.spot.sheet.casefold() not in registry.sheets:
        return None
    if refused := _of_another_unit(plan, registry, row.id, entry):
        return refused
    held = registry.content(entry.spot)
    if held is None:
        return Refused(entry.spot.address, name, "the cell is empty", "type the number that is meant")
    if problem := find_mistake(held):
        return Refused(entry.spot.address, name, *problem)
    value = as_declared(float(held.value), row)
    return Found(target, name, entry.spot, value, as_declared(entry.exported, row), was_own=True)


def _of_another_unit(plan: Plan, registry: Registry, id_: str, entry: Registered) -> Refused | None:
    """Return that the unit on the line of an end was changed to another one."""
    assert entry.spot is not None  # noqa: S101  # asked only where there is a cell
    row, column = entry.spot.place[0], UNIT
    if registry.straight is not None:
        column = registry.straight.spot(entry.spot.sheet, (row, UNIT)).place[1]
    spot = Spot(entry.spot.sheet, (row, column))
    held = registry.content(spot)
    is_text = held is not None and isinstance(held.value, str) and not held.is_formula
    return refuse_other(plan, id_, spot, str(held.value).strip(), entry.unit) if held is not None and is_text else None


def _refuse_reversed(low: Found, high: Found) -> Refused | None:
    """Return what is wrong where somebody typed a low end above the high one."""
    if low.value is None or high.value is None or low.value <= high.value:
        return None
    message = f"the low end, {readable(low.value)}, is above the high end, {readable(high.value)}"
    return Refused(high.spot.address, high.name, message, "type the smaller one as the low end")
