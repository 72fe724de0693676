"""Sweeps for a person: a line for each case."""

from __future__ import annotations

from math import isfinite
from typing import Final

from engine.plan.cells import cell_name
from engine.plan.selection import locate
from engine.problems import printable
from engine.sweeps.sweep import Sweep
from exports.results.console import Text, console, table
from exports.results.swept.record import inputs
from exports.style.scenarios import describe
from exports.style.words import in_table, unit_words

_MOST_LINES: Final = 100


def show(found: Sweep) -> None:
    """Print what varies and the outputs, a line a case, and why cases have no value."""
    out, plan, count = console(), found.plan, found.columns.count
    if not found.columns.scenarios:
        out.print(Text(f"Scenario: {printable(found.case.label)}"))
        if told := describe(plan, found.case):
            out.print(Text(f"  {printable(told)}", "dim"))
        out.print()
    made = table(f"{count:,} case{'' if count == 1 else 's'}")
    columns: list[list[float] | list[str]] = []
    if found.columns.scenarios:
        made.add_column("scenario", style="cyan", no_wrap=True)
        columns.append(list(found.columns.scenarios[:_MOST_LINES]))
    for name in found.columns.inputs:
        made.add_column(_heading(name, locate(plan, name)[0].unit.text), justify="right", style="cyan", no_wrap=True)
        columns.append(inputs(found, name)[:_MOST_LINES])
    for cell, own in zip(found.outputs, found.values, strict=True):
        made.add_column(_heading(cell_name(plan, cell), plan.row(cell.id).unit.text), justify="right", no_wrap=True)
        columns.append(own[:_MOST_LINES].tolist())
    for line in zip(*columns, strict=True):
        made.add_row(*[_value(value) for value in line])
    out.print(made)
    if count > _MOST_LINES:
        out.print(Text(f"... and {count - _MOST_LINES:,} more: --csv or --json", "dim"))
    for cell, why in zip(found.outputs, found.why, strict=True):
        for reason, number in why.items():
            cases = f"{number:,} of {count:,} cases {'has' if number == 1 else 'have'}"
            note = f"{cases} no {cell_name(plan, cell)}, because {reason}"
            out.print(Text(f"  note: {printable(note)}", "yellow"))


def _heading(name: str, unit: str) -> str:
    words = unit_words(unit)
    return printable(f"{name}, {words}" if words else name)


def _value(value: float | str) -> str:
    if isinstance(value, str):
        return printable(value)
    return in_table(value) if isfinite(value) else "none"
