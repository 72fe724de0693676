"""The models of this repository and the small toy, planned and exported once in a process."""

from __future__ import annotations

from functools import cache

from engine.model.load import load, loads
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.workbook.xlsx import workbook
from tests.places import MODELS
from tests.toys.lemonade import TOY

NAMES = tuple([path.stem for path in sorted(MODELS.glob("*.toml"))])


@cache
def planned(name: str) -> Plan:
    """Return the plan of a model by its name."""
    return plan(load(MODELS / f"{name}.toml"))


@cache
def book(name: str, scenario: str = "") -> bytes:
    """Return a model's workbook, in its first scenario or in another one."""
    return workbook(planned(name), scenario) if scenario else book(name, planned(name).first_case.id)


@cache
def lemonade() -> bytes:
    """Return the workbook of the small toy."""
    return workbook(plan(loads(TOY, "lemonade.toml")))
