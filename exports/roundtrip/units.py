"""Units of a workbook's lines beside those of the text: another one refuses the line, another spelling does not."""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan.plan import Plan, Row
from engine.units.registry import units_of
from exports.roundtrip.cells import FEW, Refused
from exports.roundtrip.compared.straightened import Spot
from exports.roundtrip.registry import InputSheet, Registry
from exports.style.words import unit_or_number
from exports.workbook.layout import headings
from exports.workbook.layout.choices import is_choice, unit_of
from exports.workbook.layout.geometry import factor_of, in_case, line_name
from exports.workbook.layout.rows import running_down

_NUMBER = unit_or_number("1")
_IN_THE_TEXT = "a unit is changed in the text, with the values that are in it"


def find_other_units(plan: Plan, registry: Registry) -> Iterator[Refused]:
    """Yield the lines with values whose unit somebody changed, and inputs whose unit is another one in the text."""
    exported: dict[str, str] = {}
    for (name, _), entry in registry.entries.items():
        exported.setdefault(name.partition("[")[0], entry.unit)
    for row in plan.inputs:
        own = unit_of(row)
        before = exported.get(row.id, own)
        if not is_one(plan, before, own):
            message = f"'{row.id}' was exported in {before}, and is in {own} in the text now"
            yield Refused("Inputs", row.id, message, "export the workbook again, and carry the change over")
            continue
        if is_choice(row):
            continue
        for sheet in registry.inputs:
            for spot, unit, wanted in _units(plan, row, before, sheet):
                if refused := refuse_other(plan, row.id, spot, unit, wanted):
                    yield refused
                    break


def refuse_other(plan: Plan, id_: str, spot: Spot, unit: str, wanted: str) -> Refused | None:
    """Return that a line's unit was changed to one that means something else."""
    if is_one(plan, unit, wanted):
        return None
    return Refused(spot.address, id_, f"the unit of '{id_}' was changed from {wanted} to {unit}", _IN_THE_TEXT)


def is_one(plan: Plan, *units: str) -> bool:
    """Return whether units mean the same, however they are spelled."""
    known = units_of(plan.model.units)
    return len({known.meaning("1" if unit == _NUMBER else unit) for unit in units}) == 1


def _units(plan: Plan, row: Row, unit: str, sheet: InputSheet) -> Iterator[tuple[Spot, str, str]]:
    """Yield what stands as the unit of each line of an input, and what should; an empty cell says nothing."""
    names = [row.id]
    if row.over:
        down = running_down(row, plan.across(row))
        places = [row.over.index(name) for name in down]
        found = dict.fromkeys([tuple(member[place] for place in places) for member in plan.members(row)])
        names = [line_name(row.id, members) for members in found]
    for name in names:
        lines = [name, *[in_case(name, case) for case in plan.cases]]
        for line, wanted in [(line, unit) for line in lines] + [(factor_of(line), _NUMBER) for line in lines]:
            for at in sheet.lines.get(line, ())[:FEW]:
                place = at, sheet.columns[headings.UNIT]
                held = sheet.sheet.cells.get(place)
                if held is not None:
                    yield Spot(sheet.sheet.name, place), str(held.value).strip(), wanted
