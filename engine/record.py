"""What an answer was made from: the files and the revisions that were read, while somebody keeps a record of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b


@dataclass(slots=True)
class Record:
    """The hash of each file's content by its path, and the commit of each revision by its folder and name.

    It is whole unless something was done that no second look at files and revisions could tell.
    """

    files: dict[str, str] = field(default_factory=dict)
    revisions: dict[tuple[str, str], str | None] = field(default_factory=dict)
    is_whole: bool = True


_kept: list[Record] = []


@contextmanager
def recording() -> Iterator[Record]:
    """Record what is read within."""
    record = Record()
    _kept.append(record)
    try:
        yield record
    finally:
        _kept.remove(record)


def note_file(path: str, content: bytes) -> None:
    """Note that a file was read, and what it held."""
    for record in _kept:
        record.is_whole &= record.files.setdefault(path, hash_of(content)) == hash_of(content)


def note_revision(folder: str, revision: str, commit: str | None) -> None:
    """Note which commit a revision was, None for none."""
    for record in _kept:
        record.revisions[folder, revision] = commit


def note_unknown() -> None:
    """Note that something was done or asked which no file and no revision tells."""
    for record in _kept:
        record.is_whole = False


def hash_of(content: bytes) -> str:
    """Return the hash by which a content is known again."""
    return blake2b(content, digest_size=32).hexdigest()
