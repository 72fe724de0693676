"""The charts of a plan with their numbers in the scenario that is shown first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.charts.plot import Plot
from engine.charts.series import charts_of
from engine.plan.evaluate import Results
from exports.page.charts.numbers import Numbers, numbers
from exports.page.charts.spec import Spec, spec


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A chart: what it draws, what is fixed of it, and its numbers."""

    live: Results
    plot: Plot
    spec: Spec
    numbers: Numbers


def drawn_charts(live: Results, results: Mapping[str, Results]) -> list[DrawnChart]:
    """Return the charts that a model declares, or those of its outputs."""
    return [DrawnChart(live, plot, spec(plot), numbers(plot, live, results)) for plot in charts_of(live.plan)]
