"""Each message of `plainsheet simulate`, whole: what was typed stands behind a $, and below it what is told."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from engine.uncertainty.decisions import options
from engine.uncertainty.drivers import indices
from tests.command_line import run
from tests.toys.lottery import TEXT

_TOLD = Path(__file__).with_suffix(".txt")
_BLOCKS = [block.partition("\n") for block in _TOLD.read_text(encoding="utf-8").split("$ plainsheet simulate ")[1:]]
# These are lower here, so that they are passed.
_LIMITS = {"--drivers": (indices, "MOST_NUMBERS", 1_000), "--decisions": (options, "MOST_OPTIONS", 2)}


@pytest.mark.parametrize(("arguments", "told"), [(head, told.strip("\n")) for head, _, told in _BLOCKS],
                         ids=[head for head, _, _ in _BLOCKS])  # fmt: skip
def test_each_message_is_told_whole(arguments: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("stall.toml").write_text(TEXT)
    words = shlex.split(arguments)
    if words[-1] in _LIMITS and len(words) == 2:  # an output, and what is asked of it
        monkeypatch.setattr(*_LIMITS[words[-1]])
    result = run("simulate", *words[:1], "-m", "stall.toml", *words[1:])
    assert result.exit_code in {1, 2}
    assert _without_usage(result.output.strip("\n")) == _without_usage(told)


def _without_usage(text: str) -> str:
    """Return a message without how the command is called, which versions of click tell differently."""
    return text.partition("\n\n")[2] if text.startswith("Usage: ") else text
