"""Random models over calendars and groups: each cell by definition, among many cases, after edits, and in spreadsheets."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice

import numpy as np
import pytest

from engine.model.load import loads
from engine.plan.batch import evaluate_many
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.plan.live import Live
from engine.plan.reading.cell_formulas import formula_at
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.oracles.naive import Naive
from tests.toys.random_groups import SIZES, calm, made, written

FEW, MANY = range(12), range(12, 150)
# What spreadsheets look for by trying is proved by its residual, and a residual itself is but the last digits.
_TRIED = re.compile(r"IRR\(|^Checks!H")


def _seeds(few: range, many: range) -> list[object]:
    return [*few, *[pytest.param(seed, marks=pytest.mark.slow) for seed in many]]


@pytest.mark.parametrize("seed", _seeds(FEW, MANY))
def test_every_cell_is_what_its_formula_says_by_definition(seed: int) -> None:
    planned = made(seed)
    for case in planned.cases:
        results = evaluate(planned, case.id)
        naive = Naive(planned.model, SIZES, case.id)
        for quantity in planned.model.quantities:
            row = planned.row(quantity.id)
            values = np.ravel(results.values[planned.index[row.id]]) * naive.sizes[quantity.unit] * row.unit.scale
            for number, value in enumerate(values.tolist()):
                places = np.unravel_index(number, planned.shape(row)) if row.over else ()
                expected = naive.cell(row.id, tuple(int(place) for place in places))
                assert value == pytest.approx(expected, rel=1e-9, abs=1e-9), (row.id, places)


@pytest.mark.parametrize("seed", _seeds(FEW[:6], MANY[:60]))
def test_what_has_no_value_by_definition_is_refused(seed: int) -> None:
    _, whole, none = written(seed)
    if none:
        planned = plan(loads(whole))
        with pytest.raises(ModelError, match="has no finite value"):
            list(map(partial(evaluate, planned), [case.id for case in planned.cases]))


@pytest.mark.parametrize("seed", _seeds(FEW[:6], MANY[:60]))
def test_cells_many_cases_and_edits_agree(seed: int) -> None:
    planned = made(seed)
    results = evaluate(planned, "one")
    other = evaluate(planned, "one", {"share": 10.0})
    many = evaluate_many(planned, {"share": [30.0, 10.0]}, "one")
    live = Live(results)
    live.set("share", 10.0)
    for place, row in enumerate(planned.rows):
        np.testing.assert_allclose(many[row.id][0], results[row.id], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(many[row.id][1], other[row.id], rtol=1e-9, atol=1e-12)
        assert np.array_equal(live.results().values[place], other.values[place])
        for number, value in enumerate(np.ravel(results.values[place]).tolist()):
            formula = formula_at(planned, results.values, Cell(row.id, number)) if row.is_computed else None
            assert formula is None or formula.value() == pytest.approx(value, rel=1e-9, abs=1e-12)


def _differences(content: bytes, values: dict[tuple[str, str], float | str | bool | None]) -> list[str]:
    return [one for one in differences(content, values) if not _TRIED.search(one)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", _seeds(range(2), MANY[:10]))
def test_ironcalc_agrees_in_every_scenario(seed: int) -> None:
    # Seeds far apart, so that what is drawn anew where sums cancel is no other seed's model.
    planned = next(calm(range(seed, 100_000, 1000)))
    contents = {case.id: workbook(planned, case.id) for case in planned.cases}
    book = IronCalc(contents["one"])
    for case in planned.cases:
        book.type("Cover", "E6", case.label)
        assert _differences(contents[case.id], book.values(formulas(contents[case.id]))) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees() -> None:
    plans = list(islice(calm(range(100)), 10))
    books = [workbook(planned, planned.cases[seed % 2].id) for seed, planned in enumerate(plans)]
    for content, values in zip(books, libreoffice(books), strict=True):
        assert _differences(content, values) == []
