"""A bakery with charts of every kind, and what the engine says that they must draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from engine.model.charts import CurveChart, LineChart
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Plan

RUDE = "=1+1 & <b> \"q\" 'a' $x_1^2$ +🎉"
BAKERY = """[model]
title = "Bakery"
outputs = ["profit", "last_debt"]
[units]
EUR = "[money]"
loaf = "[loaf]"
[dimensions.shop]
members = ["north", "south", "river"]
[dimensions.year]
from = 2026
to = 2029
[sources.ledger]
title = "Our ledger"
[scenarios.usual]
label = "Usual"
[scenarios.holiday]
label = "Holiday"
set.loaves.north = 900
set.margin = 25
[scenarios.holiday_dear]
label = "Dear holiday"
extends = "holiday"
set.rise = 5
set.rent = 1200
[bakery]
loaves    = { label = "Loaves", over = "shop", unit = "loaf", source = "ledger", value.north = 600, value.south = 450, value.river = 300 }
price     = { label = "Price", over = "year", unit = "EUR/loaf", source = "ledger", value = { from = 2026, list = [3.2, 3.3] }, formula = "prev(price, 0) * (1 + rise)" }
rise      = { label = "Rise", unit = "percent", source = "ledger", value = 3, range = [-2, 7], min = -5, max = 7 }
margin    = { label = "Margin", unit = "percent", source = "ledger", value = 30, range = [5, 60], max = 60 }
rent      = { label = "Rent", unit = "EUR", source = "ledger", value = 900, range = [500, 2000] }
loan      = { label = "Loan", unit = "EUR", source = "ledger", value = 5000, range = [0, 9000] }
sales     = { label = "Sales", over = ["shop", "year"], unit = "EUR", formula = "loaves * price" }
all_sales = { label = "All sales", unit = "EUR", formula = "sum(sales, over=[shop, year])" }
gross     = { label = "Gross profit", unit = "EUR", formula = "all_sales * margin" }
profit    = { label = "Profit", unit = "EUR", formula = "gross - rent" }
debt      = { label = "Debt", over = "year", unit = "EUR", formula = "prev(debt * (1 + rise), loan) - sum(sales * margin, over=shop)" }
last_debt = { label = "Last debt", unit = "EUR", formula = "last(debt)" }
even      = { label = "Break even", unit = "percent", formula = "rent / all_sales" }
bonus     = { label = "Bonus", over = "shop", unit = "EUR", formula.north = "rent * margin", formula.south = "bonus['north'] / 2", formula.river = "sum(sales['river', :], over=year) * rise" }
left      = { label = "Left", unit = "EUR", formula = "profit - loan - rent" }
"""
CHARTS = {
    "over_time": 'kind = "line"\nx = "year"\ny = "debt"\nscenarios = ["holiday_dear", "usual"]',
    "live_members": 'kind = "bar"\nx = "shop"\ny = ["bonus", "sales"]',
    "down_the_page": 'kind = "line"\nx = "shop"\ny = "sales"\nscenarios = ["holiday", "holiday_dear", "base"]',
    "actuals": 'kind = "line"\nx = "year"\ny = "price"\nscenarios = ["holiday_dear", "holiday"]\nlog = "y"',
    "subset": 'kind = "bar"\nx = "scenario"\ny = ["profit", "debt[2027]"]\nscenarios = ["holiday_dear", "usual"]',
    "everyone": 'kind = "bar"\nx = "scenario"\ny = ["sales[river, 2029]", "bonus"]',
    "by_rise": 'kind = "line"\nx = "rise"\ny = ["debt", "bonus[south]", "rent"]\npoints = 7',
    "by_margin": 'kind = "line"\nx = "margin"\ny = ["gross", "rent", "bonus[south]", "sales[river, 2026]"]\n'
    'scenarios = ["holiday_dear", "usual"]\nmark = ["even", "rise"]\nlog = ["x", "y"]\npoints = 5',
    "by_rent": 'kind = "line"\nx = "rent"\ny = ["profit", "rent"]\nmark = "gross"\nfrom = -500\nto = 3000\npoints = 3',
    "steps": 'kind = "waterfall"\nsteps = ["gross", "-rent", "-loan", "-rent", "all_sales", "bonus[south]"]',
    "from_below": 'kind = "waterfall"\nsteps = ["-rent", "-loan", "gross"]\ntotal = "left_over"',
    "levels": 'kind = "waterfall"\nlevels = ["gross", "profit", "left", "all_sales"]\ntotal = "all_sales"',
    "tornado": 'kind = "tornado"\ny = "profit"',
}  # fmt: skip
# One of each kind, for what does not depend on the numbers.
EACH = ("everyone", "by_margin", "from_below", "tornado")
MORE = 'left_over = { label = "Left over", unit = "EUR", formula = "profit - loan" }\n'


def declared(charts: dict[str, str]) -> str:
    return "".join([f"[charts.{name}]\n{text}\n" for name, text in charts.items()])


@dataclass
class State:
    """A chosen scenario, and what was typed into that scenario's cells."""

    made: Plan
    live: str
    typed: dict[str, float] = field(default_factory=dict)
    known: dict[object, Results] = field(default_factory=dict)

    def results(self, case: str | None, changes: dict[str, float]) -> Results:
        """Return one evaluation: of a scenario or the live one, with an input changed."""
        id_ = self.made.case(case).id if case is not None else self.live
        changed = {**(self.typed if id_ == self.live else {}), **changes}
        key = id_, tuple(changed.items())
        return self.known.setdefault(key, self.known.get(key) or evaluate(self.made, id_, changed))

    def value(self, name: str, case: str | None = None, changes: dict[str, float] | None = None) -> float:
        """Return one number, as stored, by its name in a chart: share[YouTube]."""
        id_, _, member = name.strip("]").partition("[")
        results = self.results(case, changes or {})
        number = self.made.members(self.made.row(id_)).index(tuple(member.split(", ")) if member else ())
        return float(np.ravel(results.values[self.made.index[id_]])[number])

    def label(self, name: str) -> str:
        id_, _, member = name.strip("]").partition("[")
        return self.made.row(id_).label + (f" · {member}" if member else "")

    def single(self, names: tuple[str, ...]) -> Iterator[str]:
        """Yield the names of single numbers: of what is over dimensions and not picked from, each member."""
        for name in names:
            over = self.made.row(name).over if "[" not in name else ()
            yield from [f"{name}[{', '.join(m)}]" for m in self.made.members(self.made.row(name))] if over else [name]

    def curves(self, chart: CurveChart) -> Iterator[dict[str, list[float]]]:
        """Yield what is drawn, by what the legend may say: a curve for each scenario."""
        cases: list[tuple[str | None, str]] = [(case, f" · {self.made.case(case).label}") for case in chart.scenarios]
        cases = cases or [(None, "")]
        names = list(self.single(chart.y))
        if chart.x == "scenario":
            ids = chart.scenarios or tuple([case.id for case in self.made.cases])
            for name in names:
                yield {self.label(name): [self.value(name, case) for case in ids]}
        elif chart.x in self.made.model.dimension:
            for id_ in chart.y:
                row = self.made.row(id_)
                place = row.over.index(chart.x)
                for rest in dict.fromkeys([(*m[:place], *m[place + 1 :]) for m in self.made.members(row)]):
                    label = row.label + (f" · {', '.join(rest)}" if rest else "")
                    along = [f"{id_}[{', '.join((*rest[:place], m, *rest[place:]))}]" for m in self.axis(chart)]
                    yield {label + end: [self.value(name, case) for name in along] for case, end in cases}
        else:
            for name in names:
                found = {e: [self.value(name, c, {chart.x: float(x)}) for x in self.axis(chart)] for c, e in cases}
                yield {self.label(name) + end: values for end, values in found.items()}

    def axis(self, chart: CurveChart) -> list[str]:
        """Return what stands along x: members, or points in the input's unit."""
        if chart.x in self.made.model.dimension:
            return list(self.made.model.dimension[chart.x].members)
        quantity = self.made.row(chart.x).quantity
        assert quantity is not None
        assert isinstance(chart, LineChart)
        low, high = map(float, chart.ends or quantity.range)  # type: ignore[arg-type]  # of a single input
        count = chart.points or 25
        shares = [place / (count - 1) for place in range(count)]
        values = [low * (high / low) ** s if "x" in chart.log else low + (high - low) * s for s in shares]
        return [repr(min(value, high)) for value in values]


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def close(value: object) -> object:
    # A file has fewer digits than a chart.
    return pytest.approx(value, rel=1e-14)


def compared(state: State, chart: CurveChart, shown: dict[str, list[float]]) -> None:
    """Hold curves by their label against the engine's single evaluations."""
    left = dict(shown)
    as_exported = State(state.made, state.live)
    for curve, before in zip(state.curves(chart), as_exported.curves(chart), strict=True):
        found = [label for label in curve if label in left]
        # One for each scenario; where all were alike when it was exported, that of the first is enough.
        alike = all(values == next(iter(before.values())) for values in before.values())
        assert found == list(curve) or (alike and found == list(curve)[:1]), (chart.id, list(curve), list(left))
        for label in found:
            assert left.pop(label) == near(curve[label]), (chart.id, label)
    assert not left


REFUSED = {
    "a mark where the first curve has no value": 'kind = "line"\nx = "rent"\ny = "share"\nmark = "nothing"',
    "a mark at 0 on a logarithmic axis": 'kind = "line"\nx = "rent"\ny = "gross_rent"\nmark = "nothing"\nlog = "x"',
    "bars over a swept input": 'kind = "bar"\nx = "rent"\ny = "profit"',
}
ODD = """nothing    = { label = "Nothing", unit = "EUR", formula = "rent - rent" }
share      = { label = "Share", unit = "1", formula = "gross / rent" }
gross_rent = { label = "Both", unit = "EUR", formula = "gross + rent" }
guarded    = { label = "Guarded", unit = "1", formula = "share if rent > loan / 10 else rise" }
named      = { label = "_Named", unit = "EUR", formula = "gross + rent" }
tiny       = { label = "Tiny", unit = "EUR", formula = "rent / 100000000" }
"""
