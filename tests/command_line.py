"""The command line, in this process as a test needs it most, and in one of its own with bounds."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from typing import Final

import pytest
from click.testing import CliRunner, Result

from plainsheet.commands import main
from tests.places import ROOT

COMMAND: Final = (sys.executable, str(ROOT / "cli.py"))
# The clock is a guard against a hang, and no measurement: the work itself takes a few seconds.
HANGS_AFTER: Final = 120
MOST_MEMORY: Final = 1_000_000_000


def heed_interrupts() -> None:
    """Let a child be ended by Ctrl-C, as in a terminal, whatever the tests run below: `preexec_fn` of its process.

    What is ignored, and what is blocked, goes on to children.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what a process printed until its end; fail where it goes on, with where it is if it knows faulthandler."""
    try:
        return process.communicate(timeout=HANGS_AFTER)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        _, told = process.communicate()
        pytest.fail(f"it did not end: {told}")
    finally:
        process.kill()


def run(*arguments: object) -> Result:
    """Run a command; a traceback would be an exception other than an exit."""
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result


def succeed(*arguments: object) -> str:
    """Run a command that must succeed, and return what it prints."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def bounded(*arguments: object, seconds: int = HANGS_AFTER) -> subprocess.CompletedProcess[str]:
    """Run a command in a process that may hold 1 GB, and work for so many seconds, whatever else the machine does."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))

    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=HANGS_AFTER,
        preexec_fn=limit,  # no threads here
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        check=False,
    )
