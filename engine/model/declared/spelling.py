"""Cells of a row as TOML has them by member."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model.dimensions import Dimension
from engine.text.edits import dotted, quoted


def spread_text(cells: Sequence[str], dimensions: Sequence[Dimension]) -> str:
    """Return cells as TOML has them by member: a list, or a run from the first where the members have an order."""
    if not dimensions:
        return cells[0]
    first, *rest = dimensions
    size = len(cells) // len(first.members)
    items = [spread_text(cells[at : at + size], rest) for at in range(0, len(cells), size)]
    listed = f"[{', '.join(items)}]"
    if not first.ordered:
        return listed
    if not first.has_runs:
        return f"{{ {', '.join([f'{dotted([m])} = {one}' for m, one in zip(first.members, items, strict=True)])} }}"
    start = first.members[0] if first.numbers else quoted(first.members[0])
    return f"{{ from = {start}, list = {listed} }}"
