"""A model in its canonical form, as `format` writes it."""

from __future__ import annotations

from lsprotocol.types import TextEdit

from engine.problems import ModelError
from engine.text.canonical import canonical
from engine.text.toml import parse_toml
from plainsheet.editor.document import Document


def format_document(document: Document) -> list[TextEdit] | None:
    """Return the edit that brings a text into its canonical form; nothing where it has it, or is no TOML."""
    try:
        parse_toml(document.text, str(document.path))
    except ModelError:
        return None
    text = canonical(document.text)
    return [] if text == document.text else [TextEdit(document.lines.range(0, len(document.text)), text)]
