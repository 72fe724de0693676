"""What may be written at a place of a text."""

from __future__ import annotations

from typing import Final

from lsprotocol.types import CompletionList

from plainsheet.editor.document import Document

TRIGGERS: Final = [".", "[", '"', "'", "/", " "]


def complete(document: Document, place: int) -> CompletionList | None:
    """Return what may be written at a place of a text."""
