"""modelx: a space of cells, which works out what is asked for and forgets what an edit reaches."""

from __future__ import annotations

import math
import sys
from typing import Any

import modelx
from spelling import PYTHON, given, report, spell

sys.setrecursionlimit(1_000_000)
task = given()


def load() -> Any:
    space = modelx.new_model().new_space()
    space.sqrt = math.sqrt
    for index, row in enumerate(task["rows"]):
        if "formula" in row:
            space.new_cells(f"q{index}", formula=f"lambda: {spell(row['formula'], PYTHON, 'q{}()'.format)}")
        else:
            space.new_cells(f"q{index}", formula="lambda: None")
            space.cells[f"q{index}"].value = row["value"]
    return space


def edit(space: Any, row: int, value: float) -> float:
    space.cells[f"q{row}"].value = value
    return float(space.cells[f"q{len(task['rows']) - 1}"]())


report(task, load, edit)
