"""What a workbook holds in each input's cell: a number, or that it is inherited; anything else is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from math import isfinite, nan
from typing import Final

import numpy as np

from engine.model.rewriting.targets import Target
from engine.plan.cells import Cell, cell_name
from engine.plan.plan import Case, Plan, Row
from exports.reading.records import Held
from exports.roundtrip.cells import FEW, Found, Refused, find_spot
from exports.roundtrip.compared.exported import live_scenario
from exports.roundtrip.compared.straightened import Spot
from exports.roundtrip.member_cells import exported_code, find_overtyped_codes, read_maps, read_member
from exports.roundtrip.range_cells import read_ranges
from exports.roundtrip.registry import InputSheet, Registered, Registry, find_reshaped
from exports.roundtrip.typed_values import as_declared, find_mistake, find_unlikely, same
from exports.roundtrip.units import find_other_units
from exports.style.a1 import CELL
from exports.style.words import as_typed
from exports.workbook.layout import headings
from exports.workbook.layout.choices import chosen_from, is_choice
from exports.workbook.layout.geometry import factor_of, in_case, line_name
from exports.workbook.layout.rows import running_down

# What Inputs has where several scenarios are extended, or one is scaled.
_TAKEN: Final = re.compile(rf"=(?:IF|ROUND|[(),=*]|,[02](?=\))|{CELL})+")


def read_inputs(plan: Plan, registry: Registry) -> tuple[list[Found], list[Refused], list[str]]:
    """Return the inputs that a workbook holds, what is refused, and what is worth a note."""
    reader = _InputReader(plan, registry)
    cells: list[Found] = []
    refused: list[Refused] = []
    known: set[tuple[str, str]] = set()
    for case in plan.cases:
        for row in plan.inputs:
            for number, is_set in enumerate(row.is_set):
                if is_set:
                    name = cell_name(plan, Cell(row.id, number))
                    known.add((name, case.id))
                    found = [reader.cell(row, number, case, name)]
                    name = factor_of(name)
                    is_scaled = case.factor(row.id, number) is not None or (name, case.id) in registry.entries
                    if is_scaled and not is_choice(row):
                        known.add((name, case.id))
                        found.append(reader.cell(row, number, case, name, is_factor=True))
                    refused += [one for one in found if isinstance(one, Refused)]
                    cells += [one for one in found if isinstance(one, Found)]
    for name, mapped in [*read_maps(plan, registry), *read_ranges(plan, registry)]:
        known.add((name, ""))
        if isinstance(mapped, Refused):
            refused.append(mapped)
        elif mapped is not None:
            cells.append(mapped)
    others = [*reader.find_gone(known), *reader.find_overtyped(), *find_overtyped_codes(plan, registry)]
    # What is true of a whole line or column is told once.
    refused = list(dict.fromkeys([*find_other_units(plan, registry), *refused, *others]))
    return cells, refused, reader.notes


class _InputReader:
    def __init__(self, plan: Plan, registry: Registry) -> None:
        self.plan = plan
        self.registry = registry
        self.columns = {sheet.sheet.name: self._scenario_columns(sheet) for sheet in registry.inputs}
        self.members = {
            sheet.sheet.name: {name: sheet.members(name) for name in plan.model.dimension} for sheet in registry.inputs
        }
        self.notes: list[str] = []
        missing = [case.id for case in plan.cases if registry.has_registry and case.id not in registry.cases]
        if missing:
            self.notes.append(f"not in the workbook, which is older: the scenarios {', '.join(missing)}")
        if others := find_reshaped(plan, registry) if registry.straight is None else ():
            message = f"the members of {', '.join(sorted(others))} are others in the text"
            self.notes.append(f"{message}: formulas over them were not compared")
        if not registry.has_registry:
            self.notes.append("the sheet Registry is gone: whatever differs from the text counts as changed here")

    def _scenario_columns(self, sheet: InputSheet) -> dict[str, int]:
        """Return the column of each scenario: by its label, or where that has changed by the order on export."""
        by_label = dict(reversed(sheet.labels))
        found = {case.id: by_label[case.label] for case in self.plan.cases if case.label in by_label}
        # A label may have changed, in the text or in the workbook; a column that has another's label is not free.
        free = {column for _, column in sheet.labels} - set(found.values())
        if len(self.registry.cases) == len(sheet.labels):
            for id_, (_, column) in zip(self.registry.cases, sheet.labels, strict=True):
                if column in free:
                    found.setdefault(id_, column)
        return found

    def find_overtyped(self) -> Iterator[Refused]:
        """Yield the live lines that somebody typed over: what is typed there belongs to no scenario."""
        for row in self.plan.inputs:
            lines: dict[tuple[str, int], list[tuple[Spot, Held]]] = {}
            for number, is_set in enumerate(row.is_set):
                for spot in self._spots(row, *self._line(row, number, None), None) if is_set else ():
                    held = self.registry.content(spot)
                    is_typed = held is not None and not held.is_formula and (held.is_number or is_choice(row))
                    if held is not None and is_typed and not self._is_live(row, number, held):
                        lines.setdefault((spot.sheet, spot.place[0]), []).append((spot, held))
            for typed in lines.values():
                (first, held), (last, _) = typed[0], typed[-1]
                span = f":{last.cell}" if last != first else ""
                message = f"{held.value} was typed over the live value, which is chosen from the scenarios"
                if span:
                    message = "numbers were typed over the live values, which are chosen from the scenarios"
                yield Refused(first.address + span, row.id, message, "type it into the column of its scenario")

    def _is_live(self, row: Row, number: int, held: Held) -> bool:
        """Return whether a cell only repeats what it showed on export, as one does that was copied as a value."""
        if self.registry.straight is None or is_choice(row):
            return False
        case = live_scenario(self.plan, self.registry.book)
        values = self.plan.overrides(case).get(row.id, row.value)
        return same(float(held.value), float(np.ravel(np.asarray(values))[number if row.over else 0]))

    def find_gone(self, known: set[tuple[str, str]]) -> Iterator[Refused]:
        """Yield the inputs that the text has no more, where somebody changed them in the workbook."""
        lost = 0
        for (name, case), entry in self.registry.entries.items():
            if (name, case) in known:
                continue
            held = self.registry.content(entry.spot) if entry.spot is not None else None
            value = held.value if held is not None and not held.is_formula else None
            if isinstance(entry.exported, str):
                is_typed = value is not None and str(value).strip() != entry.exported
            else:
                is_number = isinstance(value, int | float) and not isinstance(value, bool)
                is_typed = is_number and not same(float(value or 0), entry.exported or 0)
            if entry.spot is not None and is_typed:
                message = f"{value} was typed for an input that the text has no more"
                yield Refused(entry.spot.address, name, message, "take it back, or write it into the text by hand")
            lost += 1
        if lost:
            self.notes.append(f"{lost:,} cells of the workbook are of inputs or scenarios that the text has no more")

    def cell(self, row: Row, number: int, case: Case, name: str, *, is_factor: bool = False) -> Found | Refused | None:
        """Return what stands in the cell of an input, or of its factor; None where the workbook never had it."""
        entry = self.registry.entries.get((name, case.id))
        line, member = self._line(row, number, case)
        line = factor_of(line) if is_factor else line
        spot = find_spot(self.registry, entry, name, line, list(self._spots(row, line, member, case)))
        if not isinstance(spot, Spot):
            return spot
        if is_choice(row):
            return self._read(row, (number, case), spot, entry)
        if entry is not None and entry.exported is not None and not isfinite(_numeric(entry.exported)):
            message = f"the sheet Registry has no number for what '{name}' was on export"
            return Refused(spot.address, name, message, "export the workbook again, and carry the change over")
        if is_factor:
            target = Target(row.id, case.id, number, is_factor=True)
            return self._factor(target, name, spot, entry)
        return self._read(row, (number, case), spot, entry)

    def _line(self, row: Row, number: int, case: Case | None) -> tuple[str, str]:
        """Return the name of a line, of live values where no scenario is named, and the member of its column."""
        if not row.over:
            return row.id, ""  # Its scenarios run to the right.
        across = self.plan.across(row)
        at = dict(zip(row.over, self.plan.model.member(row.over, number), strict=True))
        name = line_name(row.id, [at[name] for name in running_down(row, across)])
        return name if case is None else in_case(name, case), at.get(across, "")

    def _spots(self, row: Row, line: str, member: str, case: Case | None) -> Iterator[Spot]:
        """Yield the cells of a line in a scenario, or of its live values where none is named."""
        for sheet in self.registry.inputs:
            name = sheet.sheet.name
            if not row.over and case is not None:
                column = self.columns[name].get(case.id)
            elif member:
                column = self.members[name][self.plan.across(row)].get(member)
            else:
                column = sheet.columns[headings.LIVE]
            if column is not None:
                # One line too many is as bad as thousands.
                yield from (Spot(name, (at, column)) for at in sheet.lines.get(line, ())[:FEW])

    def _factor(self, target: Target, name: str, spot: Spot, entry: Registered | None) -> Found | Refused:
        """Return the number by which a scenario multiplies a cell."""
        base = None if entry is None or entry.exported is None else _factor(entry.exported)
        held = self.registry.content(spot)
        if held is None:
            return Refused(
                spot.address, name, "the factor is empty", "type it, or a number over the cell that it scales"
            )
        if problem := find_mistake(held):
            return Refused(spot.address, name, *problem)
        value = _factor(float(held.value))
        return Found(target, name, spot, value, base, None if base is None else True)

    def _read(self, row: Row, at: tuple[int, Case], spot: Spot, entry: Registered | None) -> Found | Refused | None:
        number, case = at
        name = cell_name(self.plan, Cell(row.id, number))
        target = Target(row.id, None if case.is_base else case.id, number)
        scaled = self.registry.entries.get((factor_of(name), case.id))
        factor = None if scaled is None or not scaled.exported else _factor(scaled.exported)
        base = None if entry is None or entry.exported is None else _base(self.plan, row, entry.exported)
        was_own = None if entry is None or entry.exported is None else entry.is_own
        held = self.registry.content(spot)
        if target.case is not None and self._inherits(row, at, spot, entry):
            return Found(target, name, spot, None, base, was_own, factor)
        if is_choice(row):
            return read_member(self.registry, target, name, chosen_from(self.plan.model, row), spot, entry=entry)
        if held is None:
            return Refused(spot.address, name, "the cell is empty", "type the number that is meant")
        if problem := find_mistake(held):
            return Refused(spot.address, name, *problem)
        value = as_declared(float(held.value), row)
        before = base
        if base is None and row.value is not None:
            before = as_declared(float(np.ravel(np.asarray(row.value))[number if row.over else 0]), row)
        if problem := find_unlikely(row, number, value, before):
            return Refused(spot.address, name, *problem)
        return Found(target, name, spot, value, base, was_own, factor)

    def _inherits(self, row: Row, at: tuple[int, Case], spot: Spot, entry: Registered | None) -> bool:
        """Return whether a formula takes over what the scenario that it starts from has."""
        number, case = at
        held = self.registry.content(spot)
        if held is None or not held.is_formula:
            return held is None
        own = next(sheet for sheet in self.registry.book.sheets if sheet.name == spot.sheet)
        formula = str(held.value)
        if entry is not None and entry.taken and self.registry.wording(own, formula) == entry.taken:
            return True
        is_plain = len(case.parents) == 1 and case.factor(row.id, number) is None
        if not is_plain:
            # Without Registry a formula of no more than cells, as an export writes it, has to be trusted.
            return not self.registry.has_registry and _TAKEN.fullmatch(formula) is not None
        reference = self.registry.reference(own, formula)
        parent = self.plan.case(case.parents[0])
        spots = self._spots(row, *self._line(row, number, parent), parent)
        return reference is not None and reference != spot and reference in spots


def _numeric(exported: float | str) -> float:
    return nan if isinstance(exported, str) else exported


def _base(plan: Plan, row: Row, exported: float | str) -> Decimal:
    """Return what a cell held on export."""
    if is_choice(row):
        return exported_code(exported, chosen_from(plan.model, row))
    return as_declared(_numeric(exported), row)


def _factor(number: float | str) -> Decimal:
    return Decimal(as_typed(_numeric(number))).normalize()
