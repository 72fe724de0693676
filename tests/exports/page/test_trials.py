"""Trials of pages: every draw and every output as `simulate` has them, in scenarios and after changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.outputs import outputs
from engine.plan.plan import Plan
from engine.planning.planner import plan as planned
from engine.solve import solved
from engine.uncertainty.simulation import Simulation, simulate
from engine.uncertainty.statements.conditions import Checked
from exports.page.program.places import places
from tests.oracles.page_scripts import asked
from tests.places import MODELS
from tests.toys import lottery
from tests.toys.uncertain import UNCERTAIN

pytestmark = pytest.mark.node
_CLOSE = 1e-12
_LARGE = {"three_statements", "subscription"}

_ALL = "(() => { const run = OF; for (const _ of run.work); return WHAT; })()"
_DRAWS = """(() => {
  const found = drawn();
  const work = columns(found, found.draws);
  for (;;) {
    const step = work.next();
    if (step.done) return found.draws.map((draw, k) => [draw.name, draw.cells, step.value[k]]);
  }
})()"""


def _trials(plan: Plan, cell: Cell) -> str:
    told = "[run.outcomes, figures_of(run), [...run.why], run.held.map(one => [one.row.id, one.reason])]"
    return _ALL.replace("OF", f"trials_of({places(plan).of(cell)})").replace("WHAT", told)


def _cases(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Return cases as `simulate` puts them, scramble by scramble."""
    return np.array(values, dtype=np.float64).reshape(256, 16).T.ravel()


def _held(plan: Plan, scenario: str, changes: Mapping[str, float], *, ask_checks: bool) -> None:
    cells = [one.cell for one in outputs(plan) if plan.chosen_from(one.row) is None]
    pairs = [
        f"[{places(plan).of(Cell(id_, 0))}, {value / plan.row(id_).unit.scale!r}]" for id_, value in changes.items()
    ]
    checks = _ALL.replace("OF", "checked()").replace(
        "WHAT", "[run.numbers, run.holds.map(h => h.reduce((a, b) => a + b))]"
    )
    questions = [f"choose_scenario({scenario!r})", f"change([{','.join(pairs)}])", _DRAWS]
    questions += [_trials(plan, cell) for cell in cells] + ([checks] if ask_checks else [])
    _, _, draws, *found = asked(plan, questions)
    tests = [Checked(test.check.id, test) for test in plan.tests] if ask_checks else []
    run = simulate(plan, cells, scenario, changes, samples=4_096, targets=tests)
    wanted = run.draws()
    scales = {row.id: row.unit.scale for row in plan.rows}
    own: dict[str, NDArray[np.float64]] = {}
    for name, _, values in draws:
        own.setdefault(name, _cases(values) * scales[name.partition("[")[0]])
    for name, values in wanted.items():
        size = float(np.max(np.abs(values)))
        np.testing.assert_allclose(own[name], values, rtol=_CLOSE, atol=_CLOSE * size, err_msg=name)
    computed = run.computed().values
    for number, (cell, told) in enumerate(zip(cells, found, strict=False)):
        _alike(run, number, computed[number], told, str(cell))
    if ask_checks:
        numbers, holds = found[-1]
        moved = dict(zip(numbers, holds, strict=True))
        for number, target in enumerate(run.targets):
            if number in moved:
                assert moved[number] == round(target.chance.value * 4_096), target.condition.text


def _alike(run: Simulation, number: int, values: NDArray[np.float64], told: Any, name: str) -> None:  # noqa: ANN401  # JSON
    outcomes, figures, why, held = told
    size = np.nanmax(np.abs(values), initial=1)
    np.testing.assert_allclose(_cases(outcomes), np.where(np.isfinite(values), values, np.nan), rtol=_CLOSE,
                               atol=_CLOSE * size, err_msg=name)  # fmt: skip
    spread = run.spreads[number]
    wanted = [spread.figures.mean, *spread.figures.percentiles.values()]
    for one, figure in zip([figures["mean"], *figures["percentiles"]], wanted, strict=True):
        np.testing.assert_allclose(
            np.float64(one["value"] if one["value"] is not None else np.nan),
            figure.value,
            rtol=_CLOSE,
            atol=_CLOSE * size,
            err_msg=name,
        )
        np.testing.assert_allclose(
            np.float64(one["error"] if one["error"] is not None else np.nan),
            figure.error,
            rtol=1e-9,
            atol=_CLOSE * size,
            err_msg=name,
        )
    assert figures["missing"] == round(spread.figures.missing * 4_096)
    assert sum(count for _, count in why) == figures["missing"]
    needed = run.plan.upstream(spread.output.id)
    assert {tuple(one) for one in held} == {(one.row, one.reason) for one in run.held if one.row in needed}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if path.stem in _LARGE else [])
        for path in sorted(MODELS.glob("*.toml"))
    ],
)
def test_every_draw_and_output_of_every_model(path: Path) -> None:
    plan, _ = solved(path)
    _held(plan, plan.first_case.id, {}, ask_checks=path.stem == "sora")


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(MODELS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_scenario_and_after_a_change(path: Path) -> None:
    plan, results = solved(path)
    for case in plan.cases[1:]:
        _held(plan, case.id, {}, ask_checks=False)
    changed = [
        row.id
        for row in plan.inputs
        if not row.over and row.quantity is not None and row.quantity.distribution and not row.quantity.whole
    ]
    changes = {id_: float(results[plan.first_case.id].cells(id_)[0]) * 1.01 for id_ in changed[:1]}
    _held(plan, plan.first_case.id, changes, ask_checks=True)


@pytest.mark.slow
@pytest.mark.parametrize("text", [UNCERTAIN, lottery.TEXT], ids=["bakery", "lottery"])
def test_every_distribution_cut_correlated_by_member_and_without_values(text: str) -> None:
    plan = planned(loads(text))
    for case in plan.cases:
        _held(plan, case.id, {}, ask_checks=True)


def test_what_is_set_by_hand_is_held() -> None:
    _held(planned(loads(UNCERTAIN)), "dear", {"rent": 7.0, "days": 3.0}, ask_checks=True)
