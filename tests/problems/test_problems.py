"""Wrong models, one mistake a file: each gives the whole message that stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run

FOLDER = Path(__file__).parent


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_wrong_model_gives_its_message(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    result = run("check", path.name, "--strict")
    assert result.output.rstrip() == path.with_suffix(".txt").read_text().rstrip()
    assert result.exit_code == 1


def test_there_are_enough_of_them() -> None:
    assert len(list(FOLDER.glob("*.toml"))) >= 80
