"""No letter of a file's name is obeyed by the terminal that reads of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.command_line import run
from tests.places import MODELS

NAME = "a\x1b[31m\n\u202eb"
COMMANDS = [
    ["check", f"{NAME}.toml"],
    ["format", f"{NAME}.toml"],
    ["format", "--check", f"{NAME}.toml"],
    ["export", f"{NAME}.toml", "--xlsx"],
    ["diff", f"{NAME}.toml", f"{NAME}.toml"],
    ["new", f"{NAME}2.toml"],
    ["check", f"{NAME}.txt"],
    ["check", f"--{NAME}.toml"],
    ["explain", NAME, "-m", f"{NAME}.toml"],
    ["solve", f"{NAME}.toml", "-s", NAME],
    ["diff", NAME, "-m", f"{NAME}.toml"],
    ["lint", f"{NAME}.xlsx"],
    ["import", f"{NAME}.xlsx", "-m", f"{NAME}.toml"],
    [NAME],
]


@pytest.mark.parametrize("command", COMMANDS, ids=[" ".join(one[:1]).strip(NAME) or "none" for one in COMMANDS])
def test_names_are_shown_and_not_obeyed(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(MODELS / "loan.toml", f"{NAME}.toml")
    told = run(*command).output
    assert told
    assert all(line.isprintable() for line in told.split("\n"))
