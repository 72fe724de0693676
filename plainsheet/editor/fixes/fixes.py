"""Quick fixes: edits of a text that remove a problem and bring no other."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import Final

from lsprotocol.types import CodeAction, CodeActionContext, CodeActionKind, Diagnostic, Range, TextEdit, WorkspaceEdit

from engine.problems import Problem, in_file_order
from engine.text.edits import Edit
from plainsheet.editor.diagnostics import diagnostic_of
from plainsheet.editor.document import Document
from plainsheet.editor.fixes.hints import candidates
from plainsheet.editor.fixes.proof import is_mended
from plainsheet.editor.fixes.site import Candidate, Site

_MOST_PROOFS: Final = 8
_SECONDS: Final = 2.0


def quick_fixes(document: Document, where: Range, context: CodeActionContext) -> list[CodeAction]:
    """Return the edits that mend what is wrong within a part of a text, each proven by a check of what it makes."""
    if context.only and not any(
        CodeActionKind.QuickFix.value.startswith(str(kind.value if isinstance(kind, CodeActionKind) else kind))
        for kind in context.only
    ):
        return []
    end = monotonic() + _SECONDS
    found: list[CodeAction] = []
    left = _MOST_PROOFS
    for problem, diagnostic in _problems_in(document, where):
        offered = []
        for candidate in _distinct(candidates(Site(document.now, document.text, problem))):
            if left == 0 or monotonic() > end:
                break
            left -= 1
            is_told = candidate.title in {one.title for one in offered}
            if not is_told and is_mended(document, problem, candidate.edits):
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
