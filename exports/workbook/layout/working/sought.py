"""Where the value of an input that a target needs stands on Sensitivity: what is chosen and found, and its working."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.plan.plan import Row
from exports.style.a1 import letter
from exports.workbook.layout.geometry import GRID, LABEL, LIVE

# Below the heading on Sensitivity: what is chosen, what it is now, the target, and the value that this needs.
CHOICE, NOW, TARGET, FOUND = range(1, 5)
LINES: Final = FOUND + 2
# Below the heading of the working: the place of the chosen input, what is known of it, and what is to be said.
PLACE, AT, LOW, HIGH, OUT_LOW, OUT_HIGH, LEAST, MOST, DECIMALS = range(1, 10)
BENT, EMPTY, STAYS, BELOW, ABOVE, BROKEN, CLOSED = SAID = range(10, 17)
# The columns of the inputs in the working; the last are of the outputs: 1 for a straight line.
COLUMNS: Final = {AT: GRID, LEAST: GRID + 1, MOST: GRID + 2, DECIMALS: GRID + 3}
STRAIGHT: Final = GRID + 4


class Sought:
    """The lines of what a reader sees, from one on, and of its working from another on."""

    def __init__(self, inputs: Sequence[Row], outputs: int, shown: int, working: int) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.shown = shown
        self.working = working
        self.table = working + CLOSED + 2

    @property
    def after(self) -> int:
        """Return the line below the working."""
        return self.table + len(self.inputs) + 2

    @property
    def last_column(self) -> int:
        """Return the last column of the working."""
        return STRAIGHT + self.outputs - 1

    def seen(self, which: int) -> str:
        """Return a cell that a reader sees."""
        return f"${letter(LIVE)}${self.shown + which}"

    def known(self, which: int) -> str:
        """Return a cell of the working with what is known of the chosen input."""
        return f"${letter(LIVE)}${self.working + which}"

    def listed(self, column: int, last: int = 0) -> str:
        """Return the cells of a column of the inputs, or of several columns."""
        lines = self.table + 1, self.table + len(self.inputs)
        return f"${letter(column)}${lines[0]}:${letter(last or column)}${lines[1]}"

    @property
    def labels(self) -> str:
        """Return the cells that name the inputs."""
        return self.listed(LABEL)
