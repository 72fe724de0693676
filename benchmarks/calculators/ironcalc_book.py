"""IronCalc: the workbook loaded, all of it calculated after each edit."""

from __future__ import annotations

import sys
from typing import Any

import ironcalc
from spelling import given, report

task = given()


def edit(book: Any, row: int, value: float) -> float:
    book.update_cell_with_number(0, row + 1, 2, value)
    book.evaluate()
    return float(book.get_cell_value(0, len(task["rows"]), 2))


report(task, lambda: ironcalc.load_from_xlsx(sys.argv[2], "en", "UTC"), edit)
