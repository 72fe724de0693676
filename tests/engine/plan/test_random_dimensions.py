"""Random models over members and periods: each cell by definition, by itself, and among many cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plan.batch import evaluate_many
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.plan.reading.cell_formulas import formula_at
from tests.oracles.naive import Naive
from tests.toys.random_dimensions import made


@settings(max_examples=100)
@given(st.integers(0, 10**9))
@pytest.mark.slow
def test_every_cell_is_what_its_formula_says_by_definition(seed: int) -> None:
    planned = made(seed)
    for case in planned.cases:
        results = evaluate(planned, case.id)
        naive = Naive(planned.model, {"box": 1, "kbox": 1000, "1": 1, "percent": 0.01}, case.id)
        for quantity in planned.model.quantities:
            row = planned.row(quantity.id)
            values = np.ravel(results.values[planned.index[row.id]]) * naive.sizes[quantity.unit] * row.unit.scale
            for number, value in enumerate(values.tolist()):
                places = np.unravel_index(number, planned.shape(row)) if row.over else ()
                expected = naive.cell(row.id, tuple(int(place) for place in places))
                assert value == pytest.approx(expected, rel=1e-9, abs=1e-9), (row.id, places)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.integers(0, 10**9))
def test_arrays_cells_and_many_cases_agree(seed: int) -> None:
    planned = made(seed)
    for case in planned.cases:
        results = evaluate(planned, case.id)
        many = evaluate_many(planned, {"share": [{"two": 40.0, "three": 15.0}.get(case.id, 30.0), 10.0]}, case.id)
        other = evaluate(planned, case.id, {"share": 10.0})
        for place, row in enumerate(planned.rows):
            np.testing.assert_allclose(many[row.id][0], results[row.id], rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(many[row.id][1], other[row.id], rtol=1e-9, atol=1e-12)
            # Each cell by itself, from the numbers of the cells that it reads.
            for number, value in enumerate(np.ravel(results.values[place]).tolist()):
                formula = formula_at(planned, results.values, Cell(row.id, number)) if row.is_computed else None
                assert formula is None or formula.value() == pytest.approx(value, rel=1e-9, abs=1e-12)
