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
from exports.style.words import as_typed, exactly

_COLUMNS: Final = (
    "output", "output_value", "output_unit", "input", "elasticity", "derivative", "derivative_unit", "low", "high",
    "output_at_low", "output_at_high", "swing", "lowest", "highest",
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
            low, high = [given[0] if len(given) == 1 else None for given in (influence.low, influence.high)]
            ends = ["" if end is None else as_typed(end) for end in (low, high)]
            if influence.members:
                ends = [safe(influence.members[end[0]]) for end in (influence.low, influence.high)]
            numbers = [influence.output_at_low, influence.output_at_high, influence.swing]
            numbers += influence.extent or (None, None)
            slopes = [
                _number_or_nothing(influence.elasticity),
                _number_or_nothing(influence.derivative),
                safe(influence.derivative_unit),
            ]
            head = [safe(one.name), _number_or_nothing(one.value), safe(one.unit), safe(influence.name)]
            writer.writerow([*head, *slopes, *ends, *map(_number_or_nothing, numbers)])
    return out.getvalue()


def bars(one: Sensitivity) -> list[Influence]:
    """Return the inputs that move an output, the largest reach first: those with a value over their whole range."""
    return [influence for influence in one.inputs if influence.reach]


def gaps(one: Sensitivity) -> list[Influence]:
    """Return the inputs at some place of whose range an output has no value, so that no bar shows it."""
    return [influence for influence in one.inputs if influence.extent is None]


def _influence(results: Results, influence: Influence) -> dict[str, Any]:
    return {
        "id": influence.name,
        "elasticity": influence.elasticity,
        "derivative": influence.derivative,
        "derivative_unit": influence.derivative_unit,
        "low": _by_cell(results, influence, influence.low),
        "high": _by_cell(results, influence, influence.high),
        "output_at_low": influence.output_at_low,
        "output_at_high": influence.output_at_high,
        "swing": influence.swing,
        "lowest": None if influence.extent is None else influence.extent[0],
        "highest": None if influence.extent is None else influence.extent[1],
        "inside": [
            {"at": _by_cell(results, influence, place.at), "output": place.output} for place in influence.inside
        ],
    }


def _by_cell(results: Results, influence: Influence, values: tuple[float, ...]) -> Any:  # noqa: ANN401  # JSON
    """Return a number, or one a member where all members are meant."""
    row = influence.row
    # 10 percent more than 3 are 3.3, but for the last bit.
    missing = results.plan.model.size(row.over) - len(values)
    told = [influence.members.get(value, float(as_typed(value))) for value in values]
    whole = [*told, *[None] * missing]
    return whole[0] if influence.number is not None or not row.over else by_member(results.plan, row.over, whole)


def _number_or_nothing(value: float | None) -> str:
    return "" if value is None else exactly(value)


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
