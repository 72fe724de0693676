"""Numbers of any size and of any unit in one cell: how they are shown, and what inputs are called in lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from engine.plan.plan import Row
from engine.text.labels import fold
from exports.workbook.layout.grid import StyleRule

NUMBER: Final = '#,##0.00_);(#,##0.00);"-"_)'


def by_unit(area: str, unit: str) -> list[StyleRule]:
    """Return how numbers of some cells are shown that may be of any size, and in percent where a cell says so."""
    cell = area.split(":", maxsplit=1)[0]
    return [StyleRule(area, f'AND(ISNUMBER({cell}),{unit}="percent")', "share_result"), *by_size(area)]


def by_size(area: str) -> list[StyleRule]:
    """Return how numbers of some cells are shown that may be of any size."""
    size = f"ABS(N({area.split(':', maxsplit=1)[0]}))"
    return [
        StyleRule(area, f"OR({size}>=1E9,AND({size}>0,{size}<0.01))", "extreme_result"),
        StyleRule(area, f"{size}>=1E7", "huge_result"),
        StyleRule(area, f"{size}>=1E4", "large_result"),
    ]


def titles_of(rows: Sequence[Row]) -> list[str]:
    """Return the labels of inputs in a list, with names where two are alike as a search compares them."""
    alike = Counter([fold(row.label) for row in rows])
    return [row.label if alike[fold(row.label)] == 1 else f"{row.label} ({row.id})" for row in rows]
