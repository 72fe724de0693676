"""The door to files that somebody names: only regular ones are read, and no more of them than is asked for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

from engine.record import note_file

# A pipe that nobody writes to would be waited for; Windows has no such flag.
_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0)


def read_file(path: Path, most: int) -> bytes:
    """Return a file's first bytes, at most `most`, whatever its size is said to be.

    Raises OSError for what cannot be read, and for a directory, a pipe or a device, whichever links lead there.
    """
    refuse_irregular(path, path.stat())
    # Something else may stand there since the question; it is opened without harm, and asked again.
    with open(path, "rb", opener=_open) as file:
        refuse_irregular(path, os.fstat(file.fileno()))
        content = file.read(most)
    note_file(str(path), content)
    return content


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _AT_ONCE)


def refuse_irregular(path: Path, status: os.stat_result) -> None:
    """Raise OSError for a directory, a pipe or a device."""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
