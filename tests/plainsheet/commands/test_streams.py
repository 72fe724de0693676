"""Where the output goes: pipes, old code pages, and readers that leave."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.toys.single import HEAD, one


def test_no_color_and_a_pipe_get_plain_text(here: Path) -> None:
    command = [sys.executable, str(ROOT / "cli.py"), "solve"]
    for environment in ({}, {"NO_COLOR": "1"}, {"TERM": "dumb"}):
        done = subprocess.run(
            command, cwd=here, env={**os.environ, **environment}, capture_output=True, text=True, check=True
        )
        assert "\x1b" not in done.stdout


def test_a_reader_that_leaves_early_is_no_problem(here: Path) -> None:
    pipe = f"{sys.executable} {ROOT / 'cli.py'} solve | head -n 1"
    done = subprocess.run(["sh", "-c", pipe], cwd=here, capture_output=True, text=True, check=True)
    assert done.stdout == "Lemonade\n"
    assert done.stderr == ""


def test_an_old_code_page_gets_question_marks(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(HEAD + one("2").replace('"x"', '"Ü ≤ x"'), encoding="utf-8")
    for command in (["solve", str(path)], ["explain", "x", "-m", str(path)]):
        environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
        done = subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), *command], env=environment, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")


def closed(arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = f"{sys.executable} {ROOT / 'cli.py'} {arguments}"
    return subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", ["solve x.toml", "--help", "--version", "check x.toml <&-"])
def test_a_closed_output_is_told_and_no_success(arguments: str, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(HEAD + one("2"))
    done = closed(f"{arguments} >&-", tmp_path)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "the standard output is closed")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("arguments", "status"), [("check x.toml", 0), ("check y.toml", 1), ("--nope", 2)])
def test_without_a_place_for_messages_the_work_is_done(arguments: str, status: int, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(HEAD + one("2"))
    done = closed(f"{arguments} 2>&-", tmp_path)
    assert (done.returncode, bool(done.stdout)) == (status, not status)


def test_nothing_is_printed_into_a_file_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(HEAD + one("2"))
    assert closed("export x.toml --csv o.csv", tmp_path).returncode == 0
    whole = (tmp_path / "o.csv").read_bytes()
    assert closed("export x.toml --csv o.csv <&- >&- 2>&-", tmp_path).returncode == 1
    assert (tmp_path / "o.csv").read_bytes() == whole


def test_a_full_disk_is_no_traceback_for_help(tmp_path: Path) -> None:
    done = closed("--help >/dev/full", tmp_path)
    assert (done.returncode, done.stderr) == (1, "file: No space left on device\n")
