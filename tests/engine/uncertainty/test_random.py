"""Random models: each case of a simulation is what the engine has, one at a time, for what was drawn."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.uncertainty.simulation import FEWEST, simulate
from tests.toys import random_draws

_CASES = 6


@pytest.mark.parametrize("seed", range(12))
def test_each_case_is_what_the_engine_has_for_its_draws(seed: int) -> None:
    planned = plan(loads(random_draws.text(seed), "random.toml"))
    outputs = [Cell(row.id, 0) for row in planned.rows if row.kind == "formula"]
    found = simulate(planned, outputs, samples=FEWEST)
    drawn = found.draws()
    assert drawn
    compared = 0
    for number in range(0, FEWEST, FEWEST // _CASES):
        changes = {name: float(values[number]) for name, values in drawn.items()}
        try:
            alone = evaluate(planned, None, changes)
        except ModelError as problem:
            # Where the engine finds no value for some row, the simulation has none for it either.
            named = {one.location.path[1] for one in problem.problems if one.location is not None}
            assert named
            continue
        expected = [alone.at(cell) * planned.row(cell.id).unit.scale for cell in outputs]
        assert found.computed().values[:, number].tolist() == pytest.approx(expected, rel=1e-9, abs=1e-9)
        compared += 1
    assert compared


def test_every_distribution_is_drawn_in_some() -> None:
    words = Counter(word for seed in range(40) for word in random_draws.text(seed).split('"'))
    kinds = ("discrete", "metalog", "normal", "lognormal", "uniform", "loguniform", "triangular", "pert")
    assert all(words[kind] > 5 for kind in kinds)
