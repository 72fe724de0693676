"""What a model's charts name, found and checked before a number is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import Final, NoReturn

from engine.charts.plot import Curve, Mark, Plot, Sweep
from engine.charts.variances import bind_variance
from engine.model.bounds import breach, plausible
from engine.model.charts import BarChart, Chart, LineChart, TornadoChart, VarianceChart, WaterfallChart
from engine.model.model import BASE
from engine.plan.cells import Cell, cell_at, label_of
from engine.plan.plan import RESULTS, Case, Plan, Row
from engine.plan.selection import locate
from engine.problems import ModelError, Problem, did_you_mean, error, listed, shortened
from engine.units.unit import Unit

SCENARIO: Final = "scenario"
_MOST_CURVES: Final = 12
_POINTS: Final = 25
_MOST_CATEGORIES: Final = 400


def plots(plan: Plan, charts: Sequence[Chart]) -> list[Plot]:
    """Return what charts draw; raise ModelError with all that is wrong with any of them."""
    found: list[Plot] = []
    problems: list[Problem] = []
    if charts and not any(row.kind in RESULTS for row in plan.rows):
        message = "the model computes nothing, and charts stand beside its results"
        raise ModelError([error("chart", message, plan.model.at("charts", charts[0].id), "add a formula first")])
    for chart in charts:
        try:
            found.append(Binding(plan, chart).plot())
        except ModelError as wrong:
            problems += wrong.problems
    if problems:
        raise ModelError(problems)
    return found


class Binding:
    """Finds what one chart names."""

    def __init__(self, plan: Plan, chart: Chart) -> None:
        self.plan = plan
        self.chart = chart

    def plot(self) -> Plot:
        match self.chart:
            case TornadoChart() as chart:
                return self.tornado(chart)
            case WaterfallChart() as chart:
                return self.waterfall(chart)
            case VarianceChart() as chart:
                return bind_variance(self, chart)
            case LineChart() | BarChart() as chart:
                return self.curves(chart)

    def curves(self, chart: LineChart | BarChart) -> Plot:
        if chart.x == SCENARIO:
            return self.over_scenarios(chart)
        if chart.x in self.plan.model.dimension:
            return self.over_members(chart, chart.x)
        if chart.x not in self.plan.model.by_id:
            known = [*self.plan.model.dimension, *self.plan.model.by_id, SCENARIO]
            hint = did_you_mean(chart.x, known) or 'x is an input, a dimension, or "scenario"'
            self.refuse(f"there is no quantity or dimension '{shortened(chart.x)}'", "x", hint)
        self.locate("x", chart.x)
        if isinstance(chart, BarChart):
            hint = f'write kind = "line", or x = a dimension or "{SCENARIO}"'
            self.refuse(f"bars stand side by side, and x = '{chart.x}' is an input to vary", "x", hint)
        return self.swept(chart)

    def tornado(self, chart: TornadoChart) -> Plot:
        cells = self.cells("y", chart.y[0], 0)
        if len(chart.y) > 1 or len(cells) > 1:
            self.refuse("a tornado is about one number", "y", "name one result, of what is over dimensions one member")
        row = self.plan.row(cells[0].id)
        return Plot(chart, row.unit, "", (), (Curve(label_of(self.plan, cells[0]), (cells[0],)),))

    def waterfall(self, chart: WaterfallChart) -> Plot:
        key, names = ("steps", chart.steps) if chart.steps else ("levels", chart.levels)
        found: list[Cell] = []
        signs: list[int] = []
        for number, name in enumerate(names):
            taken = key == "steps" and name.strip().startswith("-")
            found.append(self.one(key, name.strip().removeprefix("-") if taken else name, number))
            signs.append(0 if key == "levels" else -1 if taken else 1)
        if len(found) < 2:  # noqa: PLR2004  # one step is no waterfall
            self.refuse(f"the waterfall has {len(found) or 'no'} step{'s'[: len(found) != 1]}", key, "name two or more")
        total = self.one("total", chart.total) if chart.total else None
        unit = self.same_unit(found, key)
        if total is not None:
            self.same_unit([found[0], total], "total")
        labels = tuple([label_of(self.plan, cell) for cell in found])
        return Plot(chart, unit, "", labels, (Curve(chart.title, tuple(found)),), signs=tuple(signs),
                    total=total, total_label=label_of(self.plan, total) if total is not None else "")  # fmt: skip

    def over_scenarios(self, chart: LineChart | BarChart) -> Plot:
        self.only_swept(chart)
        cases = self.cases(chart) or self.plan.cases
        found = [cell for number, name in enumerate(chart.y) for cell in self.cells("y", name, number)]
        curves = [Curve(label_of(self.plan, cell), (cell,)) for cell in found]
        unit = self.same_unit(found, "y")
        return Plot(chart, unit, "", tuple([case.label for case in cases]), self.few(curves), cases)

    def over_members(self, chart: LineChart | BarChart, name: str) -> Plot:
        self.only_swept(chart)
        dimension = self.plan.model.dimension[name]
        if len(dimension.members) > _MOST_CATEGORIES:
            count = f"{len(dimension.members):,} members, and a chart shows {_MOST_CATEGORIES}"
            self.refuse(f"'{name}' has {count}", "x", "choose another dimension")
        found: list[tuple[str, tuple[Cell, ...]]] = []
        for number, asked in enumerate(chart.y):
            row, indices = self.locate("y", asked, number)
            if indices is not None or name not in row.over:
                message = f"'{shortened(asked)}' is {'one number' if indices or not row.over else f'not over {name}'}"
                hint = f"draw what is over '{name}', or choose another x"
                self.refuse(f"{message}, and x = '{name}'", "y", hint, number)
            found += self.along(row, name)
        cases: Sequence[Case | None] = self.cases(chart) or (None,)
        curves = [Curve(self.beside(label, case), cells, case) for label, cells in found for case in cases]
        unit = self.same_unit([cells[0] for _, cells in found], "y")
        return Plot(chart, unit, dimension.label, dimension.members, self.few(curves))

    def along(self, row: Row, name: str) -> Iterator[tuple[str, tuple[Cell, ...]]]:
        """Yield the cells of a row along a dimension, for each member of its other ones."""
        others = [other for other in row.over if other != name]
        dimension = self.plan.model.dimension
        for indices in product(*[range(len(dimension[other].members)) for other in others]):
            at = dict(zip(others, indices, strict=True))
            cells = [
                cell_at(self.plan, row, [{**at, name: index}[one] for one in row.over])
                for index in range(len(dimension[name].members))
            ]
            members = [dimension[other].members[index] for other, index in at.items()]
            yield f"{row.label} · {', '.join(members)}" if members else row.label, tuple(cells)

    def swept(self, chart: LineChart) -> Plot:
        row = self.swept_row(chart)
        start, end = self.ends(chart, row)
        cases: Sequence[Case | None] = self.cases(chart) or (None,)
        found = [cell for number, name in enumerate(chart.y) for cell in self.cells("y", name, number)]
        unit = self.same_unit(found, "y")
        overridden = {id_ for case in cases if case is not None for id_ in self.plan.overrides(case)} - {row.id}
        curves = []
        for cell in found:
            # What no scenario of the chart changes is drawn once, as that of the first.
            differs = not overridden.isdisjoint(self.plan.upstream(cell.id))
            shown = cases if differs else cases[:1]
            curves += [Curve(self.beside(label_of(self.plan, cell), case), (cell,), case) for case in shown]
        if not any(row.id in self.plan.upstream(cell.id) for cell in found):
            self.refuse(f"nothing that is drawn depends on '{row.id}'", "x", "choose an input that feeds what is drawn")
        marks = []
        for number, name in enumerate(chart.marks):
            cell = self.one("mark", name, number)
            if self.plan.row(cell.id).unit.atoms != row.unit.atoms:
                message = f"'{cell.id}' is in {_said(self.plan.row(cell.id).unit)}, and x is in {_said(row.unit)}"
                self.refuse(message, "mark", "mark a quantity in the unit of x", number)
            marks += [Mark(self.beside(label_of(self.plan, cell), case), cell, case) for case in cases]
        if "x" in chart.log and start <= 0:
            begin = f"'{row.id}' begins at {start * row.unit.scale:g}, and a logarithmic axis has no 0"
            self.refuse(begin, "from" if chart.ends else "log", "write from and to, above 0")
        points, in_ratios = self.spread(chart, row, start, end)
        sweep = Sweep(row, start, end, points, in_ratios, tuple(marks))
        return Plot(chart, unit, row.label, (), self.few(curves), sweep=sweep)

    def swept_row(self, chart: LineChart) -> Row:
        row, indices = self.locate("x", chart.x)
        if row.quantity is None or not row.quantity.is_input:
            self.refuse(f"'{row.id}' is computed, and x is varied", "x", "name an input that it is computed from")
        if row.over or indices is not None:
            self.refuse(f"'{row.id}' is over {listed(row.over)}, and x is one number", "x", "name a single input")
        if row.id in self.plan.lags:
            self.refuse(f"'{row.id}' says how far back a formula looks, which cannot be swept", "x")
        return row

    def spread(self, chart: LineChart, row: Row, start: float, end: float) -> tuple[int, bool]:
        """Return how many points there are, and whether they go in equal ratios; of few whole numbers each is one."""
        points, steps = chart.points or _POINTS, round((end - start) * row.unit.scale)
        if row.quantity is not None and row.quantity.whole and steps < points:
            return steps + 1, False
        return points, "x" in chart.log

    def ends(self, chart: LineChart, row: Row) -> tuple[float, float]:
        quantity, ends = row.quantity, chart.ends
        assert quantity is not None  # noqa: S101  # an input is a quantity
        if ends is None:
            ends = plausible(quantity)
            if ends is None:
                hint = f"write from and to, in {_said(row.unit)}"
                self.refuse(f"'{row.id}' has no range to go along", "x", hint)
        for key, end in zip(("from", "to"), ends, strict=True):
            if broken := breach(quantity, end):
                message = f"the chart takes '{row.id}' to {end}, which {broken.words}"
                self.refuse(message, key if chart.ends is not None else "x", "stay within its bounds")
        start, end_ = (float(end / Decimal(row.unit.scale)) for end in ends)
        return start, end_

    def cases(self, chart: LineChart | BarChart) -> tuple[Case, ...]:
        found: list[Case] = []
        for number, name in enumerate(chart.scenarios):
            case = self.case(name, "scenarios", number)
            if case in found:
                self.refuse(f"the scenario '{case.id}' is named twice", "scenarios", "name it once", number)
            found.append(case)
        return tuple(found)

    def case(self, name: str, key: str, number: int | None = None) -> Case:
        ids = [case.id for case in self.plan.cases]
        if name not in {*ids, BASE}:
            hint = did_you_mean(name, ids) or f"the scenarios are {listed(ids)}"
            self.refuse(f"there is no scenario '{shortened(name)}'", key, hint, number)
        return self.plan.case(name)

    def only_swept(self, chart: LineChart | BarChart) -> None:
        """Refuse what only has a meaning along a swept input."""
        settings = (
            {"from": chart.ends, "points": chart.points, "mark": chart.marks} if isinstance(chart, LineChart) else {}
        )
        for key, given in settings.items():
            if given:
                message = f"'{key}' is for an x that is an input, and x = '{chart.x}'"
                self.refuse(message, key, "leave it out")
        if "x" in chart.log:
            self.refuse(f"x = '{chart.x}' has no logarithmic axis", "log", 'write log = "y"')

    def few(self, curves: Sequence[Curve]) -> tuple[Curve, ...]:
        if len(curves) > _MOST_CURVES:
            message = f"{len(curves)} curves are more than the {_MOST_CURVES} that a reader can tell apart"
            self.refuse(message, "y", "draw fewer, or name single members or scenarios")
        seen: set[tuple[tuple[Cell, ...], Case | None]] = set()
        for curve in curves:
            if (curve.cells, curve.case) in seen:
                self.refuse(f"'{curve.label}' is drawn twice", "y", "name it once")
            seen.add((curve.cells, curve.case))
        return tuple(curves)

    def same_unit(self, cells: Sequence[Cell], key: str) -> Unit:
        rows = [self.plan.row(cell.id) for cell in cells]
        for other in rows:
            if other.unit.atoms != rows[0].unit.atoms or other.unit.scale != rows[0].unit.scale:
                message = (
                    f"the chart has one axis for two units: '{rows[0].id}' is in {_said(rows[0].unit)}, "
                    f"'{other.id}' in {_said(other.unit)}"
                )
                self.refuse(message, key, "draw two charts, or declare both in one unit")
        return rows[0].unit

    def locate(self, key: str, name: str, number: int | None = None) -> tuple[Row, tuple[int, ...] | None]:
        try:
            row, indices = locate(self.plan, name)
        except ModelError as wrong:
            problem = wrong.problems[0]
            hint = f'write a list: {key} = ["...", "..."]' if "," in name and "[" not in name else problem.hint
            self.refuse(problem.message, key, hint, number)
        if row.quantity is None or row.kind not in {*RESULTS, "input"}:
            self.refuse(f"'{shortened(name)}' is no quantity", key, "", number)
        if row.quantity.choice:
            message, hint = f"'{row.id}' is a choice, and a chart draws numbers", "draw what depends on it"
            if key == "x":
                message = f"'{row.id}' is a choice, with nothing between its members to go along"
                hint = f'what each member gives is told by kind = "tornado"; or write x = "{SCENARIO}"'
            self.refuse(message, key, hint, number)
        return row, indices

    def one(self, key: str, name: str, number: int | None = None) -> Cell:
        found = self.cells(key, name, number)
        if len(found) > 1:
            row = self.plan.row(found[0].id)
            hint = f'name one of them, as in "{row.id}[{", ".join(self.plan.model.member(row.over, 0))}]"'
            self.refuse(f"'{row.id}' is over {listed(row.over)}, and one number is meant", key, hint, number)
        return found[0]

    def cells(self, key: str, name: str, number: int | None = None) -> list[Cell]:
        row, indices = self.locate(key, name, number)
        if indices is not None or not row.over:
            return [cell_at(self.plan, row, indices or ())]
        return [Cell(row.id, index) for index in range(self.plan.model.size(row.over))]

    def beside(self, label: str, case: Case | None) -> str:
        return f"{label} · {case.label}" if case is not None else label

    def refuse(self, message: str, key: str, hint: str = "", number: int | None = None) -> NoReturn:
        path = ("charts", self.chart.id, key, *(() if number is None else (number,)))
        message = f"in the chart '{self.chart.id}', {message}"
        raise ModelError([error("chart", message, self.plan.model.at(*path), hint)])


def _said(unit: Unit) -> str:
    return "no unit" if unit.text == "1" else unit.text
