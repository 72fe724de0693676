"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from codecs import BOM_UTF8
from pathlib import Path


def keeping_mark(path: Path, text: str) -> bytes:
    """Return a text for a file that is there, with the mark of UTF-8 at its beginning where the file has one."""
    with path.open("rb") as file:
        mark = file.read(len(BOM_UTF8))
    return (BOM_UTF8 if mark == BOM_UTF8 else b"") + text.encode()


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that a failure at any moment leaves the old one whole."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as problem:
        # The user knows nothing of the file beside theirs.
        raise OSError(problem.errno, problem.strerror, str(path)) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(_mode(path))
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """Return the permissions of the file that is replaced, or those that a new file would get."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
