"""A text read after another: where one table alone was edited, that one is read, and all others are taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

Tables = Mapping[str, Any]
_HEADER: Final = re.compile(r"\[([\w-]+(?:\.[\w-]+)*)\]", re.ASCII)
_LINE_IN_BRACKETS: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)


def spliced(text: str, before: str, tables: Tables, parse: Callable[[str], Tables]) -> dict[str, Any] | None:
    """Return the tables of a text from the `tables` of the one before; None where they may not be what `parse` gives.

    What surrounds the edited table is the same in both. It is read as it was, since a table that is right by itself
    leaves nothing open, neither before nor after the edit.
    """
    start = text.rfind("\n[", 0, _count_shared(text, before)) + 1
    shared = _count_shared(text[start:][::-1], before[start:][::-1])
    following = text.find("\n[", len(text) - shared) + 1
    end = following - len(text) if following else None
    now, was = text[start:end], before[start:end]
    header = _only_header(now)
    if header is None or header != _only_header(was):
        return None
    try:
        # A text of several lines would still be open here.
        parse(text[: _end_of_long_text(text, start)])
        return _replaced(tables, header.split("."), parse(was), parse(now))
    except (ValueError, RecursionError):
        return None


def _only_header(text: str) -> str | None:
    """Return what the header of a text names that is one table; None where it may be more.

    An array has such lines too; the table that follows is none of its values, and would not be right by itself.
    """
    header = _HEADER.match(text)
    return header[1] if header is not None and len(_LINE_IN_BRACKETS.findall(text)) == 1 else None


def _end_of_long_text(text: str, start: int) -> int:
    """Return where the line ends that holds the last quotes, before a place, of a text of several lines; 0 for none."""
    last = max(text.rfind('"""', 0, start), text.rfind("'''", 0, start))
    return 0 if last < 0 else text.find("\n", last) + 1


def _replaced(tables: Tables, path: Sequence[str], was: Tables, now: Tables) -> dict[str, Any] | None:
    """Return tables in which that of a path is the one in `now`; None where it held other than the one in `was`."""
    key, *rest = path
    inner = tables.get(key)
    if not rest:
        return {**tables, key: now[key]} if inner == was[key] else None
    replaced = _replaced(inner, rest, was[key], now[key]) if isinstance(inner, dict) else None
    return None if replaced is None else {**tables, key: replaced}


def _count_shared(one: str, other: str) -> int:
    """Return with how many letters both begin: halved, since comparing long pieces is fast."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low
