"""The numbers of a chart: what each curve is along x, where its marks are, and the bars of a waterfall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite
from typing import Final

import numpy as np

from engine.charts.binding import SCENARIO, plots
from engine.charts.plot import Curve, Plot, Sweep
from engine.model.bounds import breach
from engine.model.charts import BarChart, Chart, LineChart
from engine.plan.batch import ManyResults, evaluate_many, outside, tell_outside
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.outputs import headlines
from engine.plan.plan import Case, Plan
from engine.problems import ModelError, Problem, error

_MOST_DEFAULT: Final = 4
_MOST_MEMBERS: Final = 120
_MOST_CURVES: Final = 6
_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plot in numbers, as stored: `lines` one a curve, `x` where an input is swept, `marks` as (x, y).

    `many` has the numbers of everything that feeds a sweep, by scenario: of each point, then of each mark.
    """

    plot: Plot
    lines: tuple[tuple[float, ...], ...]
    x: tuple[float, ...] = ()
    marks: tuple[tuple[float, float], ...] = ()
    many: Mapping[Case | None, ManyResults] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    """A bar of a waterfall, from what stands before it to what stands after; a whole one begins at 0."""

    label: str
    start: float
    end: float
    is_whole: bool

    @property
    def shown(self) -> float:
        """Return the number that a reader is told: how far it goes, or where a whole one ends."""
        return self.end if self.is_whole else self.end - self.start


def charts_of(plan: Plan) -> list[Plot]:
    """Return what the model's charts draw; where it declares none, its outputs over time, members or scenarios."""
    return plots(plan, plan.model.charts or tuple(_default(plan)))


def drawn(plot: Plot, live: Results, others: Mapping[str, Results]) -> Drawn:
    """Return a plot in numbers; `others` are the results of the scenarios by id, `live` those of the one shown."""

    def of(cell: Cell, case: Case | None) -> float:
        return (live if case is None else others[case.id]).at(cell)

    if plot.sweep is not None:
        return _swept(plot, plot.sweep, live, of_mark=[of(mark.cell, mark.case) for mark in plot.sweep.marks])
    if plot.cases:
        return Drawn(plot, tuple([tuple([of(curve.cells[0], case) for case in plot.cases]) for curve in plot.curves]))
    return Drawn(plot, tuple([tuple([of(cell, curve.case) for cell in curve.cells]) for curve in plot.curves]))


def steps(plot: Plot, values: Sequence[float], total: float | None) -> list[WaterfallBar]:
    """Return the bars of a waterfall from its steps' values, and from that of its total where it has one."""
    found: list[WaterfallBar] = []
    before = 0.0
    for label, value, sign in zip(plot.categories, values, plot.signs, strict=True):
        after = before + sign * value if sign else value
        found.append(WaterfallBar(label, before, after, is_whole=not found))
        before = after
    return found if total is None else [*found, WaterfallBar(plot.total_label, 0.0, total, is_whole=True)]


def total_of(plot: Plot, results: Results) -> float | None:
    """Return the value of a waterfall's total, as stored."""
    return None if plot.total is None else results.at(plot.total)


def problems(plan: Plan, results: Mapping[str, Results]) -> list[Problem]:
    """Return what keeps the declared charts from being drawn in some scenario, once a chart."""
    found: dict[Chart, Problem] = {}
    for plot in plots(plan, plan.model.charts):
        # What names its scenarios is the same whichever one is live.
        for live in islice(results.values(), None if plot.is_live else 1):
            try:
                refuse(drawn(plot, live, results), live)
            except ModelError as wrong:
                found.setdefault(plot.chart, wrong.problems[0])
    return list(found.values())


def refuse(found: Drawn, live: Results) -> None:
    """Raise ModelError where a chart cannot be drawn as it is."""
    wrong = list(_problems(live.plan, found, live))
    if wrong:
        raise ModelError(wrong)


def _problems(plan: Plan, found: Drawn, live: Results) -> Iterator[Problem]:
    plot, chart = found.plot, found.plot.chart
    for curve, line in zip(plot.curves, found.lines, strict=True):
        case = curve.case or (plot.cases[line.index(min(line))] if plot.cases else live.case)
        where = f"in the scenario '{case.id}'"
        broken = next((index for index, value in enumerate(line) if not isfinite(value)), None)
        if broken is not None and plot.sweep is not None:
            row = plot.sweep.row
            at = f"{row.id} = {found.x[broken] * row.unit.scale:.6g}"
            message = f"in the chart '{chart.id}', '{curve.cells[0].id}' has no value at {at} {where}"
            message += _of_bounds(found, curve, broken)
            key = "from" if isinstance(chart, LineChart) and chart.ends is not None else "x"
            yield error("chart", message, plan.model.at("charts", chart.id, key), "give another from and to")
        elif "y" in plot.log and min(line) <= 0:
            least = f"{min(line) * plot.unit.scale:.6g}{plot.unit.suffix}"
            message = f"in the chart '{chart.id}', '{curve.cells[0].id}' goes down to {least} {where}"
            hint = "a logarithmic axis has no 0: leave 'log' out, or begin elsewhere"
            yield error("chart", message, plan.model.at("charts", chart.id, "log"), hint)
    yield from _of_marks(plan, found, live)
    total = total_of(plot, live)
    where = f"in the scenario '{live.case.id}'"
    if total is not None:
        (last,) = steps(plot, found.lines[0], None)[-1:]
        # Of the largest step, since steps may cancel.
        largest = max(map(abs, found.lines[0]))
        if abs(last.end - total) > _TOLERANCE * max(largest, abs(total)):
            row = plan.row(plot.total.id if plot.total is not None else "")
            what = "end at" if 0 in plot.signs else "add up to"
            message = (
                f"in the chart '{chart.id}', the steps {what} {last.end * row.unit.scale:.6g} {where}, "
                f"and '{row.id}' is {total * row.unit.scale:.6g}{row.unit.suffix}"
            )
            yield error("chart", message, plan.model.at("charts", chart.id, "total"), "name what is left out")


def _of_bounds(found: Drawn, curve: Curve, point: int) -> str:
    """Return which result keeps a curve from having a value at a point, since it is out of its bounds there."""
    many = found.many[curve.case]
    feeding = many.plan.feeding(curve.cells[0].id)
    told = [tell_outside(many, id_, point) for id_, cases in outside(many, feeding).items() if cases[point]]
    return f"\n{told[0]}" if told else ""


def _of_marks(plan: Plan, found: Drawn, live: Results) -> Iterator[Problem]:
    """Yield a problem for each mark that cannot be drawn."""
    plot, chart = found.plot, found.plot.chart
    for mark, (at, height) in zip(plot.sweep.marks if plot.sweep is not None else (), found.marks, strict=True):
        where = f"in the scenario '{(mark.case or live.case).id}'"
        what = f"in the chart '{chart.id}', the mark '{mark.cell.id}'"
        index = plan.model.at("charts", chart.id, "mark")
        if not isfinite(height):
            curve = plot.curves[0].cells[0].id
            yield error("chart", f"{what} is where '{curve}' has no value {where}", index, "leave the mark out")
        elif ("x" in plot.log and at <= 0) or ("y" in plot.log and height <= 0):
            yield error("chart", f"{what} is at 0 or below {where}", index, "a logarithmic axis has no 0")


def _swept(plot: Plot, sweep: Sweep, live: Results, of_mark: Sequence[float]) -> Drawn:
    plan = live.plan
    _refuse_outside(plot, sweep, live, of_mark)
    indices = [*sweep.values, *of_mark]
    swept = {sweep.row.id: np.array(indices) * sweep.row.unit.scale}
    outputs = plan.feeding(*[curve.cells[0].id for curve in plot.curves])
    many: dict[Case | None, ManyResults] = {}
    for case in {curve.case for curve in plot.curves} | {mark.case for mark in sweep.marks}:
        # What was changed by hand holds in the live scenario alone.
        changed = live.changed if case is None else {}
        changes = {id_: np.array([value] * len(indices)) for id_, value in changed.items()} | swept
        many[case] = evaluate_many(plan, changes, (case or live.case).id, outputs)

    broken = {case: outside(found, outputs) for case, found in many.items()}
    feeding = {cell.id: plan.upstream(cell.id) for cell in (curve.cells[0] for curve in plot.curves)}

    def line(cell: Cell, case: Case | None) -> list[float]:
        values = many[case].values[plan.index[cell.id]]
        wide = np.array(np.broadcast_to(values, (len(indices), *plan.shape(plan.row(cell.id)))))
        # Where a result is out of its bounds, what it feeds has no value.
        for id_, cases in broken[case].items():
            if id_ in feeding[cell.id]:
                wide[cases] = np.nan
        return [float(value) for value in wide.reshape(len(indices), -1)[:, cell.number]]

    lines = tuple([tuple(line(curve.cells[0], curve.case)[: sweep.points]) for curve in plot.curves])
    first = plot.curves[0].cells[0]
    heights = [line(first, mark.case)[sweep.points + number] for number, mark in enumerate(sweep.marks)]
    return Drawn(plot, lines, tuple(sweep.values), tuple(zip(of_mark, heights, strict=True)), many)


def _refuse_outside(plot: Plot, sweep: Sweep, live: Results, of_mark: Sequence[float]) -> None:
    """Raise ModelError for a mark at which the swept input would break its bounds."""
    quantity, unit = sweep.row.quantity, sweep.row.unit
    assert quantity is not None  # noqa: S101  # an input is a quantity
    for mark, at in zip(sweep.marks, of_mark, strict=True):
        broken = breach(quantity, at * unit.scale)
        if broken:
            value = f"{at * unit.scale:.6g}{unit.suffix}"
            message = (
                f"in the chart '{plot.chart.id}', the mark '{mark.cell.id}' is at {value} "
                f"in the scenario '{(mark.case or live.case).id}', and '{quantity.id}' there {broken.words}"
            )
            index = live.plan.model.at("charts", plot.chart.id, "mark")
            raise ModelError([error("chart", message, index, "leave the mark out, or widen the bounds")])


def _default(plan: Plan) -> Iterator[Chart]:
    """Yield charts of the outputs of a model that declares none."""
    drawn = [row for row in headlines(plan) if plan.chosen_from(row) is None]
    for row in drawn[:_MOST_DEFAULT]:
        across = plan.model.across(row.over)
        if row.over:
            dimension = plan.model.dimension[across]
            count = len(dimension.members)
            if count <= _MOST_MEMBERS and plan.model.size(row.over) <= _MOST_CURVES * count:
                kind = LineChart if dimension.ordered else BarChart
                yield kind(id=row.id, title=row.label, x=across, y=(row.id,))
        elif len(plan.cases) > 1:
            yield BarChart(id=row.id, title=row.label, x=SCENARIO, y=(row.id,))
