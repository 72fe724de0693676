"""Charts: their numbers are those of single evaluations, what cannot be drawn is refused, pictures stay the same."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET  # the workbooks are our own

import pytest
from click.testing import CliRunner

from engine.charts.series import charts_of, drawn, problems
from engine.model.load import loads
from engine.model.model import CurveChart
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.workbook.xlsx import workbook
from plainsheet.commands import main
from tests.exports.workbook.test_live_charts import pictured
from tests.toys.bakery import BAKERY, CHARTS, EACH, MORE, ODD, REFUSED, RUDE, State, compared, declared, near


@pytest.fixture(scope="module")
def bakery() -> Plan:
    return plan(loads(BAKERY + MORE + declared(CHARTS)))


def test_every_curve_is_one_evaluation_a_point(bakery: Plan) -> None:
    others = {case.id: evaluate(bakery, case.id) for case in bakery.cases}
    for live, results in others.items():
        for plot in charts_of(bakery):
            lines = drawn(plot, results, others).lines
            if isinstance(plot.chart, CurveChart):
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
        return [(plot.chart.kind, plot.x) for plot in charts_of(made)]

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


@pytest.mark.parametrize("chart", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_drawn_is_refused_before_it_is_written(chart: str) -> None:
    try:
        made = plan(loads(f"{BAKERY}{ODD}[charts.c]\n{chart}\n"))
        found = tuple(problems(made, {case.id: evaluate(made, case.id) for case in made.cases}))
    except ModelError as wrong:
        found = wrong.problems
    assert [problem.code for problem in found] == ["chart"]


def test_a_label_that_begins_with_an_underscore_stands_in_the_legend(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(f'{BAKERY}{ODD}[charts.c]\nkind = "line"\nx = "rent"\ny = ["named", "gross"]\n')
    assert not CliRunner().invoke(main, ["export", str(tmp_path / "m.toml"), "--charts", str(tmp_path / "o")]).exit_code
    assert b"_Named" in (tmp_path / "o" / "c.svg").read_bytes()
