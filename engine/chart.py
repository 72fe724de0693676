"""A chart as its author wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of results: what runs along it, what is drawn, and in which scenarios; names as written.

    Of a line over a swept input, `ends` say from where to where, in the input's unit.
    """

    id: str
    kind: str
    title: str
    note: str = ""
    x: str = ""
    y: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    ends: tuple[Decimal, Decimal] | None = None
    points: int | None = None
    marks: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    total: str = ""
