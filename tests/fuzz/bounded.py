"""A command in a process of its own, with bounds on its memory and its time, and what it did wrong."""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

MOST_MEMORY: Final = 1_000_000_000
_STATUSES: Final = frozenset({0, 1, 2})
_FAILED: Final = 70
_SHOWN: Final = 3_000


def find_fault(work: Callable[[], int], seconds: int, memory: int = MOST_MEMORY) -> str:
    """Return what is wrong with what a command did, '' where nothing is: a traceback, a status, a bound that it passed.

    The memory is what it may have beside this process's own, of which it is a copy.
    """
    with tempfile.TemporaryFile() as told:
        child = os.fork()
        if child == 0:
            os._exit(_run(work, told.fileno(), seconds, memory))
        # A process that waits for nothing costs no time of its own, so the clock is a bound as well.
        signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
        signal.alarm(seconds * 10)
        _, ended = os.waitpid(child, 0)
        signal.alarm(0)
        told.seek(0)
        text = told.read().decode(errors="replace")
    if os.WIFSIGNALED(ended):
        number = os.WTERMSIG(ended)
        return f"it passed {seconds} s" if number in {signal.SIGXCPU, signal.SIGKILL} else signal.Signals(number).name
    status = os.WEXITSTATUS(ended)
    if "too large for the memory" in text:
        return f"it passed {memory // 10**6} MB"
    if "Traceback (most recent call last)" in text or status not in _STATUSES:
        return f"status {status}\n{text[-_SHOWN:]}"
    return ""


def _run(work: Callable[[], int], output: int, seconds: int, memory: int) -> int:
    try:
        os.dup2(output, sys.__stdout__.fileno() if sys.__stdout__ else 1)
        os.dup2(output, sys.__stderr__.fileno() if sys.__stderr__ else 2)
        sys.stdout, sys.stderr = os.fdopen(os.dup(output), "w"), os.fdopen(os.dup(output), "w")
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        limit = _address_space() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        status = work()
    except BaseException:  # noqa: BLE001  # a finding, whatever it is
        traceback.print_exc()
        status = _FAILED
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()
