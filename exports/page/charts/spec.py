"""What is fixed of a chart whatever its numbers are: kind, names, and where these have room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.charts.plot import Plot
from engine.model.charts import LineChart, TornadoChart, VarianceChart
from engine.plan.evaluate import Results
from exports.page.charts.tornado import turned_inputs
from exports.page.program.places import Places
from exports.style.words import are_periods, every_on_axis

WIDTH: Final = 560
HEIGHT: Final = 300
LETTER: Final = 6.6
_ROOM: Final = 480
_LEAST_LETTERS: Final = 7
_MOST_LINES: Final = 4
_MOST_PERIODS: Final = 8
_LONGEST: Final = 18
_LONGEST_TURNED: Final = 24
_FEW: Final = 4
_LINE: Final = 14


@dataclass(frozen=True, slots=True)
class Spec:
    """A chart without its numbers.

    `names` stand below the categories, each over lines, none where one stands for several; they are `turned` where they
    have no room side by side. `foot` is the height that they take, and `side` the width of curves' names at their ends.
    """

    kind: str
    looks: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    names: tuple[tuple[str, ...], ...] = ()
    turned: bool = False
    foot: float = 40
    side: float = 12
    ends: tuple[str, ...] = ()
    log: str = ""
    x_label: str = ""
    y_label: str = ""

    @property
    def is_log(self) -> bool:
        """Return whether heights are logarithmic."""
        return "y" in self.log


def spec(plot: Plot) -> Spec:
    """Return what is fixed of a plot."""
    kind = _kind(plot)
    looks = tuple([f"c{index}" for index in range(len(plot.curves))])
    if isinstance(plot.chart, VarianceChart):
        looks = ("c0", "planned")
    log = "".join(plot.log)
    shared, labels = _shared(plot)
    y_label = ", ".join(filter(None, [shared, plot.unit.for_readers]))
    if kind == "tornado":
        return Spec(kind, y_label=plot.unit.for_readers)
    ends = _ends(labels) if kind in {"line", "sweep"} else ()
    side = max([len(end) for end in ends], default=0) * LETTER + 12
    if plot.sweep is not None:
        label = ", ".join(filter(None, [plot.x_label, plot.sweep.row.unit.for_readers]))
        return Spec(kind, looks, labels, side=side, ends=ends, log=log, x_label=label, y_label=y_label, foot=46)
    categories = plot.categories + ((plot.total_label,) if plot.total is not None else ())
    names, turned = _names(categories, _ROOM - side)
    longest = max([len(line) for name in names for line in name], default=0)
    foot = 16 + longest * LETTER * 0.65 if turned else 12 + _LINE * max(map(len, names), default=1)
    return Spec(kind, looks, labels, tuple(names), turned, round(foot), side, ends, log, y_label=y_label)


def record(live: Results, plot: Plot, given: Spec, places: Places) -> dict[str, Any]:
    """Return what the script draws a chart from: the spec, and where its numbers come from."""
    found: dict[str, Any] = {
        "kind": given.kind,
        "looks": given.looks,
        "names": given.names,
        "turned": given.turned,
        "foot": given.foot,
        "side": given.side,
        "ends": given.ends,
        "log": given.log,
        "x_label": given.x_label,
        "y_label": given.y_label,
        "scale": plot.unit.scale,
        "curves": [
            {"cells": [places.of(cell) for cell in curve.cells], **_of_case(curve.case)} for curve in plot.curves
        ],
        "cases": [case.id for case in plot.cases],
        "categories": plot.categories,
        "signs": plot.signs,
        "total_label": plot.total_label,
        "total": None if plot.total is None else places.of(plot.total),
    }
    if given.kind == "tornado":
        found["inputs"] = [live.plan.index[row.id] for row in turned_inputs(live, plot.curves[0].cells[0])]
    if plot.sweep is not None:
        sweep = plot.sweep
        found["sweep"] = {
            "cell": places.first[sweep.row.id],
            "values": sweep.values,
            "scale": sweep.row.unit.scale,
            "marks": [{"cell": places.of(mark.cell), **_of_case(mark.case)} for mark in sweep.marks],
        }
    return {key: value for key, value in found.items() if value not in (None, (), [], "", False)}


def _of_case(case: Any) -> dict[str, str]:  # noqa: ANN401  # a scenario or none
    return {} if case is None else {"case": case.id}


def _kind(plot: Plot) -> str:
    if isinstance(plot.chart, TornadoChart):
        return "tornado"
    if plot.signs:
        return "waterfall"
    if plot.sweep is not None:
        return "sweep"
    return "line" if isinstance(plot.chart, LineChart) else "bar"


def _shared(plot: Plot) -> tuple[str, tuple[str, ...]]:
    """Return the quantity that all curves are of, '' for none, and what tells these apart."""
    labels = tuple([curve.label for curve in plot.curves])
    parts = [label.split(" · ", 1) for label in labels]
    if len(parts) > 1 and len({part[0] for part in parts}) == 1 and all(len(part) > 1 for part in parts):
        return parts[0][0], tuple([part[1] for part in parts])
    return ("", labels) if len(labels) > 1 or plot.signs else (labels[0], labels)


def _ends(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the names of curves at their ends; none where they are long or many."""
    return tuple(labels) if 1 < len(labels) <= _FEW and max(map(len, labels)) <= _LONGEST else ()


def _names(categories: Sequence[str], room: float) -> tuple[list[tuple[str, ...]], bool]:
    """Return the names below categories, and whether they are turned."""
    every = every_on_axis(categories, _MOST_PERIODS) if are_periods(categories) else every_on_axis(categories)
    shown = len(range(0, len(categories), every))
    letters = int(room / max(shown, 1) / LETTER) - 1
    wrapped = [_wrap(name, max(letters, _LEAST_LETTERS)) for name in categories[::every]]
    turned = any(len(line) > letters for name in wrapped for line in name) or any(
        len(name) > _MOST_LINES for name in wrapped
    )
    if turned:
        wrapped = [(_cut(name),) for name in categories[::every]]
    found: list[tuple[str, ...]] = [()] * len(categories)
    found[::every] = wrapped
    return found, turned


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_TURNED else f"{name[: _LONGEST_TURNED - 1]}…"


def _wrap(name: str, letters: int) -> tuple[str, ...]:
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines)
