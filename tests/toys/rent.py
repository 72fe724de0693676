"""What the rent of a machine costs, in a repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.places import ROOT

TEXT = """\
[model]
title = "Rent"
outputs = ["cost"]

[units]
EUR = "[money]"

[scenarios.plan]
label = "Plan"

[scenarios.high]
label = "High"
set.price = 3

[rent]
price = { label = "Price", unit = "EUR/hour", value = 2 }
hours = { label = "Hours", unit = "hour", value = 100 }
staff = { label = "Staff", unit = "EUR", value = 50 }
cost  = { label = "Cost", unit = "EUR", formula = "price * hours + staff" }
"""


class Repository:
    """A repository in a directory of its own, with a model in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = folder / "models" / "rent.toml"
        self.model.parent.mkdir()
        # git calls the command by its name, as it does for a user.
        commands = folder.parent / "commands"
        commands.mkdir()
        (commands / "plainsheet").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "cli.py"}" "$@"\n')
        (commands / "plainsheet").chmod(0o755)
        self.environment = {
            **os.environ, "PATH": f"{commands}:{os.environ['PATH']}", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "Ann",
            "GIT_COMMITTER_EMAIL": "a@b.c", "GIT_PAGER": "cat",
        }  # fmt: skip
        self.git("init", "-q", "-b", "main")
        self.commit(TEXT, "A model")

    def git(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self, text: str, subject: str) -> None:
        self.model.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", subject)


def changed(old: str, new: str, text: str = TEXT) -> str:
    assert old in text
    return text.replace(old, new)


def disguise(repository: Repository, trace: Path) -> None:
    """Make the folder of the models look like a repository, in whose settings a program stands that leaves a trace."""
    repository.git("init", "-q", "--bare", "models")
    core = f'[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "touch {trace}; false"\n'
    (repository.folder / "models" / "config").write_text(core)
    repository.git("-C", "models", "-c", "core.fsmonitor=", "commit", "-q", "--allow-empty", "-m", "Inside")
