"""Names and scenarios, held against the plan before the engine is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.plan.plan import Plan, Row
from engine.plan.selection import locate, one_cell
from engine.problems import ModelError, error, shortened


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


def each(names: Iterable[str]) -> list[str]:
    """Return names as a list: a text is many letters, and one name is meant."""
    return [names] if isinstance(names, str) else list(names)
