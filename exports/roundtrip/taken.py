"""A workbook's changes tried on the model's text: the new text, and what it does, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.evaluate import Results
from engine.load import load, loads
from engine.plan import plan
from engine.problems import Problem
from engine.rewriting import rewritten
from engine.rows import Plan
from engine.runs import solved_plan
from engine.toml import TomlText
from engine.verdicts import problems
from exports.effects import Effect, effects
from exports.opened import opened
from exports.roundtrip.merged import Merged, Side, merged


@dataclass(frozen=True)
class Taken:
    """What comes of an import: the text as it would be, the outputs that change, and what fails that did not before."""

    merged: Merged
    text: str
    effects: tuple[Effect, ...] = ()
    failing: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Return whether anything keeps the changes from being taken."""
        return bool(self.merged.refused or self.merged.conflicts)


def taken(workbook: Path, source: Path, side: Side) -> Taken:
    """Return what an import of a workbook comes to.

    Raises Mistake where the workbook cannot be read or the text has no place for a value, and ModelError where the
    model is wrong, or would be with the changes.
    """
    model = load(source)
    planned = plan(model)
    found = merged(planned, opened(workbook, is_whole=False), side)
    assert isinstance(model.document, TomlText)  # noqa: S101  # what load makes
    if found.refused or found.conflicts or not found.changes:
        return Taken(found, model.document.text)
    text = rewritten(model.document.text, model, found.wanted)
    before = _solved(planned)
    after = _solved(plan(loads(text, str(source))))
    said = {(problem.code, problem.message) for problem in problems(*before)}
    failing = [problem for problem in problems(*after) if (problem.code, problem.message) not in said]
    return Taken(found, text, tuple(effects(before, after)), tuple(failing))


def _solved(planned: Plan) -> tuple[Plan, Mapping[str, Results]]:
    return planned, solved_plan(planned)
