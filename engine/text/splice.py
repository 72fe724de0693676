"""A text read after another: where a few tables were edited, these are read, and all others are taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

Tables = Mapping[str, Any]
Span = tuple[int, int]
# Each edited table copies the list of all; of many, reading the whole text is as fast.
_MOST_EDITED: Final = 64
_HEADER: Final = re.compile(r"\[([\w-]+(?:\.[\w-]+)*)\]", re.ASCII)
_LINE_IN_BRACKETS: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)


def spliced(text: str, before: str, tables: Tables, parse: Callable[[str], Tables]) -> dict[str, Any] | None:
    """Return the tables of a text from the `tables` of the one before; None where they may not be what `parse` gives.

    What surrounds the edited tables is the same in both. It is read as it was, since a table that is right by itself
    leaves nothing open, neither before nor after the edit.
    """
    made, end = dict(tables), 0
    try:
        for number, ((start, stop), was_at) in enumerate(_edited(text, before)):
            now, was = text[start:stop], before[slice(*was_at)]
            header = _only_header(now)
            if number == _MOST_EDITED or header is None or header != _only_header(was):
                return None
            # A text of several lines would still be open here.
            parse(text[end : _end_of_long_text(text, end, start)])
            replaced = _replaced(made, header.split("."), parse(was), parse(now))
            if replaced is None:
                return None
            made, end = replaced, stop
    except (ValueError, RecursionError):
        return None
    return made


def _edited(text: str, before: str) -> Iterator[tuple[Span, Span]]:
    """Yield where the tables stand that differ, in a text and in the one before; each up to the next header."""
    end = was_end = 0
    while (shared := _count_shared(text, end, before, was_end)) < max(len(text) - end, len(before) - was_end):
        start = max(text.rfind("\n[", max(end - 1, 0), end + shared) + 1, end)
        was_start = start - end + was_end
        end, was_end = _next_header(text, end + shared), _next_header(before, was_end + shared)
        yield (start, end), (was_start, was_end)


def _next_header(text: str, start: int) -> int:
    """Return where the next line begins with a bracket; the end of the text where none does."""
    found = text.find("\n[", start)
    return len(text) if found < 0 else found + 1


def _only_header(text: str) -> str | None:
    """Return what the header of a text names that is one table; None where it may be more.

    An array has such lines too; the table that follows is none of its values, and would not be right by itself.
    """
    header = _HEADER.match(text)
    return header[1] if header is not None and len(_LINE_IN_BRACKETS.findall(text)) == 1 else None


def _end_of_long_text(text: str, start: int, end: int) -> int:
    """Return where the line ends that holds the last quotes, between two places, of a text of several lines.

    Where it holds none it is `start`.
    """
    last = max(text.rfind('"""', start, end), text.rfind("'''", start, end))
    return start if last < 0 else text.find("\n", last) + 1


def _replaced(tables: Tables, path: Sequence[str], was: Tables, now: Tables) -> dict[str, Any] | None:
    """Return tables in which that of a path is the one in `now`; None where it held other than the one in `was`."""
    key, *rest = path
    inner = tables.get(key)
    if not rest:
        return {**tables, key: now[key]} if inner == was[key] else None
    replaced = _replaced(inner, rest, was[key], now[key]) if isinstance(inner, dict) else None
    return None if replaced is None else {**tables, key: replaced}


def _count_shared(one: str, start: int, other: str, beside: int) -> int:
    """Return with how many letters both go on from two places: doubled and halved, since long pieces compare fast."""
    low, high = 0, 1
    longest = min(len(one) - start, len(other) - beside)
    while high < longest and one[start + low : start + high] == other[beside + low : beside + high]:
        low, high = high, 2 * high
    high = min(high, longest)
    while low < high:
        middle = (low + high + 1) // 2
        is_same = one[start + low : start + middle] == other[beside + low : beside + middle]
        low, high = (middle, high) if is_same else (low, middle - 1)
    return low
