"""A formula of a workbook for a reader of the text: rows by their names, cells by their members."""

from __future__ import annotations

import re
from typing import Final

from engine.language.unparse import text
from engine.plan.cells import as_written
from engine.plan.plan import Plan, Row
from exports.roundtrip.named_lines import Key, without_marks
from exports.style.words import in_full

_CELL: Final = r"{name}(?:\+(?P<line{n}>\d+))?\[(?P<sign{n}>[+-]?)(?P<at{n}>\d+)\]"
_CELLS: Final = re.compile(
    rf"\b{_CELL.format(name='(?P<name>[a-z][a-z0-9_]*)', n=1)}(?::{_CELL.format(name='(?P=name)', n=2)})?"
)
_MADE: Final = re.compile(r"\b[a-z][a-z0-9_]*_(?!\w)")


def in_words(planned: Plan, own: Key, normal: str) -> str:
    """Return a normal formula of the cell `own` with members for places, and what rows without a name stand for."""

    def cells(found: re.Match[str]) -> str:
        if found["name"] in planned.model.dimension and found["line1"] == "1" and not found["at2"]:
            # Below the members of a dimension their places are counted from 1.
            return f"place of {found['name']}" if found["sign1"] else str(int(found["at1"]) + 1)
        row = planned.row(found["name"]) if found["name"] in planned.index else None
        ends = [_place(found, n, own) for n in (1, 2) if found[f"at{n}"] is not None]
        members = [] if row is None else [_member(planned, row, *end) for end in ends]
        if row is None or not all(members):
            return found[0]
        if len(ends) > 1 and ends[0] == (0, 0) and _member(planned, row, ends[1][0], ends[1][1] + 1) == "":
            return row.id
        return f"{row.id}[{':'.join(members)}]"

    def made(found: re.Match[str]) -> str:
        row = planned.row(found[0]) if found[0] in planned.index else None
        if row is not None and row.kind == "constant" and isinstance(row.value, float):
            return in_full(row.value)
        if row is not None and row.kind == "working" and row.expression is not None:
            return f"({text(as_written(planned, row.expression))})"
        return found[0]

    return _MADE.sub(made, _CELLS.sub(cells, without_marks(normal)))


def _place(found: re.Match[str], number: int, own: Key) -> tuple[int, int]:
    """Return the line and the column of a cell within its row; a distance is counted from the formula's own column."""
    at = int(found[f"sign{number}"] + found[f"at{number}"])
    return int(found[f"line{number}"] or 0), at + max(own[2], 0) if found[f"sign{number}"] else at


def _member(planned: Plan, row: Row, line: int, column: int) -> str:
    """Return the member at a place of a row, '' for none."""
    across = planned.across(row)
    members = planned.members(row)
    wide = len(planned.model.dimension[across].members) if across else 1
    if not 0 <= column < wide or not 0 <= line < max(len(members) // wide, 1) or not row.over:
        return ""
    index = row.over.index(across) if across else 0
    lines = dict.fromkeys([tuple(part for n, part in enumerate(member) if n != index) for member in members])
    others = list(list(lines)[line])
    others.insert(index, planned.model.dimension[across].members[column] if across else "")
    return ", ".join(filter(None, others))
