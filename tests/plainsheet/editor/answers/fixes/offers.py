"""What is offered for the problems of a text, and the texts that it makes."""

from __future__ import annotations

from lsprotocol.types import CodeAction, CodeActionContext, Diagnostic

from plainsheet.editor.answers.fixes.fixes import quick_fixes
from plainsheet.editor.diagnostics import diagnose
from plainsheet.editor.document import Document
from tests.plainsheet.editor.documents import applied, of_text

FERRY = """\
[model]
title = "Ferry"

[units]
EUR = "[money]"

[ferry.fare]
label = "Fare"
value = 12
unit  = "EUR"
note  = "A guess."

[ferry.guests]
label = "Guests"
value = 40
unit  = "1"
note  = "A guess."

[ferry.takings]
label   = "Takings"
formula = "fare * guests"
unit    = "EUR"
"""


def told(document: Document) -> list[Diagnostic]:
    """Return what is wrong with a document."""
    return diagnose(document)


def asked(document: Document, number: int = 0) -> list[CodeAction]:
    """Return what is offered where one of the problems stands, in the order of the text."""
    one = told(document)[number]
    return quick_fixes(document, one.range, CodeActionContext([one]))


def made(document: Document, action: CodeAction) -> str:
    """Return the text that an edit makes of a document."""
    assert action.edit is not None
    assert action.edit.changes is not None
    return applied(document, [*action.edit.changes[document.uri]])


def mended(text: str, number: int = 0) -> dict[str, str]:
    """Return the texts that are offered for one of the problems of a text, by their titles."""
    document = of_text(text)
    return {one.title: made(document, one) for one in asked(document, number)}


def differing(before: str, after: str) -> list[str]:
    """Return the lines of a text that another does not have, in their order."""
    lines = before.splitlines()
    return [line for line in after.splitlines() if line not in lines]
