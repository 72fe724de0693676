"""What a repository knows of a model that a workbook is made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a change log: of what, its id and unit, how much of a change it is, and the rest in words."""

    label: str
    id: str = ""
    unit: str = ""
    amount: str | float = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """What changed since a version, by what a reader calls it: a sentence, and lines by their headings."""

    since: str = ""
    headline: str = ""
    sections: tuple[tuple[str, tuple[LogLine, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """The revision, and who committed the model last, and when; '' for what nobody asked for.

    The change log is None where it is not asked for.
    """

    revision: str = ""
    author: str = ""
    date: str = ""
    changes: ChangeLog | None = None
