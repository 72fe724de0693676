"""What is chosen from a list of cells, found by its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

# What a search reads as any character, and the sign that makes it plain, which comes first.
_SIGNS: Final = "~*?"


def place_formula(cell: str, titles: Iterable[str], listed: str) -> str:
    """Return the formula of the place, from 1, of what is chosen in a cell among titles that stand in others."""
    if any(sign in title for title in titles for sign in _SIGNS):
        for sign in _SIGNS:
            cell = f'SUBSTITUTE({cell},"{sign}","~{sign}")'
    return f"=MATCH({cell},{listed},0)"
