"""The numbers of a chart, as shown: in the unit of its axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from engine.charts import series
from engine.charts.plot import Plot
from engine.model.charts import TornadoChart
from engine.plan.evaluate import Results
from exports.page.charts.tornado import Swing, swings


@dataclass(frozen=True, slots=True)
class Step:
    """A bar of a waterfall, from what stands before it to what stands after."""

    start: float
    end: float
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is drawn: a line of values a curve, NaN for none; places along a varied input, and those of its marks."""

    lines: tuple[tuple[float, ...], ...] = ()
    x: tuple[float, ...] = ()
    marks: tuple[tuple[float, float], ...] = ()
    steps: tuple[Step, ...] = ()
    swings: tuple[Swing, ...] = ()
    value: float = 0.0


def numbers(plot: Plot, live: Results, results: Mapping[str, Results]) -> Numbers:
    """Return what a plot draws while a scenario is live."""
    scale = plot.unit.scale
    if isinstance(plot.chart, TornadoChart):
        cell = plot.curves[0].cells[0]
        return Numbers(swings=swings(live, cell), value=live.at(cell) * scale)
    found = series.drawn(plot, live, results)
    if plot.signs:
        made = series.steps(plot, found.lines[0], series.total_of(plot, live))
        return Numbers(steps=tuple([Step(one.start * scale, one.end * scale, one.is_whole) for one in made]))
    by = plot.sweep.row.unit.scale if plot.sweep is not None else 1
    return Numbers(
        tuple([tuple([value * scale for value in line]) for line in found.lines]),
        tuple([value * by for value in found.x]),
        tuple([(at * by, height * scale) for at, height in found.marks if isfinite(height)]),
    )
