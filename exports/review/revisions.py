"""A model as a revision of a git repository has it."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

from engine.data.folder import Files
from engine.model.load import loads
from engine.model.model import Model
from engine.problems import Mistake, shortened
from engine.text.toml import most_bytes
from exports.files.git import RevisionFiles, commit, content, prefix

SHORT: Final = 10
_HASH: Final = re.compile(r"\b[0-9a-f]{40}\b")


def at_revision(revision: str, source: Path, place: str = "", before: Model | None = None) -> Model:
    """Return a model as a revision of its repository has it, at its place or another; Mistake where there is none.

    Of a version `before` is taken what is written the same.
    """
    # What a link stands for is what the repository keeps.
    path = source.resolve()
    known = commit(path.parent, revision)
    if known is None:
        message = f"'{shortened(revision)}' is no file, and no revision of the repository that '{source}' is kept in"
        raise Mistake(message, "name a .toml or .xlsx file, or a revision such as HEAD or main")
    text = content(path.parent, f"{known}:{place or f'./{path.name}'}", most_bytes())
    if text is None:
        message = f"there is no '{place or source.name}' in '{shortened(revision)}'"
        raise Mistake(message, f"it may have had another name: write {shortened(revision)}:path/to/it.toml")
    files = RevisionFiles(path.parent, known, str(PurePosixPath(place or f"{prefix(path.parent)}{path.name}").parent))
    return read_kept(text, revision, place or source.name, files, before)


def read_kept(text: bytes, revision: str, place: str, files: Files, before: Model | None = None) -> Model:
    """Return the model that a revision keeps at a place, by the name that a reader knows; `files` are its data."""
    name = f"{shorten_hashes(shortened(revision))}:{place}"
    return loads(text.decode("utf-8-sig", errors="replace"), name, before, files)


def shorten_hashes(name: str) -> str:
    """Return what a reader calls a revision: a hash in short."""
    return _HASH.sub(lambda found: found[0][:SHORT], name)
