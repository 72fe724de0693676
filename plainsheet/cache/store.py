"""Texts kept in files, by a key: none is believed that this user's own runs did not write whole."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from typing import Final

from engine.files import read_file

OFF: Final = "off"
MOST_BYTES: Final = 1_000_000
_MOST_ENTRIES: Final = 500
_SECRET_BYTES: Final = 32
_MARK_BYTES: Final = 32


class Store:
    """A folder of entries, each behind a mark that only this user's secret makes, which is kept elsewhere."""

    def __init__(self, folder: Path, secret: Path) -> None:
        self._folder, self._secret = folder, secret

    def get(self, key: str) -> bytes | None:
        """Return what is kept under a key; None for nothing, and for what was cut off or written by somebody else."""
        try:
            entry = read_file(self._folder / key, MOST_BYTES + _MARK_BYTES + 1)
            mark, content = entry[:_MARK_BYTES], entry[_MARK_BYTES:]
            return content if compare_digest(mark, self._mark(key, content)) else None
        except OSError:
            return None

    def put(self, key: str, content: bytes) -> None:
        """Keep a content, where it is not too long and the system lets it; the oldest give way to it."""
        if len(content) > MOST_BYTES:
            return
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_room()
            handle, part = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(self._mark(key, content) + content)
                Path(part).replace(self._folder / key)
            except BaseException:
                Path(part).unlink(missing_ok=True)
                raise

    def _make_room(self) -> None:
        with os.scandir(self._folder) as found:
            entries = sorted(found, key=lambda entry: entry.stat(follow_symlinks=False).st_mtime_ns)
        for entry in entries[: max(0, len(entries) - _MOST_ENTRIES + 1)]:
            Path(entry).unlink()

    def _mark(self, key: str, content: bytes) -> bytes:
        return blake2b(key.encode() + content, key=self._read_secret(), digest_size=_MARK_BYTES).digest()

    def _read_secret(self) -> bytes:
        with suppress(FileNotFoundError):
            return read_file(self._secret, _SECRET_BYTES)
        self._secret.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            handle = os.open(self._secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(os.urandom(_SECRET_BYTES))
        return read_file(self._secret, _SECRET_BYTES)


def own_store() -> Store | None:
    """Return the store of this user; None where the variable PLAINSHEET_CACHE is off, or nobody knows a place."""
    named = os.environ.get("PLAINSHEET_CACHE", "")
    if named == OFF:
        return None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    local = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None
    usual = home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or local or usual)
    state = Path(os.environ.get("XDG_STATE_HOME") or local or home / ".local" / "state")
    return Store(Path(named) if named else cache / "plainsheet" / "answers", state / "plainsheet" / "cache.key")
