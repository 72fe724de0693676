"""Two versions of a model: from files, from revisions of a git repository, or from exported workbooks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.memory import collector_paused
from engine.model.load import load, loads
from engine.model.model import Model
from engine.model.rewriting.model import rewrite_model
from engine.planning.planner import plan
from engine.problems import Mistake, shortened
from exports.files.git import commit, git
from exports.files.locate import WrongUsage, find_model
from exports.reading.reader import read_workbook
from exports.review.revisions import SHORT, at_revision, shorten_hashes
from exports.roundtrip.formulas.changed import apply_edits, find_edits
from exports.roundtrip.merge import merge_workbook
from exports.roundtrip.registry import Registry

_FILES: Final = frozenset({".toml", ".xlsx"})
_SPAN: Final = 2
# Two revisions with dots between them; .. beside a slash is the folder above.
_SPANNED: Final = re.compile(r"(?P<old>.*?)(?<![/.])(?P<dots>\.{2,3})(?![/.])(?P<new>.*)", re.DOTALL)


@dataclass(frozen=True)
class Version:
    """A version of a model: what a reader calls it, its text read, and what is to be said of where it comes from."""

    name: str
    model: Model
    notes: tuple[str, ...] = ()


@collector_paused()
def versions(given: tuple[str, ...], option: Path | None) -> tuple[Version, Version]:
    """Return the old and the new version that arguments name: OLD NEW, OLD..NEW, OLD alone, or none.

    One that is left out is the model's file as it is; without both the last commit is compared with it.
    """
    if not all(given):
        message = "a version is empty: name a file or a revision"
        raise WrongUsage(message)
    old, new = _split_names(given, option.parent if option else Path.cwd())
    texts = [name for name in (old, new) if Path(name).suffix == ".toml" and Path(name).is_file()]
    source = Path(texts[-1]) if texts and not option else find_model(None, option)
    if not new and old in texts and Path(old).resolve() == source.resolve():
        message = f"'{old}' would be compared with itself: name two versions, as in  diff HEAD -m {old}"
        raise WrongUsage(message)
    first = _version(old, source)
    return first, _version(new, source, first.model)


def _split_names(given: tuple[str, ...], folder: Path) -> tuple[str, str]:
    if len(given) > _SPAN:
        message = "name two versions: OLD NEW, or OLD..NEW"
        raise WrongUsage(message)
    if len(given) == _SPAN:
        return given[0], given[1]
    if not given:
        return "HEAD", ""
    (only,) = given
    found = _SPANNED.fullmatch(only)
    if found is None or only == found["dots"] or Path(only).is_file():
        return only, ""
    old, new = found["old"] or "HEAD", found["new"] or "HEAD"
    return (_base(old, new, folder) if found["dots"] == "..." else old), new


def _version(name: str, source: Path, before: Model | None = None) -> Version:
    if not name:
        return Version(str(source), load(source, before))
    path = Path(name)
    # A revision may be called as a file is, v1.toml, and a file that is there wins.
    if path.is_file() or (path.suffix in _FILES and not _is_of_repository(name, source)):
        return _from_workbook(path, source) if path.suffix == ".xlsx" else Version(name, load(path, before))
    # As git writes it: main:models/old.toml is a file of a revision, by its path from the top.
    revision, _, place = name.partition(":") if path.suffix == ".toml" else (name, "", "")
    return Version(shorten_hashes(name), at_revision(revision, source, place, before))


def _is_of_repository(name: str, source: Path) -> bool:
    return commit(source.resolve().parent, name.partition(":")[0]) is not None


def _base(old: str, new: str, folder: Path) -> str:
    """Return the commit, in short, at which one revision left the other."""
    for revision in (old, new):
        if commit(folder, revision) is None:
            message = f"'{shortened(revision)}' is no revision of this repository"
            raise Mistake(message, "name revisions such as HEAD or main")
    base = git(folder, "merge-base", old, new)
    if base is None:
        message = f"'{shortened(old)}' and '{shortened(new)}' have no commit in common"
        raise Mistake(message, f"compare them directly: {old}..{new}")
    return base.decode()[:SHORT]


def _from_workbook(path: Path, source: Path) -> Version:
    """Return a model with the values that a workbook of it holds, and with its formulas where these can be read."""
    model = load(source)
    planned, registry = plan(model), Registry(read_workbook(path, is_whole=False))
    found = merge_workbook(planned, registry, "theirs", is_whole=True)
    if found.refused:
        one = found.refused[0]
        message = f"{one.spot} of '{path}' cannot be read: {one.message}"
        raise Mistake(message, one.hint)
    rewritten = rewrite_model(model, found.wanted)
    text = rewritten.text
    edits = find_edits(planned, registry)
    text = apply_edits(text, model, [one for one in edits if one.formula])
    untold = [f"{one.spot}, {one.label}, was changed and counts as before: {one.reason}" for one in edits
              if not one.formula]  # fmt: skip
    notes = tuple([f"{path}: {note}" for note in (*found.notes, *untold)])
    return Version(str(path), loads(text, str(path), files=rewritten.files), notes)
