"""The bytes that a data file had when its hash was written, where git still has them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

from engine.data.folder import MOST_BYTES
from engine.problems import Mistake
from exports.files.git import content, git

_MOST_VERSIONS: Final = 200
# So many bytes of them are read at most.
_MOST_READ: Final = 4 * MOST_BYTES
_NONE: Final = frozenset("0")


def find_kept(folder: Path, name: str, hash_: str) -> bytes | None:
    """Return the content of a file below a folder that has a sha256, of the last versions that were committed.

    None where there is none among them, or no repository.
    """
    place = folder / name
    try:
        wanted = (f"--max-count={_MOST_VERSIONS}", "--raw", "--no-abbrev", "--format=", "-m")
        told = git(place.parent, "log", *wanted, "--", f"./{place.name}")
        staged = git(place.parent, "ls-files", "--stage", "--", f"./{place.name}")
    except Mistake:
        return None
    lines = [line.split(" ") for line in (told or b"").decode(errors="replace").splitlines() if line.startswith(":")]
    blobs = [line.split(" ")[1] for line in (staged or b"").decode(errors="replace").splitlines()]
    blobs += [blob for line in lines for blob in (line[3], line[2])]
    left = _MOST_READ
    for blob in dict.fromkeys(blob for blob in blobs if set(blob) != _NONE):
        try:
            found = content(place.parent, blob, min(MOST_BYTES, left)) or b""
        except Mistake:
            continue
        if sha256(found).hexdigest() == hash_:
            return found
        left -= len(found)
    return None
