"""What formulas come to, behind each of them in its line."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol.types import InlayHint, InlayHintKind, Range

from engine.plan.evaluate import Results
from plainsheet.editor.answers.values import value_in_line
from plainsheet.editor.document import Document
from plainsheet.editor.statements import formulas_in


def inlay_hints(document: Document, where: Range) -> list[InlayHint]:
    """Return what the formulas come to that stand in a part of a text, in the scenario that is shown first.

    While the text has an error there are the values of the last one that had none.
    """
    results = None if document.last is None else document.last.first
    return [] if results is None else list(_hints(document, results, where))


def _hints(document: Document, results: Results, where: Range) -> Iterator[InlayHint]:
    start, end = document.lines.place(where.start), document.lines.place(where.end)
    for one in formulas_in(document.text, start, end):
        row = results.plan.row(one.id) if one.id in results.plan.index else None
        if row is not None and row.quantity is not None and (told := value_in_line(results, row, one.member)):
            line = document.lines.position(one.end).line
            behind = document.lines.position(document.lines.line(line)[1])
            yield InlayHint(behind, f"= {told}", InlayHintKind.Type, padding_left=True)
