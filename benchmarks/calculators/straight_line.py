"""The floor: the formulas as Python statements over a list, without a check, all of them after each edit."""

from __future__ import annotations

import math
from typing import Any

from spelling import PYTHON, given, report, spell

PIECE = 500
task = given()


def load() -> Any:
    lines = [
        f"v[{index}] = {spell(row['formula'], PYTHON, 'v[{}]'.format)}"
        for index, row in enumerate(task["rows"])
        if "formula" in row
    ]
    pieces = []
    for start in range(0, len(lines), PIECE):
        space: dict[str, Any] = {"sqrt": math.sqrt}
        exec("def piece(v):\n " + "\n ".join(lines[start : start + PIECE]), space)  # noqa: S102  # the floor
        pieces.append(space["piece"])
    return pieces, [row.get("value", 0.0) for row in task["rows"]]


def edit(loaded: Any, row: int, value: float) -> float:
    pieces, values = loaded
    values[row] = value
    for piece in pieces:
        piece(values)
    return float(values[-1])


report(task, load, edit)
