"""Files that are written whole or not at all, and never over what somebody else has written meanwhile."""

from __future__ import annotations

import errno
import os
import re
import stat
import tempfile
from codecs import BOM_UTF8
from contextlib import nullcontext, suppress
from pathlib import Path

from engine.files import read_file, refuse_irregular
from engine.problems import Mistake
from engine.record import note_unknown
from exports.files.locks import HAS_LOCKS, locked, take_lock


def replace_text(path: Path, before: str, after: str) -> None:
    """Write a text in the place of the one that was read, with the mark of UTF-8 where the file has one.

    Raises Mistake where the file holds another text by now, and OSError as `replace_file` does.
    """
    mark = BOM_UTF8 if read_file(path, len(BOM_UTF8)) == BOM_UTF8 else b""
    replace_file(path, mark + after.encode(), mark + before.encode())


def replace_file(path: Path, content: bytes, before: bytes | None = None) -> None:
    """Write a file beside its place and move it there, so that a failure at any moment leaves the old one whole.

    A link is followed, and mode, owner and group stay. `before` is what was read there, b"" for nothing: Mistake where
    it is something else by now. Raises OSError where the system refuses, or where no regular file stands there.
    """
    note_unknown()
    try:
        target = _follow(path)
        with locked(path) if before is not None else nullcontext():
            _write(target, content, path, before)
    except OSError as problem:
        # The user knows nothing of the file beside theirs.
        raise OSError(problem.errno, problem.strerror or str(problem), str(path)) from None


def refuse_unnamed_link(path: Path) -> None:
    """Raise Mistake for a link at a path that nobody named: whoever wrote the repository chose where it leads."""
    if path.is_symlink():
        message = f"'{path}' is a link, and what is written there would go to another place"
        raise Mistake(message, "look where it leads, and remove it, or name the place that is meant")


def _follow(path: Path) -> Path:
    """Return the place that a path leads to; raise OSError where what stands there may not be replaced."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    with suppress(FileNotFoundError):
        refuse_irregular(path, target.stat())
        # Where the directory lets a file be replaced, the file itself may still be read-only.
        os.close(os.open(target, os.O_WRONLY))
    return target


def _write(target: Path, content: bytes, path: Path, before: bytes | None) -> None:
    _remove_stale(target)
    handle, part = _new_part(target)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            _keep_owner(target, part)
            if not HAS_LOCKS:
                # Windows moves no file that is open; elsewhere its lock says to the last moment that it is in use.
                file.close()
            if before is not None:
                _refuse_changed(target, path, before)
            part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _refuse_changed(target: Path, path: Path, before: bytes) -> None:
    now = read_file(target, len(before) + 1) if target.exists() else b""
    if now != before:
        message = f"'{path}' was changed by another program while this one worked, and nothing was written"
        raise Mistake(message, "run the command again: it starts from what the file holds now")


def _new_part(target: Path) -> tuple[int, Path]:
    """Return a new file beside the target, open and locked, so that no other run takes it for left over."""
    while True:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        try:
            take_lock(handle)
            is_there = os.fstat(handle).st_nlink > 0
        except BlockingIOError:
            is_there = False
        except OSError:
            is_there = True  # without locks nobody removes it
        if is_there:
            return handle, Path(name)
        os.close(handle)


def _remove_stale(target: Path) -> None:
    """Remove what runs that were killed left beside the target: what is locked belongs to one that is alive."""
    part = re.compile(rf"\.{re.escape(target.name)}\.[a-z0-9_]{{8}}\.part")
    with suppress(OSError):  # a directory may be written to and not be read
        for entry in target.parent.iterdir():
            if part.fullmatch(entry.name):
                _remove_unlocked(entry)


def _remove_unlocked(part: Path) -> None:
    with suppress(OSError):
        refuse_irregular(part, part.lstat())
        with part.open("r+b") as file:
            take_lock(file.fileno())
            part.unlink()


def _keep_owner(target: Path, part: Path) -> None:
    """Give a file the owner, the group and the permissions of the one that it replaces, or those of a new file."""
    try:
        status = target.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        return
    if HAS_LOCKS:  # Windows has no such owners
        for owner, group in ((-1, status.st_gid), (status.st_uid, -1)):
            # Only who may give files away can keep another's.
            with suppress(PermissionError):
                os.chown(part, owner, group)
    part.chmod(stat.S_IMODE(status.st_mode))
