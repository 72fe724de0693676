"""Random models over members and periods, simulated by definition: the same draws, and the same outputs."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.model.load import loads
from engine.plan.cells import Cell, cell_name
from engine.planning.planner import plan
from engine.uncertainty.simulation import FEWEST, simulate
from tests.oracles.simulated import NaiveSimulation
from tests.toys.random_dimensions import Author

SIZES = {"box": 1, "kbox": 1000, "1": 1, "percent": 0.01}
_CASES = (0, 501, 1_023)
_KINDS = ("normal", "uniform", "triangular", "pert", "metalog", "cut")
# The share is above 0, and one number.
_OF_SHARES = {
    "lognormal": "range = [10, 80]\nmax = 90\n",
    "loguniform": "range = [10, 80]\n",
    "discrete": "values = [60, 30, 10]\nweights = [0.2, 0.5, 0.3]\n",
}


def text_of(seed: int) -> str:
    """Return a random model whose inputs are drawn, but for the lag and what a formula follows."""
    chosen = random.Random(seed)  # noqa: S311  # a model, and no secret
    head, *blocks = Author(seed).model().partition("[scenarios.two]")[0].split("[s.")
    alone = []
    for place, block in enumerate(blocks):
        id_ = block.partition("]")[0]
        if id_ == "lag" or "formula" in block or "value" not in block:
            continue
        kind = chosen.choice([*_OF_SHARES] if id_ == "share" else _KINDS)
        by_site = 'over = ["site"]' in block
        blocks[place] = block + (_chances(kind, by_site=by_site) if id_ != "share" else _share(kind))
        alone += [] if by_site else [id_]
    text = "[s.".join([head, *blocks])
    pair = ", ".join([f'"{id_}"' for id_ in chosen.sample(alone, 2)])
    return f'{text}\n[[correlations]]\nbetween = [{pair}]\nrank = {chosen.uniform(-0.9, 0.9):.3f}\nnote = "x"\n'


def _share(kind: str) -> str:
    return f'distribution = "{kind}"\n{_OF_SHARES[kind]}'


def _chances(kind: str, *, by_site: bool) -> str:
    ends = "[-50, 2, 80]" if kind == "metalog" else "[-50, 80]"
    rest = "min = -60\nmax = 85\n" if kind == "cut" else ""
    kind = "normal" if kind == "cut" else kind
    keys = ("range.north", "range.south") if by_site else ("range",)
    return f'distribution = "{kind}"\n{"".join([f"{key} = {ends}" + chr(10) for key in keys])}{rest}'


@pytest.mark.parametrize("seed", range(8))
def test_draws_and_outputs_are_those_of_a_simulation_by_definition(seed: int) -> None:
    planned = plan(loads(text_of(seed), "random.toml"))
    outputs = [Cell(row.id, planned.model.size(row.over) - 1) for row in planned.rows if row.kind == "formula"]
    found = simulate(planned, outputs, samples=FEWEST)
    naive = NaiveSimulation(planned.model, SIZES, FEWEST)
    draws = found.draws()
    for case in _CASES:
        drawn = naive.drawn(case)
        for id_, grid in drawn.items():
            for number, value in enumerate(grid.cells):
                name = cell_name(planned, Cell(id_, number))
                if name in draws:
                    assert draws[name][case] == pytest.approx(value, rel=1e-9, abs=1e-9), (name, case)
        for place, cell in enumerate(outputs):
            row = planned.row(cell.id)
            places = tuple([int(at) for at in np.unravel_index(cell.number, planned.shape(row))]) if row.over else ()
            unit = planned.model.by_id[cell.id].unit
            value = float(found.values[place, case]) * SIZES[unit]
            expected = naive.output(case, cell.id, places)
            assert value == pytest.approx(expected, rel=1e-7, abs=1e-7, nan_ok=True), (cell, case)
