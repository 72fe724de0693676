"""Merges by quantity: two branches that changed different assumptions agree, however close their lines stand."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.load import loads
from engine.plan import plan
from engine.problems import Mistake, ModelError
from engine.toml import parse_toml
from exports.review import pieces

_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged text; `conflicts` tell by quantity what both sides changed, and the text has marks where they do."""

    text: str
    conflicts: tuple[str, ...] = ()


def three_way(base: str, ours: str, theirs: str) -> Merge:
    """Return the merge of two texts that come from a third: by lines where that works, else piece by piece."""
    by_lines, is_clean = _by_lines(base, ours, theirs)
    if is_clean and _trouble(by_lines) is None:
        return Merge(by_lines)
    try:
        for text in (base, ours, theirs):
            parse_toml(text, "a side")
    except ModelError:
        return Merge(by_lines, ("one of the texts is no TOML, so that only lines were compared",))
    found = pieces.merged(base, ours, theirs)
    if found.conflicts:
        return Merge(found.text, tuple(found.conflicts))
    trouble = _trouble(found.text)
    # Each side may be right by itself, as where one uses what the other took away.
    return Merge(found.text, () if trouble is None else (f"both sides together are no model: {trouble}",))


def _trouble(text: str) -> str | None:
    """Return what keeps a text from being a model; None where nothing does."""
    try:
        plan(loads(text))
    except ModelError as trouble:
        return trouble.problems[0].message.partition("\n")[0]
    return None


def _by_lines(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("here", "base", "there")]
        for path, text in zip(paths, (ours, base, theirs), strict=True):
            path.write_bytes(text.encode())
        command = ["git", "merge-file", "-p", "-L", "here", "-L", "base", "-L", "there", *map(str, paths)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            message = "git did not answer"
            raise Mistake(message, "install git") from None
    return done.stdout.decode(), done.returncode == 0
