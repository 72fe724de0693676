"""Declared charts as pictures for documents: what is drawn on an axis that the door to matplotlib hands over."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from engine.charted import Drawn, steps
from engine.curves import Curve, Plot
from engine.problems import printable
from exports.number_format import in_text
from exports.styles import CURVES, FALL, RISE, WHOLE

_DASHES: Final = ("-", "--", ":")
_LONGEST: Final = 24


def draw(axis: Any, found: Drawn, total: float | None) -> None:  # noqa: ANN401  # matplotlib's types are not strict
    """Draw a plot; `total` is the last bar of a waterfall, as stored."""
    plot = found.plot
    if plot.signs:
        _waterfall(axis, found, total)
    elif plot.sweep is not None:
        _swept(axis, found)
    elif plot.chart.kind == "line":
        _along(axis, found)
    else:
        _bars(axis, found)
    if "y" in plot.chart.log:
        axis.set_yscale("log")
    if "x" in plot.chart.log:
        axis.set_xscale("log")
    axis.set_ylabel(plain(plot.unit.words), fontsize=9)
    axis.yaxis.set_major_formatter(lambda value, _: compact(value))
    if len(plot.curves) > 1 or (plot.sweep is not None and plot.sweep.marks):
        axis.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(0, -0.14))


def note(plot: Plot, scenario: str) -> str:
    """Return what stands below a picture: the author's note, and the scenario where it shows the live one alone."""
    parts = [" ".join(plot.chart.note.split()).rstrip("."), f"Scenario: {scenario}" if plot.is_live else ""]
    return ". ".join(filter(None, parts))


def compact(value: float) -> str:
    """Return a number as it stands along an axis."""
    size = abs(value)
    if not size:
        return "0"
    if size >= 1e12 or size < 1e-3:  # noqa: PLR2004  # where a reader would count zeros
        return f"{value:.3g}".replace("e+", "E+").replace("e-", "E-")
    for least, word in ((1e9, " bn"), (1e6, " M")):
        if size >= least:
            return f"{value / least:.4g}{word}"
    return f"{value:,.0f}" if size >= 1e3 else f"{value:.4g}"  # noqa: PLR2004  # thousands


def _swept(axis: Any, found: Drawn) -> None:  # noqa: ANN401  # as above
    plot, sweep = found.plot, found.plot.sweep
    assert sweep is not None  # noqa: S101  # asked before
    unit = sweep.row.unit
    x = np.array(found.x) * unit.shown
    for place, curve in enumerate(plot.curves):
        axis.plot(x, _shown(plot, found.lines[place]), **_look(place, curve))
    for place, (mark, (at, height)) in enumerate(zip(sweep.marks, found.marks, strict=True)):
        text, _ = in_text("", at, unit)
        colour = f"#{CURVES[(place + 1) % len(CURVES)]}"
        axis.plot([at * unit.shown], [height * plot.unit.shown], "D", color=colour, markersize=7,
                  label=plain(f"{mark.label}: {text}"), zorder=3)  # fmt: skip
    axis.set_xlabel(plain(f"{plot.x_label}, {unit.words}" if unit.words else plot.x_label), fontsize=9)
    axis.xaxis.set_major_formatter(lambda value, _: compact(value))


def _along(axis: Any, found: Drawn) -> None:  # noqa: ANN401  # as above
    categories = found.plot.categories
    for place, curve in enumerate(found.plot.curves):
        axis.plot(range(len(categories)), _shown(found.plot, found.lines[place]), **_look(place, curve))
    _name(axis, categories)


def _bars(axis: Any, found: Drawn) -> None:  # noqa: ANN401  # as above
    plot = found.plot
    count = len(plot.curves)
    for place, curve in enumerate(plot.curves):
        at = np.arange(len(plot.categories)) + (place - (count - 1) / 2) * 0.8 / count
        colour = f"#{CURVES[place % len(CURVES)]}"
        axis.bar(at, _shown(plot, found.lines[place]), 0.76 / count, color=colour, label=plain(curve.label))
    _name(axis, plot.categories)


def _waterfall(axis: Any, found: Drawn, total: float | None) -> None:  # noqa: ANN401  # as above
    plot = found.plot
    made = steps(plot, found.lines[0], total)
    for place, step in enumerate(made):
        colour = WHOLE if step.is_whole else RISE if step.end >= step.start else FALL
        start, end = step.start * plot.unit.shown, step.end * plot.unit.shown
        axis.bar(place, end - start, 0.62, bottom=start, color=f"#{colour}")
        axis.annotate(compact(end), (place, max(start, end)), ha="center", va="bottom", fontsize=8)
    _name(axis, tuple([step.label for step in made]))


def _name(axis: Any, categories: tuple[str, ...]) -> None:  # noqa: ANN401  # as above
    """Name what stands along x: every one where there are few, else some of them."""
    every = max(1, len(categories) // 12)
    places = range(0, len(categories), every)
    axis.set_xticks(list(places), [_broken(categories[place]) for place in places], fontsize=8)


def _broken(text: str) -> str:
    """Return a long name over several lines."""
    lines = [""]
    for word in plain(text).split():
        if lines[-1] and len(lines[-1]) + len(word) > _LONGEST * 2 // 3:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _look(place: int, curve: Curve) -> dict[str, Any]:
    dash = _DASHES[place % len(_DASHES)]
    return {"color": f"#{CURVES[place % len(CURVES)]}", "linestyle": dash, "linewidth": 2, "label": plain(curve.label)}


def _shown(plot: Plot, values: tuple[float, ...]) -> list[float]:
    return [value * plot.unit.shown for value in values]


def plain(text: str) -> str:
    """Return a text that matplotlib takes as it is: a dollar sign would begin a formula, a _ keep it out of legends."""
    text = printable(text).replace("$", r"\$")
    return f" {text}" if text.startswith("_") else text
