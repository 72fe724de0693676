"""Tables and formulas of a part of a text, read from that part alone: a long text is not gone through for a screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from plainsheet.editor.lines import Span

# A key of TOML, and keys with dots between them, for a pattern that is verbose.
KEY: Final = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
KEYS: Final = rf"{KEY}(?:[ \t]*+\.[ \t]*+{KEY})*+"
_LINE: Final = re.compile(
    r"""
      ^[ \t]* \[[ \t]* (?P<header>[^\[\]\n]+?) [ \t]*\]
    | ^[ \t]* (?:formula|solve) [ \t]* = [ \t]*
      (?: "{3}(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3} | '{3}.*?'{3} | "(?:[^"\\\n]++|\\.)*+" | '[^'\n]*' )
    """,
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)


def formulas_in(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """Yield the id of each quantity whose formula ends in a part of a text, and the place at which it ends."""
    id_ = ""
    for one in _LINE.finditer(text, max(text.rfind("\n[", 0, start), 0), end):
        if one["header"] is not None:
            id_ = one["header"].rpartition(".")[2].strip(" \t\"'")
        elif id_ and one.end() >= start:
            yield id_, one.end()


def find_header(text: str, id_: str) -> Span | None:
    """Return where an id stands in the header of its table; None where there is none."""
    header = re.compile(rf"^[ \t]*\[(?:[^\]\n]*\.)?[ \t]*[\"']?({re.escape(id_)})[\"']?[ \t]*\]", re.MULTILINE)
    found = header.search(text)
    return None if found is None else found.span(1)
