"""Models as an editor has them open."""

from __future__ import annotations

from pathlib import Path

from lsprotocol.types import Range, TextEdit

from plainsheet.editor.document import Document
from plainsheet.editor.workspace import Workspace
from tests.places import ROOT

SHIPPED = sorted((ROOT / "models").glob("*.toml"))


def opened(path: Path, text: str | None = None) -> Document:
    """Return a model's file as it is open, with its text or another."""
    workspace = Workspace()
    workspace.set_folders([path.parent.as_uri()])
    return workspace.open(path.as_uri(), path.read_bytes().decode() if text is None else text)


def of_text(text: str) -> Document:
    """Return a text that is open and no file."""
    return Workspace().open("untitled:model.toml", text)


def text_at(document: Document, where: Range) -> str:
    """Return what stands between two positions."""
    return document.text[document.lines.place(where.start) : document.lines.place(where.end)]


def applied(document: Document, edits: list[TextEdit]) -> str:
    """Return the text with edits, which overlap nowhere, as an editor makes them."""
    places = [
        (document.lines.place(one.range.start), document.lines.place(one.range.end), one.new_text) for one in edits
    ]
    text = document.text
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text
