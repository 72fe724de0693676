"""Which state of its repository a model is in: the only thing that is asked of git."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from engine.problems import Mistake

_PATIENCE: Final = 10


def revision(path: Path) -> str:
    """Return the revision of the repository that a file is kept in, with a word where it was changed since.

    Raises Mistake where there is no git, or no repository with a commit.
    """
    folder = str(path.resolve().parent)
    command = ["git", "-C", folder, "describe", "--always", "--abbrev=12", "--dirty=, changed since"]
    try:
        # git reads the repository's own settings; nothing of the model's is handed to it but its directory.
        told = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        message = "--stamp asks git for the revision, and git did not answer"
        raise Mistake(message, "leave --stamp out, or install git") from None
    if told.returncode != 0 or not told.stdout.strip():
        message = f"--stamp asks git for the revision, and '{folder}' is in no repository with a commit"
        raise Mistake(message, "commit the model first, or leave --stamp out")
    return told.stdout.strip()
