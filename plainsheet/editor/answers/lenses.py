"""What a text that is being written does to the outputs, against the last commit: above each output's table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lsprotocol.types import CodeLens, Command

from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import Mistake, ModelError, printable
from engine.solve import Scenarios, solved_cases
from engine.versions.effects import Effect, effects
from engine.versions.pair import Pair
from exports.files.git import commit
from exports.review.revisions import at_revision
from exports.style.effects import from_to
from plainsheet.editor.document import Document
from plainsheet.editor.statements import find_header

_REVISION = "HEAD"


def code_lenses(document: Document) -> list[CodeLens]:
    """Return a line for each output that is another than in the last commit, in the first scenario in which it is.

    There are none while the text has an error, and of a file that git does not keep.
    """
    reading = document.now
    head = document.kept(_head, document.looks)
    kept = None if head is None else document.kept(_committed, head)
    if kept is None or reading.plan is None or reading.results is None:
        return []
    before, then = kept
    try:
        found = effects(Pair.of(before, reading.plan, then, reading.results))
    except ModelError:
        return []
    return list(_lenses(document, reading.plan, [one for one in found if not one.is_none and one.after is not None]))


def _head(document: Document, _: int) -> str | None:
    """Return the last commit of the repository that a file is in; None where it is in none."""
    try:
        return commit(document.path.resolve().parent, _REVISION) if document.is_in_folder else None
    except (Mistake, OSError):
        return None


def _committed(document: Document, head: str) -> tuple[Plan, Scenarios] | None:
    """Return the plan and the results of a file as a commit has it; None where there is none that has any."""
    # Little of it is another than in the text, and all else is taken from there.
    last = document.last
    try:
        model = at_revision(head, document.path, before=None if last is None else last.model)
        made = plan(model, None if last is None else last.plan)
        return made, solved_cases(made)[0]
    except (Mistake, ModelError, OSError):
        return None


def _lenses(document: Document, made: Plan, moved: list[Effect]) -> Iterator[CodeLens]:
    first = made.first_case.id
    moved.sort(key=lambda one: (_id(one), one.case != first))
    for id_, several in groupby(moved, _id):
        effect, *others = several
        span = find_header(document.text, id_)
        if span is not None:
            label = "" if effect.case == first else f" in {made.case(effect.case).label}"
            member = effect.name.removeprefix(id_)
            rest = f", and {len(others)} more" if others else ""
            told = f"{f'{member} ' if member else ''}{from_to(effect)} against {_REVISION}{label}{rest}"
            yield CodeLens(document.lines.range(*span), Command(printable(told), ""))


def _id(effect: Effect) -> str:
    return effect.name.partition("[")[0]
