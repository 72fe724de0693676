"""Where the data files of a model are: below its folder, in a revision, or in memory; never elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final, Protocol

from engine.files import read_file
from engine.problems import Mistake, shortened

MOST_BYTES: Final = 256_000_000
ENDINGS: Final = (".csv", ".xlsx", ".parquet")
_POINTER: Final = b"version https://git-lfs.github.com/spec/"


class Files(Protocol):
    """What the data files of a model are read from, by the names that the model has for them."""

    def read(self, name: str) -> bytes:
        """Return all bytes of a file; raise Mistake where it cannot be had, or is larger than data may be."""


@dataclass(frozen=True)
class Folder:
    """The folder that a model stands in: files in it and below it, which no link leads out of."""

    path: Path

    def read(self, name: str) -> bytes:
        """Return all bytes of a file; raise Mistake where it cannot be had, or is larger than data may be."""
        refuse_outside(name)
        try:
            place = Path(os.path.realpath(self.path / name))
            if not place.is_relative_to(os.path.realpath(self.path)):
                message = f"'{name}' is a link that leads out of the folder of the model"
                raise Mistake(message, "copy the file into the folder")
            size = place.stat().st_size
            if size > MOST_BYTES:
                raise too_large(name, size)
            content = read_file(place, MOST_BYTES + 1)
        except OSError as problem:
            reason = "there is no such file" if isinstance(problem, FileNotFoundError) else problem.strerror or problem
            message = f"'{name}' cannot be read: {reason}"
            raise Mistake(message, "its name goes from the folder of the model") from None
        if len(content) != size or place.stat().st_size != size:
            message = f"'{name}' was written to while it was read"
            raise Mistake(message, "run the command again when that has ended")
        return content


@dataclass(frozen=True)
class Kept:
    """Files in memory by name, before those of somewhere else."""

    contents: Mapping[str, bytes]
    others: Files | None = None

    def read(self, name: str) -> bytes:
        """Return all bytes of a file; raise Mistake where there is none of that name."""
        if name in self.contents:
            return self.contents[name]
        if self.others is None:
            message = f"'{name}' cannot be read: the model is a text, and stands in no folder"
            raise Mistake(message, "load the model from its file, or name the folder of its data")
        return self.others.read(name)


NO_FILES: Final = Kept({})


def refuse_outside(name: str) -> None:
    """Raise Mistake for the name of a file that is not below a folder, whichever system reads it."""
    parts = PurePosixPath(name).parts
    is_inside = bool(parts) and ".." not in parts and not name.startswith("/") and "\\" not in name
    if not is_inside or PureWindowsPath(name).drive or "\0" in name:
        message = f"the file '{shortened(name)}' is not below the folder of the model"
        raise Mistake(message, 'name it from there, with /, as in file = "data/prices.csv"')


def ending_of(name: str) -> str:
    """Return the ending of a file that data may have; raise Mistake for another."""
    ending = PurePosixPath(name).suffix.lower()
    if ending not in ENDINGS:
        what = f"'{name}' ends in '{ending}'" if ending else f"'{name}' has no ending"
        message = f"{what}, and data is read from .csv, .xlsx and .parquet"
        raise Mistake(message, "save it as one of them")
    return ending


def too_large(name: str, size: int) -> Mistake:
    """Return what to say of a file that is larger than data may be."""
    message = f"'{name}' has {size / 1e6:,.0f} MB, and data files have {MOST_BYTES // 10**6} at most"
    return Mistake(message, "keep what the model uses, in another file")


def hash_of(name: str, content: bytes) -> str:
    """Return the sha256 of a file's bytes; raise Mistake where they only stand for others."""
    if content.startswith(_POINTER):
        message = f"'{name}' holds a pointer of Git LFS, and not the data"
        raise Mistake(message, "fetch the data: git lfs pull")
    return sha256(content).hexdigest()
