"""How outputs are spread, on axes: a histogram, and the chance of more than a value."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from engine.plan.cells import label_of
from engine.uncertainty.simulation import Simulation
from engine.uncertainty.summaries.samples import Sample
from exports.pictures.axes import plain
from exports.style.looks import CURVES
from exports.style.words import in_review, on_axis, unit_suffix, unit_words

_BINS: Final = 60
_POINTS: Final = 400
_TAIL: Final = 0.1
_INK, _LINE = "#222222", "#D0D7E2"
_TITLE: Final = 70
_TITLE_ROOM: Final = 0.5


def draw(figure: Any, found: Simulation) -> None:  # noqa: ANN401  # matplotlib's types are not strict
    """Draw for each output its histogram, and beside it the chance that it is more than a value."""
    grid = figure.subplots(len(found.spreads), 2, squeeze=False)
    for number, ((left, right), one) in enumerate(zip(grid, found.spreads, strict=True)):
        unit = found.plan.row(one.output.id).unit.text
        label = plain(label_of(found.plan, one.output))
        own = found.sample(number)
        for axis in (left, right):
            axis.set_xlabel(plain(unit_words(unit)), fontsize=9)
            axis.tick_params(labelsize=8)
            axis.set_axisbelow(True)
            axis.grid(axis="y", color=_LINE, linewidth=0.6)
            axis.yaxis.set_major_formatter(lambda share, _: f"{share * 100:.4g} %")
            for edge in ("top", "right"):
                axis.spines[edge].set_visible(False)
        middle = one.figures.percentiles[50].value
        told = f"{label}: median {in_review(middle)}{unit_suffix(unit)}" if own.values.size else f"{label}: no value"
        left.set_title(told if len(told) <= _TITLE else f"{told[: _TITLE - 1]}…", loc="left", fontsize=10, color=_INK)
        right.set_title("Chance of more", loc="left", fontsize=10, color=_INK)
        if own.values.size:
            _draw(left, right, own, [one.figures.percentiles[share].value for share in (5, 50, 95)])
        for axis in (left, right):
            axis.xaxis.set_major_formatter(lambda value, _: on_axis(value))


def _draw(left: Any, right: Any, own: Sample, marks: list[float]) -> None:  # noqa: ANN401  # as above
    low, high = own.percentiles([_TAIL, 100 - _TAIL])
    if low == high:
        low, high = own.values[0], own.values[-1]
    if low == high:
        low, high = low - abs(low) * _TITLE_ROOM - 1, high + abs(high) * _TITLE_ROOM + 1
    colour = f"#{CURVES[0]}"
    heights, edges = np.histogram(own.values, bins=_BINS, range=(low, high), weights=own.weights)
    left.bar(edges[:-1], heights / own.ranks[-1], width=np.diff(edges), align="edge", color=colour)
    places = np.linspace(low, high, _POINTS)
    right.plot(places, own.above(places), color=colour, linewidth=1.4)
    right.set_ylim(0, 1)
    for axis in (left, right):
        axis.set_xlim(low, high)
        for mark, dashes in zip(marks, (":", "-", ":"), strict=True):
            axis.axvline(mark, color=_INK, linewidth=0.8, linestyle=dashes)
