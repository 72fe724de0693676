"""Declared charts as pictures for documents: what is drawn on an axis that the door to matplotlib hands over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from engine.charts.plot import Curve, Plot
from engine.charts.series import Drawn, steps
from engine.model.charts import LineChart
from engine.problems import printable
from exports.style.log_scale import ticks
from exports.style.looks import CURVES, FALL, RISE, WHOLE
from exports.style.number_format import in_text
from exports.style.words import every_on_axis, names_on_axis, on_axis, sentences

_DASHES: Final = ("-", "--", ":", "-.")
_LONGEST: Final = 24
# So many letters stand side by side below a picture.
_LETTERS_WIDE: Final = 110
# What is left free above a curve on a logarithmic axis, of its height.
_ROOM: Final = 0.05


def draw(axis: Any, found: Drawn, total: float | None) -> None:  # noqa: ANN401  # matplotlib's types are not strict
    """Draw a plot; `total` is the last bar of a waterfall, as stored."""
    plot = found.plot
    if "y" in plot.log:
        axis.set_yscale("log")
    if "x" in plot.log:
        axis.set_xscale("log")
    if plot.signs:
        _draw_waterfall(axis, found, total)
    elif plot.sweep is not None:
        _draw_sweep(axis, found)
    elif isinstance(plot.chart, LineChart):
        _draw_lines(axis, found)
    else:
        _draw_bars(axis, found)
    axis.set_ylabel(plain(plot.y_label), fontsize=9)
    axis.yaxis.set_major_formatter(lambda value, _: on_axis(value))
    if "y" in plot.log:
        _number_heights(axis, found)
    if "x" in plot.log and plot.sweep is not None:
        ends = axis.get_xlim()
        _number(axis.xaxis, [value * plot.sweep.row.unit.scale for value in found.x])
        axis.set_xlim(*ends)
    if len(plot.curves) > 1 or (plot.sweep is not None and plot.sweep.marks):
        axis.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(0, -0.14))


def note(plot: Plot, scenario: str) -> str:
    """Return what stands below a picture: the author's note, and the scenario where it shows the live one alone."""
    said = sentences([" ".join(plot.chart.note.split())])
    if not plot.is_live:
        return said.removesuffix(".")
    return f"{said} Scenario: {scenario}".strip()


def _draw_sweep(axis: Any, found: Drawn) -> None:  # noqa: ANN401  # as above
    plot, sweep = found.plot, found.plot.sweep
    assert sweep is not None  # noqa: S101  # asked before
    unit = sweep.row.unit
    x = np.array(found.x) * unit.scale
    for index, curve in enumerate(plot.curves):
        axis.plot(x, _in_unit(plot, found.lines[index]), **_look(index, curve))
    for mark, (at, height) in zip(sweep.marks, found.marks, strict=True):
        text, _ = in_text(("",) * 3, at, unit)
        colour = f"#{CURVES[plot.curve_of(mark) % len(CURVES)]}"
        axis.plot([at * unit.scale], [height * plot.unit.scale], "D", color=colour, markersize=7,
                  label=plain(f"{mark.label}: {text}"), zorder=3)  # fmt: skip
    axis.set_xlabel(plain(", ".join(filter(None, [plot.x_label, unit.for_readers]))), fontsize=9)
    axis.xaxis.set_major_formatter(lambda value, _: on_axis(value))


def _draw_lines(axis: Any, found: Drawn) -> None:  # noqa: ANN401  # as above
    categories = found.plot.categories
    for index, curve in enumerate(found.plot.curves):
        axis.plot(range(len(categories)), _in_unit(found.plot, found.lines[index]), **_look(index, curve))
    _name(axis, categories)
    axis.set_xlabel(plain(found.plot.x_label), fontsize=9)


def _draw_bars(axis: Any, found: Drawn) -> None:  # noqa: ANN401  # as above
    plot = found.plot
    count = len(plot.curves)
    for index, curve in enumerate(plot.curves):
        at = np.arange(len(plot.categories)) + (index - (count - 1) / 2) * 0.8 / count
        colour = f"#{CURVES[index % len(CURVES)]}"
        axis.bar(at, _in_unit(plot, found.lines[index]), 0.76 / count, color=colour, label=plain(curve.label))
    _name(axis, plot.categories)


def _draw_waterfall(axis: Any, found: Drawn, total: float | None) -> None:  # noqa: ANN401  # as above
    plot = found.plot
    made = steps(plot, found.lines[0], total)
    for index, step in enumerate(made):
        colour = WHOLE if step.is_whole else RISE if step.end >= step.start else FALL
        start, end = step.start * plot.unit.scale, step.end * plot.unit.scale
        axis.bar(index, end - start, 0.62, bottom=start, color=f"#{colour}")
        height = on_axis(step.shown * plot.unit.scale)
        sign = "" if step.is_whole or step.shown < 0 else "+"
        axis.annotate(f"{sign}{height}", (index, max(start, end)), ha="center", va="bottom", fontsize=8)
    _name(axis, tuple([step.label for step in made]))


def _name(axis: Any, categories: tuple[str, ...]) -> None:  # noqa: ANN401  # as above
    """Name what stands along x: every one where there are few, else some of them."""
    every = every_on_axis(categories)
    indices = range(0, len(categories), every)
    names = [_wrap(categories[index]) for index in indices]
    # Names that would stand in each other's way are turned.
    widest = max([len(line) for name in names for line in name.split("\n")], default=0)
    turned = {"rotation": 45, "ha": "right"} if len(names) * widest > _LETTERS_WIDE else {}
    axis.set_xticks(list(indices), names, fontsize=8, **turned)


def _number_heights(axis: Any, found: Drawn) -> None:  # noqa: ANN401  # as above
    heights = _in_unit(found.plot, tuple([value for line in found.lines for value in line]))
    at = _number(axis.yaxis, heights)
    heights += _in_unit(found.plot, tuple([height for _, height in found.marks]))
    least, most = min(heights), max(heights)
    room = (most / least) ** _ROOM
    if room == 1:
        least, most = at[0], at[-1]
    elif not isinstance(found.plot.chart, LineChart):
        # A bar needs a length, also where it ends at the first number.
        least = at[0] if at[0] < least else at[0] ** 2 / at[1]
    axis.set_ylim(least / room, most * room)


def _number(axis: Any, values: Sequence[float]) -> list[float]:  # noqa: ANN401  # as above
    """Put numbers along a logarithmic axis, and return where they stand."""
    at = ticks(min(values), max(values))
    axis.set_ticks(at, names_on_axis(at))
    axis.set_minor_formatter(lambda *_: "")
    return at


def _wrap(text: str) -> str:
    """Return a long name over several lines."""
    lines = [""]
    for word in plain(text).split():
        if lines[-1] and len(lines[-1]) + len(word) > _LONGEST * 2 // 3:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _look(index: int, curve: Curve) -> dict[str, Any]:
    dash = _DASHES[index % len(_DASHES)]
    return {"color": f"#{CURVES[index % len(CURVES)]}", "linestyle": dash, "linewidth": 2, "label": plain(curve.label)}


def _in_unit(plot: Plot, values: tuple[float, ...]) -> list[float]:
    return [value * plot.unit.scale for value in values]


def plain(text: str) -> str:
    """Return a text that matplotlib takes as it is: a dollar sign would begin a formula, a _ keep it out of legends."""
    text = printable(text).replace("$", r"\$")
    return f" {text}" if text.startswith("_") else text
