"""Charts: their numbers are those of single evaluations, the workbook's follow every choice and edit, pictures stay."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET  # the workbooks are our own

import numpy as np
import pytest
from click.testing import CliRunner
from openpyxl.utils import get_column_letter, range_boundaries
from oracles import Cells, IronCalc, Value, cached, formulas
from test_proof import differences
from test_random_dimensions import MEMBERS, Author, is_calm

from cli import main
from engine.charted import charts_of, drawn, problems
from engine.evaluate import Results, evaluate
from engine.load import load, loads
from engine.model import Chart
from engine.plan import Plan, plan
from engine.problems import ModelError
from exports.layout import Layout
from exports.places import letter
from exports.workbook import workbook

MODELS = Path(__file__).parent.parent / "models"
_C, _A = "{http://schemas.openxmlformats.org/drawingml/2006/chart}", "{http://schemas.openxmlformats.org/drawingml/2006/main}"  # fmt: skip
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


@pytest.fixture(scope="module")
def bakery() -> Plan:
    return plan(loads(BAKERY + MORE + declared(CHARTS)))


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

    def curves(self, chart: Chart) -> Iterator[dict[str, list[float]]]:
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

    def axis(self, chart: Chart) -> list[str]:
        """Return what stands along x: members, or points in the input's unit."""
        if chart.x in self.made.model.dimension:
            return list(self.made.model.dimension[chart.x].members)
        quantity = self.made.row(chart.x).quantity
        assert quantity is not None
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


def compared(state: State, chart: Chart, shown: dict[str, list[float]]) -> None:
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


def test_every_curve_is_one_evaluation_a_point(bakery: Plan) -> None:
    others = {case.id: evaluate(bakery, case.id) for case in bakery.cases}
    for live, results in others.items():
        for plot in charts_of(bakery):
            lines = drawn(plot, results, others).lines
            if plot.chart.y and plot.chart.kind != "tornado":
                by_label = {c.label: list(line) for c, line in zip(plot.curves, lines, strict=True)}
                compared(State(bakery, live), plot.chart, by_label)


def test_a_sweep_goes_in_equal_steps_or_in_equal_ratios_from_end_to_end(bakery: Plan) -> None:
    sweeps = {plot.chart.id: plot.sweep.values for plot in charts_of(bakery) if plot.sweep is not None}
    assert sweeps["by_rent"] == [-500, 1250, 3000]
    assert sweeps["by_rise"] == near([-0.02 + 0.015 * place for place in range(7)])
    ratios = [b / a for a, b in pairwise(sweeps["by_margin"])]
    assert ratios == near([12 ** (1 / 4)] * 4)
    assert (sweeps["by_margin"][0], sweeps["by_margin"][-1]) == near((0.05, 0.6))


def test_a_total_that_cancels_to_nothing_is_that_of_its_steps() -> None:
    three = "".join([f'{i} = {{ label = "{i}", unit = "1", value = {v}, note = "x" }}\n' for i, v in zip("abc", (0.1, 0.2, 0.3), strict=True)])  # fmt: skip
    text = f'[model]\ntitle = "T"\n[s]\n{three}rest = {{ label = "R", unit = "1", formula = "a - c + b" }}\n'
    made = plan(loads(text + '[charts.w]\nkind = "waterfall"\nsteps = ["a", "b", "-c"]\ntotal = "rest"\n'))
    assert problems(made, {case.id: evaluate(made, case.id) for case in made.cases}) == []


def test_without_charts_outputs_are_drawn_over_time_members_or_scenarios() -> None:
    def of(*outputs: str, text: str = BAKERY) -> list[tuple[str, str]]:
        listing = ", ".join([f'"{output}"' for output in outputs])
        made = plan(loads(text.replace('"profit", "last_debt"', listing)))
        return [(plot.chart.kind, plot.chart.x) for plot in charts_of(made)]

    assert of("debt", "sales", "bonus", "profit") == [
        ("line", "year"),
        ("line", "year"),
        ("bar", "shop"),
        ("bar", "scenario"),
    ]
    alone = BAKERY[: BAKERY.index("[scenarios.usual]")] + BAKERY[BAKERY.index("[bakery]") :]
    assert of("profit", "last_debt", text=alone) == []
    content = workbook(plan(loads(alone)))
    assert [picture.title for picture in pictured(content) if picture.sheet == "Scenarios"] == []


# ---------------------------------------------------------------- what a spreadsheet draws


@dataclass
class Picture:
    """A chart as its XML has it: for each series title, values and x or categories, as references and cached values."""

    title: str
    series: list[dict[str, tuple[str, list[str]]]]
    logs: int
    xml: ET.Element

    @property
    def sheet(self) -> str:
        return self.series[0]["val"][0].split("!")[0].strip("'")

    def of(self, number: int, key: str, values: Cells) -> list[Value]:
        return [values.get(cell) for cell in area(self.series[number][key][0])]


def pictured(content: bytes) -> list[Picture]:
    found = []
    with zipfile.ZipFile(BytesIO(content)) as package:
        names = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
        for name in sorted(names, key=lambda name: int("".join(filter(str.isdigit, name)))):
            root = ET.fromstring(package.read(name))  # noqa: S314
            title = "".join([t.text or "" for t in root.findall(f"{_C}chart/{_C}title//{_A}t")])
            series = []
            for one in root.iter(f"{_C}ser"):
                parts = {}
                for tag, key in (("tx", "tx"), ("val", "val"), ("yVal", "val"), ("cat", "x"), ("xVal", "x")):
                    if (part := one.find(f"{_C}{tag}")) is not None:
                        parts[key] = (part.findtext(f".//{_C}f") or "", [v.text or "" for v in part.iter(f"{_C}v")])
                series.append(parts)
            found.append(Picture(title, series, len(root.findall(f".//{_C}logBase[@val='10']")), root))
    return found


def area(reference: str) -> list[tuple[str, str]]:
    sheet, cells = reference.replace("'", "").split("!")
    left, top, right, bottom = range_boundaries(cells.replace("$", ""))
    return [(sheet, f"{get_column_letter(c)}{r}") for r in range(top, bottom + 1) for c in range(left, right + 1)]


def caches_agree(content: bytes) -> None:
    """Hold what a chart remembers, and what stands in its cells, against each other."""
    own = cached(content)
    for picture in pictured(content):
        for number, series in enumerate(picture.series):
            for key, (_, remembered) in series.items():
                values = picture.of(number, key, own)
                assert len(values) == len(remembered), (picture.title, key)
                for value, text in zip(values, remembered, strict=True):
                    assert text == value if isinstance(value, str) else float(text) == close(value), (
                        picture.title,
                        value,
                        text,
                    )


def shows(state: State, iron: IronCalc, pictures: list[Picture], charts: list[Chart]) -> None:
    """Hold everything that the charts on Scenarios draw in IronCalc against single evaluations of the engine."""
    on_sheet = [picture for picture in pictures if picture.sheet == "Scenarios"]
    assert [picture.title for picture in on_sheet] == [chart.title for chart in charts]
    values = iron.values({cell for p in on_sheet for s in p.series for ref, _ in s.values() for cell in area(ref)})
    for picture, chart in zip(on_sheet, charts, strict=True):
        count = len(picture.series)
        labels = [str(picture.of(number, "tx", values)[0]) for number in range(count)]
        numbers = [[float(str(v)) for v in picture.of(number, "val", values)] for number in range(count)]
        if chart.kind == "waterfall":
            _bars_agree(state, chart, list(zip(*numbers, strict=True)))
        elif chart.kind == "tornado":
            _swings_agree(state, chart, [str(v) for v in picture.of(0, "x", values)], numbers)
        else:
            marks = len(chart.marks) * max(1, len(chart.scenarios))
            compared(state, chart, dict(zip(labels[: count - marks], numbers, strict=False)))
            cases = chart.scenarios or (None,)
            wanted = [(name, case) for name in chart.marks for case in cases]
            for number, (name, case) in enumerate(wanted, count - marks):
                at, unit = state.value(name, case), state.made.row(chart.x).unit
                assert picture.of(number, "x", values) == [near(at)]
                assert numbers[number] == [near(state.value(chart.y[0], case, {chart.x: at * unit.shown}))]
                assert labels[number].startswith(state.label(name) + (f" · {state.made.case(case).label}: " if case else ": "))  # fmt: skip


def _bars_agree(state: State, chart: Chart, bars: list[tuple[float, ...]]) -> None:
    before = 0.0
    for name, (hidden, *parts) in zip(chart.steps or chart.levels, bars, strict=False):
        value = state.value(name.removeprefix("-"))
        after = value if chart.levels else before - value if name.startswith("-") else before + value
        # Bars pile up from 0, those above it and those below it apart.
        top = max(hidden, 0.0) + sum(part for part in parts if part > 0)
        bottom = min(hidden, 0.0) + sum(part for part in parts if part < 0)
        low, high = min(before, after), max(before, after)
        assert top == near(max(high, 0.0)), (chart.id, name)
        assert bottom == near(min(low, 0.0)), (chart.id, name)
        assert hidden == near(low if low > 0 else min(high, 0.0)), (chart.id, name)
        before = after
    assert len(bars) == len(chart.steps or chart.levels) + bool(chart.total)
    if chart.total:
        assert sum(bars[-1]) == near(state.value(chart.total))


def _swings_agree(state: State, chart: Chart, labels: list[str], ends: list[list[float]]) -> None:
    base = state.value(chart.y[0])
    rows = {row.label: row for row in state.made.rows}
    for place, label in enumerate(labels):
        quantity = rows[label].quantity
        if quantity is not None and isinstance(quantity.range, tuple):
            moved = [state.value(chart.y[0], None, {quantity.id: float(end)}) - base for end in quantity.range]
            assert [end[place] for end in ends] == near(moved), label
    swings = [abs(high - low) for low, high in zip(*ends, strict=True)]
    assert all(a >= b * (1 - 1e-9) for a, b in pairwise(swings))


def edit(iron: IronCalc, state: State, name: str, value: float) -> None:
    """Type a number, in the declared unit, into the live scenario's cell of an input or of a member of it."""
    id_, _, member = name.strip("]").partition("[")
    layout, row, case = Layout(state.made), state.made.row(id_), state.made.case(state.live)
    block = layout.input_block(row)
    column, line = letter(layout.scenario_column(case)), block.row
    if row.over:
        members = dict(zip(row.over, member.split(", "), strict=True))
        at = {over: state.made.model.dimension[over].places[text] for over, text in members.items()}
        line = layout.case_line(row, tuple([at[over] for over in block.down]), case)
        column = letter(block.column + at[block.across])
    iron.type("Inputs", f"{column}{line}", value / row.unit.shown)
    state.typed[name] = value


def test_the_workbook_s_charts_follow_every_choice_and_every_edit(bakery: Plan) -> None:
    content = workbook(bakery)
    charts, pictures, iron = [plot.chart for plot in charts_of(bakery)], pictured(content), IronCalc(content)
    assert differences(content, iron.values(formulas(content))) == []
    caches_agree(content)
    assert {picture.title: picture.logs for picture in pictures if picture.logs} == {"Actuals": 1, "By margin": 2}
    assert [picture.sheet for picture in pictures] == ["Scenarios"] * len(CHARTS) + ["Sensitivity"]
    # Bars go through 0 on the way down and on the way up.
    assert drawn(charts_of(bakery)[9], evaluate(bakery), {}).lines[0][0] > 0 > evaluate(bakery)["left"]
    for live in ("usual", "holiday", "holiday_dear"):
        iron.type("Cover", "E6", bakery.case(live).label)
        shows(State(bakery, live), iron, pictures, charts)
    # What is typed here is inherited by no other scenario.
    state = State(bakery, "holiday_dear")
    edits = {"rise": 2.5, "loaves[north]": 10, "price[2027]": 4, "margin": 11, "rent": 4000, "loan": 1}
    for name, value in edits.items():
        edit(iron, state, name, value)
        shows(state, iron, pictures, charts)


@pytest.mark.parametrize("name", ["gpu_cluster", "loan", "sora"])
def test_the_models_of_this_repository_draw_what_they_compute_in_their_last_scenario(name: str) -> None:
    made = plan(load(MODELS / f"{name}.toml"))
    content = workbook(made)
    iron, last = IronCalc(content), made.cases[-1]
    iron.type("Cover", "E6", last.label)
    charts = [plot.chart for plot in charts_of(made)]
    assert charts == list(made.model.charts)
    shows(State(made, last.id), iron, pictured(content), charts)
    caches_agree(content)


def random_charts(made: Plan, chance: random.Random) -> str:
    """Return charts of every kind over a random model: x to the right and down, picks, scenarios in any order."""

    def name(id_: str) -> str:
        over = made.row(id_).over
        return f"{id_}[{', '.join([chance.choice(MEMBERS[one]) for one in over])}]" if over else id_

    def alike(ids: list[str], most: int) -> list[str]:
        first = chance.choice(ids)
        same = [id_ for id_ in ids if made.row(id_).unit.text == made.row(first).unit.text]
        return list(dict.fromkeys([first, *chance.sample(same, min(most, len(same)))]))

    ids = [q.id for q in made.model.quantities if q.unit.endswith("box")]
    found = []
    for number in range(5):
        cases = chance.choice([[], ["two"], ["two", "one"], ["one", "two"]])
        x = chance.choice(["year", "product", "site", "age"])
        over = [id_ for id_ in ids if x in made.row(id_).over and made.model.size(made.row(id_).over) <= 12]
        swept = [id_ for id_ in ids if "share" in made.upstream(id_)]
        kinds = [f'kind = "bar"\nx = "scenario"\ny = {[name(id_) for id_ in alike(ids, 3)]}',
                 f'kind = "waterfall"\nsteps = {[chance.choice(["", "-"]) + name(id_) for id_ in alike(ids, 4)] * 2}',
                 f'kind = "tornado"\ny = "{name(chance.choice(ids))}"']  # fmt: skip
        kinds += [f'kind = "line"\nx = "{x}"\ny = {[chance.choice(over)]}'] * 3 if over else []
        along = f'kind = "line"\nx = "share"\nfrom = 5\nto = 45\npoints = {chance.randint(2, 4)}\nmark = "share"'
        kinds += [f"{along}\ny = {[name(id_) for id_ in alike(swept, 3)]}"] * 4 if swept else []
        chosen = chance.choice(kinds)
        named = f"\nscenarios = {cases}" if 'kind = "line"' in chosen or "bar" in chosen else ""
        found.append(f"[charts.c{number}]\n{chosen}{named}\n")
    return "".join(found)


def drawable(text: str, chance: random.Random) -> Plan | None:
    """Return a random model with random charts; None where one is refused: too many curves, or none along x."""
    try:
        return plan(loads(text + random_charts(plan(loads(text)), chance)))
    except ModelError as wrong:
        if any(problem.code != "chart" for problem in wrong.problems):
            raise
        return None


@pytest.mark.parametrize("seed", range(6))
def test_random_charts_of_random_models_follow_choices_and_edits(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # a model, and no secret
    text = next(
        text
        for text in (Author(chance.randrange(10**9)).model() for _ in range(100))
        if all(is_calm(evaluate(plan(loads(text)), case)) for case in ("one", "two"))
    )
    made = next(filter(None, (drawable(text, chance) for _ in range(100))))
    content = workbook(made)
    charts, pictures, iron = list(made.model.charts), pictured(content), IronCalc(content)
    caches_agree(content)
    for live in ("one", "two"):
        iron.type("Cover", "E6", live.capitalize())
        shows(State(made, live), iron, pictures, charts)
    state = State(made, "two")
    edit(iron, state, "share", 12.5)
    single = next(row for row in made.rows if row.kind == "input" and not row.over and row.unit.text.endswith("box"))
    edit(iron, state, single.id, 2.75)
    shows(state, iron, pictures, charts)


def test_text_of_a_model_is_text_in_every_chart() -> None:
    text = (
        BAKERY + MORE + declared({name: f'title = """{RUDE}"""\nnote = "=SUM(A1)&<"\n{CHARTS[name]}' for name in EACH})
    )
    for label in ("Debt", "Usual", "Rent", "Gross profit", "Margin", "Break even", "Profit"):
        text = text.replace(f'label = "{label}"', f'label = """{RUDE} {label}"""')
    made = plan(loads(text))
    content = workbook(made, "usual")
    pictures, spelled = pictured(content), formulas(content)
    assert [picture.title for picture in pictures if picture.sheet == "Scenarios"] == [RUDE] * len(EACH)
    caches_agree(content)
    shows(State(made, "usual"), IronCalc(content), pictures, list(made.model.charts))
    assert [cell for cell, value in cached(content).items() if value == RUDE and cell not in spelled]
    assert not [formula for formula in spelled.values() if "1+1" in formula or "SUM(A1)" in formula]


def test_pictures_are_the_same_twice_and_say_what_the_model_says(tmp_path: Path) -> None:
    text = BAKERY + MORE + declared({name: f'title = """{RUDE}"""\n{CHARTS[name]}' for name in EACH})
    for label in ("Debt", "Gross profit", "Profit", "Rent"):
        text = text.replace(f'label = "{label}"', f'label = "{label} $_1^2$"')
    (tmp_path / "bakery.toml").write_text(text)
    written = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        result = CliRunner().invoke(main, ["export", str(tmp_path / "bakery.toml"), "--charts", str(folder)])
        assert result.exit_code == 0, result.output
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert written[0] == written[1]
    assert set(written[0]) == {f"{name}.{suffix}" for name in EACH for suffix in ("svg", "png")}
    for name in EACH:
        svg = "".join(ET.fromstring(written[0][f"{name}.svg"]).itertext())  # noqa: S314
        assert RUDE in svg, name
        assert written[0][f"{name}.png"].startswith(b"\x89PNG")
        # Bars have names only where there are several; a step's name is broken over lines.
        assert ("$_1^2$" in svg) is (name != "everyone"), name


@pytest.mark.parametrize("where", ["missing/charts", "file"])
def test_pictures_have_nowhere_to_go(where: str, tmp_path: Path) -> None:
    (tmp_path / "bakery.toml").write_text(BAKERY)
    (tmp_path / "file").write_text("mine")
    result = CliRunner().invoke(main, ["export", str(tmp_path / "bakery.toml"), "--charts", str(tmp_path / where)])
    assert result.exit_code == 2
    assert "file" in result.output if where == "file" else "no directory" in result.output
    assert (tmp_path / "file").read_text() == "mine"


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


@pytest.mark.parametrize("chart", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_drawn_is_refused_before_it_is_written(chart: str) -> None:
    try:
        made = plan(loads(f"{BAKERY}{ODD}[charts.c]\n{chart}\n"))
        found = tuple(problems(made, {case.id: evaluate(made, case.id) for case in made.cases}))
    except ModelError as wrong:
        found = wrong.problems
    assert [problem.code for problem in found] == ["chart"]


def test_a_row_without_a_value_at_a_point_is_no_matter_where_nothing_uses_it_there() -> None:
    made = plan(loads(f'{BAKERY}{ODD}[charts.c]\nkind = "line"\nx = "rent"\ny = "guarded"\nfrom = 0\nto = 900\n'))
    assert problems(made, {case.id: evaluate(made, case.id) for case in made.cases}) == []
    content = workbook(made, "usual")
    iron = IronCalc(content)
    assert differences(content, iron.values(formulas(content))) == []
    assert "no value" in {value for (sheet, _), value in cached(content).items() if sheet == "Cases"}


def test_a_mark_is_named_alike_in_the_file_and_by_a_spreadsheet_whatever_its_size() -> None:
    made = plan(loads(f'{BAKERY}{ODD}[charts.c]\nkind = "line"\nx = "rent"\ny = "gross_rent"\nmark = "tiny"\n'))
    content = workbook(made)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


def test_a_label_that_begins_with_an_underscore_stands_in_the_legend(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(f'{BAKERY}{ODD}[charts.c]\nkind = "line"\nx = "rent"\ny = ["named", "gross"]\n')
    assert not CliRunner().invoke(main, ["export", str(tmp_path / "m.toml"), "--charts", str(tmp_path / "o")]).exit_code
    assert b"_Named" in (tmp_path / "o" / "c.svg").read_bytes()


def test_a_curve_that_is_drawn_once_for_all_scenarios_still_follows_an_edit_in_each_of_them() -> None:
    chart = 'kind = "line"\nx = "rise"\ny = "price[2029]"\nscenarios = ["usual", "holiday"]'
    made = plan(loads(f"{BAKERY}[charts.c]\n{chart}\n"))
    content = workbook(made)
    iron, state = IronCalc(content), State(made, "holiday")
    iron.type("Cover", "E6", "Holiday")
    shows(state, iron, pictured(content), list(made.model.charts))
    edit(iron, state, "price[2027]", 9)
    shows(state, iron, pictured(content), list(made.model.charts))
