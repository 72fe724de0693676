"""Where everything stands on Scenarios: outputs side by side, charts, differences, assumptions, and working below."""

from __future__ import annotations

from math import ceil
from typing import Final

from exports.cases import Cases
from exports.places import FIRST_ROW, GRID, letter
from exports.sweeps import Charted

CHARTS_BESIDE: Final = 2
CHART_LINES: Final = 19
# Charts stand in the columns of at least so many members.
_LEAST_COLUMNS: Final = 4


class Compared:
    """The lines of the sheet."""

    def __init__(self, cases: Cases, charted: Charted, assumed: int) -> None:
        self.cases = cases
        count = len(cases.outputs)
        self.outputs = FIRST_ROW
        self.charts = self.outputs + count + 2
        rows = ceil(len(charted.drawn) / CHARTS_BESIDE)
        self.differences = self.charts + (rows * CHART_LINES + 2 if rows else 0)
        self.ratios = self.differences + count + 2
        self.assumed = self.ratios + count + 2
        self.working = self.assumed + (assumed + 2 if assumed else 0)
        self.place = self.working + 1
        self.line = self.working + 2
        self.tables = self.line + 2
        self.last_column = GRID + max(len(cases.scenarios), _LEAST_COLUMNS) - 1

    def in_scenarios(self, column: int, place: int) -> str:
        """Return the formula, the same for each scenario, for the cell of a column at the top of each on Cases."""
        first = self.cases.header(0)
        last = self.cases.header(len(self.cases.scenarios) - 1)
        name = letter(column)
        return f"=INDEX(Cases!${name}${first}:${name}${last},{letter(GRID + place)}${self.line},1)"
