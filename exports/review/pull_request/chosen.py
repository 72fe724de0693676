"""Which models a review is of: patterns held against the names that a repository has now, and had before."""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

DEFAULT: Final = "models/*.toml"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The models that are there, those that were there and are not, and the patterns that name none."""

    here: tuple[str, ...]
    gone: tuple[str, ...]
    missing: tuple[str, ...]


def choose(asked: str, now: Sequence[str], before: Iterable[str]) -> Chosen:
    """Return the models that lines ask for, which are names or patterns with spaces between them.

    Whatever the repository has, a pattern is expanded: a file that has the pattern's own name is one more that it
    names. As a line may be a single name with spaces in it, it is taken in both ways.
    """
    here: dict[str, None] = {}
    gone: dict[str, None] = {}
    missing: dict[str, None] = {}
    then = list(before)
    for line in filter(str.strip, (asked if asked.strip() else DEFAULT).splitlines()):
        words = line.split()
        whole = _named(line.strip(), now) if len(words) > 1 else []
        here |= dict.fromkeys(whole)
        gone |= dict.fromkeys(_named(line.strip(), then))
        for word in words:
            found, known = _named(word, now), _named(word, then)
            here |= dict.fromkeys(found)
            gone |= dict.fromkeys(known)
            # A part of a name with spaces is missed only where it was a name of its own.
            if not found and (known or not whole):
                missing[word] = None
    there = set(now)
    return Chosen(tuple(here), tuple([name for name in gone if name not in there]), tuple(missing))


def _named(pattern: str, names: Sequence[str]) -> list[str]:
    pattern = os.path.relpath(pattern)
    parts = pattern.replace("[^", "[!").split("/")
    return [name for name in names if name == pattern or _matches(name.split("/"), parts)]


def _matches(name: list[str], pattern: list[str]) -> bool:
    """Return whether a path is one that a shell would find: what begins with a dot is hidden, ** is any folders."""
    if not pattern:
        return not name
    head, *rest = pattern
    if head == "**":
        return _matches(name, rest or ["*"]) or (_is_part(name, "*") and _matches(name[1:], pattern))
    return _is_part(name, head) and _matches(name[1:], rest)


def _is_part(name: list[str], pattern: str) -> bool:
    return bool(name) and fnmatchcase(name[0], pattern) and (pattern[:1] == "." or name[0][:1] != ".")
