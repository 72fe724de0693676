"""What is wrong with a model, where, and how to mend it: values, collected and then rendered in one place."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

Severity = Literal["error", "warning"]
KeyPath = tuple[str | int, ...]

_SHOWN_AT_MOST = 50
_LONGEST_GUESS = 100
_MOST_CANDIDATES = 10_000
_MOST_COMPARED = 50
_SHORTEST_PART = 3
_FEW = 6


class Document(Protocol):
    """A text that problems point into, and that changes are written into."""

    @property
    def name(self) -> str:
        """Return the file's name as the user gave it."""

    @property
    def text(self) -> str:
        """Return the whole text; '' for a file that cannot be read."""

    def line(self, path: KeyPath) -> int | None:
        """Return the line, from 1, on which the key path stands."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a document; its line is looked up only when somebody reads it."""

    document: Document
    path: KeyPath = ()
    known_line: int | None = None

    @property
    def file(self) -> str:
        """Return the document's name."""
        return self.document.name

    @property
    def line(self) -> int | None:
        """Return the line, from 1, or None where the whole document is meant."""
        if self.known_line is not None or not self.path:
            return self.known_line
        return self.document.line(self.path)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake (or doubt) of the author: both sides in the message, the fix in the hint."""

    code: str
    severity: Severity
    message: str
    location: Location | None = None
    hint: str = ""


class ModelError(Exception):
    """The model, or what was asked of it, is wrong: carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(render(self.problems))

    def __reduce__(self) -> tuple[type[ModelError], tuple[tuple[Problem, ...]]]:
        """Return what it is made of again, where it was raised in another process."""
        return type(self), (self.problems,)


class Mistake(ValueError):  # noqa: N818  # its kinds are the errors
    """Something that an author wrote cannot be meant: the message says what, the hint what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def error(code: str, message: str, location: Location | None = None, hint: str = "") -> Problem:
    """Return a problem that stops the run."""
    return Problem(code, "error", message, location, hint)


def warning(code: str, message: str, location: Location | None = None, hint: str = "") -> Problem:
    """Return a problem that is only said."""
    return Problem(code, "warning", message, location, hint)


def errors_in(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return those that stop the run."""
    return tuple(problem for problem in problems if problem.severity == "error")


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems by file and line, errors before warnings on one line."""
    return sorted(problems, key=_place)


def render(problems: Iterable[Problem]) -> str:
    """Return the text a person reads: ``file:line: message``, further lines and the hint indented."""
    ordered = in_file_order(problems)
    texts = [render_one(problem) for problem in ordered[:_SHOWN_AT_MOST]]
    if len(ordered) > _SHOWN_AT_MOST:
        texts.append(f"... and {len(ordered) - _SHOWN_AT_MOST} more problems; mend these first")
    return "\n".join(texts)


def render_one(problem: Problem) -> str:
    """Return one problem as text, without control characters that a terminal would obey."""
    first, *rest = problem.message.split("\n")
    mark = "warning: " if problem.severity == "warning" else ""
    lines = [_prefix(problem.location) + mark + first]
    lines += [f"    {line}" for line in rest]
    if problem.hint:
        lines.append(f"  hint: {problem.hint}")
    return "\n".join(printable(line) for line in lines)


def as_json(problems: Iterable[Problem]) -> list[dict[str, str | int | None]]:
    """Return the problems as plain values, in file order."""
    return [
        {
            "code": problem.code,
            "severity": problem.severity,
            "message": problem.message,
            "file": problem.location.file if problem.location else None,
            "line": problem.location.line if problem.location else None,
            "hint": problem.hint or None,
        }
        for problem in in_file_order(problems)
    ]


def printable(text: str) -> str:
    """Return the text with everything that does not print written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def shortened(text: str, width: int = 60) -> str:
    """Return the text, cut in the middle where it is longer than `width` characters."""
    if len(text) <= width:
        return text
    half = (width - 3) // 2
    return f"{text[:half]}...{text[-half:]}"


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest candidates, or an empty text."""
    # difflib is quadratic in the length of the words, and a hostile name is long.
    if len(name) > _LONGEST_GUESS:
        return ""
    known = sorted(candidates)[:_MOST_CANDIDATES]
    near = nearest(name, known, 0.7)
    if not near and len(name) >= _SHORTEST_PART:
        # A part of a name: ``best`` of ``best_cost``.
        near = sorted([one for one in known if name.casefold() in one.casefold().split("_")], key=len)[:2]
    return f"did you mean {listed(near, 'or')}?" if near else ""


def nearest(name: str, known: list[str], least: float) -> list[str]:
    """Return at most two names that are alike by at least a share of their letters, the nearest first."""
    return difflib.get_close_matches(name, _likeliest(name, known), n=2, cutoff=least)


def _likeliest(name: str, known: list[str]) -> list[str]:
    """Return the few names that have most pairs of letters in common with one, which is seen much sooner than all."""
    if len(known) <= _MOST_COMPARED:
        return known
    pairs = _pairs(name)
    shares = [(len(pairs & other) / (len(pairs) + len(other)), one) for one in known for other in (_pairs(one),)]
    return [one for _, one in heapq.nlargest(_MOST_COMPARED, shares)]


@lru_cache(maxsize=_MOST_CANDIDATES)
def _pairs(name: str) -> frozenset[str]:
    """Return the pairs of letters of a name, of which its ends are some."""
    return frozenset([f" {name} "[start : start + 2] for start in range(len(name) + 1)])


def listed(names: Sequence[str], word: str = "and") -> str:
    """Return ``'a', 'b' and 'c'``."""
    quoted = [f"'{shortened(name)}'" for name in names]
    *others, last = quoted or [""]
    return f"{', '.join(others)} {word} {last}" if others else last


def some(names: Sequence[str]) -> str:
    """Return a few names as ``'a', 'b' and 'c'``; of many, the first and the last."""
    return listed(names) if len(names) <= _FEW else f"'{names[0]}', '{names[1]}', ... '{names[-1]}'"


def _prefix(location: Location | None) -> str:
    if location is None:
        return ""
    return f"{location.file}:{location.line}: " if location.line else f"{location.file}: "


def _place(problem: Problem) -> tuple[str, int, bool]:
    location = problem.location
    if location is None:
        return "", 0, problem.severity == "warning"
    return location.file, location.line or 0, problem.severity == "warning"
