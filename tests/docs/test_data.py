"""The page on data files holds: its model passes with its files, and its commands print what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.command_line import run, succeed
from tests.pages import blocks
from tests.toys.rent import Repository

PAGE = blocks("docs/data.md")


def test_the_page_shows_what_is_printed(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.folder)
    Path("data").mkdir()
    model, prices, sites = [text for kind, text in PAGE if kind in {"toml", "csv"}]
    for name, text in (("power.toml", model), ("data/prices.csv", prices), ("data/sites.csv", sites)):
        Path(name).write_text(text)
    repository.git("add", "-A")
    repository.git("commit", "-qm", "Power")
    session = "".join(text for kind, text in PAGE if kind == "console")
    told = re.findall(r"^\$ plainsheet ([^\n]+)\n((?:[^$\n][^\n]*\n)*)", session, re.MULTILINE)
    assert len(told) == 2
    for command, answer in told:
        result = run(*shlex.split(command))
        assert (result.exit_code, result.output) == (0, answer)
    Path("data/prices.csv").write_text(prices.replace("41.5", "50"))
    wrong = next(text for kind, text in PAGE if kind == "text")
    assert wrong.strip() in run("check", "power.toml").output
    assert "1 hash written" in succeed("data", "power.toml", "--update")
