"""Locks on files, which the system takes off when their holder ends, however it ends."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from engine.problems import Mistake

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

HAS_LOCKS: Final = fcntl is not None
_PATIENCE: Final = 5.0
_PAUSE: Final = 0.02


def take_lock(handle: int) -> None:
    """Lock an open file; raise BlockingIOError where another holds it, another OSError where there are no locks."""
    if fcntl is None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of the file at a path; without one where there is no file, or the system has no locks.

    Raises Mistake where another program holds it for seconds, and OSError where the file may not be written.
    """
    until = time.monotonic() + _PATIENCE
    handle = _open(path)
    try:
        while handle is not None and not _is_taken(handle, path):
            if time.monotonic() > until:
                message = f"another program holds '{path}', and nothing was written"
                raise Mistake(message, "run the command again when that has ended")
            time.sleep(_PAUSE)
            os.close(handle)
            handle = None
            handle = _open(path)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _open(path: Path) -> int | None:
    try:
        handle = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return None
    if not HAS_LOCKS:
        # Windows replaces no file that is open.
        os.close(handle)
        return None
    return handle


def _is_taken(handle: int, path: Path) -> bool:
    """Return whether the lock is held, of the file that stands there still: another may have replaced it meanwhile."""
    try:
        take_lock(handle)
    except BlockingIOError:
        return False
    except OSError:
        return True
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
