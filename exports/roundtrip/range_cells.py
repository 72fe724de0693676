"""What a workbook holds as the ends of inputs' ranges, each found by its name, wherever these stand."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.declared.ranges import range_ends
from engine.model.rewrite import Target
from engine.plan.cells import Cell, cell_name
from engine.plan.plan import Plan
from exports.roundtrip.cells import Found, Refused
from exports.roundtrip.compared.straightened import Spot
from exports.roundtrip.registry import Registered, Registry
from exports.roundtrip.typed_values import as_declared, find_mistake
from exports.roundtrip.units import refuse_other
from exports.style.words import in_full
from exports.workbook.layout.geometry import UNIT, end_of


def read_ranges(plan: Plan, registry: Registry) -> Iterator[tuple[str, Found | Refused | None]]:
    """Yield the ends of ranges, with the names of their cells; None where the workbook never had one."""
    for row in plan.inputs:
        if row.quantity is None or row.quantity.choice:
            continue
        lows: dict[int, Found] = {}
        for number, end, _ in range_ends(plan.model, row.quantity):
            name = end_of(cell_name(plan, Cell(row.id, number)), end)
            entry = registry.entries.get((name, ""))
            if entry is None or isinstance(entry.exported, str) or entry.exported is None:
                yield name, None
                continue
            if entry.spot is None:
                message = entry.lost or f"the line of the {end} end of the range of '{row.id}' was deleted"
                yield name, Refused("Sensitivity", "", message, "put it back, or export the workbook again")
                continue
            if refused := _of_another_unit(plan, registry, row.id, entry):
                yield name, refused
                continue
            held = registry.content(entry.spot)
            if held is None:
                yield name, Refused(entry.spot.address, name, "the cell is empty", "type the number that is meant")
                continue
            if problem := find_mistake(held):
                yield name, Refused(entry.spot.address, name, *problem)
                continue
            target = Target(row.id, None, number, end=end)
            base = as_declared(entry.exported, row)
            found = Found(target, name, entry.spot, as_declared(float(held.value), row), base, was_own=True)
            if end == "low":
                lows[number] = found
            elif number in lows and (problem := _reversed(lows[number], found)):
                yield name, Refused(entry.spot.address, name, *problem)
                continue
            yield name, found


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


def _reversed(low: Found, high: Found) -> tuple[str, str] | None:
    """Return what is wrong where somebody typed a low end above the high one."""
    if low.value is None or high.value is None or low.value <= high.value:
        return None
    message = f"the low end, {in_full(float(low.value))}, is above the high end, {in_full(float(high.value))}"
    return message, "type the smaller one as the low end"
