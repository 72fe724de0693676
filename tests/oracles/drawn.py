"""What the charts of a workbook draw, against single evaluations of the engine."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree as ET  # the workbooks are our own

from openpyxl.utils import get_column_letter, range_boundaries

from engine.model.charts import Chart, LineChart, TornadoChart, VarianceChart, WaterfallChart
from exports.style.a1 import letter
from exports.workbook.formulas.stepwise.steps import in_steps
from exports.workbook.layout.rows import Layout
from tests.oracles.contents import Cells, Value, cached
from tests.oracles.iron_calc import IronCalc
from tests.toys.bakery import State, close, compared, near

_C, _A = "{http://schemas.openxmlformats.org/drawingml/2006/chart}", "{http://schemas.openxmlformats.org/drawingml/2006/main}"  # fmt: skip


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
        elif isinstance(chart, VarianceChart):
            _variances_agree(state, chart, [str(v) for v in picture.of(0, "x", values)], numbers)
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


def _variances_agree(state: State, chart: VarianceChart, periods: list[str], numbers: list[list[float]]) -> None:
    planned = chart.plan or chart.y[0]
    counted = [period.removesuffix(".0") for period in periods]
    for index, period in enumerate(counted):
        assert numbers[0][index] == near(state.value(f"{chart.y[0]}[{period}]"))
        assert numbers[1][index] == near(state.value(f"{planned}[{period}]", chart.scenario or None))


def _swings_agree(state: State, chart: TornadoChart, labels: list[str], ends: list[list[float]]) -> None:
    base = state.value(chart.y[0])
    rows = {row.label: row for row in state.made.rows}
    for place, label in enumerate(labels):
        # The bar of a choice is called by the members that it goes between.
        quantity = rows[label if label in rows else label.partition(": ")[0]].quantity
        if quantity is not None and isinstance(quantity.range, tuple):
            moved = [state.value(chart.y[0], None, {quantity.id: float(end)}) - base for end in quantity.range]
            assert [end[place] for end in ends] == near(moved), label
    swings = [abs(high - low) for low, high in zip(*ends, strict=True)]
    assert all(a >= b * (1 - 1e-9) for a, b in pairwise(swings))


def edit(iron: IronCalc, state: State, name: str, value: float) -> None:
    """Type a number, in the declared unit, into the live scenario's cell of an input or of a member of it."""
    id_, _, member = name.strip("]").partition("[")
    layout, row, case = Layout(in_steps(state.made)), state.made.row(id_), state.made.case(state.live)
    block = layout.typed_block(row)
    column, line = letter(layout.scenario_column(case)), block.row
    if row.over:
        members = dict(zip(row.over, member.split(", "), strict=True))
        at = {over: state.made.model.dimension[over].indices[text] for over, text in members.items()}
        line = layout.case_line(block, tuple([at[over] for over in block.down]), case)
        column = letter(block.column + at[block.across])
    iron.type("Inputs", f"{column}{line}", value / row.unit.scale)
    state.typed[name] = value
