"""A workbook's changes tried on the model's text: the new text, and what it does, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from engine.analysis.verdicts import problems
from engine.memory import collector_paused
from engine.model.load import load, loads
from engine.model.rewriting.model import rewrite_model
from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import Problem
from engine.solve import solved_plan
from engine.versions.effects import Effect, effects
from engine.versions.pair import Pair
from exports.reading.reader import read_workbook
from exports.roundtrip.compared.exported import compare
from exports.roundtrip.formulas.changed import Edited, apply_edits, find_compared, find_edits
from exports.roundtrip.merge import Merged, Side, merge_workbook
from exports.roundtrip.registry import Registry
from exports.roundtrip.untaken.remarks import Said, read_remarks
from exports.roundtrip.untaken.told import Told, find_told

_NOT_COMPARED: Final = (
    "the text, or Plainsheet, is another one than on export: labels, notes and other sheets were not compared"
)
_Solved = tuple[Plan, Mapping[str, Results]]


@dataclass(frozen=True)
class Taken:
    """What comes of an import: the text as it would be, the outputs that change, and what fails that did not before.

    `before` is the text that was read, `contents` the bytes of data files by name, old and new.
    """

    merged: Merged
    before: str
    text: str
    contents: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)
    formulas: tuple[Edited, ...] = ()
    takes_formulas: bool = False
    effects: tuple[Effect, ...] = ()
    formula_effects: tuple[Effect, ...] = ()
    failing: tuple[Problem, ...] = ()
    told: tuple[Told, ...] = ()
    remarks: tuple[Said, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Return whether anything keeps the changes from being taken."""
        is_stuck = self.takes_formulas and any(not one.formula for one in self.formulas)
        return self.merged.is_refused or is_stuck

    @property
    def is_changed(self) -> bool:
        """Return whether there is anything to write."""
        return bool(self.merged.changes) or (self.takes_formulas and bool(self.formulas))


@collector_paused()
def try_import(workbook: Path, source: Path, side: Side, *, formulas: bool = False) -> Taken:
    """Return what an import of a workbook comes to; `formulas` takes those that were changed too.

    Raises Mistake where the workbook cannot be read or the text has no place for a value, and ModelError where the
    model is wrong, or would be with the changes.
    """
    model = load(source)
    planned = plan(model)
    book = read_workbook(workbook, is_whole=False)
    straight = compare(planned, book)
    registry = Registry(book, straight)
    found = merge_workbook(planned, registry, side)
    if straight is not None:
        refused = {one.message for one in found.refused}
        events = [event for event in straight.events if event not in refused]
        found = replace(found, notes=(*events, *found.notes))
    else:
        found = replace(found, notes=(*found.notes, _NOT_COMPARED))
    # A value without a place ends the import: that is told before anything else is compared.
    rewritten = rewrite_model(model, {} if found.is_refused else found.wanted)
    edits = find_edits(planned, registry)
    told, remarks = tuple(_tell(planned, registry, found)), tuple(read_remarks(registry))
    text = model.document.text
    tried = Taken(found, text, text, {}, tuple(edits), formulas, told=told, remarks=remarks)
    if tried.is_refused or not (found.changes or edits):
        return tried
    text, files = rewritten.text, rewritten.files
    before = _solve(planned)
    with_formulas = apply_edits(text, model, [one for one in edits if one.formula])
    after = _solve(plan(loads(text, str(source), files=files)))
    # What formulas do is told even where they are not taken: that is what a reviewer wants to know of them.
    further = after if with_formulas == text else _solve(plan(loads(with_formulas, str(source), files=files)))
    moved = tuple(_effects(after, further))
    if formulas:
        text, after = with_formulas, further
    said = {(problem.code, problem.message) for problem in problems(*before)}
    failing = [problem for problem in problems(*after) if (problem.code, problem.message) not in said]
    return replace(
        tried,
        text=text,
        contents=rewritten.contents,
        effects=tuple(_effects(before, after)),
        formula_effects=moved,
        failing=tuple(failing),
    )


def _tell(planned: Plan, registry: Registry, found: Merged) -> Iterator[Told]:
    """Yield what differs in a workbook but for what is read, and what is refused."""
    straight = registry.straight
    if straight is None:
        return
    read = {spot for entry in registry.entries.values() for spot in (entry.spot, entry.aligned) if spot is not None}
    refused = {one.spot for one in found.refused}
    for one in find_told(straight, {*read, *find_compared(planned, straight)}):
        if one.spot not in refused:
            yield one


def _effects(before: _Solved, after: _Solved) -> list[Effect]:
    return effects(Pair.of(before[0], after[0], before[1], after[1]))


def _solve(planned: Plan) -> _Solved:
    return planned, solved_plan(planned)
