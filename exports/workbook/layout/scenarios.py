"""Where everything stands on Scenarios: outputs side by side, charts, differences, assumptions, and working below."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Final

from engine.charts.series import Drawn
from engine.language.numbers.scalars import add_up
from engine.model.charts import VarianceChart
from exports.style.a1 import letter
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.geometry import (
    FIRST_ROW,
    GRID,
    LABEL,
    LINE_HEIGHT,
    POINTS,
    WIDTHS,
    WORDS,
    at_place,
    centimetres,
    page_height,
    text_height,
)
from exports.workbook.layout.grid import Box
from exports.workbook.layout.sweeps import Charted
from exports.workbook.layout.working.bridge import TABLE, choice_height

# The height of a chart with what is noted below it, in lines, whatever fills a page best.
_FEWEST_LINES, _MOST_LINES = 15, 19
# What stands above the header of the table, in points, with what headings are higher than lines.
_ABOVE: Final = 94.0
_BESIDE: Final = 2
_GAP: Final = 0.6
_WIDEST: Final = 24.0
# Charts have room over at least so many columns of members.
_LEAST_COLUMNS: Final = 4


class ScenarioPlaces:
    """The lines of the sheet; by `place_line` and `case_line` formulas find each scenario on Inputs and on Cases."""

    def __init__(self, cases: Cases, charted: Charted, assumed: int) -> None:
        self.cases = cases
        count = len(cases.outputs)
        self.outputs = FIRST_ROW
        self.charts = self.outputs + count + 2
        self.last_column = GRID + max(len(cases.scenarios), _LEAST_COLUMNS) - 1
        self.chart_lines = _FEWEST_LINES
        # The header is repeated on each page, and is as high as the longest name of a scenario makes it.
        names = [case.label for case in cases.scenarios]
        self._header = max(
            [text_height(name, "header_number", self.widths[GRID]) for name in names], default=LINE_HEIGHT
        )
        wrapped = add_up(text_height(output.label, "label", WIDTHS[LABEL]) - LINE_HEIGHT for output in cases.outputs)
        # How much of a page is used, in points, up to a line.
        self._used, self._until = _ABOVE + self._header + wrapped, FIRST_ROW
        # Some spreadsheets begin a page where they are told to; for those that do not, there is room before it.
        self.pages: list[int] = []
        self.chart_rows = list(self._chart_rows(ceil(len(charted.drawn) / _BESIDE)))
        self.bridge = (
            self.chart_rows[-1] + self.chart_lines + 1 if self.chart_rows else self.charts + 2 * bool(charted.left_out)
        )
        self._bridge_height = 0.0
        bridged = self._bridge_lines()
        self.bridge = self._fit(self.bridge, self._bridge_height + 2 * LINE_HEIGHT)
        self.variances = self.bridge + bridged
        self.differences = self.variances
        self.differences += sum(_variance_lines(found) for found in charted.drawn)
        self.ratios = self.differences + count + 2
        self.assumed = self.ratios + count + 2
        self.working = self.assumed + (assumed + 2 if assumed else 0)
        self.place_line = self.working + 1
        self.case_line = self.working + 2
        self.tables = self.case_line + 2

    def box(self, number: int) -> Box:
        """Return where a chart stands: two beside each other, over the width of the sheet."""
        down, right = divmod(number, _BESIDE)
        widths = {column: centimetres(width) for column, width in self.widths.items()}
        total = add_up(width for column, width in widths.items() if column >= LABEL)
        width = min(_WIDEST, (total - _GAP) / _BESIDE)
        left, column = right * (width + _GAP), LABEL
        while left > widths[column]:
            left -= widths[column]
            column += 1
        return Box(self.chart_rows[down], column, width, (self.chart_lines - 1.2) * LINE_HEIGHT / POINTS, left)

    def caption(self, number: int) -> tuple[int, int]:
        """Return the line and the column of what is noted below a chart."""
        box = self.box(number)
        return box.row + self.chart_lines - 1, box.column

    def bridge_box(self) -> Box:
        """Return where the waterfall of the bridge stands: to the right of its choices and its table."""
        width = add_up(centimetres(width) for column, width in self.widths.items() if column >= WORDS)
        return Box(self.bridge + 1, WORDS, width, self._bridge_height / POINTS)

    def _bridge_lines(self) -> int:
        """Return how many lines the bridge takes, with a free one below; its chart is as high as what is beside it."""
        pair = self.cases.pair
        if pair is None:
            return 2 if self.cases.differ else 0
        labels = [case.label for case in self.cases.plan.cases]
        chosen = 2 * choice_height(labels) + choice_height([output.label for output in self.cases.outputs])
        # Below the head of the table the bars, and what the table is.
        table = pair.mixtures.changes + 3
        self._bridge_height = max(chosen + LINE_HEIGHT * (table + 1), LINE_HEIGHT * _FEWEST_LINES)
        return TABLE + max(table, ceil((self._bridge_height - chosen) / LINE_HEIGHT)) + 2

    def _chart_rows(self, rows: int) -> Iterator[int]:
        """Yield the first line of each row of charts, so that none is cut in two on paper."""
        first = self.charts + 2
        used = self._used + LINE_HEIGHT * (first - FIRST_ROW)
        room = int((page_height(self.widths) - used) / LINE_HEIGHT)
        self.chart_lines = min(_MOST_LINES, max(_FEWEST_LINES, room // (min(rows, room // _FEWEST_LINES) or 1)))
        for _ in range(rows):
            first = self._fit(first, LINE_HEIGHT * self.chart_lines)
            yield first
            first += self.chart_lines

    def _fit(self, first: int, tall: float) -> int:
        """Return the line, from one on, at which something begins that is so tall, so that it is on one page."""
        page = page_height(self.widths)
        self._used += LINE_HEIGHT * (first - self._until)
        if self._used + tall > page:
            skipped = ceil((page - self._used) / LINE_HEIGHT) + 1
            first += skipped
            self._used += self._header + LINE_HEIGHT * skipped - page
            self.pages.append(first)
        self._until = first
        return first

    @property
    def widths(self) -> dict[int, float]:
        """Return the width of each column, in characters."""
        return {**WIDTHS, WORDS: 20, **dict.fromkeys(range(GRID, self.last_column + 1), 15.5)}

    def in_scenarios(self, column: int, index: int) -> str:
        """Return the formula, the same for each scenario, for the cell of a column at the top of each on Cases."""
        first = self.cases.header(0)
        last = self.cases.header(len(self.cases.scenarios) - 1)
        name = letter(column)
        lines = f"Cases!${name}${first}:${name}${last}"
        return f"={at_place(lines, f'{letter(GRID + index)}${self.case_line}', '1')}"


def _variance_lines(found: Drawn) -> int:
    """Return how many lines a table of a variance takes: a heading, periods, all of them together, a free line."""
    return len(found.plot.categories) + 3 if isinstance(found.plot.chart, VarianceChart) else 0
