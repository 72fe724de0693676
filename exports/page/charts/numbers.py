"""The numbers of a chart, as shown: in the unit of its axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final

from engine.analysis.sensitivity import Influence, sensitivity
from engine.charts import series
from engine.charts.plot import Plot
from engine.model.charts import TornadoChart
from engine.plan.evaluate import Results
from exports.results.sensitivities import bars
from exports.style.words import in_table

_MOST_BARS: Final = 12


@dataclass(frozen=True, slots=True)
class Swing:
    """A bar of a tornado: the result at both ends of an input, what these are, and how far it goes between them."""

    label: str
    low: float
    high: float
    low_end: str
    high_end: str
    least: float
    most: float


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
        (one,) = sensitivity(live, [plot.curves[0].cells[0]])
        widest = [bar for bar in bars(one) if bar.number is None][:_MOST_BARS]
        return Numbers(swings=tuple([_swing(bar) for bar in widest]), value=one.value)
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


def _swing(bar: Influence) -> Swing:
    low, high, extent = bar.output_at_low, bar.output_at_high, bar.extent
    assert low is not None and high is not None and extent is not None  # noqa: S101, PT018  # those of bars have values
    low_end, high_end = [
        "" if len(end) != 1 else bar.members.get(end[0], "") or in_table(end[0]) for end in (bar.low, bar.high)
    ]
    return Swing(bar.row.label, low, high, low_end, high_end, *extent)
