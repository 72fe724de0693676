"""The tables of a workbook's charts: one kind of table a kind of chart."""

from __future__ import annotations

from engine.model.charts import TornadoChart, VarianceChart, WaterfallChart
from exports.workbook.layout.scenarios import ScenarioPlaces
from exports.workbook.parts.book import Book
from exports.workbook.parts.charts.bars import TornadoTable, WaterfallTable
from exports.workbook.parts.charts.curves import CurveTable
from exports.workbook.parts.charts.variances import VarianceTable

Table = CurveTable | WaterfallTable | TornadoTable | VarianceTable


def tables(book: Book, places: ScenarioPlaces) -> list[Table]:
    """Return the tables of the charts in their order: those of variances in a reader's sight, the others below all."""
    found: list[Table] = []
    in_sight, below = places.variances, places.tables
    for one in book.charted.drawn:
        table: Table
        match one.plot.chart:
            case VarianceChart():
                table = VarianceTable(book, one, in_sight)
                in_sight = table.after + 1
            case WaterfallChart():
                table = WaterfallTable(book, one, below)
                below = table.after + 1
            case TornadoChart():
                table = TornadoTable(book, one, below)
                below = table.after + 1
            case _:
                table = CurveTable(book, one, below)
                below = table.after + 1
        found.append(table)
    return found
