"""Sensitivities as plain values and as CSV, and goals as plain values."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from engine.analysis.goal import Goal
from engine.analysis.sensitivity import Influence, Sensitivity
from engine.plan.cells import cell_name
from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from exports.results.as_json import by_member
from exports.results.tables import safe
from exports.style.words import in_full

_COLUMNS: Final = (
    "output", "output_value", "output_unit", "input", "elasticity", "derivative", "derivative_unit", "low", "high",
    "output_at_low", "output_at_high", "swing",
)  # fmt: skip


def record(results: Results, found: Sequence[Sensitivity]) -> dict[str, Any]:
    """Return sensitivities as plain values: the interface behind ``sensitivity --json``."""
    return {
        "scenario": results.case.id,
        "outputs": {
            one.name: {
                "value": one.value,
                "unit": one.unit,
                "inputs": [_influence(results, influence) for influence in one.inputs],
                "notes": list(one.notes),
            }
            for one in found
        },
    }


def as_csv(found: Sequence[Sensitivity]) -> str:
    """Return a line for each output and input, or member of one; the ends of all members at once are left out."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in found:
        for influence in one.inputs:
            low, high = [ends[0] if len(ends) == 1 else None for ends in (influence.low, influence.high)]
            numbers = [low, high, influence.output_at_low, influence.output_at_high, influence.swing]
            slopes = [
                _number_or_nothing(influence.elasticity),
                _number_or_nothing(influence.derivative),
                safe(influence.derivative_unit),
            ]
            head = [safe(one.name), _number_or_nothing(one.value), safe(one.unit), safe(influence.name)]
            writer.writerow([*head, *slopes, *map(_number_or_nothing, numbers)])
    return out.getvalue()


def bars(one: Sensitivity) -> list[tuple[Influence, float, float]]:
    """Return the inputs that move an output, largest swing first, with the output at both ends of each."""
    return [
        (influence, influence.output_at_low, influence.output_at_high)
        for influence in one.inputs
        if influence.swing and influence.output_at_low is not None and influence.output_at_high is not None
    ]


def _influence(results: Results, influence: Influence) -> dict[str, Any]:
    row = influence.row
    ends: dict[str, Any] = {}
    for key, values in (("low", influence.low), ("high", influence.high)):
        is_one = influence.number is not None or not row.over
        # 10 percent more than 3 are 3.3, but for the last bit.
        missing = results.plan.model.size(row.over) - len(values)
        whole = [*[float(in_full(value)) for value in values], *[None] * missing]
        ends[key] = whole[0] if is_one else by_member(results.plan, row.over, whole)
    return {
        "id": influence.name,
        "elasticity": influence.elasticity,
        "derivative": influence.derivative,
        "derivative_unit": influence.derivative_unit,
        **ends,
        "output_at_low": influence.output_at_low,
        "output_at_high": influence.output_at_high,
        "swing": influence.swing,
    }


def _number_or_nothing(value: float | None) -> str:
    return "" if value is None else in_full(value)


def goal_record(plan: Plan, found: Goal) -> dict[str, Any]:
    """Return a goal as plain values: the interface behind ``goal --json``."""
    return {
        "output": cell_name(plan, found.output),
        "target": found.target,
        "input": cell_name(plan, found.input),
        "value": found.value,
        "unit": plan.row(found.input.id).unit.text,
        "formula": found.formula or None,
        "method": found.method,
        "conditions": list(found.conditions),
        "others": list(found.others),
    }
