"""Derivatives of random models over calendars, groups, choices and flows against differences on both sides."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.analysis.gradients import Gradients
from engine.plan.batch import evaluate_many
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results, evaluate
from tests.toys.random_groups import calm

# Ten times as far away each; where both sides have not one slope, there is a kink, and none is asked for.
_STEPS = np.array([-1e-4, -1e-5, 1e-5, 1e-4])
_MOST = 8


def slopes(results: Results, name: str, value: float) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the slope of each result by one cell of an input, and how far those of the two sides are apart."""
    size = max(abs(value), 1.0)
    many = evaluate_many(results.plan, {name: value + size * _STEPS}, results.case.id)
    found = {}
    for row in results.plan.rows:
        if row.is_computed and row.quantity is not None:
            middle = np.asarray(results[row.id])
            sides = (many[row.id] - middle) / (size * _STEPS).reshape((-1,) + (1,) * middle.ndim)
            # What bends by the square of a step is the same on both sides, and cancels.
            near, far = (sides[1] + sides[2]) / 2, (sides[0] + sides[3]) / 2
            apart = np.abs(sides[1] - sides[2]) + np.abs(near - far)
            found[row.id] = near, apart / np.maximum(np.abs(near), 1e-3)
    return found


@pytest.mark.parametrize("seed", [0, 1, *[pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 40)]])
def test_gradients_are_differences_away_from_kinks(seed: int) -> None:
    planned = next(calm(range(seed, 100_000, 1000)))
    chance = random.Random(seed)  # noqa: S311  # the same cells every time
    results = evaluate(planned, "one")
    gradients = Gradients(results)
    rows = [row for row in planned.rows if row.is_computed and row.quantity is not None]
    cells = {row.id: [Cell(row.id, number) for number in range(planned.model.size(row.over))] for row in rows}
    by_cell = {cell: gradients.by_input(gradients.adjoints(cell), cell) for own in cells.values() for cell in own}
    inputs = [row for row in planned.inputs if row.quantity is not None and not row.quantity.choice]
    given = [(row.id, number, value) for row in inputs for number, value in enumerate(results.cells(row.id))]
    checked = 0
    for id_, number, value in chance.sample(given, min(_MOST, len(given))):
        for output, (slope, apart) in slopes(results, cell_name(planned, Cell(id_, number)), value).items():
            for cell, expected, distance in zip(cells[output], np.ravel(slope), np.ravel(apart), strict=True):
                if not distance < 1e-3:
                    continue
                noise = 1e-9 * float(np.max(abs(results[output]))) + 1e-9
                found = float(np.ravel(by_cell[cell][id_])[number])
                assert found == pytest.approx(expected, rel=2e-3, abs=noise), (
                    f"{output} {cell.number} by {id_} {number}"
                )
                checked += 1
    assert checked > _MOST
