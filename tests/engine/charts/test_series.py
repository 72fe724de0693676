"""Charts: their numbers are those of single evaluations, and what cannot be drawn is refused."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.charts.series import charts_of, drawn, problems
from engine.model.charts import CurveChart
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.workbook.xlsx import workbook
from tests.oracles.drawn import pictured
from tests.toys.bakery import BAKERY, ODD, REFUSED, State, compared, near
from tests.toys.chips import CHIPS
from tests.toys.machines import MACHINES


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


def test_a_sweep_of_a_whole_input_goes_over_whole_numbers() -> None:
    few, many, ratios = [plot.sweep.values for plot in charts_of(plan(loads(MACHINES))) if plot.sweep is not None]
    assert few == [1, 2, 3, 4, 5, 6, 7]
    for values in (many, ratios):
        in_percent = [value * 100 for value in values]
        assert in_percent == near([round(value) for value in in_percent])
        assert (in_percent[0], in_percent[-1]) == (1, 99)
        assert values == sorted(set(values))
    assert (len(many), len(ratios)) == (25, 8)


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


def test_without_charts_no_choice_is_drawn() -> None:
    made = plan(loads(CHIPS.replace('outputs = ["cost"]', 'outputs = ["gpu", "supplier", "paid", "cost"]')))
    assert [plot.chart.id for plot in charts_of(made)] == ["paid", "cost"]


@pytest.mark.parametrize("chart", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_drawn_is_refused_before_it_is_written(chart: str) -> None:
    try:
        made = plan(loads(f"{BAKERY}{ODD}[charts.c]\n{chart}\n"))
        found = tuple(problems(made, {case.id: evaluate(made, case.id) for case in made.cases}))
    except ModelError as wrong:
        found = wrong.problems
    assert [problem.code for problem in found] == ["chart"]
