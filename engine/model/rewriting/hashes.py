"""Writes the hashes of data files into a model's text."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.model import Model
from engine.text.edits import Edits, quoted


def with_hashes(model: Model, hashes: Mapping[str, str]) -> str:
    """Return the text of a model with the hashes of data files by id; raise Mistake where the text has no place."""
    edits = Edits(model.document.text)
    for file in model.data:
        path = ("data", file.id, "sha256")
        if file.id not in hashes or hashes[file.id] == file.declared:
            continue
        if path in edits.places.values:
            edits.replace(edits.place(path), quoted(hashes[file.id]))
        elif table := edits.inline_table(path):
            edits.insert(table, path, quoted(hashes[file.id]))
        else:
            sibling = next(one for one in edits.places.statements if one.path == (*path[:2], "file"))
            edits.add_beside(sibling, path, quoted(hashes[file.id]))
    return edits.apply()
