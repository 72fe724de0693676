"""Actual against plan: which periods have come to be, and what was planned for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.charts.plot import Curve, Plot
from engine.model.charts import VarianceChart
from engine.model.dimensions import Dimension, member_hint
from engine.plan.cells import Cell
from engine.plan.plan import Row
from engine.problems import listed, shortened

if TYPE_CHECKING:
    from engine.charts.binding import Binding


def bind_variance(self: Binding, chart: VarianceChart) -> Plot:
    """Return the plot of a variance: a curve of what came to be and one of what was planned, over the same periods.

    The periods are those until the last that the chart names; without it those whose values are given, where the row
    goes on with a formula, and otherwise all.
    """
    if len(chart.y) > 1:
        self.refuse("a variance is of one quantity", "y", "make a chart of each")
    actual = _row(self, "y", chart.y[0])
    dimension = self.plan.model.dimension[actual.over[0]]
    case = self.case(chart.scenario, "scenario") if chart.scenario else None
    planned = _row(self, "plan", chart.plan) if chart.plan else actual
    if planned.over != actual.over:
        message = f"'{actual.id}' is over {listed(actual.over)}, and '{planned.id}' over {listed(planned.over)}"
        self.refuse(message, "plan", "plan over the same periods")
    if chart.plan and planned is actual:
        self.refuse(f"'{actual.id}' is planned as itself", "plan", "name another quantity, or a scenario")
    count = _last(self, chart, dimension) if chart.to else actual.given or len(dimension.members)
    cells = [tuple([Cell(row.id, index) for index in range(count)]) for row in (actual, planned)]
    unit = self.same_unit([cells[0][0], cells[1][0]], "plan")
    name = case.label if case is not None else planned.label
    label = actual.label if case is None else "Actual"
    curves = (Curve(label, cells[0]), Curve(name, cells[1], case))
    return Plot(chart, unit, dimension.label, dimension.members[:count], curves)


def _last(self: Binding, chart: VarianceChart, dimension: Dimension) -> int:
    """Return how many periods there are until the last that the chart names."""
    index = dimension.index_of(chart.to)
    if index is None:
        message = f"'{dimension.id}' has no '{shortened(chart.to)}'"
        self.refuse(message, "to", member_hint(dimension, chart.to))
    return index + 1


def _row(self: Binding, key: str, name: str) -> Row:
    row, indices = self.locate(key, name)
    times = [over for over in row.over if self.plan.model.dimension[over].is_time]
    if indices is not None or not times:
        message = f"'{shortened(name)}' is {'one number' if indices or not row.over else 'over no time'}"
        self.refuse(message, key, "name what is over a calendar, or over what counts")
    if len(row.over) > 1:
        message = f"'{row.id}' is over {listed(row.over)}, and a variance is over time alone"
        self.refuse(message, key, f"give what is compared a quantity of its own, as in sum({row.id}, over=...)")
    return row
