"""The one door to git: revisions, what stands in them, and merges by lines."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from engine.problems import Mistake

_PATIENCE: Final = 60
# A cover without its revision is worth no long wait.
_PATIENCE_FOR_STAMP: Final = 10
# git sets these for its hooks, as seen from another directory.
_OF_HOOKS: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})


def git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints; None where it fails. Nothing of a model's is handed to it but names of files."""
    environment = {key: value for key, value in os.environ.items() if key not in _OF_HOOKS}
    try:
        done = _run(["-C", str(folder), *arguments], _PATIENCE, environment)
    except (OSError, subprocess.TimeoutExpired):
        message = "git did not answer"
        raise Mistake(message, "install git, or compare files") from None
    return done.stdout if done.returncode == 0 else None


def commit(folder: Path, revision: str) -> str | None:
    """Return the hash of a revision's commit; None where there is none."""
    known = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return None if known is None else known.decode().strip()


def stamp(path: Path) -> str:
    """Return the revision of the repository that a file is kept in, with a word where it was changed since.

    Raises Mistake where there is no git, or no repository with a commit.
    """
    folder = str(path.resolve().parent)
    try:
        # git reads the repository's own settings; nothing of the model's is handed to it but its directory.
        done = _run(["-C", folder, "describe", "--always", "--abbrev=12", "--dirty=, changed since"],
                    _PATIENCE_FOR_STAMP)  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        message = "--stamp asks git for the revision, and git did not answer"
        raise Mistake(message, "leave --stamp out, or install git") from None
    revision = done.stdout.decode(errors="replace").strip()
    if done.returncode != 0 or not revision:
        message = f"--stamp asks git for the revision, and '{folder}' is in no repository with a commit"
        raise Mistake(message, "commit the model first, or leave --stamp out")
    return revision


def merge_lines(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """Return the merge of three texts by lines, and whether it is without conflicts; raise Mistake without git."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("here", "base", "there")]
        for path, text in zip(paths, (ours, base, theirs), strict=True):
            path.write_bytes(text.encode())
        names = ["-L", "here", "-L", "base", "-L", "there"]
        try:
            done = _run(["merge-file", "-p", *names, *map(str, paths)], _PATIENCE)
        except (OSError, subprocess.TimeoutExpired):
            message = "git did not answer"
            raise Mistake(message, "install git") from None
    return done.stdout.decode(), done.returncode == 0


def _run(
    arguments: list[str], patience: int, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = ["git", *arguments]  # whichever git is there
    return subprocess.run(command, capture_output=True, timeout=patience, check=False, env=environment)  # noqa: S603  # arguments of our own
