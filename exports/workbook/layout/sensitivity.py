"""Where everything stands on Sensitivity: the choice of an output, the tornado, the inputs and their ranges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from engine.model.dimensions import Grid, cell
from engine.plan.plan import Row
from engine.text.labels import fold
from exports.style.a1 import letter
from exports.workbook.layout.cases import Cases, End
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.geometry import GRID, LIVE, Block

CHOICE, PLACE, VALUE, SWING_ROW, SCALE, OUTLIER, ABOVE, CUT, LONGEST = range(6, 15)
# The cells with the place of the chosen output in the list, from 1, and with its value.
CHOSEN_PLACE: Final = f"${letter(LIVE)}${PLACE}"
CHOSEN_VALUE: Final = f"${letter(LIVE)}${VALUE}"
MOST_BARS: Final = 12
CHART_LINES: Final = 22
# The columns of the table of inputs.
LOW, HIGH, OUT_LOW, OUT_HIGH, SWING, ELASTICITY, LEAST, MOST, KEY, RANK = range(GRID, GRID + 10)
# Those of the same inputs in the order of their ranks, where these differ: how far the output moves, then its bars.
CHANGE_LOW, CHANGE_HIGH, BAR_LOW, BAR_HIGH, REACH, LENGTH = LEAST, MOST, *range(RANK + 1, RANK + 5)
# How long the bars of the chart are: the first cuts those that are much longer than all others.
SCALES: Final = ("Outliers cut", "To scale", "The largest cut", "The 2 largest cut", "The 3 largest cut")
What = Literal["low", "high", "least", "most"]


@dataclass(frozen=True, slots=True)
class RangeLine:
    """One line of the range of an input over dimensions: its ends, or its bounds where these cut the ends off."""

    number: int
    row: Row
    block: Block
    indices: tuple[int, ...]
    what: What


class Ranges:
    """The lines of the sheet, from the inputs that are varied."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases
        self.inputs = cases.varied
        self.bars = min(MOST_BARS, len(self.inputs))
        self.chart = LONGEST + 2
        self.sorted = self.chart + (CHART_LINES if self.bars else 0)
        self.top = self.sorted + 1
        # What has an elasticity and no swing stands below, in the same columns.
        self.alone_table = self.top + len(self.inputs) + 1
        alone = len(cases.unvaried)
        self.outputs_table = self.alone_table + 1 + (alone + 2 if alone else 0)
        self.scales_table = self.outputs_table + len(cases.outputs) + 2
        self.lines = list(self._lines(self.scales_table + len(SCALES) + 3))
        self.ranges_table = self.lines[0].number - 1 if self.lines else 0
        last = self.lines[-1].number if self.lines else self.scales_table + len(SCALES)
        self.members_table = last + 2
        self._first_members = dict(self._members(self.members_table + 1))
        last += sum(map(len, map(cases.steps, self.choices))) + 2 * bool(self.choices)
        self.table = last + 2
        self.first_input = self.table + 1
        self.derivatives = self.first_input + len(self.inputs) + 2

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

    def end(self, row: Row, indices: tuple[int, ...], end: End, column: str) -> str:
        """Return the cell, as another sheet writes it, that holds an end of an input's range."""
        if not row.over:
            return f"Sensitivity!${letter(LOW if end == 'low' else HIGH)}${self.line(row)}"
        fixed = "$" if column == letter(LIVE) else ""
        return f"Sensitivity!{fixed}{column}${self._by_place[row.id, indices, end]}"

    def bound(self, row: Row, indices: tuple[int, ...], what: What) -> int | None:
        """Return the line that holds a bound of a line of an input over dimensions."""
        return self._by_place.get((row.id, indices, what))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {row.id: index for index, row in enumerate(self.inputs)}

    @cached_property
    def _by_place(self) -> dict[tuple[str, tuple[int, ...], str], int]:
        return {(line.row.id, line.indices, line.what): line.number for line in self.lines}

    def _members(self, number: int) -> Iterator[tuple[str, int]]:
        for row in self.choices:
            yield row.id, number
            number += len(self.cases.steps(row))

    def _lines(self, number: int) -> Iterator[RangeLine]:
        for row in self.inputs:
            if not row.over or is_choice(row):
                continue
            block = self.cases.layout.input_block(row)
            for indices in block.each:
                for what in _whats(row):
                    yield RangeLine(number, row, block, indices, what)
                    number += 1


def _whats(row: Row) -> list[What]:
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # inputs are quantities
    found: list[What] = ["low", "high"]
    if not (quantity.range is not None and (not isinstance(quantity.range, Grid) or None not in quantity.range.cells)):
        found += ["least"] if quantity.min is not None else []
        found += ["most"] if quantity.max is not None else []
    return found


def bound_of(row: Row, what: What, number: int) -> float | None:
    """Return a bound of one cell of an input, as stored."""
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # inputs are quantities
    found = cell(quantity.min if what == "least" else quantity.max, number)
    return None if found is None else float(found) / row.unit.scale
