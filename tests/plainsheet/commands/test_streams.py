"""Where the output goes: pipes, old code pages, and readers that leave."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


def test_a_closed_output_is_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(HEAD + one("2"))
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} {ROOT / 'cli.py'} solve {path} >&-"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
