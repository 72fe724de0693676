"""The charts of a workbook: native ones, whose numbers follow every choice and every edit as the engine does."""

from __future__ import annotations

import random
import zipfile
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET  # the workbooks are our own

import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from engine.charts.series import charts_of, drawn, problems
from engine.model.load import load, loads
from engine.model.model import Chart, LineChart, TornadoChart, WaterfallChart
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.style.a1 import letter
from exports.workbook.layout.rows import Layout
from exports.workbook.xlsx import workbook
from tests.exports.workbook.test_proof import differences
from tests.exports.workbook.test_random_dimensions import MEMBERS, Author, is_calm
from tests.oracles.spreadsheets import Cells, IronCalc, Value, cached, formulas
from tests.toys.bakery import BAKERY, CHARTS, EACH, MORE, ODD, RUDE, State, close, compared, declared, near

_C, _A = "{http://schemas.openxmlformats.org/drawingml/2006/chart}", "{http://schemas.openxmlformats.org/drawingml/2006/main}"  # fmt: skip
MODELS = Path(__file__).parent.parent.parent.parent / "models"


@pytest.fixture(scope="module")
def bakery() -> Plan:
    return plan(loads(BAKERY + MORE + declared(CHARTS)))


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
        if isinstance(chart, WaterfallChart):
            _bars_agree(state, chart, list(zip(*numbers, strict=True)))
        elif isinstance(chart, TornadoChart):
            _swings_agree(state, chart, [str(v) for v in picture.of(0, "x", values)], numbers)
        else:
            marked = chart.marks if isinstance(chart, LineChart) else ()
            marks = len(marked) * max(1, len(chart.scenarios))
            compared(state, chart, dict(zip(labels[: count - marks], numbers, strict=False)))
            cases = chart.scenarios or (None,)
            wanted = [(name, case) for name in marked for case in cases]
            for number, (name, case) in enumerate(wanted, count - marks):
                at, unit = state.value(name, case), state.made.row(chart.x).unit
                assert picture.of(number, "x", values) == [near(at)]
                assert numbers[number] == [near(state.value(chart.y[0], case, {chart.x: at * unit.scale}))]
                assert labels[number].startswith(state.label(name) + (f" · {state.made.case(case).label}: " if case else ": "))  # fmt: skip


def _bars_agree(state: State, chart: WaterfallChart, bars: list[tuple[float, ...]]) -> None:
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


def _swings_agree(state: State, chart: TornadoChart, labels: list[str], ends: list[list[float]]) -> None:
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
        at = {over: state.made.model.dimension[over].indices[text] for over, text in members.items()}
        line = layout.case_line(row, tuple([at[over] for over in block.down]), case)
        column = letter(block.column + at[block.across])
    iron.type("Inputs", f"{column}{line}", value / row.unit.scale)
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


def test_a_curve_that_is_drawn_once_for_all_scenarios_still_follows_an_edit_in_each_of_them() -> None:
    chart = 'kind = "line"\nx = "rise"\ny = "price[2029]"\nscenarios = ["usual", "holiday"]'
    made = plan(loads(f"{BAKERY}[charts.c]\n{chart}\n"))
    content = workbook(made)
    iron, state = IronCalc(content), State(made, "holiday")
    iron.type("Cover", "E6", "Holiday")
    shows(state, iron, pictured(content), list(made.model.charts))
    edit(iron, state, "price[2027]", 9)
    shows(state, iron, pictured(content), list(made.model.charts))
