"""Where everything stands on Uncertainty: tables of all outputs and chances, then one output in detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exports.style.a1 import letter
from exports.workbook.layout.geometry import FIRST_ROW, GRID, LABEL, LIVE

# How many trials there are; more than there is room for are halved, down to the fewest.
TRIALS: Final = 512
FEWEST: Final = 128
_MOST: Final = 16_384
PERCENTILES: Final = (5, 25, 50, 75, 95)
# The columns of the table of outputs: its percentiles first.
COUNT, MEAN, ABOVE, MISSING = range(GRID + len(PERCENTILES), GRID + len(PERCENTILES) + 4)
# Those of the drivers, and of the trials of the output that is chosen.
KEY, RANK = GRID, GRID + 1
HAS_VALUE, CENTRED = GRID, GRID + 1
# Into so many parts, as likely as each other, the draws of an input are taken apart at most; and so many trials are in
# one at least: with fewer, points that lie evenly line up with those of other inputs.
_MOST_PARTS: Final = 16
_FEWEST_IN_PART: Final = 32
# How many points the chart of the chances has: each 5 percent from 95 down; the extremes would squeeze the rest.
POINTS: Final = 19
MOST_BARS: Final = 10
CHART_LINES: Final = 20
# On paper so many lines leave room for the charts below them.
_SHORT: Final = 22


def refused_trials(count: int) -> str:
    """Return why a workbook cannot have so many trials, and which number is next; '' where it can."""
    if count == 0 or (FEWEST <= count <= _MOST and count & (count - 1) == 0):
        return ""
    if count > _MOST:
        return f"{count:,} trials are too many: {_MOST:,} are the most"
    following = max(FEWEST, 1 << max(0, count).bit_length())
    return f"{count} is no power of two of at least {FEWEST}: the next is {following}, and 0 leaves trials out"


@dataclass(frozen=True)
class Outcomes:
    """The lines of the sheet, for so many outputs, chances, drivers and trials."""

    outputs: int
    checks: int
    figures: int
    drivers: int
    trials: int

    @property
    def parts(self) -> int:
        """Return into how many parts the draws of an input are taken apart."""
        return min(_MOST_PARTS, max(2, self.trials // _FEWEST_IN_PART))

    @property
    def bars(self) -> int:
        """Return how many drivers the chart shows."""
        return min(MOST_BARS, self.drivers)

    @property
    def shares(self) -> int:
        """Return the line of the shares that the percentiles are at."""
        return FIRST_ROW + 1

    @property
    def first_output(self) -> int:
        """Return the line of the first output."""
        return self.shares + 1

    @property
    def checks_table(self) -> int:
        """Return the line that heads the checks."""
        return self.first_output + self.outputs + 1

    @property
    def detail(self) -> int:
        """Return the line that heads the output that is chosen; the choice stands below it, and then its place."""
        return self.checks_table + (self.checks + 2 if self.checks else 0)

    @property
    def pages(self) -> list[int]:
        """Return the lines that begin a page: the output in detail, where its charts would be cut."""
        return [self.detail] if self.detail > _SHORT else []

    @property
    def choice(self) -> str:
        """Return the cell in which an output is chosen."""
        return f"${letter(LIVE)}${self.detail + 1}"

    @property
    def place(self) -> str:
        """Return the cell with the place of the chosen output in the list, from 1."""
        return f"${letter(LIVE)}${self.detail + 2}"

    @property
    def mean(self) -> str:
        """Return the cell with the mean of the chosen output."""
        return f"${letter(LIVE)}${self.detail + 3}"

    @property
    def variance(self) -> str:
        """Return the cell with the sum of the squares of how far the trials are from the mean."""
        return f"${letter(LIVE)}${self.squares}"

    @property
    def chart(self) -> int:
        """Return the first line of the charts."""
        return self.detail + 5

    @property
    def largest(self) -> int:
        """Return the line that heads the largest drivers."""
        return self.chart + CHART_LINES

    @property
    def figures_table(self) -> int:
        """Return the line that heads the published figures."""
        return self.largest + self.bars + 2

    @property
    def points(self) -> int:
        """Return the line that heads the points of the chart of the chances: working, like all below."""
        return self.figures_table + (self.figures + 2 if self.figures else 0)

    @property
    def drivers_table(self) -> int:
        """Return the line that heads all drivers."""
        return self.points + 4

    @property
    def sums(self) -> int:
        """Return the line that heads the sums by part; where each part begins stands below it."""
        return self.drivers_table + self.drivers + 2

    @property
    def counts(self) -> int:
        """Return the line that heads how many trials there are in each part."""
        return self.sums + self.drivers + 3

    @property
    def squares(self) -> int:
        """Return the line of the squares, below its heading."""
        return self.counts + self.drivers + 3

    @property
    def trials_table(self) -> int:
        """Return the line that heads the trials of the chosen output."""
        return self.squares + 2

    @property
    def titles(self) -> str:
        """Return the cells that name the outputs, for the list to choose from."""
        first = self.first_output
        return f"${letter(LABEL)}${first}:${letter(LABEL)}${first + self.outputs - 1}"

    def column(self, column: int, head: int, count: int) -> str:
        """Return the cells of a column below a heading."""
        return f"${letter(column)}${head + 1}:${letter(column)}${head + count}"
