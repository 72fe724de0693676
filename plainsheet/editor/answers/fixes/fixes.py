"""Quick fixes: edits of a text that remove a problem and bring no other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Final

from lsprotocol.types import CodeAction, CodeActionContext, CodeActionKind, Diagnostic, Range, TextEdit, WorkspaceEdit

from engine.model.model import Model, Quantity
from engine.problems import KeyPath, Problem, in_file_order
from engine.text.edits import Edit, applied
from engine.text.positions import Places
from plainsheet.editor.answers.fixes.hints import candidates
from plainsheet.editor.answers.fixes.site import Candidate, Site, places_of
from plainsheet.editor.diagnostics import diagnostic_of
from plainsheet.editor.document import Document, Reading

_MOST_PROOFS: Final = 8
_SECONDS: Final = 2.0
# What a check tells only where nothing is wrong, and no edit of a hint brings: what is lacking.
_LACKING: Final = frozenset({"unused", "no-source", "bare-number"})
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_WORD: Final = re.compile(r"\w+")


def quick_fixes(document: Document, where: Range, context: CodeActionContext) -> list[CodeAction]:
    """Return the edits that mend what is wrong within a part of a text, each proven by a check of what it makes."""
    if context.only is not None and not any(CodeActionKind.QuickFix.startswith(kind) for kind in context.only):
        return []
    end = monotonic() + _SECONDS
    found: list[CodeAction] = []
    left = _MOST_PROOFS
    for problem, diagnostic in _problems_in(document, where):
        offered: list[Candidate] = []
        for candidate in _distinct(candidates(Site(document.now, document.text, problem))):
            if left == 0 or monotonic() > end:
                break
            left -= 1
            is_told = candidate.title in {one.title for one in offered}
            if not is_told and _is_mended(document, problem, candidate.edits):
                offered.append(candidate)
        found += [_action(document, one, diagnostic, is_sole=len(offered) == 1) for one in offered]
    return found


def _problems_in(document: Document, where: Range) -> Iterator[tuple[Problem, Diagnostic]]:
    for problem in in_file_order(document.now.checked.problems):
        if problem.hint and (problem.location is None or problem.location.file == str(document.path)):
            diagnostic = diagnostic_of(document, problem)
            if diagnostic.range.start <= where.end and where.start <= diagnostic.range.end:
                yield problem, diagnostic


def _distinct(found: Iterator[Candidate]) -> Iterator[Candidate]:
    seen: set[tuple[Edit, ...]] = set()
    for candidate in found:
        if candidate.edits and candidate.edits not in seen:
            seen.add(candidate.edits)
            yield candidate


def _action(document: Document, candidate: Candidate, diagnostic: Diagnostic, *, is_sole: bool) -> CodeAction:
    edits = [TextEdit(document.lines.range(one.start, one.end), one.text) for one in candidate.edits]
    return CodeAction(
        candidate.title,
        CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        is_preferred=is_sole or None,
        edit=WorkspaceEdit(changes={document.uri: edits}),
    )


def _is_mended(document: Document, problem: Problem, edits: Sequence[Edit]) -> bool:
    """Return whether edits of a text remove a problem, and bring none that was not there before."""
    before, after = document.now, document.read(applied(document.text, edits))
    if before.model is None:
        return after.model is not None or _goes_on(problem, after.checked.problems[0])
    then, now = _counted(before), _counted(after)
    if now[_told(problem)] >= then[_told(problem)]:
        return False
    new = now - then
    return all(_was_hidden(before, after, one, edits) for one in after.checked.problems if _told(one) in new)


def _goes_on(problem: Problem, other: Problem) -> bool:
    """Return whether a text that is no TOML has the same mistake again, further down: the reader stops at the first."""
    lines = [one.location.line if one.location else None for one in (problem, other)]
    kinds = {one.message.partition("\n")[0] for one in (problem, other)}
    return len(kinds) == 1 and lines[0] is not None and lines[1] is not None and lines[0] < lines[1]


def _counted(reading: Reading) -> Counter[tuple[str, str]]:
    return Counter(map(_told, reading.checked.problems))


def _told(problem: Problem) -> tuple[str, str]:
    """Return what a problem says, whichever its numbers: a bare number that is written otherwise is one still."""
    return problem.code, _NUMBER.sub("0", problem.message)


def _was_hidden(before: Reading, after: Reading, problem: Problem, edits: Sequence[Edit]) -> bool:
    """Return whether a problem was there before, and could not be seen since others stopped the check.

    After an error nothing more is told. Then a problem is of the edit where it stands in the table that this changes,
    names that or what the edit writes.
    """
    had_errors = any(one.severity == "error" for one in before.checked.problems)
    return had_errors and (problem.code in _LACKING or not _is_near(after, problem, edits))


def _is_near(after: Reading, problem: Problem, edits: Sequence[Edit]) -> bool:
    """Return whether a problem is in a table that edits change, or names such a table or what they write."""
    model, path = after.model, problem.location.path if problem.location else ()
    if model is None or after.blocks is None or not path:
        return True
    places = places_of(after.text)
    tables = {_declared(model, edited) for edited in _edited(after.text, places, edits)}
    if _declared(model, path) in tables:
        return True
    start, end = after.span(path) or (0, 0)
    written = {word for edit in edits for word in _WORD.findall(edit.text) if word in model.by_id}
    units = {str(table[1]) for table in tables if table[:1] == ("units",) and len(table) > 1}
    names = _with_readers(model, {*written, *[str(table[-1]) for table in tables if table]}, units)
    return not names.isdisjoint(_WORD.findall(f"{problem.message}\n{after.text[start:end]}"))


def _with_readers(model: Model, names: set[str], units: set[str]) -> set[str]:
    """Return names with those of the quantities that depend on what has them, and on units, with a prefix too."""
    readers: dict[str, list[str]] = {}
    found = set(names)
    for one in model.quantities:
        words = _WORD.findall(one.unit)
        if any(word.endswith(unit) for word in words for unit in units):
            found.add(one.id)
        for used in {*words, *one.over, *_names(one)}:
            readers.setdefault(used, []).append(one.id)
    waiting = [*found]
    while waiting:
        new = [id_ for id_ in readers.get(waiting.pop(), ()) if id_ not in found]
        found.update(new)
        waiting += new
    return found


def _names(quantity: Quantity) -> Iterator[str]:
    for formula in (quantity.formula, *[formula for _, formula in quantity.formulas]):
        yield from formula.names if formula else ()


def _declared(model: Model, path: KeyPath) -> KeyPath:
    """Return the path of the quantity that something is within, or of what else is declared there."""
    owner = next((model.by_id[key] for key in map(str, path) if key in model.by_id), None)
    return owner.path if owner is not None and owner.path == path[: len(owner.path)] else path[:2]


def _edited(text: str, places: Places, edits: Sequence[Edit]) -> Iterator[KeyPath]:
    """Yield the paths of the statements that edits leave, those of all lines that they add included."""
    moved = 0
    for edit in edits:
        start = edit.start + moved
        end = start + len(edit.text)
        moved += len(edit.text) - (edit.end - edit.start)
        before = [one for one in places.statements if one.start <= start]
        yield from [one.path or one.table for one in before[-1:]]
        # A header stands at its closing bracket.
        line = text.find("\n", end)
        inside = [one for one in places.statements if start < one.start < (end if one.path else line)]
        yield from [one.path or one.table for one in inside]
