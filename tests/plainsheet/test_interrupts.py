"""Ctrl-C ends with one line and 130, whenever it comes: while modules are imported, while it computes, while it writes."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.planning.planner import plan
from engine.text.canonical import canonical
from exports.review import history
from plainsheet.commands import models
from tests.command_line import COMMAND, heed_interrupts, run
from tests.exported import lemonade
from tests.places import MODELS, ROOT
from tests.toys.lemonade import TOY
from tests.toys.rent import Repository, changed

# The program says when it has begun: before that, the interpreter itself is being started.
BEGUN = """
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests run below
from plainsheet.program import main, watched
with watched():
    os.write(1, b".")
    main()
"""
LINE = re.compile(r"interrupted(; \d+ of \d+ models were done)?\n")
COMMANDS = (
    "check m.toml m.toml m.toml", "solve m.toml", "format m.toml", "export m.toml --xlsx o.xlsx --csv o.csv",
    "lint m.xlsx", "diff n.toml m.toml", "sensitivity -m m.toml --plot o.svg", "import m.xlsx -m m.toml", "simulate -m m.toml",
)  # fmt: skip


def interrupted(arguments: list[str], after: float, folder: Path, times: int = 1) -> tuple[int, str]:
    """Return the exit status and the line of a command that gets Ctrl-C some time after it has begun."""
    with subprocess.Popen(
        [sys.executable, "-c", BEGUN, *arguments], cwd=folder, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.read(1)
        time.sleep(after)
        for _ in range(times):
            process.send_signal(signal.SIGINT)
        _, told = process.communicate()
        return process.returncode, told


@pytest.mark.parametrize("count", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_ctrl_c_at_any_moment_is_one_line(count: int, tmp_path: Path) -> None:
    for name in ("m.toml", "n.toml"):
        (tmp_path / name).write_text(TOY)
    (tmp_path / "m.xlsx").write_bytes(lemonade())
    drawn = random.Random(count)  # noqa: S311  # moments, not secrets
    stopped = 0
    for number in range(count):
        command = COMMANDS[number % len(COMMANDS)]
        status, told = interrupted(command.split(), drawn.uniform(0, 0.3), tmp_path)
        if status != 130:
            # It was done before.
            assert status in {0, 1, 2}, told
            assert "Traceback" not in told
            assert "interrupted" not in told
            continue
        stopped += 1
        assert LINE.fullmatch(told), (command, told)
        assert not list(tmp_path.glob(".*.part"))
    assert stopped > count / 3


def test_who_presses_twice_does_not_wait(tmp_path: Path) -> None:
    for after in (0.0, 0.05, 0.2):
        status, told = interrupted(["check", str(MODELS / "subscription.toml")], after, tmp_path, times=3)
        assert (status, "Traceback" in told) == (130, False)


def stop(number: int, function: Callable[..., object]) -> Callable[..., object]:
    """Return a function that is interrupted at its n-th call."""
    calls = iter(range(1, number + 1))

    def stopping(*arguments: object) -> object:
        if next(calls) == number:
            raise KeyboardInterrupt
        return function(*arguments)

    return stopping


def test_the_line_says_how_many_models_were_done(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        (here / f"{name}.toml").write_text(TOY)
    monkeypatch.setattr(models, "canonical", stop(3, canonical))
    result = run("format", "a.toml", "b.toml", "c.toml")
    assert (result.exit_code, result.stderr) == (130, "interrupted; 2 of 3 models were done\n")
    assert result.stdout.count("canonical form") == 2


def test_the_line_says_how_many_commits_were_looked_at(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        repository.commit(changed("value = 50 ", f"value = 6{number} "), f"Change {number}")
    monkeypatch.setattr(history, "plan", stop(2, plan))
    result = run("log", "staff", "-m", repository.model)
    assert (result.exit_code, result.stdout) == (130, "")
    assert re.fullmatch(r"interrupted; 1 of \d commits were looked at\n", result.stderr)


def test_what_ignores_ctrl_c_goes_on_ignoring_it(here: Path) -> None:
    # As below nohup, or behind & in a script.
    done = subprocess.run(
        ["sh", "-c", f"trap '' INT; {' '.join(COMMAND)} check lemonade.toml & sleep 0.05; kill -INT $!; wait $!"],
        cwd=here, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_an_interrupt_that_python_wraps_while_a_class_is_made_is_one_line_too() -> None:
    code = (
        "from plainsheet.interrupts import watched\n"
        "class Named:\n"
        "    def __set_name__(self, owner, name):\n"
        "        raise KeyboardInterrupt\n"
        "with watched():\n"
        "    try:\n"
        "        class Made:\n"
        "            a = Named()\n"
        "    except KeyboardInterrupt as bare:\n"  # as from Python 3.12 on
        "        raise RuntimeError from bare\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=heed_interrupts
    )  # no threads run here
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
