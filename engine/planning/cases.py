"""The scenarios of a model: what each starts from, and what it changes, as a plan has them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from engine.model.dimensions import Grid
from engine.model.model import AS_WRITTEN, BASE, Model, Scenario
from engine.plan.plan import Case, Numbers, Row
from engine.planning.rows import stored


def changes_nothing(scenario: Scenario) -> bool:
    """Return whether a scenario is the values as written."""
    return not scenario.set and not scenario.scale and scenario.extends in {(), (BASE,)}


def find_root(model: Model) -> str:
    """Return the scenario that stands for the values as written: the first that changes nothing, or else `base`."""
    empty = [scenario.id for scenario in model.scenarios if changes_nothing(scenario)]
    return BASE if BASE in empty else next(iter(empty), BASE)


def parents_of(model: Model) -> dict[str, tuple[str, ...]]:
    """Return what each scenario starts from: what it extends, or the values as written, which start from nothing."""
    root = find_root(model)
    found: dict[str, tuple[str, ...]] = {root: ()}
    for scenario in model.scenarios:
        if scenario.id != root:
            named = [root if name == BASE else name for name in scenario.extends]
            found[scenario.id] = tuple(dict.fromkeys(named)) or (root,)
    return found


def cases(model: Model, rows: Mapping[str, Row]) -> tuple[Case, ...]:
    """Return the scenarios; where none stands for the values as written, one that does comes first."""
    parents = parents_of(model)
    is_declared = any(scenario.id == find_root(model) for scenario in model.scenarios)
    found = [] if is_declared else [Case(BASE, AS_WRITTEN, (), {})]
    for one in model.scenarios:
        own = {id_: stored(value, rows[id_].unit, model.shape(rows[id_].over)) for id_, value in one.set}
        scale = {id_: _factors(value, model.shape(rows[id_].over)) for id_, value in one.scale}
        found.append(Case(one.id, one.label, parents[one.id], own, one.note, scale))
    return tuple(found)


def _factors(value: Decimal | Grid[Decimal], shape: tuple[int, ...]) -> Numbers:
    cells = value.cells if isinstance(value, Grid) else (value,)
    factors = np.array([np.nan if cell is None else float(cell) for cell in cells])
    return factors.reshape(shape) if isinstance(value, Grid) else float(factors[0])
