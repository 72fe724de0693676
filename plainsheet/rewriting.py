"""New values in a model's text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.model.load import loads
from engine.model.rewriting.model import rewrite_model
from engine.model.rewriting.rewrite import rewrite as rewrite_text
from engine.model.rewriting.targets import Target
from engine.plan.plan import Plan
from engine.plan.selection import known_case, refuse_change
from engine.planning.planner import plan as planned
from engine.problems import ModelError, error, shortened
from plainsheet.arguments.changes import number_of
from plainsheet.arguments.names import named, scenario_of
from plainsheet.arguments.tables import by_name
from plainsheet.failures import as_model_error

if TYPE_CHECKING:
    from plainsheet.arguments.changes import Changes
    from plainsheet.model import Model


def rewrite(model: Model, values: Mapping[str | Target, Any] | Changes, scenario: str | None = None) -> str:
    """Return the model's text with new values, in declared units: only the digits of what changes differ.

    Keys are names, ``"price"`` or ``"price[2027]"`` for a member; a name without a member takes one number for all, or
    an array of the shape; frames and datasets are as for `Model.solve`. They are written into `scenario`, as the text's
    own values without one. A key may be a Target too, which names a scenario and a cell. None takes a scenario's own
    value away. A Decimal keeps its digits. Raises ModelError for names, values and bounds as `Model.solve` does, and
    where the text leaves no place for a value.
    """
    plan = model.plan
    with as_model_error(plan.model.at()):
        return rewrite_text(plan.model.document.text, plan.model, _wanted(plan, values, scenario))


def rewritten(plan: Plan, values: object, scenario: str | None) -> Plan:
    """Return a plan with new values as `rewrite` writes them, and with those that stand in files of data there."""
    with as_model_error(plan.model.at()):
        made = rewrite_model(plan.model, _wanted(plan, values, scenario))
    return planned(loads(made.text, plan.model.document.name, plan.model, made.files), plan)


def _wanted(plan: Plan, values: object, scenario: str | None) -> dict[Target, Decimal | None]:
    case = None if scenario is None else known_case(plan, scenario_of(plan, scenario)).id
    wanted: dict[Target, Decimal | None] = {}
    for key, value in by_name(plan, values).items():
        targets = [_known(plan, key)] if isinstance(key, Target) else _targets(plan, key, case)
        wanted |= dict(zip(targets, _decimals(plan, targets, key, value), strict=True))
    return wanted


def _targets(plan: Plan, name: str, case: str | None) -> list[Target]:
    """Return the cells that a name is of; of an input over dimensions all that hold a value."""
    row, member = named(plan, name)
    if row not in plan.inputs:
        raise _refused(plan, f"'{name}' is computed and has no value in the text", "name one of the inputs")
    written = case if case in {one.id for one in plan.model.scenarios} else None
    if member is None:
        return [Target(row.id, written, number) for number in np.flatnonzero(row.is_set).tolist()]
    number = int(np.ravel_multi_index(member, plan.shape(row))) if member else 0
    return [Target(row.id, written, number)]


def _known(plan: Plan, target: Target) -> Target:
    """Return a target as it is; raise ModelError for one that is not there."""
    row, _ = named(plan, target.id)
    scenarios = [one.id for one in plan.model.scenarios]
    is_odd = target.is_factor and target.case is None
    if row not in plan.inputs or target.number not in range(plan.model.size(row.over)) or is_odd:
        raise _refused(plan, f"there is no value {target} in the text", "name a cell of an input")
    if target.case is not None and target.case not in scenarios:
        raise _refused(plan, f"there is no scenario '{target.case}'", "None stands for the values as written")
    return target


def _decimals(plan: Plan, targets: list[Target], key: str | Target, value: Any) -> list[Decimal | None]:  # noqa: ANN401  # a number, or an array of them
    """Return a value for each target, with its digits; raise ModelError for one that the input cannot have."""
    if value is None:
        if any(target.case is None for target in targets):
            raise _refused(plan, f"'{shortened(str(key))}' needs a value as written", "None is for a scenario's own")
        return [None] * len(targets)
    if isinstance(key, Target) and key.is_factor:
        factor = Decimal(str(value))
        if not factor.is_finite():
            raise _refused(plan, f"a factor of '{key.id}' cannot be {value}", "a factor is a finite number")
        return [factor]
    name = key.id if isinstance(key, Target) else key
    row, member = named(plan, name)
    if isinstance(key, Target):
        member = tuple([int(place) for place in np.unravel_index(key.number, plan.shape(row))]) if row.over else ()
    numbers = number_of(plan, name, value)
    refuse_change(plan, row, member if row.over else None, numbers)
    if isinstance(value, Decimal | int):
        return [Decimal(value)] * len(targets)
    wide = np.broadcast_to(numbers, plan.shape(row) if member is None else ()).ravel().tolist()
    return [Decimal(repr(wide[target.number] if len(wide) > 1 else wide[0])) for target in targets]


def _refused(plan: Plan, message: str, hint: str) -> ModelError:
    return ModelError([error("value", message, plan.model.at(), hint)])
