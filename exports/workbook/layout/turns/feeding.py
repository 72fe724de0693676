"""Which results the cases are for, and the rows that these are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.charts.plot import Plot
from engine.model.charts import TornadoChart
from engine.plan.cells import Cell
from engine.plan.outputs import Output
from engine.plan.plan import Plan, Row
from engine.plan.reading.users import moved


def feeding(plan: Plan, outputs: Iterable[Output]) -> list[Row]:
    """Return outputs' rows, and those that feed them and may differ between cases; of a row with parts the whole."""
    own = [output.row.id for output in outputs]
    # What no input moves is the same in all cases.
    found = plan.feeding(*own) & {*moved(plan, *[row.id for row in plan.inputs]), *own}
    return [row for row in plan.rows if row.id in found and row.kind not in {"constant", "dimension", "part"}]


def inputs_of(plan: Plan, outputs: Iterable[Output]) -> list[Row]:
    """Return the inputs that outputs are computed from."""
    changeable = set(plan.inputs)
    return [row for row in feeding(plan, outputs) if row in changeable]


def judged(plan: Plan, outputs: Sequence[Output], plots: Sequence[Plot]) -> list[Output]:
    """Return the outputs, and behind them the results whose swings a chart shows."""
    shown = [plot.curves[0].cells[0] for plot in plots if isinstance(plot.chart, TornadoChart)]
    tornados = [Output.of(plan, cell) for cell in shown]
    return list({one.cell: one for one in (*outputs, *tornados)}.values())


def charted(plan: Plan, plots: Sequence[Plot]) -> list[Output]:
    """Return what charts show in scenarios that they name."""
    return [Output.of(plan, cell) for plot in plots for cell in _in_cases(plot)]


def _in_cases(plot: Plot) -> list[Cell]:
    found = [cell for curve in plot.curves if curve.case is not None or plot.cases for cell in curve.cells[:1]]
    marks = plot.sweep.marks if plot.sweep is not None else ()
    return found + [mark.cell for mark in marks if mark.case is not None]
