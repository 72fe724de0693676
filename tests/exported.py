"""The models of this repository and the small toy: planned once in a process, and exported once in a run of tests."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

from engine.model.load import load, loads
from engine.plan.plan import Plan
from engine.planning.planner import plan
from exports.files.locks import HAS_LOCKS, take_lock
from exports.workbook.xlsx import workbook
from tests.places import MODELS
from tests.toys.lemonade import TOY

NAMES = tuple([path.stem for path in sorted(MODELS.glob("*.toml"))])
# Where all processes of a run find what one of them exported, as conftest.py says; a process alone keeps its own.
folders: list[Path] = []
_PAUSE = 0.05


@cache
def planned(name: str) -> Plan:
    """Return the plan of a model by its name."""
    return plan(load(MODELS / f"{name}.toml"))


@cache
def book(name: str, scenario: str = "") -> bytes:
    """Return a model's workbook, in its first scenario or in another one."""
    if not folders or not HAS_LOCKS:
        return _exported(name, scenario)
    path = folders[-1] / f"{name}-{scenario}.xlsx"
    with path.with_suffix(".lock").open("w") as lock:
        while not _is_taken(lock.fileno()):
            time.sleep(_PAUSE)
        if not path.exists():
            path.write_bytes(_exported(name, scenario))
        return path.read_bytes()


def _exported(name: str, scenario: str) -> bytes:
    return workbook(planned(name), scenario) if scenario else book(name, planned(name).first_case.id)


def _is_taken(handle: int) -> bool:
    try:
        take_lock(handle)
    except BlockingIOError:
        return False
    return True


@cache
def lemonade() -> bytes:
    """Return the workbook of the small toy."""
    return workbook(plan(loads(TOY, "lemonade.toml")))
