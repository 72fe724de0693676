"""A text of TOML as it is written: what it says, and where in the file each of its characters stands."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Final

# What stands for something else: an escape, the end of a line that goes on, and the end of a line.
_SPECIAL: Final = re.compile(r"\\[ \t]*\r?\n\s*|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\.|\r\n", re.DOTALL)
_LONG: Final = ('"' * 3, "'" * 3)


@dataclass(frozen=True, slots=True)
class WrittenText:
    """What a text in quotes says; `offsets` has where each character begins, and behind the last where it ends."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part of the text stands in the file."""
        return self.offsets[start], self.offsets[end]


def read_written(raw: str, start: int) -> WrittenText:
    """Return what the text says that stands at a place of a file, as the TOML parser reads it."""
    size = 3 if raw[:3] in _LONG else 1
    inside = raw[size:-size]
    begin = start + size
    if size > 1 and inside.startswith(("\n", "\r\n")):
        # A newline right behind the quotes is not part of the text.
        cut = inside.index("\n") + 1
        inside, begin = inside[cut:], begin + cut
    if "\\" not in inside and "\r" not in inside:
        return WrittenText(inside, tuple(range(begin, begin + len(inside) + 1)))
    said: list[str] = []
    offsets: list[int] = []
    at = 0
    while at < len(inside):
        special = _SPECIAL.match(inside, at)
        piece, end = inside[at], at + 1
        if special is not None and (special.group() == "\r\n" or raw[0] == '"'):
            piece, end = _meaning(special.group()), special.end()
        said.append(piece)
        offsets += [begin + at] * len(piece)
        at = end
    return WrittenText("".join(said), (*offsets, begin + len(inside)))


def _meaning(special: str) -> str:
    if special == "\r\n":
        return "\n"
    return "" if special[1].isspace() else str(tomllib.loads(f'it = "{special}"')["it"])
