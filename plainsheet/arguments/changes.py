"""What a caller may hand over: names, scenarios and changes, held against the plan before the engine is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.plan.plan import Array, Plan, Row
from engine.plan.selection import choice_hint, codes_of, locate, members_of, one_cell
from engine.problems import ModelError, Problem, error, shortened

Changes = Mapping[str, Any]


def named(plan: Plan, name: object) -> tuple[Row, tuple[int, ...] | None]:
    """Return the row that a name is of, and where its member stands along each dimension; raise ModelError for none."""
    if not isinstance(name, str):
        message = f"{shortened(repr(name))} is no name of a quantity"
        hint = 'names are texts: "price", or "price[2027]" for a member'
        raise ModelError([error("unknown-name", message, plan.model.at(), hint)])
    return locate(plan, name)


def numbered(plan: Plan, name: object, usage: str) -> Any:  # noqa: ANN401  # a Cell, as one_cell returns it
    """Return the one cell that a name is of; raise ModelError where a member is missing."""
    named(plan, name)
    return one_cell(plan, str(name), usage)


def scenario_of(plan: Plan, scenario: object) -> str | None:
    """Return the id of a scenario as it is, None for the first; raise ModelError for what is no text."""
    if scenario is None or isinstance(scenario, str):
        return scenario
    message = f"{shortened(repr(scenario))} is no scenario"
    hint = "scenarios are named by their ids; changes come second, or as changes={...}"
    raise ModelError([error("scenario", message, plan.model.at(), hint)])


def changes_of(plan: Plan, changes: object) -> dict[str, float | Array]:
    """Return changes as numbers in the declared units; raise ModelError for all that are none.

    A pint quantity is converted to the declared unit.
    """
    if changes is None:
        return {}
    if not isinstance(changes, Mapping):
        message = f"{shortened(repr(changes))} is no change of inputs"
        raise ModelError([error("value", message, plan.model.at(), 'write {"price": 2.5}')])
    found: dict[str, float | Array] = {}
    problems: list[Problem] = []
    for name, value in changes.items():
        try:
            found[name] = number_of(plan, name, value)
        except ModelError as wrong:  # all of them are said at once
            problems += wrong.problems
    if problems:
        raise ModelError(problems)
    return found


def number_of(plan: Plan, name: object, value: object) -> float | Array:
    """Return a value, or an array of them, in the declared unit of what a name is of; raise ModelError for none."""
    row, _ = named(plan, name)
    path = row.quantity.path if row.quantity is not None else ()
    if plan.chosen_from(row) is not None:
        return _chosen(plan, row, value)
    try:
        plain = _in_unit(plan, row, value) if hasattr(value, "magnitude") else value
        numbers = np.asarray(plain, dtype=np.float64)
    except (TypeError, ValueError) as wrong:
        hint = f"give a number in {row.unit.words}" if row.unit.words else "give a pure number"
        message = f"'{name}' cannot be {shortened(repr(value))}: {shortened(str(wrong), 120)}"
        raise ModelError([error("value", message, plan.model.at(*path), hint)]) from None
    return float(numbers) if not numbers.ndim else numbers


def _chosen(plan: Plan, row: Row, value: object) -> float | Array:
    """Return the codes of the members that a choice is changed to; ModelError for a number where these are texts."""
    codes = np.asarray(codes_of(plan, row, value if isinstance(value, str) else np.asarray(value)))
    dimension = plan.chosen_from(row)
    is_number = np.asarray(value).dtype.kind not in "OUM"
    if dimension is not None and is_number and not dimension.numbers:
        message = f"'{row.id}' cannot be {shortened(repr(value))}: it is a choice of '{dimension.id}'"
        hint = choice_hint(dimension, "")
        raise ModelError([error("member", message, plan.model.at(), hint)])
    return codes if codes.ndim else float(codes)


def valued(plan: Plan, row: Row, member: tuple[int, ...] | None, value: Any) -> Any:  # noqa: ANN401  # as the quantity is
    """Return a value, or that of a member, as a caller is given it: numbers, or a choice's members as texts."""
    own = np.asarray(value if member is None else value[member])
    told = members_of(plan, row, own.ravel().tolist())
    return np.array(told).reshape(own.shape) if own.ndim else told[0]


def _in_unit(plan: Plan, row: Row, value: Any) -> Any:  # noqa: ANN401  # a pint quantity of any registry
    """Return what a pint quantity is in the declared unit of a row; TypeError or ValueError where it is in no such."""
    try:
        return value.m_as(plan.units.quantity(1.0, row.unit).units)
    except ValueError as wrong:
        if "registr" not in str(wrong):
            raise
        message = "it is a quantity of another pint registry than the model's"
        raise ValueError(message) from None
