"""`formulas`: the workbook compiled to functions, all of it calculated after each edit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import formulas
from spelling import given, report

task = given()
BOOK = f"'[{Path(sys.argv[2]).name}]GRAPH'!B"


def edit(model: Any, row: int, value: float) -> float:
    solution = model.calculate(inputs={f"{BOOK}{row + 1}": value})
    return float(solution[f"{BOOK}{len(task['rows'])}"].value[0, 0])


report(task, lambda: formulas.ExcelModel().loads(sys.argv[2]).finish(), edit)
