"""What a workbook holds where members are chosen: in choices, and in the maps of groups."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.model.dimensions import Dimension
from engine.model.names import code_id, map_id, map_name
from engine.model.rewriting.targets import Target
from engine.plan.plan import Plan
from engine.problems import some
from exports.roundtrip.cells import FEW, Found, Refused, find_spot
from exports.roundtrip.compared.straightened import Spot
from exports.roundtrip.registry import Registered, Registry
from exports.roundtrip.typed_values import find_member
from exports.workbook.layout import headings
from exports.workbook.layout.geometry import line_name


def read_maps(plan: Plan, registry: Registry) -> Iterator[tuple[str, Found | Refused | None]]:
    """Yield to which member of each group those of its finer dimension belong, with the names of these cells."""
    for group in plan.model.dimensions:
        if not group.of or group.periods:
            continue
        line = map_name(group.id)
        columns = [(sheet, sheet.members(group.of)) for sheet in registry.inputs]
        for number, member in enumerate(plan.model.dimension[group.of].members):
            name = line_name(line, (member,))
            entry = registry.entries.get((name, ""))
            spots = [
                Spot(sheet.sheet.name, (at, found[member]))
                for sheet, found in columns
                if member in found
                for at in sheet.lines.get(line, ())[:FEW]
            ]
            spot = find_spot(registry, entry, name, line, spots)
            if isinstance(spot, Spot):
                yield name, read_member(registry, Target(group.id, None, number), name, group, spot, entry=entry)
            else:
                yield name, spot


def read_member(
    registry: Registry, target: Target, name: str, dimension: Dimension, spot: Spot, *, entry: Registered | None
) -> Found | Refused | None:
    """Return the member that a cell holds; None where it is one that the text has no more, and nobody touched it."""
    held = registry.content(spot)
    if held is None:
        return Refused(spot.address, name, "the cell is empty", f"choose one of {some(dimension.members)}")
    exported = entry.exported if entry is not None else None
    base = None if exported is None else exported_code(exported, dimension)
    found = find_member(held, dimension)
    if isinstance(found, int):
        was_own = None if entry is None or exported is None else entry.is_own
        return Found(target, name, spot, dimension.code_of(found), base, was_own)
    if exported is not None and not held.is_formula and str(held.value).strip() == str(exported):
        return None
    return Refused(spot.address, name, *found)


def exported_code(exported: float | str, dimension: Dimension) -> Decimal:
    """Return the code of the member that a cell held on export; NaN for one that the text has no more."""
    index = dimension.index_of(exported if isinstance(exported, str) else f"{exported:.15g}")
    return Decimal("nan") if index is None else dimension.code_of(index)


def find_overtyped_codes(plan: Plan, registry: Registry) -> Iterator[Refused]:
    """Yield the numbers that somebody typed where the workbook works out a member's own."""
    chosen = [code_id(quantity.id) for quantity in plan.model.quantities if quantity.choice]
    mapped = [map_id(group.id, group.of) for group in plan.model.dimensions if group.of]
    for sheet in registry.inputs:
        rows = {
            at: name for name, lines in sheet.lines.items() for at in lines if name.startswith((*chosen, *mapped))
        }  # fmt: skip
        for (at, column), held in sheet.sheet.cells.items() if rows else ():
            if at in rows and column >= sheet.columns[headings.LIVE] and held.is_number and not held.is_formula:
                message = f"{held.value} was typed over the number of a member, which follows from the line above"
                yield Refused(Spot(sheet.sheet.name, (at, column)).address, "", message, "choose the member there")
