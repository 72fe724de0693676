"""Derivatives, elasticities and swings of pages, as `sensitivity` has them: in scenarios, and after changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.analysis.gradients import Gradients, gradients
from engine.analysis.sensitivity import sensitivity
from engine.analysis.shapes.kinks import kinks
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.plan.outputs import outputs
from engine.plan.plan import Array, Plan
from engine.planning.planner import plan as planned
from engine.problems import ModelError
from engine.solve import solved
from exports.page.program.places import places
from tests.oracles.page_scripts import asked
from tests.places import MODELS
from tests.toys import lottery, random_dimensions, random_models
from tests.toys.uncertain import UNCERTAIN

pytestmark = pytest.mark.node
_CLOSE = 1e-9
_ALL = sorted(MODELS.glob("*.toml"))
_SWINGS = """(() => {
  const work = swings(CELL);
  for (;;) {
    const { value, done } = work.next();
    if (done) return value.map((b) => [b.row.id, b.of_all ? null : b.cells[0] - b.row.at, b.elasticity, b.ends, b.outputs]);
  }
})()"""


def _cells(plan: Plan) -> list[Cell]:
    return [one.cell for one in outputs(plan) if plan.chosen_from(one.row) is None]


def _derived(plan: Plan, rng: np.random.Generator, changes: int) -> None:
    """Hold all derivatives of the outputs by inputs in every scenario, as it is and after random changes."""
    questions: list[str] = []
    wanted: list[Array | None] = []
    cells = _cells(plan)
    for case in plan.cases:
        questions.append(f"choose_scenario({case.id!r})")
        wanted.append(None)
        for number in range(1 + changes):
            changed = _changed(plan, rng) if number else {}
            try:
                results = evaluate(plan, case.id, changed)
            except ModelError:
                continue
            found = Gradients(results)
            pairs = [
                f"[{places(plan).first[id_]},{value / plan.row(id_).unit.scale!r}]" for id_, value in changed.items()
            ]
            questions.append(f"(reset(), change([{','.join(pairs)}]))")
            wanted.append(None)
            for cell in cells:
                questions.append(f"adjoints_of({places(plan).of(cell)})")
                wanted.append(found.adjoints(cell))
    inputs = np.concatenate([places(plan).first[row.id] + np.arange(plan.model.size(row.over)) for row in plan.inputs])
    for told, adjoints in zip(asked(plan, questions), wanted, strict=True):
        if adjoints is not None:
            own, other = (
                np.array(told, dtype=np.float64)[inputs],
                np.where(np.isfinite(adjoints), adjoints, np.nan)[inputs],
            )
            size = np.nanmax(np.abs(other), initial=0.0)
            np.testing.assert_allclose(own, other, rtol=_CLOSE, atol=1e-12 * size, err_msg=plan.model.title)


def _changed(plan: Plan, rng: np.random.Generator) -> dict[str, float]:
    plain = []
    for row in plan.inputs:
        quantity = row.quantity
        if (
            not row.over
            and row.id not in plan.lags
            and quantity is not None
            and not (quantity.choice or quantity.whole)
        ):
            plain.append(row)
    chosen = rng.permutation(len(plain))[:3]
    return {plain[k].id: float(plain[k].value) * plain[k].unit.scale * rng.uniform(0.97, 1.03) for k in chosen}


@pytest.mark.slow
@pytest.mark.parametrize("path", _ALL, ids=lambda path: path.stem)
def test_derivatives_in_every_scenario_and_after_changes(path: Path) -> None:
    _derived(solved(path)[0], np.random.default_rng(1), 3)


@pytest.mark.parametrize("text", [UNCERTAIN, lottery.TEXT], ids=["bakery", "lottery"])
def test_derivatives_of_aggregates_periods_and_picks(text: str) -> None:
    _derived(planned(loads(text)), np.random.default_rng(2), 1)


@pytest.mark.slow
def test_derivatives_of_random_models() -> None:
    plans = [one[0] for seed in range(40) if (one := random_models.written(seed)) is not None]
    plans += [random_dimensions.made(seed) for seed in range(20)]
    tried = 0
    for plan in plans:
        if all(gradients(evaluate(plan, case.id)) is not None for case in plan.cases):
            _derived(plan, np.random.default_rng(3), 0)
            tried += 1
    assert tried > 30


_FLOWS = """
[model]
title = "Flows"
[units]
EUR = "[money]"
[dimensions.year]
from = 2026
to = 2030
[calculation.rate]
label = "Rate"
value = 8
unit = "percent"
[calculation.opening]
label = "First payment"
value = -100
unit = "EUR"
[calculation.flow]
label = "Flow"
over = "year"
value = { from = 2026, list = [-100, 20, 35, 40, 60] }
unit = "EUR"
[calculation.worth]
label = "Worth"
formula = "npv(rate, flow)"
unit = "EUR"
[calculation.gain]
label = "Gain"
formula = "irr(flow)"
unit = "percent"
[calculation.best]
label = "Best"
formula = "max(flow) - min(flow) + mean(flow) + last(flow) + first(flow)"
unit = "EUR"
[calculation.grown]
label = "Grown"
over = "year"
formula = "prev(grown, opening) * (1 + rate) + next(flow, opening)"
unit = "EUR"
"""


def test_derivatives_of_flows() -> None:
    _derived(planned(loads(_FLOWS)), np.random.default_rng(4), 2)


def test_swings_and_elasticities_are_those_of_sensitivity() -> None:
    for path in (MODELS / "sora.toml", MODELS / "loan.toml"):
        plan, results = solved(path)
        cells, case = _cells(plan)[:2], plan.cases[1].id
        questions = [
            f"choose_scenario({case!r})",
            *[_SWINGS.replace("CELL", str(places(plan).of(one))) for one in cells],
        ]
        _, *found = asked(plan, questions)
        for bars, wanted in zip(found, sensitivity(results[case], cells), strict=True):
            own = {(id_, number): rest for id_, number, *rest in bars}
            assert len(own) == len(wanted.inputs)
            for one in wanted.inputs:
                elasticity, ends, at = own[one.row.id, one.number]
                told = [elasticity, *([] if one.members else np.ravel(ends)), *at]
                expected = [
                    one.elasticity,
                    *([] if one.members else [*one.low, *one.high]),
                    one.output_at_low,
                    one.output_at_high,
                ]
                np.testing.assert_allclose(
                    np.array(told, float), np.array(expected, float), rtol=_CLOSE, atol=1e-12, err_msg=one.name
                )


@pytest.mark.slow
@pytest.mark.parametrize("count", [1_000, 1_001])
def test_very_many_members_go_together_alone_and_both_say_so(count: int) -> None:
    text = f"""
[model]
title = "Hours"
outputs = ["total"]
[dimensions.hour]
from = 1
to = {count}
[a.use]
label = "Use"
over = "hour"
value = 2
unit = "1"
[a.total]
label = "Total"
formula = "sum(use, over=hour)"
unit = "1"
"""
    plan = planned(loads(text))
    (wanted,) = sensitivity(evaluate(plan), [Cell("total", 0)])
    is_many = count > 1_000
    assert len(wanted.inputs) == (1 if is_many else 1 + count)
    assert (wanted.inputs[0].output_at_low, wanted.inputs[0].output_at_high) == pytest.approx(
        (1.8 * count, 2.2 * count)
    )
    told = [f"'use' has {count:,} values, which go to their ends together and not one by one"] if is_many else []
    assert list(wanted.notes) == told
    question = _SWINGS.replace("CELL", str(places(plan).of(Cell("total", 0))))
    assert len(asked(plan, [question])[0]) == len(wanted.inputs)
    assert asked(
        plan, [question.replace("return value.map", "return value.notes.map").replace("(b) => [", "(b) => b ?? [")]
    ) == [told]


def test_of_very_many_members_those_that_matter_most_go_alone_too() -> None:
    text = """
[model]
title = "Hours"
outputs = ["total", "late"]
[dimensions.hour]
from = 1
to = 1200
[a.use]
label = "Use"
over = "hour"
value = { default = 2, 7 = 40, 9 = 30, 11 = -20, 300 = 10 }
range.300 = [0, 90]
unit = "1"
[a.total]
label = "Total"
formula = "sum(use, over=hour) ** 2"
unit = "1"
[a.late]
label = "Late"
formula = "sum(use[1001:1200], over=hour)"
unit = "1"
"""
    plan = planned(loads(text))
    cells = [Cell("total", 0), Cell("late", 0)]
    total, late = sensitivity(evaluate(plan), cells)
    # By the range of 90, by 8, 6 and 4, and then by 0.4 each, of which none is before another.
    assert [one.name for one in total.inputs if one.number is not None] == [f"use[{k}]" for k in (300, 7, 9, 11)]
    assert [one.name for one in late.inputs] == ["use"]
    alone = "'use[300]', 'use[7]', 'use[9]', 'use[11]'"
    notes = [
        f"'use' has 1,200 values, which go to their ends together{how}"
        for how in (f", and alone only what moves 'total' most by derivative and range: {alone}", " and not one by one")
    ]
    assert [*total.notes, *late.notes] == notes
    value = 2.0 * 1196 + 60
    for member in total.inputs[1:]:
        written = {300: 10, 7: 40, 9: 30, 11: -20}[(member.number or 0) + 1]
        ends = sorted([value - written + end for end in member.low + member.high])
        assert member.swing == pytest.approx(ends[1] ** 2 - ends[0] ** 2)
        assert member.elasticity == pytest.approx(2 * written / value)
    questions = [_SWINGS.replace("CELL", str(places(plan).of(cell))) for cell in cells]
    bars = asked(plan, questions)
    for one, shown in zip((total, late), bars, strict=True):
        assert [bar[1] for bar in shown] == [influence.number for influence in one.inputs]
    told = [question.replace("return value.map", "return value.notes.map").replace("(b) => [", "(b) => b ?? [")
            for question in questions]  # fmt: skip
    assert asked(plan, told) == [[note] for note in notes]


@pytest.mark.slow
@pytest.mark.parametrize("path", _ALL, ids=lambda path: path.stem)
def test_notes_are_the_words_of_the_engine(path: Path) -> None:
    plan, results = solved(path)
    case = plan.cases[-1]
    found = Gradients(results[case.id])
    cells = _cells(plan)
    questions = [f"choose_scenario({case.id!r})", *[f"notes_of(adjoints_of({places(plan).of(one)}))" for one in cells]]
    for cell, told in zip(cells, asked(plan, questions)[1:], strict=True):
        assert sorted(told) == sorted(kinks(results[case.id], found.dependent(found.adjoints(cell))))
