"""What the inputs of the square are called in the lists to choose from."""

from __future__ import annotations

from collections import Counter

from engine.text.labels import fold
from exports.workbook.layout.working.square import Square


def input_titles(square: Square) -> list[str]:
    """Return the labels of the inputs, with names where two are alike as a search compares them."""
    rows = square.crossing.inputs
    alike = Counter([fold(row.label) for row in rows])
    return [row.label if alike[fold(row.label)] == 1 else f"{row.label} ({row.id})" for row in rows]
