"""A comment in Markdown out of sections: names and foreign text as code, and cut where it is too long."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from engine.problems import printable

_LEAST_FENCE: Final = 4
_FENCE: Final = re.compile(r"(?P<ticks>`{4,})(?:text)?")
_CUT: Final = "The rest is in the summary of the job."


@dataclass(frozen=True, slots=True)
class Section:
    """What is told of one model; the gravest come first."""

    gravity: int
    title: str
    text: str


def as_comment(head: str, sections: Iterable[Section]) -> str:
    """Return Markdown: a line on all of it, and the sections below their titles."""
    told = [f"### {one.title}\n\n{one.text.rstrip()}\n" for one in sorted(sections, key=lambda one: one.gravity)]
    return "\n".join([f"{head}\n", *told])


def as_code(text: str) -> str:
    """Return a name as code, in which nothing of it is Markdown, and nothing moves the letters beside it."""
    plain = printable(text)
    ticks = "`" * (_longest_ticks(plain) + 1)
    gap = " " if plain[:1] in {"", "`", " "} or plain[-1:] in {"`", " "} else ""
    return f"{ticks}{gap}{plain}{gap}{ticks}"


def as_block(text: str) -> str:
    """Return lines as they are, of which none ends the block that they stand in."""
    plain = "\n".join([printable(line) for line in text.rstrip().split("\n")])
    ticks = "`" * max(_LEAST_FENCE, _longest_ticks(plain) + 1)
    return f"{ticks}text\n{plain}\n{ticks}\n"


def cut(text: str, most: int) -> str:
    """Return whole lines of at most so many bytes, with what was opened closed, and a word where it was cut."""
    kept: list[str] = []
    size, opened, fence = 0, 0, ""
    for line in text.splitlines():
        size += len(line.encode()) + 1
        if size > most:
            return "\n".join([*kept, *([fence] if fence else []), *["\n</details>"] * opened, f"\n{_CUT}\n"])
        kept.append(line)
        found = _FENCE.fullmatch(line)
        if fence:
            fence = "" if line == fence else fence
        elif found:
            fence = found["ticks"]
        else:
            opened += line.startswith("<details>") - line.startswith("</details>")
    return text


def _longest_ticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
