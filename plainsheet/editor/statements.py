"""Tables and formulas of a part of a text, read from that part alone: a long text is not gone through for a screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from plainsheet.editor.lines import Span

# A key of TOML, and keys with dots between them, for a pattern that is verbose.
KEY: Final = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
KEYS: Final = rf"{KEY}(?:[ \t]*+\.[ \t]*+{KEY})*+"
_STRING: Final = (
    r""" (?: "{3}(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3} | '{3}.*?'{3} | "(?:[^"\\\n]++|\\.)*+" | '[^'\n]*' ) """
)
# A header; the formula of the table below it, of a table within it by a dotted key, or of one on a line of its own.
_LINE: Final = re.compile(
    rf"""
      ^[ \t]* \[[ \t]* (?P<header>[^\[\]\n]+?) [ \t]*\]
    | ^[ \t]* (?:(?P<owner>{KEY}) \.)? (?:formula|solve) (?:\. (?P<member>{KEY}))? [ \t]* = [ \t]* {_STRING}
    | ^[ \t]* (?P<inline>{KEY}) [ \t]* = [ \t]* \{{ [^\n]*? \b(?:formula|solve) [ \t]* = [ \t]* {_STRING} [^\n]* \}}
    """,
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)


class FormulaAt(NamedTuple):
    """A formula: of which quantity, '' or the member that it holds for, and the place behind it."""

    id: str
    member: str
    end: int


def formulas_in(text: str, start: int, end: int) -> Iterator[FormulaAt]:
    """Yield the formulas that end in a part of a text."""
    id_ = ""
    for one in _LINE.finditer(text, max(text.rfind("\n[", 0, start), 0), end):
        if one["header"] is not None:
            id_ = _bare(one["header"].rpartition(".")[2])
        elif one.end() >= start:
            yield FormulaAt(_bare(one["owner"] or one["inline"] or id_), _bare(one["member"] or ""), one.end())


def find_header(text: str, id_: str) -> Span | None:
    """Return where an id stands in the header of its table, or before its table on one line; None where it does not."""
    name = rf"[\"']?(?P<name>{re.escape(id_)})[\"']?[ \t]*"
    header = re.compile(rf"^[ \t]*\[(?:[^\]\n]*\.)?[ \t]*{name}\]", re.MULTILINE)
    inline = re.compile(rf"^[ \t]*{name}(?:=[ \t]*\{{|\.)", re.MULTILINE)
    found = header.search(text) or inline.search(text)
    return None if found is None else found.span("name")


def _bare(key: str) -> str:
    return key.strip(" \t").strip("\"'")
