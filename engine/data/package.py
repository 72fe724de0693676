"""The file of a workbook: its parts by name, each read within bounds, whatever the file says of itself."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Final

from engine.files import read_file
from engine.problems import Mistake, shortened

_MOST_BYTES: Final = 100_000_000
_MOST_UNPACKED: Final = 400_000_000
_MOST_RATIO: Final = 300
_SMALL: Final = 10_000_000
_MOST_PARTS: Final = 5_000
MOST_TAGS: Final = 12_000_000
# What stands before the content of a part, but for its name.
_HEADER: Final = 30
PIECE: Final = 1 << 20
AGAIN: Final = "open the workbook in a spreadsheet and save it again"
NOBODY: Final = "no spreadsheet writes that: ask whoever sent it"


class Package:
    """The parts of a workbook's file. Raises Mistake where it is larger than anybody means, BadZipFile for no zip."""

    def __init__(self, content: bytes, name: str) -> None:
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            message = f"'{name}' is protected by a password, or is of Excel 97"
            raise Mistake(message, "open it in a spreadsheet and save it as .xlsx without a password")
        self._archive = zipfile.ZipFile(BytesIO(content))
        entries = self._archive.infolist()
        _refuse_bomb(entries, len(content))
        _refuse_overlap(entries, self._archive.start_dir)
        self.tags = 0
        self.parts: tuple[str, ...] = tuple([entry.filename for entry in entries])

    @cached_property
    def _names(self) -> Mapping[str, zipfile.ZipInfo]:
        # Spreadsheets take the name of a part in any case.
        return {entry.filename.casefold(): entry for entry in self._archive.infolist()}

    def __contains__(self, part: str) -> bool:
        """Return whether there is such a part."""
        return part.casefold() in self._names

    def pieces(self, part: str) -> Iterator[bytes]:
        """Yield what a part holds; not more than the file says that there is, whatever there is."""
        entry = self._names[part.casefold()]
        left = entry.file_size
        with self._archive.open(entry) as packed:
            while left > 0 and (piece := packed.read(min(PIECE, left))):
                left -= len(piece)
                yield piece

    def weigh(self, parts: Iterable[str]) -> None:
        """Raise Mistake where parts, with all that were weighed before, have more tags than anybody reads."""
        # Every tag begins with '<', in any encoding.
        self.tags += sum(piece.count(b"<") for part in parts for piece in self.pieces(part))
        if self.tags > MOST_TAGS:
            message = f"the workbook has more than {MOST_TAGS:,} tags, two million formulas with their values"
            raise Mistake(message, "split the workbook")

    def find_parts(self, *starts: str) -> list[str]:
        """Return the parts whose names begin so, in any case."""
        return [name for name in self.parts if name.casefold().startswith(starts)]


def read_package(path: Path) -> Package:
    """Return the package in a file; raise Mistake as the class does, and OSError where it cannot be read."""
    content = read_file(path, _MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        message = f"'{path}' has more than {_MOST_BYTES // 10**6} MB"
        raise Mistake(message, "split the workbook")
    return Package(content, str(path))


def _refuse_bomb(entries: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_PARTS or unpacked > max(_SMALL, min(_MOST_UNPACKED, _MOST_RATIO * size)):
        message = f"the file of {size:,} bytes unpacks to {len(entries):,} parts of {unpacked:,} bytes in all"
        raise Mistake(message, "no workbook does that: ask whoever sent it")
    names = Counter([entry.filename.casefold() for entry in entries])
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice is not None:
        message = f"the file has the part '{shortened(twice)}' twice"
        raise Mistake(message, AGAIN)
    for entry in entries:
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            message = f"the part '{shortened(entry.filename)}' is packed in a way that no spreadsheet packs"
            raise Mistake(message, AGAIN)


def _refuse_overlap(entries: list[zipfile.ZipInfo], end: int) -> None:
    """Raise Mistake where two parts are made of the same bytes of the file."""
    for entry in sorted(entries, key=lambda one: -one.header_offset):
        if entry.header_offset + _HEADER + len(entry.filename) + entry.compress_size > end:
            message = f"the part '{shortened(entry.filename)}' overlaps with another, or with the list of parts"
            raise Mistake(message, NOBODY)
        end = entry.header_offset
