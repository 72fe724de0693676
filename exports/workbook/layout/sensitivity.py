"""Where everything stands on Sensitivity: the choice of an output, the tornado, and the working behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from engine.plan.plan import Row
from engine.text.labels import fold
from exports.style.a1 import letter
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import GRID, LIVE, UNIT
from exports.workbook.layout.working.sought import LINES
from exports.workbook.layout.working.square import lines_of_square

CHOICE, PLACE, VALUE, SWING_ROW, SCALE, OUTLIER, ABOVE, CUT, LONGEST, SIZE = range(6, 16)
# The cells with the place of the chosen output in the list, from 1, with its value and with its unit.
CHOSEN_PLACE: Final = f"${letter(LIVE)}${PLACE}"
CHOSEN_VALUE: Final = f"${letter(LIVE)}${VALUE}"
CHOSEN_UNIT: Final = f"${letter(UNIT)}${VALUE}"
MOST_BARS: Final = 12
CHART_LINES: Final = 22
# The columns of the table of inputs; those of changes, and of bars behind them, are of the inputs by rank alone.
LOW, HIGH, OUT_LOW, OUT_HIGH, SWING, ELASTICITY, CHANGE_LOW, CHANGE_HIGH, KEY, RANK = range(GRID, GRID + 10)
BAR_LOW, BAR_HIGH, REACH, LENGTH, CUTS = range(RANK + 1, RANK + 6)
# The same columns of the inputs in their own order: the words as exported, and what is live behind them.
SAID, SAID_LOW, SAID_HIGH, SAID_FLAT = BAR_LOW, BAR_HIGH, REACH, LENGTH
# How long the bars of the chart are: the first cuts those that are much longer than all others.
SCALES: Final = ("Outliers cut", "To scale", "The largest cut", "The 2 largest cut", "The 3 largest cut")


class Ranges:
    """The lines of the sheet, from the inputs that are varied."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases
        self.inputs = cases.varied
        self.bars = min(MOST_BARS, len(self.inputs))
        self.chart = SIZE + 2
        self.sorted = self.chart + (CHART_LINES if self.bars else 0)
        self.top = self.sorted + 1
        # What has an elasticity and no swing stands below, in the same columns.
        self.alone_table = self.top + len(self.inputs) + 1
        alone = len(cases.unvaried)
        # Then two inputs at once.
        self.square = self.alone_table + 1 + (alone + 2 if alone else 0)
        crossing = cases.crossing
        below = self.square + (lines_of_square(crossing.side) if crossing else 2 * self.lacks_square)
        # Then the value of an input that a target needs; and all that is working.
        self.sought = below
        self.outputs_table = below + (LINES if cases.goals is not None else 0)
        self.scales_table = self.outputs_table + len(cases.outputs) + 2
        last = self.scales_table + len(SCALES)
        self.members_table = last + 2
        self._first_members = dict(self._members(self.members_table + 1))
        last += sum(map(len, map(cases.steps, self.choices))) + 2 * bool(self.choices)
        self.table = last + 2
        self.first_input = self.table + 1
        # What may have no value in a case, and then what of it has none, a line a case.
        self.watched_table = self.first_input + len(self.inputs) + 2
        self.reasons_table = self.watched_table + self.watched + 3
        turned = len(cases.ends)
        self.derivatives = self.reasons_table + turned + 2 if turned else self.watched_table

    @property
    def lacks_square(self) -> bool:
        """Return whether there are two inputs, and no room for a square of them."""
        both = [*[row for row in self.inputs if not is_choice(row)], *self.cases.unvaried]
        return self.cases.crossing is None and len(both) > 1

    @cached_property
    def choices(self) -> list[Row]:
        """Return the choices among the inputs, of which each member has a line of its own."""
        return [row for row in self.inputs if is_choice(row)]

    def members(self, row: Row) -> range:
        """Return the lines of the members of a choice."""
        first = self._first_members[row.id]
        return range(first, first + len(self.cases.steps(row)))

    def members_column(self, row: Row, column: int) -> str:
        """Return the cells of a column of the lines of a choice's members."""
        lines = self.members(row)
        return f"${letter(column)}${lines[0]}:${letter(column)}${lines[-1]}"

    def line(self, row: Row) -> int:
        """Return the line of an input in the table."""
        return self.first_input + self._places[row.id]

    @property
    def watched(self) -> int:
        """Return how many lines it takes to say what may have no value: those of bounds have a heading of their own."""
        guards = len(self.cases.guards.lines)
        return len(self.cases.watched.computed) + guards + bool(guards)

    def reason(self, case: int) -> int:
        """Return the line that says why the chosen output has no value in a case."""
        return self.reasons_table + 1 + case - len(self.cases.scenarios)

    def column(self, column: int) -> str:
        """Return the cells of a column of the table of inputs."""
        last = self.first_input + max(1, len(self.inputs)) - 1
        return f"${letter(column)}${self.first_input}:${letter(column)}${last}"

    def bars_of(self, column: int) -> str:
        """Return the cells of a column of the largest swings, of which the chart has bars."""
        return f"${letter(column)}${self.top}:${letter(column)}${self.top + max(1, self.bars) - 1}"

    @property
    def scales_list(self) -> str:
        """Return the cells that name how the chart may be scaled."""
        return f"$B${self.scales_table + 1}:$B${self.scales_table + len(SCALES)}"

    @property
    def outputs_list(self) -> str:
        """Return the cells that name the outputs, for the list to choose from."""
        first = self.outputs_table + 1
        return f"$B${first}:$B${first + len(self.cases.outputs) - 1}"

    @cached_property
    def titles(self) -> list[str]:
        """Return what the outputs are called in that list, which is searched by label: with names where alike."""
        folded = Counter([fold(output.label) for output in self.cases.outputs])
        names = [(output.label, output.name(self.cases.plan)) for output in self.cases.outputs]
        return [label if folded[fold(label)] == 1 else f"{label} ({name})" for label, name in names]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {row.id: index for index, row in enumerate(self.inputs)}

    def _members(self, number: int) -> Iterator[tuple[str, int]]:
        for row in self.choices:
            yield row.id, number
            number += len(self.cases.steps(row))
