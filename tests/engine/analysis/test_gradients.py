"""Gradients of whole models against dual numbers, carried cell by cell through the naive reader of formulas."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.analysis.gradients import Gradients, gradient
from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from tests.oracles.dual import SIZES, Forward, slope
from tests.toys.random_dimensions import made


def given_cells(planned: Plan) -> dict[tuple[str, tuple[int, ...]], int]:
    """Return every cell of an input, actuals too, with a number of its own."""
    found: dict[tuple[str, tuple[int, ...]], int] = {}
    for row in planned.inputs:
        values = np.broadcast_to(np.asarray(row.value), planned.shape(row))
        for places in product(*map(range, planned.shape(row))):
            if not np.isnan(values[places]):
                found[row.id, places] = len(found)
    return found


def by_cell(planned: Plan, gradients: Gradients, cell: Cell) -> NDArray[np.float64]:
    """Return a cell's gradient by the cells of inputs that are given, in the order of `given_cells`."""
    found = gradients.by_input(gradients.adjoints(cell), cell)
    return np.array([np.asarray(found[id_])[places] for id_, places in given_cells(planned)])


def some(count: int) -> list[int]:
    """Return the numbers of a few cells."""
    return sorted({0, count // 3, count // 2, count - 1})


@pytest.mark.slow
@settings(max_examples=30)
@drawn(st.integers(0, 10**9))
def test_gradients_of_random_models_are_those_of_dual_numbers(seed: int) -> None:
    planned = made(seed)
    seeds = given_cells(planned)
    sizes = np.array([SIZES[planned.model.by_id[id_].unit] for id_, _ in seeds])
    for case in planned.cases:
        gradients = Gradients(evaluate(planned, case.id))
        forward = Forward(planned.model, case.id, seeds)
        for quantity in planned.model.quantities:
            every = list(product(*map(range, planned.shape(planned.row(quantity.id)))))
            for number in some(len(every)):
                own = slope(forward.cell(quantity.id, every[number]))
                found = by_cell(planned, gradients, Cell(quantity.id, number))
                expected = np.broadcast_to(own, len(seeds)) * sizes / SIZES[quantity.unit]
                np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12, err_msg=f"{quantity.id} {number}")


def solved(text: str, **changes: float) -> Results:
    return evaluate(plan(loads(f'[model]\ntitle = "Bakery"\n[units]\nEUR = "[money]"\n{text}')), None, changes)


def given(id_: str, value: str, unit: str = "1", more: str = "") -> str:
    return f'[s.{id_}]\nlabel = "{id_}"\nvalue = {value}\nunit = "{unit}"\nnote = "x"\n{more}\n'


def formula(id_: str, text: str, unit: str = "1", more: str = "") -> str:
    return f'[s.{id_}]\nlabel = "{id_}"\nformula = "{text}"\nunit = "{unit}"\n{more}\n'


def slopes(results: Results, id_: str, number: int = 0) -> dict[str, list[float]]:
    return {key: np.ravel(value).tolist() for key, value in gradient(results, Cell(id_, number)).items()}


WEEK = "[dimensions.day]\nfrom = 1\nto = 4\n[dimensions.oven]\nmembers = ['big', 'small']\n"
DAYS, BOTH = 'over = "day"', 'over = ["oven", "day"]'


def test_a_pick_by_a_computed_member_and_a_lag_that_is_an_input() -> None:
    text = (
        WEEK + given("loaves", "{ from = 1, list = [1, 2, 3, 4] }", more=DAYS)
        + given("lag", "2", more="whole = true\nmin = 1") + formula("back", "loaves[day - lag] if day > lag else 0", more=DAYS)
        + formula("before", "prev(loaves * day, 0, lag)", more=DAYS)
        + formula("total", "sum(back * loaves + before, over=day)")
    )  # fmt: skip
    # back is 0, 0, 1, 2 and before 0, 0, 1, 4: the total is l1 * l3 + l2 * l4 + l1 + 2 * l2.
    assert slopes(solved(text), "total") == {"loaves": [4, 6, 1, 2], "lag": [0]}
    assert slopes(solved(text, lag=3), "total") == {"loaves": [5, 0, 0, 1], "lag": [0]}
    assert slopes(solved(text), "back", 2)["loaves"] == [1, 0, 0, 0]


def test_loops_over_one_and_two_dimensions() -> None:
    text = (
        WEEK + given("start", "100") + given("rate", "10", "percent") + given("sold", "{ from = 1, list = [1, 2, 3, 4] }", more=DAYS)
        + formula("stock", "prev(stock - waste, start) + sold", more=DAYS) + formula("waste", "rate * stock", more=DAYS)
    )  # fmt: skip
    found = slopes(solved(text), "stock", 3)
    assert found["start"] == [pytest.approx(0.9**3)]
    assert found["sold"] == pytest.approx([0.9**3, 0.9**2, 0.9, 1])
    # Each day's waste is lost from what is left of it on the last.
    first, second, third, _ = solved(text).cells("stock")
    assert found["rate"] == [pytest.approx(-(first * 0.9**2 + second * 0.9 + third) / 100)]
    grid = (
        "[dimensions.i]\nfrom = 0\nto = 3\n[dimensions.j]\nfrom = 0\nto = 3\n" + given("seed", "1") + given("a", "2") + given("b", "3")
        + formula("paths", "prev(a * paths, seed, over=i) + prev(b * paths, 0, over=j)", more='over = ["i", "j"]')
    )  # fmt: skip
    found = slopes(results := solved(grid), "paths", 15)
    for name in ("seed", "a", "b"):
        value = results[name]
        ends = [solved(grid, **{name: value + step})["paths"][3, 3] for step in (1e-4, -1e-4)]
        assert found[name] == [pytest.approx((ends[0] - ends[1]) / 2e-4, rel=1e-6)]


def test_a_loop_that_looks_ahead() -> None:
    text = (
        WEEK + given("end", "100") + given("rate", "50", "percent") + given("paid", "{ from = 1, list = [1, 2, 3, 4] }", more=DAYS)
        + given("lag", "2", more="whole = true\nmin = 1") + formula("far", "next(paid * rate, 0, lag)", more=DAYS)
        + formula("worth", "next((worth + paid) * rate, end)", more=DAYS) + formula("all", "sum(far)")
    )  # fmt: skip
    found = slopes(solved(text), "worth", 0)
    # The end three days later, and what is paid on each day until then.
    assert (found["end"], found["paid"]) == ([0.125], [0, 0.5, 0.25, 0.125])
    assert slopes(solved(text), "all")["paid"] == [0, 0, 0.5, 0.5]
    assert slopes(solved(text, lag=3), "all")["paid"] == [0, 0, 0, 0.5]


def test_a_formula_a_member_and_actuals_that_a_forecast_goes_on_from() -> None:
    parted = (
        WEEK + given("heat", "5") + formula("bread", "0", more='over = "oven"').replace(
            'formula = "0"', 'formula.big = "heat ** 2"\nformula.small = "bread[\'big\'] * heat"')
        + formula("all", "sum(bread)")
    )  # fmt: skip
    assert slopes(solved(parted), "all") == {"heat": [pytest.approx(2 * 5 + 3 * 25)]}
    actual = (
        WEEK + given("growth", "50", "percent")
        + given("guests", "{ from = 1, list = [10, 20] }", more=f'formula = "prev(guests * (1 + growth), 0)"\n{DAYS}')
        + formula("all", "sum(guests)")
    )  # fmt: skip
    found = slopes(solved(actual), "all")
    # 10 + 20 + 20 g + 20 g * g; what the formula goes on with is no input.
    assert found["guests"] == pytest.approx([1, 1 + 1.5 + 1.5**2, 0, 0])
    assert found["growth"] == [pytest.approx((20 + 2 * 20 * 1.5) / 100)]


def test_an_input_with_many_users_and_a_fraction_of_a_percent_each() -> None:
    text = given("price", "2") + given("share", "50", "percent") + "".join(
        formula(f"q_{n}", f"price * share * q_{n - 1}" if n % 100 else "price ** 2 * share")
        for n in range(5_000)
    ) + formula("all", " + ".join(f"q_{n}" for n in range(0, 5_000, 100)))  # fmt: skip
    found = slopes(solved(text), "all")
    assert found == {"price": [pytest.approx(50 * 2 * 2 * 0.5)], "share": [pytest.approx(50 * 4 / 100)]}
    last = slopes(solved(text), "q_4999")
    assert last == {"price": [pytest.approx(101)], "share": [pytest.approx(2 * 100 / 50)]}


def test_where_there_is_no_derivative_it_is_no_number_and_the_others_stand() -> None:
    text = (
        given("a", "0")
        + given("b", "3")
        + given("c", "-2")
        + given("n", "2")
        + formula("y", "sqrt(a) + b ** 2 + c ** n")
    )
    found = slopes(solved(text), "y")
    assert np.isnan(found["a"][0])
    assert np.isnan(found["n"][0])
    assert (found["b"], found["c"]) == ([6], [-4])
    unused = solved(
        given("a", "0")
        + given("b", "3")
        + formula("y", "sqrt(a) if a > 0 else b")
        + formula("z", "asin(a + 1) * 0 + b")
    )
    assert slopes(unused, "y") == {"a": [0], "b": [1]}


def test_aggregates_share_a_tie_and_a_run_that_is_empty_feels_nothing() -> None:
    text = (
        WEEK + given("x", "{ from = 1, list = [1, 5, 5, 2] }", more=DAYS) + formula("best", "max(x)") + formula("least", "min(x)")
        + formula("mid", "mean(x[2:3])") + formula("none", "sum(x[3:two])") + given("two", "2", more="whole = true") + formula("end", "last(x) * first(x)")
    )  # fmt: skip
    results = solved(text)
    assert slopes(results, "best")["x"] == [0, 0.5, 0.5, 0]
    assert slopes(results, "least")["x"] == [1, 0, 0, 0]
    assert slopes(results, "mid")["x"] == [0, 0.5, 0.5, 0]
    assert slopes(results, "none")["x"] == [0, 0, 0, 0]
    assert slopes(results, "end")["x"] == [2, 0, 0, 1]


def test_units_are_erased_and_conversions_counted() -> None:
    text = (
        given("wage", "20", "EUR/hour") + given("time", "90", "minute") + given("tax", "25", "percent")
        + formula("cost", "wage * time * (1 - tax)", "EUR") + formula("part", "tax * tax", "percent")
    )  # fmt: skip
    results = solved(text)
    found = slopes(results, "cost")
    assert found == {
        "wage": [pytest.approx(1.5 * 0.75)],
        "time": [pytest.approx(20 * 0.75 / 60)],
        "tax": [pytest.approx(-0.3)],
    }
    assert slopes(results, "part")["tax"] == [pytest.approx(0.5)]
