"""Sweeps as plain values and as CSV."""

from __future__ import annotations

import csv
import io
from math import isfinite
from typing import Any

from engine.plan.cells import cell_name
from engine.plan.selection import locate, members_of
from engine.sweeps.sweep import Sweep
from exports.results.tables import safe
from exports.style.words import exactly


def record(found: Sweep) -> dict[str, Any]:
    """Return a sweep as plain values: the interface behind ``sweep --json``. What has no value is None."""
    plan, scenarios = found.plan, found.columns.scenarios
    return {
        "model": plan.model.document.name,
        "title": plan.model.title,
        **({} if scenarios else {"scenario": found.case.id}),
        "cases": found.columns.count,
        "inputs": {
            **({"scenario": {"values": list(scenarios)}} if scenarios else {}),
            **{name: {"unit": _unit(found, name), "values": inputs(found, name)} for name in found.columns.inputs},
        },
        "outputs": {
            cell_name(plan, cell): {
                "unit": plan.row(cell.id).unit.text,
                "values": [value if isfinite(value) else None for value in own.tolist()],
                "why": dict(why),
            }
            for cell, own, why in zip(found.outputs, found.values, found.why, strict=True)
        },
    }


def as_csv(found: Sweep) -> str:
    """Return a line for each case: what varies, below headings that ``--cases`` reads too, then the outputs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns: dict[str, list[float] | list[str]] = {}
    if found.columns.scenarios:
        columns["scenario"] = list(found.columns.scenarios)
    for name in found.columns.inputs:
        columns[_heading(name, _unit(found, name))] = inputs(found, name)
    for cell, own in zip(found.outputs, found.values, strict=True):
        columns[_heading(cell_name(found.plan, cell), found.plan.row(cell.id).unit.text)] = own.tolist()
    writer.writerow([safe(heading) for heading in columns])
    for line in zip(*columns.values(), strict=True):
        writer.writerow([_text(value) for value in line])
    return out.getvalue()


def inputs(found: Sweep, name: str) -> list[float] | list[str]:
    """Return the values of what varies, a value a case, of a choice its members."""
    return members_of(found.plan, locate(found.plan, name)[0], found.columns.inputs[name].tolist())


def _unit(found: Sweep, name: str) -> str:
    return locate(found.plan, name)[0].unit.text


def _heading(name: str, unit: str) -> str:
    return name if unit in {"", "1"} else f"{name} [{unit}]"


def _text(value: float | str) -> str:
    if isinstance(value, str):
        return safe(value)
    return exactly(value) if isfinite(value) else ""
