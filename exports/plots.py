"""Pictures for documents: the one door to matplotlib."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, Final

from engine.charted import Drawn, total_of
from engine.evaluate import Results
from engine.sensitivity import Sensitivity, sensitivity
from exports import pictures
from exports.terminal import rounded
from exports.tornado import bars

_UP, _DOWN, _INK, _LINE = "#2F75B5", "#C55A11", "#222222", "#D0D7E2"
_MOST_BARS: Final = 12
_LONGEST: Final = 44


def tornado(found: Sequence[Sensitivity], suffix: str, title: str) -> bytes:
    """Return a tornado chart of each output below the other, as SVG or PNG; the same bytes for the same numbers."""
    heights = [max(1, len(bars(one)[:_MOST_BARS])) + 2.2 for one in found]

    def draw(figure: Any) -> None:  # noqa: ANN401  # matplotlib's types are not strict
        axes = figure.subplots(len(found), 1, squeeze=False, height_ratios=heights)
        for axis, one in zip(axes[:, 0], found, strict=True):
            _draw(axis, one)

    return _picture(draw, (9, 0.32 * sum(heights) + 0.6), title, suffix)


def chart(found: Drawn, results: Results, suffix: str) -> bytes:
    """Return a declared chart, as SVG or PNG; `results` are those of the live scenario."""
    plot = found.plot
    if plot.chart.kind == "tornado":
        return tornado(sensitivity(results, [plot.curves[0].cells[0]]), suffix, plot.chart.title)

    def draw(figure: Any) -> None:  # noqa: ANN401  # as above
        axis = figure.subplots()
        pictures.draw(axis, found, total_of(plot, results))
        axis.grid(axis="y", color=_LINE, linewidth=0.6)
        axis.set_axisbelow(True)
        axis.tick_params(labelsize=8)
        for edge in ("top", "right"):
            axis.spines[edge].set_visible(False)
        if text := pictures.note(plot, results.case.label):
            figure.supxlabel(pictures.plain(text), fontsize=8, color=_INK, x=0.02, ha="left")

    return _picture(draw, (8, 5), plot.chart.title, suffix)


def _picture(draw: Callable[[Any], None], size: tuple[float, float], title: str, suffix: str) -> bytes:
    import matplotlib as mpl  # noqa: PLC0415  # a third of a second that only a picture is worth
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context({"svg.hashsalt": "plainsheet", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = Figure(figsize=size, layout="constrained")
        figure.suptitle(pictures.plain(title), fontsize=13, fontweight="bold", color=_INK)
        out = BytesIO()
        metadata = {"Date": None} if suffix == ".svg" else {"Software": None}
        with warnings.catch_warnings():
            # A letter that the font lacks is drawn as a box; that is no reason to talk to whoever runs this.
            warnings.simplefilter("ignore")
            draw(figure)
            figure.savefig(out, format=suffix.removeprefix("."), dpi=150, metadata=metadata)
    return out.getvalue()


def _draw(axis: Any, one: Sensitivity) -> None:  # noqa: ANN401  # matplotlib's types are not strict
    drawn = bars(one)[:_MOST_BARS]
    for place, (influence, low, high) in enumerate(drawn):
        ends = [(low, influence.low, _DOWN), (high, influence.high, _UP)]
        # The longer bar first, so that the shorter one of the same side stays in sight, and its label is left out.
        ends.sort(key=lambda end: -abs(end[0] - one.value))
        is_one_sided = (low - one.value) * (high - one.value) > 0
        for order, (end, which, colour) in enumerate(ends):
            axis.barh(place, end - one.value, left=one.value, height=0.62, color=colour)
            if len(which) == 1 and end != one.value and not (is_one_sided and order):
                side = "left" if end > one.value else "right"
                axis.annotate(f" {rounded(which[0])} ", (end, place), ha=side, va="center", fontsize=7, color=_INK)
    labels = [f"{_short(i.row.label if i.number is None else i.name)}" for i, _, _ in drawn]
    axis.set_yticks(range(len(drawn)), labels, fontsize=8)
    axis.invert_yaxis()
    axis.margins(x=0.12)
    axis.axvline(one.value, color=_INK, linewidth=0.8)
    unit = "" if one.unit == "1" else f" {one.unit}"
    axis.set_title(pictures.plain(f"{one.name} = {rounded(one.value)}{unit}"), loc="left", fontsize=10, color=_INK)
    axis.grid(axis="x", color=_LINE, linewidth=0.6)
    axis.set_axisbelow(True)
    axis.tick_params(axis="x", labelsize=8)
    for edge in ("top", "right", "left"):
        axis.spines[edge].set_visible(False)


def _short(text: str) -> str:
    return pictures.plain(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
