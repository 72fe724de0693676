"""Quantitative models in plain text: checked, with units, live in Excel.

``import plainsheet as ps``, then ``ps.load("models/sora.toml")``. docs/python.md shows every name. Importing this loads
no library: each name brings what it needs when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from plainsheet.installation import refuse_shadows

if TYPE_CHECKING:
    from engine.analysis.closed_form import ClosedForm as ClosedForm
    from engine.analysis.goal import Goal as Goal
    from engine.analysis.gradients import Gradients as Gradients
    from engine.analysis.published import Figure as Figure
    from engine.analysis.sensitivity import Influence as Influence
    from engine.analysis.sensitivity import Sensitivity as Sensitivity
    from engine.analysis.verdicts import Verdict as Verdict
    from engine.model.rewriting.targets import Target as Target
    from engine.plan.cells import Cell as Cell
    from engine.problems import ModelError as ModelError
    from engine.problems import Problem as Problem
    from engine.uncertainty.decisions.appraisal import Appraisal as Appraisal
    from engine.uncertainty.drivers.indices import Driver as Driver
    from engine.versions.attribution import Attribution as Attribution
    from plainsheet.comparison import Diff as Diff
    from plainsheet.comparison import attribute as attribute
    from plainsheet.comparison import diff as diff
    from plainsheet.linting import Lint as Lint
    from plainsheet.linting import lint as lint
    from plainsheet.live import Live as Live
    from plainsheet.model import Model as Model
    from plainsheet.model import load as load
    from plainsheet.model import loads as loads
    from plainsheet.results import ManyResults as ManyResults
    from plainsheet.results import Results as Results
    from plainsheet.results import kinks as kinks
    from plainsheet.rewriting import rewrite as rewrite
    from plainsheet.simulation.simulation import Simulation as Simulation
    from plainsheet.simulation.sweep import Sweep as Sweep

refuse_shadows()

_NAMES = {
    "plainsheet.model": ("Model", "load", "loads"),
    "plainsheet.results": ("ManyResults", "Results", "kinks"),
    "plainsheet.live": ("Live",),
    "plainsheet.simulation.simulation": ("Simulation",),
    "plainsheet.simulation.sweep": ("Sweep",),
    "plainsheet.comparison": ("Diff", "attribute", "diff"),
    "plainsheet.linting": ("Lint", "lint"),
    "plainsheet.rewriting": ("rewrite",),
    "engine.problems": ("ModelError", "Problem"),
    "engine.plan.cells": ("Cell",),
    "engine.model.rewriting.targets": ("Target",),
    "engine.analysis.closed_form": ("ClosedForm",),
    "engine.analysis.goal": ("Goal",),
    "engine.analysis.gradients": ("Gradients",),
    "engine.analysis.published": ("Figure",),
    "engine.analysis.sensitivity": ("Influence", "Sensitivity"),
    "engine.analysis.verdicts": ("Verdict",),
    "engine.uncertainty.decisions.appraisal": ("Appraisal",),
    "engine.uncertainty.drivers.indices": ("Driver",),
    "engine.versions.attribution": ("Attribution",),
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names}
__all__ = sorted(_MODULES)  # noqa: PLE0605  # one list of the names, not two


def __getattr__(name: str) -> object:
    """Return a public name, imported at the first question; AttributeError for any other."""
    if name not in _MODULES:
        message = f"module 'plainsheet' has no attribute '{name}'"
        raise AttributeError(message)
    value: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return list(__all__)
