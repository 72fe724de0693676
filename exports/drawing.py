"""Charts of the workbook: native ones, drawn by the spreadsheet from cells."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart import Series as DrawnSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from exports.grid import Chart

_GREY = "D0D7E2"


def drawn(chart: Chart) -> Any:  # noqa: ANN401  # openpyxl has no types
    """Return a tornado: bars to the left and the right of 0, the largest at the top."""
    made = BarChart()
    made.type = "bar"
    made.grouping = "clustered"
    made.overlap = 100
    made.gapWidth = 45
    made.title = chart.title
    made.width, made.height = chart.width, chart.height
    made.legend.position = "b"
    for series in chart.series:
        bars = DrawnSeries(Reference(range_string=series.cells), title=series.title)
        bars.graphicalProperties = GraphicalProperties(solidFill=series.colour)
        bars.invertIfNegative = False
        made.series.append(bars)
    made.set_categories(Reference(range_string=chart.categories))
    # The largest first, and the labels at the edge of the chart, not along 0 where the bars are.
    made.x_axis.scaling.orientation = "maxMin"
    made.x_axis.tickLblPos = "low"
    made.x_axis.delete = False
    made.y_axis.delete = False
    made.y_axis.majorGridlines.spPr = GraphicalProperties(ln=_line())
    made.y_axis.number_format = "General"
    made.y_axis.crosses = "max"
    return made


def _line() -> Any:  # noqa: ANN401  # as above
    return LineProperties(solidFill=_GREY, w=6350)
