"""A model in its canonical form, as `format` writes it."""

from __future__ import annotations

from lsprotocol.types import TextEdit

from engine.problems import ModelError
from engine.text.blocks import Blocks
from engine.text.toml import parse_toml
from plainsheet.editor.document import Document


def format_document(document: Document) -> list[TextEdit] | None:
    """Return the edit that brings a text into its canonical form; nothing where it has it, or is no TOML."""
    blocks = document.now.blocks
    if blocks is None or document.text != document.now.text:
        try:
            blocks = Blocks(parse_toml(document.text, str(document.path))[0].text)
        except ModelError:
            return None
    text = document.forms.of(document.text, blocks)
    return [] if text == document.text else [TextEdit(document.lines.range(0, len(document.text)), text)]
