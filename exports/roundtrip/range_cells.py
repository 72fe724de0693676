"""What a workbook holds as the ends of inputs' ranges, each found by its name, wherever these stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from engine.model.dimensions import Grid
from engine.model.rewriting.ranges import range_ends
from engine.model.rewriting.targets import Target
from engine.plan.cells import Cell, cell_name
from engine.plan.plan import Plan, Row
from engine.text.numerals import readable
from exports.roundtrip.cells import FEW, Found, Refused, find_spot
from exports.roundtrip.compared.straightened import Spot
from exports.roundtrip.registry import Registered, Registry, text_of
from exports.roundtrip.typed_values import as_declared, find_mistake
from exports.roundtrip.units import refuse_other
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import UNIT, end_of, line_name
from exports.workbook.layout.inputs.ranges import NAMES, TITLES, has_one_range
from exports.workbook.layout.rows import running_down


def read_ranges(plan: Plan, registry: Registry) -> Iterator[tuple[str, Found | Refused | None]]:
    """Yield the ends of ranges, with the names of their cells; None where the workbook never had one."""
    for row in plan.inputs:
        if row.quantity is None or row.quantity.choice:
            continue
        before: Found | Refused | None = None
        by_member = isinstance(row.quantity.range, Grid)
        for number, end, _ in range_ends(plan.model, row.quantity):
            if number and not by_member:
                break  # All members have one range, which stands there once.
            name = end_of(cell_name(plan, Cell(row.id, number)) if by_member else row.id, end)
            found = _read_end(plan, registry, row, Target(row.id, None, number, end=end), name)
            if isinstance(found, Found) and not by_member:
                found = replace(found, cells=len(row.is_set))
            if end != "low" and isinstance(before, Found) and isinstance(found, Found):
                found = _refuse_reversed(before, found) or found
            before = found
            yield name, found


def _read_end(plan: Plan, registry: Registry, row: Row, target: Target, name: str) -> Found | Refused | None:
    entry = registry.entries.get((name, ""))
    # That a line or the sheet was deleted is told: no value went with it.
    line, spots = _spots(plan, registry, row, target)
    if entry is None or not isinstance(entry.exported, float) or not (spots or _is_there(registry, entry)):
        return None
    spot = find_spot(registry, entry, name, line, spots)
    if not isinstance(spot, Spot):
        return spot
    if refused := _of_another_unit(plan, registry, row.id, spot, entry.unit):
        return refused
    found = _typed(registry, row, name, spot)
    if isinstance(found, Refused):
        return found
    return Found(target, name, spot, found, as_declared(entry.exported, row), was_own=True)


def _is_there(registry: Registry, entry: Registered) -> bool:
    return entry.spot is not None and entry.spot.sheet.casefold() in registry.sheets


def _typed(registry: Registry, row: Row, name: str, spot: Spot) -> Decimal | Refused:
    """Return the number that somebody typed, in the declared unit."""
    held = registry.content(spot)
    if held is None:
        return Refused(spot.address, name, "the cell is empty", "type the number that is meant")
    problem = find_mistake(held)
    return Refused(spot.address, name, *problem) if problem else as_declared(float(held.value), row)


def _of_another_unit(plan: Plan, registry: Registry, id_: str, spot: Spot, unit: str) -> Refused | None:
    """Return that the unit on the line of an end was changed to another one."""
    sheet = registry.by_sheet.get(spot.sheet)
    beside = Spot(spot.sheet, (spot.place[0], UNIT if sheet is None else sheet.columns[headings.UNIT]))
    said = text_of(registry.content(beside))
    return refuse_other(plan, id_, beside, said, unit) if said else None


def _spots(plan: Plan, registry: Registry, row: Row, target: Target) -> tuple[str, list[Spot]]:
    """Return the name of the line that an end of a range stands on, and the cells that this and its column tell."""
    if not row.over:
        line, columns = row.id, [sheet.ends.get(TITLES[target.end or "low"]) for sheet in registry.inputs]
    elif has_one_range(row):
        line, columns = end_of(row.id, target.end), [sheet.columns[headings.LIVE] for sheet in registry.inputs]
    else:
        across = plan.across(row)
        at = dict(zip(row.over, plan.model.member(row.over, target.number), strict=True))
        line = end_of(line_name(row.id, [at[one] for one in running_down(row, across)]), target.end)
        columns = [sheet.members(across).get(at[across]) if across else sheet.columns[headings.LIVE]
                   for sheet in registry.inputs]  # fmt: skip
    places = zip(registry.inputs, columns, strict=True)
    return line, [Spot(sheet.sheet.name, (number, column)) for sheet, column in places if column is not None
                  for number in sheet.lines.get(line, ())[:FEW]]  # fmt: skip


def _refuse_reversed(low: Found, high: Found) -> Refused | None:
    """Return what is wrong where somebody typed a low end above the high one, or the middle beyond one of them."""
    if low.value is None or high.value is None or low.value <= high.value:
        return None
    lower, higher = (NAMES[one.target.end or "low"] for one in (low, high))
    message = f"the {lower}, {readable(low.value)}, is above the {higher}, {readable(high.value)}"
    return Refused(high.spot.address, high.name, message, f"type the smaller one as the {lower}")
