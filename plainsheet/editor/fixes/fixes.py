"""Quick fixes: edits of a text that remove a problem and bring no other."""

from __future__ import annotations

from lsprotocol.types import CodeAction, CodeActionContext, Range

from plainsheet.editor.document import Document


def quick_fixes(document: Document, where: Range, context: CodeActionContext) -> list[CodeAction]:
    """Return the edits that mend what is wrong within a part of a text."""
    return []
