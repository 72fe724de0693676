"""Derivatives of groups, choices, flows along a row and curves against central differences."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.gradients import Gradients
from engine.language.numbers.cashflows import xirr, xnpv
from engine.model.load import loads
from engine.plan.batch import evaluate_many
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results, evaluate
from engine.planning.planner import plan
from tests.toys.harbour import OUTPUTS, harbour

# So many steps to each side cancel all terms up to the sixth power of the step.
_STEPS = np.array([-3, -2, -1, 1, 2, 3])
_WEIGHTS = np.array([-1, 9, -45, 45, -9, 1]) / 60


def differences(results: Results, name: str, value: float) -> dict[str, np.ndarray]:
    """Return the slope of each output by one cell of an input."""
    step = 1e-3 * max(abs(value), 0.1)
    many = evaluate_many(results.plan, {name: value + step * _STEPS}, results.case.id)
    return {id_: np.tensordot(_WEIGHTS, many[id_], 1) / step for id_ in OUTPUTS}


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_gradients_are_central_differences(seed: int) -> None:
    planned = plan(loads(harbour(seed)))
    results = evaluate(planned)
    gradients = Gradients(results)
    by_output = {}
    for id_ in OUTPUTS:
        cells = [Cell(id_, number) for number in range(planned.model.size(planned.row(id_).over))]
        by_output[id_] = [gradients.by_input(gradients.adjoints(cell), cell) for cell in cells]
    for row in planned.inputs:
        if row.quantity is None or row.quantity.choice:
            continue
        for number, value in enumerate(results.cells(row.id)):
            name = cell_name(planned, Cell(row.id, number))
            for id_, slopes in differences(results, name, value).items():
                found = [np.ravel(gradient[row.id])[number] for gradient in by_output[id_]]
                # The outputs are exact to some digits, so that what they differ by is no better.
                noise = 1e-11 * float(np.max(abs(results[id_]))) / (1e-3 * max(abs(value), 0.1))
                where = f"{id_} by {name}"
                np.testing.assert_allclose(found, np.ravel(slopes), rtol=1e-6, atol=noise, err_msg=where)


TIED = """[model]
title = "Ports"
[dimensions.port]
members = ["Ayr", "Brest", "Cork"]
[dimensions.sea]
of = "port"
map = { Ayr = "Irish", Brest = "Irish", Cork = "Celtic" }
[dimensions.year]
from = 2026
to = 2028
[s.fee]
label = "Fee"
over = "port"
unit = "1"
value = [30, 20, 30]
[s.flow]
label = "Flow"
over = "year"
unit = "1"
value = { from = 2026, list = [-100, 230, -132] }
"""


def test_what_is_not_of_the_group_has_no_say_though_it_ties() -> None:
    text = TIED + "[s.low]\nlabel = 'Low'\nunit = '1'\nover = 'sea'\nformula = 'min(fee, by=sea)'\n"
    text += "[s.held]\nlabel = 'Held'\nunit = '1'\nformula = 'min(fee, where=fee > 25)'\n"
    gradients = Gradients(evaluate(plan(loads(text))))
    low, held = (gradients.by_input(gradients.adjoints(cell), cell)["fee"] for cell in (Cell("low", 1), Cell("held")))
    assert np.ravel(low).tolist() == [0, 0, 1]
    assert np.ravel(held).tolist() == [0.5, 0, 0.5]


def test_a_rate_between_bounds_has_the_derivatives_of_the_rate_that_was_found() -> None:
    text = TIED + "[s.rate]\nlabel = 'Rate'\nunit = 'percent'\nmin = 15\nmax = 30\nformula = 'irr(flow)'\n"
    results = evaluate(plan(loads(text)))
    assert results["rate"] == pytest.approx(20)
    gradients = Gradients(results)
    slopes = np.ravel(gradients.by_input(gradients.adjoints(Cell("rate")), Cell("rate"))["flow"])
    # At 20 %, the value falls with the rate by 230 / 1.2 ** 2 - 2 * 132 / 1.2 ** 3.
    fall = 230 / 1.2**2 - 2 * 132 / 1.2**3
    assert slopes == pytest.approx([100 / fall, 100 / 1.2 / fall, 100 / 1.2**2 / fall])


def test_dated_flows_of_a_run_count_from_its_first_period() -> None:
    results = evaluate(plan(loads(harbour(1))))
    days = np.cumsum([0, 31, 30, 31, 30, 31])
    run = results["invested"][:, 2:8]
    assert results["rate_of_run"] == pytest.approx(100 * xirr(run, days))
    worth = xnpv(results["rate"] / 100, results["sales"][0, 2:8], days)
    assert results["dated_run"] == pytest.approx(worth * results["weight_of"])
