"""Where everything stands on Scenarios: outputs side by side, charts, differences, assumptions, and working below."""

from __future__ import annotations

from math import ceil
from typing import Final

from exports.cases import Cases
from exports.grid import Box
from exports.places import FIRST_ROW, GRID, LABEL, WIDTHS, WORDS, letter
from exports.sweeps import Charted

# The height of a chart, with room below it, in lines of half a centimetre.
CHART_LINES: Final = 19
_HEIGHT: Final = 9.4
_BESIDE: Final = 2
_GAP: Final = 0.6
_WIDEST: Final = 24.0
# Charts have room over at least so many columns of members.
_LEAST_COLUMNS: Final = 4


class Compared:
    """The lines of the sheet."""

    def __init__(self, cases: Cases, charted: Charted, assumed: int) -> None:
        self.cases = cases
        count = len(cases.outputs)
        self.outputs = FIRST_ROW
        self.charts = self.outputs + count + 2
        rows = ceil(len(charted.drawn) / _BESIDE)
        self.differences = self.charts + (rows * CHART_LINES + 2 if rows else 0)
        self.ratios = self.differences + count + 2
        self.assumed = self.ratios + count + 2
        self.working = self.assumed + (assumed + 2 if assumed else 0)
        self.place = self.working + 1
        self.line = self.working + 2
        self.tables = self.line + 2
        self.last_column = GRID + max(len(cases.scenarios), _LEAST_COLUMNS) - 1

    def box(self, number: int) -> Box:
        """Return where a chart stands: two beside each other, over the width of the sheet."""
        down, right = divmod(number, _BESIDE)
        widths = {column: _centimetres(width) for column, width in self.widths.items()}
        total = sum(width for column, width in widths.items() if column >= LABEL)
        width = min(_WIDEST, (total - _GAP) / _BESIDE)
        left, column = right * (width + _GAP), LABEL
        while left > widths[column]:
            left -= widths[column]
            column += 1
        return Box(self.charts + 2 + down * CHART_LINES, column, width, _HEIGHT, left)

    @property
    def widths(self) -> dict[int, float]:
        """Return the width of each column, in characters."""
        return {**WIDTHS, WORDS: 20, **dict.fromkeys(range(GRID, self.last_column + 1), 15.5)}

    def in_scenarios(self, column: int, place: int) -> str:
        """Return the formula, the same for each scenario, for the cell of a column at the top of each on Cases."""
        first = self.cases.header(0)
        last = self.cases.header(len(self.cases.scenarios) - 1)
        name = letter(column)
        return f"=INDEX(Cases!${name}${first}:${name}${last},{letter(GRID + place)}${self.line},1)"


def _centimetres(characters: float) -> float:
    # A character of the usual font is 7 pixels wide, and a cell has 5 around its text.
    return (characters * 7 + 5) * 2.54 / 96
