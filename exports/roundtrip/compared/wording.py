"""What cells say as they are compared, and what lines are called by what they say."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from engine.problems import shortened
from exports.reading.records import Held, Opened

LOST: Final = "#REF!"
LABEL_WIDTH: Final = 40


def says_same(one: Held | None, other: Held | None) -> bool:
    """Return whether two cells hold the same value, or the same formula to the letter, as nearly all do."""
    if one is None or other is None:
        return one is other
    return one.value == other.value and one.is_formula == other.is_formula


def plain(cell: Held) -> str:
    """Return a formula as it is compared: without what spreadsheets spell in their own way."""
    return "".join(str(cell.value).split()).casefold().removeprefix("=").removeprefix("+")


def row_label(sheet: Opened, row: int) -> str:
    """Return what a line is called: by its label and its name, as far as it has these."""
    return row_labels(sheet, {row}).get(row, "")


def row_labels(sheet: Opened, rows: Container[int]) -> dict[int, str]:
    """Return what lines are called, looking through a sheet once."""
    texts: dict[int, list[tuple[int, str]]] = {}
    for (row, column), cell in sheet.cells.items():
        if row in rows and not cell.is_formula:
            texts.setdefault(row, []).append((column, shortened(str(cell.value), LABEL_WIDTH)))
    found = {}
    for row, cells in texts.items():
        label, *others = [text for _, text in sorted(cells)[:2]]
        found[row] = f"'{label}'{''.join([f' ({other})' for other in others])}"
    return found
