"""What somebody names is read only where it is a file, and no further than asked for."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from engine.files import read_file
from tests.command_line import COMMAND, bounded, run

# A pipe that were opened as a file is would be waited for without end.
HANGS_AFTER = 60
KINDS = ("pipe", "device", "directory")
SAID = {"pipe": "Not a regular file", "device": "Not a regular file", "directory": "Is a directory"}


def planted(kind: str, path: Path) -> Path:
    """Put something that is no file at a path, behind a link."""
    to = path.with_name("elsewhere")
    match kind:
        case "pipe":
            os.mkfifo(to)
        case "directory":
            to.mkdir()
        case _:
            to = Path("/dev/zero")
    path.symlink_to(to)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_regular_file_is_not_read(kind: str, tmp_path: Path) -> None:
    path = planted(kind, tmp_path / "x")
    with pytest.raises(OSError, match=SAID[kind]) as refused:
        read_file(path, 10)
    assert refused.value.filename == str(path)


def test_no_more_is_read_than_is_asked_for_whatever_the_size_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    assert [read_file(path, most) for most in (0, 2, 3, 4)] == [b"", b"ab", b"abc", b"abc"]
    # The system says of these that they are empty.
    kept = Path("/proc/self/status")
    if kept.exists():
        assert kept.stat().st_size == 0
        assert read_file(kept, 5) == b"Name:"


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize(
    "command",
    [
        "check {}.toml", "solve {}.toml", "format {}.toml", "graph {}.toml", "explain x -m {}.toml",
        "export {}.toml --csv other.csv", "import {}.xlsx -m lemonade.toml", "lint {}.xlsx", "textconv {}.xlsx",
        "diff lemonade.toml {}.toml",
    ],
)  # fmt: skip
def test_a_command_that_is_given_a_device_or_a_pipe_says_so(kind: str, command: str, here: Path) -> None:
    name = planted(kind, here / ("bad.toml" if ".toml" in command.replace("lemonade.toml", "") else "bad.xlsx")).stem
    # In this process: what hangs here hangs in a process of its own below.
    result = run(*command.format(name).split())
    assert result.exit_code in {1, 2}
    assert len(result.stderr.splitlines()) <= 4
    assert any(text in result.stderr for text in ("Not a regular file", "no revision"))


def test_a_pipe_is_not_waited_for(here: Path) -> None:
    for suffix, command in ((".toml", "check"), (".xlsx", "lint")):
        os.mkfifo(here / f"pipe{suffix}")
        done = subprocess.run(
            [*COMMAND, command, f"pipe{suffix}"], capture_output=True, text=True, timeout=HANGS_AFTER, check=False
        )
        assert (done.returncode, "Not a regular file" in done.stderr) == (1, True)


def test_an_endless_file_costs_no_memory(here: Path) -> None:
    (here / "zero.toml").symlink_to("/dev/zero")
    done = bounded("check", here / "zero.toml")
    assert (done.returncode, "Not a regular file" in done.stderr) == (1, True)
