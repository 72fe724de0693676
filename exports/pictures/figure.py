"""Pictures for documents: the one door to matplotlib."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from engine.analysis.sensitivity import Influence, Sensitivity, sensitivity
from engine.charts.series import Drawn, total_of
from engine.language.numbers.scalars import add_up
from engine.model.charts import TornadoChart
from engine.plan.evaluate import Results
from exports.pictures import axes
from exports.results.sensitivities import bars, gaps
from exports.style.looks import HIGH_END, LOW_END
from exports.style.words import in_review, on_axis, unit_suffix, unit_words

if TYPE_CHECKING:
    from engine.uncertainty.simulation import Simulation

_LOW, _HIGH, _INK, _LINE = f"#{LOW_END}", f"#{HIGH_END}", "#222222", "#D0D7E2"
_MOST_BARS: Final = 12
_LONGEST: Final = 44
_TITLE_WIDTH: Final = 80
_FEW: Final = 3
_PLACES: Final = 9


def tornado(found: Sequence[Sensitivity], suffix: str, title: str) -> bytes:
    """Return a tornado chart of each output below the other, as SVG or PNG; the same bytes for the same numbers."""
    heights = [max(1, len(_bars(one))) + 2.6 for one in found]

    def draw(figure: Any) -> None:  # noqa: ANN401  # matplotlib's types are not strict
        grid = figure.subplots(len(found), 1, squeeze=False, height_ratios=heights)
        for axis, one in zip(grid[:, 0], found, strict=True):
            _draw_tornado(axis, one)

    return _picture(draw, (9, 0.32 * add_up(heights) + 0.6), title, suffix)


def chart(found: Drawn, results: Results, suffixes: Sequence[str]) -> dict[str, bytes]:
    """Return a declared chart by suffix, .svg or .png; `results` are those of the live scenario."""
    plot = found.plot
    if isinstance(plot.chart, TornadoChart):
        of = sensitivity(results, [plot.curves[0].cells[0]])
        return {suffix: tornado(of, suffix, plot.chart.title) for suffix in suffixes}

    def draw(figure: Any) -> None:  # noqa: ANN401  # as above
        axis = figure.subplots()
        axes.draw(axis, found, total_of(plot, results))
        axis.grid(axis="y", color=_LINE, linewidth=0.6)
        axis.set_axisbelow(True)
        axis.tick_params(labelsize=8)
        for edge in ("top", "right"):
            axis.spines[edge].set_visible(False)
        if text := axes.note(plot, results.case.label):
            figure.supxlabel(axes.plain(text), fontsize=8, color=_INK, x=0.02, ha="left")

    return {suffix: _picture(draw, (8, 5), plot.chart.title, suffix) for suffix in suffixes}


def simulation(found: Simulation, suffix: str) -> bytes:
    """Return each output's histogram and its chance of more than a value, below the other, as SVG or PNG."""
    from exports.pictures import spreads  # noqa: PLC0415  # scipy comes with it

    def draw(figure: Any) -> None:  # noqa: ANN401  # as above
        spreads.draw(figure, found)
        below = f"{found.samples:,} cases, seed {found.cases.seed}; scenario: {found.case.label}; lines: P5, P50, P95"
        given = f"; given {found.given.condition.text}" if found.given is not None else ""
        figure.supxlabel(axes.plain(below + given), fontsize=8, color=_INK, x=0.02, ha="left")

    return _picture(draw, (9, 2.4 * len(found.spreads) + 0.9), found.plan.model.title, suffix)


def _picture(draw: Callable[[Any], None], size: tuple[float, float], title: str, suffix: str) -> bytes:
    _import_matplotlib()
    import matplotlib as mpl  # noqa: PLC0415  # as there
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context():
        # Pictures look the same whatever somebody has set for their own.
        mpl.rcdefaults()
        mpl.rcParams.update({"svg.hashsalt": "plainsheet", "svg.fonttype": "none", "font.family": "sans-serif"})
        figure = Figure(figsize=size, layout="constrained")
        figure.suptitle("\n".join(wrap(axes.plain(title), _TITLE_WIDTH)), fontsize=13, fontweight="bold", color=_INK)
        out = BytesIO()
        metadata = {"Date": None} if suffix == ".svg" else {"Software": None}
        with warnings.catch_warnings():
            # A letter that the font lacks is drawn as a box; that is no reason to talk to whoever runs this.
            warnings.simplefilter("ignore")
            draw(figure)
            _settle(figure)
            figure.savefig(out, format=suffix.removeprefix("."), dpi=150, metadata=metadata)
    return out.getvalue()


def _import_matplotlib() -> None:
    """Import matplotlib in silence, and whatever backend the environment names: a picture in a file needs no screen."""
    if "matplotlib" in sys.modules:
        return
    wanted = os.environ.pop("MPLBACKEND", None)
    log = logging.getLogger("matplotlib")
    level = log.level
    try:
        # Of a home that cannot be written to, or of settings that it does not know, nobody wants to hear here.
        log.setLevel(logging.CRITICAL)
        import matplotlib as mpl  # noqa: PLC0415  # a third of a second that only a picture is worth
        import matplotlib.font_manager  # noqa: PLC0415  # looks for fonts when it is imported
    finally:
        log.setLevel(level)
        if wanted is not None:
            os.environ["MPLBACKEND"] = wanted
    if wanted is not None:
        # For whoever draws on a screen in the same process.
        with suppress(ValueError):
            mpl.rcParams["backend"] = wanted


def _settle(figure: Any) -> None:  # noqa: ANN401  # as above
    """Lay a figure out once for all, at places without the last bits, which differ from run to run."""
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")
    for axis in figure.axes:
        axis.set_position([round(float(end), _PLACES) for end in axis.get_position().bounds])


def _draw_tornado(axis: Any, one: Sensitivity) -> None:  # noqa: ANN401  # matplotlib's types are not strict
    drawn = _bars(one)
    for index, influence in enumerate(drawn):
        low, high, extent = influence.output_at_low, influence.output_at_high, influence.extent
        assert low is not None  # noqa: S101  # those of bars have a value everywhere
        assert high is not None  # noqa: S101
        assert extent is not None  # noqa: S101
        if influence.inside:
            # Where the output turns between the ends, behind the bars of these.
            axis.barh(index, extent[1] - extent[0], left=extent[0], height=0.62, color=_LINE)
        ends = [(low, influence.low, _LOW), (high, influence.high, _HIGH)]
        # The longer bar first, so that the shorter one of the same side stays in sight, and its label is left out.
        ends.sort(key=lambda end: -abs(end[0] - one.value))
        is_one_sided = (low - one.value) * (high - one.value) > 0
        for order, (end, which, colour) in enumerate(ends):
            axis.barh(index, end - one.value, left=one.value, height=0.62, color=colour)
            if len(which) == 1 and end != one.value and not (is_one_sided and order):
                side = "left" if end > one.value else "right"
                axis.annotate(
                    f" {_end(influence, which[0])} ", (end, index), ha=side, va="center", fontsize=7, color=_INK
                )
    labels = [_shorten(influence.row.label) for influence in drawn]
    axis.set_yticks(range(len(drawn)), labels, fontsize=8)
    axis.invert_yaxis()
    axis.margins(x=0.12)
    axis.axvline(one.value, color=_INK, linewidth=0.8)
    title = axes.plain(f"{one.label}: {in_review(one.value)}{unit_suffix(one.unit)}")
    # Above the line of the legend, which stands on the right.
    axis.set_title(title, loc="left", fontsize=10, color=_INK, pad=22)
    axis.xaxis.set_major_formatter(lambda value, _: on_axis(value))
    below = [unit_words(one.unit), _without_a_bar(one)]
    axis.set_xlabel("\n".join([axes.plain(text) for text in below if text]), fontsize=9)
    for name, colour in (("Input at low end", _LOW), ("Input at high end", _HIGH)):
        axis.barh(0, 0, left=one.value, color=colour, label=name)
    if any(influence.inside for influence in drawn):
        axis.barh(0, 0, left=one.value, color=_LINE, label="Between the ends")
    axis.legend(fontsize=8, frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderaxespad=0.2)
    axis.grid(axis="x", color=_LINE, linewidth=0.6)
    axis.set_axisbelow(True)
    axis.tick_params(axis="x", labelsize=8)
    for edge in ("top", "right", "left"):
        axis.spines[edge].set_visible(False)


def _bars(one: Sensitivity) -> list[Influence]:
    """Return the largest swings; of an input over dimensions all members at once, which the single ones are part of."""
    return [bar for bar in bars(one) if bar.number is None][:_MOST_BARS]


def _without_a_bar(one: Sensitivity) -> str:
    """Return what a reader must know of inputs that have no bar, since the output has no value over their range."""
    names = [influence.row.label for influence in gaps(one) if influence.number is None]
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return (
        f"Without a bar, as it has no value somewhere in the range of: {', '.join(names[:_FEW])}{more}" if names else ""
    )


def _end(influence: Influence, value: float) -> str:
    return axes.plain(influence.members[value]) if influence.members else in_review(value)


def _shorten(text: str) -> str:
    return axes.plain(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
