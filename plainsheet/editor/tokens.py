"""What the words of formulas are, for an editor to colour."""

from __future__ import annotations

from typing import Final

from lsprotocol.types import SemanticTokens, SemanticTokensLegend

from plainsheet.editor.document import Document

LEGEND: Final = SemanticTokensLegend(["variable", "parameter", "function", "number", "enumMember"], ["declaration"])


def semantic_tokens(document: Document) -> SemanticTokens:
    """Return the words of all formulas of a text, each with what it is."""
    return SemanticTokens([])
