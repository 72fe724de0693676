"""Where the value that a target needs stands: what is chosen and found on Sensitivity, its working on Cases."""

from __future__ import annotations

from typing import Final

from exports.style.a1 import letter
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, UNIT
from exports.workbook.layout.turns.goals import Goals

# Below the heading on Sensitivity: what is chosen, what it is now, the target, what this needs, and the proof.
CHOICE, NOW, TARGET, FOUND, PROOF, MISSED = range(1, 7)
LINES: Final = MISSED + 2
# Below the heading of the working: what is chosen, what is known of the input, what is found, and what is to be said.
PLACE, OUTPUT, WANTED, LEAST, MOST, DECIMALS, VALUE = range(1, 8)
BENT, EMPTY, STAYS, NEVER, BELOW, ABOVE, BROKEN, REFUSED, CLOSED = SAID = range(8, 17)
# The columns of the way back, the output first and then a line a step: which step of the table it is, on what scales,
# what it leads to at both ends of the range, how far along these the target is, what it needs, and what follows.
STEP, LOG, LOG_BELOW, LOW, HIGH, SHARE, NEEDED, FOLLOWING = range(GRID, GRID + 8)
# The columns of the inputs: the place in the list, both ends of the range and the output there, then the first step
# from each output.
NUMBER, LOW_END, HIGH_END, OUT_LOW, OUT_HIGH, AT_LEAST, AT_MOST, WHOLE = range(GRID, GRID + 8)
BEGINS: Final = GRID + 8
# The columns of the table of steps.
IS_LOG, IS_LOG_BELOW, AT_LOW, AT_HIGH, NEXT = range(GRID, GRID + 5)


class Sought:
    """The lines of the working, from one on, and of what a reader sees from another on."""

    def __init__(self, cases: Cases, goals: Goals, working: int, shown: int) -> None:
        self.cases = cases
        self.goals = goals
        self.working = working
        self.way = working + CLOSED + 2
        self.outputs = self.way + goals.longest + 3
        self.inputs = self.outputs + len(cases.outputs) + 2
        self.steps = self.inputs + len(goals.inputs) + 2
        self.shown = shown

    @property
    def after(self) -> int:
        """Return the line below the working."""
        return self.steps + len(self.goals.steps) + 2

    @property
    def last_column(self) -> int:
        """Return the last column of the working."""
        return max(FOLLOWING, BEGINS + len(self.cases.outputs) - 1, NEXT)

    def seen(self, which: int) -> str:
        """Return a cell that a reader sees, as its own sheet writes it."""
        return f"${letter(LIVE)}${self.shown + which}"

    def known(self, which: int) -> str:
        """Return a cell of the working with what is known of the chosen input."""
        return f"${letter(LIVE)}${self.working + which}"

    def on_way(self, column: int, step: int) -> str:
        """Return a cell of the way back: of the output for step 0, of the input for the longest way."""
        return f"${letter(column)}{self.way + 1 + step}"

    def of_outputs(self, column: int) -> str:
        """Return the cells of a column of the outputs."""
        return _down(column, self.outputs + 1, len(self.cases.outputs))

    def of_inputs(self, column: int, last: int = 0) -> str:
        """Return the cells of a column of the inputs, or of several columns."""
        return _down(column, self.inputs + 1, len(self.goals.inputs), last)

    def of_steps(self, column: int) -> str:
        """Return the cells of a column of the table of steps."""
        return _down(column, self.steps + 1, len(self.goals.steps))

    @property
    def begins(self) -> str:
        """Return the cells with the first step from each output to each input."""
        return self.of_inputs(BEGINS, BEGINS + len(self.cases.outputs) - 1)

    @property
    def labels(self) -> str:
        """Return the cells of Cases that name the inputs, as another sheet writes them."""
        return f"Cases!{self.of_inputs(LABEL)}"

    @property
    def units(self) -> str:
        """Return the cells of Cases with the units of the inputs, as another sheet writes them."""
        return f"Cases!{self.of_inputs(UNIT)}"


def _down(column: int, first: int, count: int, last: int = 0) -> str:
    return f"${letter(column)}${first}:${letter(last or column)}${first + count - 1}"
