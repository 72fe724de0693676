"""Rows over members and periods: what the language means by them, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.model.load import loads
from engine.plan.batch import evaluate_many
from engine.plan.evaluate import evaluate
from engine.plan.live import Live
from engine.plan.plan import Loop
from engine.planning.planner import plan
from engine.problems import ModelError
from tests.toys.orchard import ORCHARD, computed

APPLE, CHERRY = [20, 40, 60, 80], [30, 30, 30, 30]

ROWS = [
    # formula, over, unit, by hand
    ("sum(picked * price, over=[fruit, year])", "", "EUR", 320),
    ("sum(picked * price, over=year)", '"fruit"', "EUR", [200, 120]),
    ("sum(picked * price, over=fruit)", '"year"', "EUR", [50, 70, 90, 110]),
    ("picked * price", '["year", "fruit"]', "EUR", list(zip(APPLE, CHERRY, strict=True))),
    ("mean(picked, over=year)", '"fruit"', "box", [25, 5]),
    ("min(price)", "", "EUR/box", 2),
    ("max(price)", "", "EUR/box", 6),
    ("max(price, 5 * min(price) / 2)", '"fruit"', "EUR/box", [5, 6]),
    ("first(picked, over=year) + last(picked, over=year)", '"fruit"', "box", [50, 10]),
    ("picked['apple', 2028]", "", "box", 30),
    ("picked['apple', :]", '"year"', "box", [10, 20, 30, 40]),
    ("picked[:, 2027]", '"fruit"', "box", [20, 5]),
    ("sum(picked['apple', 2027:2028])", "", "box", 50),
    ("sum(picked['apple', :2027])", "", "box", 30),
    ("sum(picked['apple', 2028:])", "", "box", 70),
    ("sum(picked['apple', 2026:year])", '"year"', "box", [10, 30, 60, 100]),
    ("sum(picked[:, 2027:year], over=year)", '["fruit", "year"]', "box", [[0, 20, 50, 90], [0, 5, 10, 15]]),
    ("max(picked['apple', year:2028]) if year < 2029 else 0", '"year"', "box", None),
    ("picked['apple', max(year - back, 2026)]", '"year"', "box", [10, 10, 10, 20]),
    ("prev(picked, 0, back)", '["fruit", "year"]', "box", [[0, 0, 10, 20], [0, 0, 5, 5]]),
    ("prev(total * (1 + growth), 100 * min(price) * picked['apple', 2026] / picked['apple', 2026] / 2)",
     '"year"', "EUR/box", [100, 110, 121, 133.1]),
    ("prev(total + picked, 0)", '["fruit", "year"]', "box", [[0, 10, 30, 60], [0, 5, 10, 15]]),
    ("prev(prev(picked, 1 * picked['apple', 2026]), 2 * picked['apple', 2026])", '["fruit", "year"]', "box",
     [[20, 10, 10, 20], [20, 10, 5, 5]]),
    ("next(picked, 0)", '["fruit", "year"]', "box", [[20, 30, 40, 0], [5, 5, 5, 0]]),
    ("next(picked, 7 * picked['apple', 2026], 2)", '["fruit", "year"]', "box", [[30, 40, 70, 70], [5, 5, 70, 70]]),
    ("next(picked, 0, back)", '["fruit", "year"]', "box", [[30, 40, 0, 0], [5, 5, 0, 0]]),
    ("next(total + picked, 0)", '["fruit", "year"]', "box", [[90, 70, 40, 0], [15, 10, 5, 0]]),
    ("next(total, 0, back) + picked", '["fruit", "year"]', "box", [[40, 60, 30, 40], [10, 10, 5, 5]]),
    ("prev(next(picked, 0), 0) + next(prev(picked, 0), 0)", '["fruit", "year"]', "box",
     [[10, 40, 60, 40], [5, 10, 10, 5]]),
    ("year - first(year)", '"year"', "1", [0, 1, 2, 3]),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "over", "unit", "expected"), ROWS)
def test_a_formula_over_dimensions(formula: str, over: str, unit: str, expected: object) -> None:
    if expected is None:
        # An end before the beginning: the run is empty where it is not chosen, and is read nowhere else.
        formula, expected = formula.replace("year < 2029", "year <= 2028"), [30, 30, 30, 0]
    results = evaluate(computed(f'formula = "{formula}"', over, unit))
    np.testing.assert_allclose(results["total"], np.asarray(expected, dtype=np.float64))


def test_a_formula_a_member_may_use_another_s() -> None:
    made = computed("formula.apple = \"picked['apple', 2026]\"\nformula.'sour cherry' = \"total['apple'] * 3\"",
                    '"fruit"', "box")  # fmt: skip
    assert evaluate(made)["total"].tolist() == [10, 30]


def test_values_go_first_and_the_formula_goes_on() -> None:
    made = computed('value = { from = 2026, list = [7, 8] }\nformula = "prev(total * (1 + growth), 0)"', '"year"')
    np.testing.assert_allclose(evaluate(made)["total"], [7, 8, 8.8, 9.68])
    np.testing.assert_allclose(evaluate(made, changes={"total[2027]": 10})["total"], [7, 10, 11, 12.1])
    with pytest.raises(ModelError, match=r"'total\[2028\]' is computed"):
        evaluate(made, changes={"total[2028]": 10})


def test_rows_that_feed_each_other_through_prev_are_computed_together() -> None:
    more = '[farm.interest]\nlabel = "Interest"\nunit = "EUR"\nover = "year"\nformula = "prev(total, 0) * growth"\n'
    more += '[farm.loan]\nlabel = "Loan"\nunit = "EUR"\nvalue = 100\nnote = "x"\n'
    made = computed('formula = "prev(total, loan) + interest"', '"year"', more=more)
    assert made.loops == (Loop("year", ("interest", "total")),)
    np.testing.assert_allclose(evaluate(made)["total"], [100, 110, 121, 133.1])


def test_rows_that_feed_each_other_through_next_are_computed_from_the_last_period() -> None:
    more = '[farm.interest]\nlabel = "Interest"\nunit = "EUR"\nover = "year"\nformula = "next(total, 0) * growth"\n'
    more += '[farm.worth]\nlabel = "Worth"\nunit = "EUR"\nvalue = 100\nnote = "x"\n'
    made = computed('formula = "next(total + 0 * total[2029], worth) + interest"', '"year"', more=more)
    assert made.loops == (Loop("year", ("interest", "total"), ahead=True),)
    np.testing.assert_allclose(evaluate(made)["total"], [133.1, 121, 110, 100])
    np.testing.assert_allclose(evaluate_many(made, {"worth": [100, 10]})["total"][1], [13.31, 12.1, 11, 10])
    live = Live(evaluate(made))
    assert set(live.set("worth", 10)) == {"worth", "interest", "total"}
    np.testing.assert_allclose(live["total"], [13.31, 12.1, 11, 10])


def test_values_that_are_given_stand_where_the_rest_looks_ahead() -> None:
    given = 'value = { from = 2026, list = [7, 8] }\nformula = "next(total * 2 + total[2026], 5)"'
    made = computed(given, '"year"', "1")
    assert evaluate(made)["total"].tolist() == [7, 8, 17, 5]
    assert evaluate(made, changes={"total[2026]": 1})["total"].tolist() == [1, 8, 11, 5]


def test_one_dimension_is_gone_back_along_and_another_ahead() -> None:
    made = computed('formula = "prev(total, 1, over=year) + next(total, 1, over=age)"', '["year", "age"]', "1",
                    more="[dimensions.age]\nfrom = 1\nto = 3\n")  # fmt: skip
    assert evaluate(made)["total"].tolist() == [[4, 3, 2], [10, 6, 3], [20, 10, 4], [35, 15, 5]]


def test_an_unknown_under_its_own_next_is_known_by_then() -> None:
    made = computed('solve = "total * 2 == next(total, 8) + 0 * year"', '"year"', "1")
    assert evaluate(made)["total"].tolist() == [0.5, 1, 2, 4]


def test_a_quantity_may_be_called_next() -> None:
    more = '[farm.next]\nlabel = "Next"\nunit = "1"\nover = "year"\nformula = "next(next, 5) + 1"\n'
    made = computed('formula = "next * 2 + next[2029]"', '"year"', "1", more=more)
    assert evaluate(made)["total"].tolist() == [24, 22, 20, 18]


@pytest.mark.parametrize(
    ("scenario", "price", "apple"),
    [
        ("usual", [2, 6], [10, 20, 30, 40]),
        ("dear", [2, 9], [10, 20, 30, 40]),
        ("dear_late", [2, 9], [10, 20, 31, 41]),
        ("flat", [5, 5], [10, 20, 30, 40]),
    ],
)
def test_a_scenario_sets_a_member_a_run_or_a_row(scenario: str, price: list[float], apple: list[float]) -> None:
    results = evaluate(computed('formula = "min(price)"', unit="EUR/box"), scenario)
    assert results["price"].tolist() == price
    assert results["picked"][0].tolist() == apple


def test_changes_and_many_cases_by_member() -> None:
    made = computed('formula = "sum(picked * price, over=[fruit, year])"')
    assert evaluate(made, changes={"price": 1})["total"] == 120
    assert evaluate(made, changes={"price": [1, 2]})["total"] == 140
    assert evaluate(made, changes={"price[sour cherry]": 7})["total"] == 340
    many = evaluate_many(made, {"price[apple]": [2, 3], "growth": [0, 1]})
    assert many["total"].tolist() == [320, 420]
    assert many["price"].tolist() == [[2, 6], [3, 6]]
    assert evaluate_many(made, {"price": [[2, 6], [1, 1]]})["total"].tolist() == [320, 120]
    with pytest.raises(ModelError, match="is below min = 1"):
        evaluate(made, changes={"price[apple]": 0})


def test_members_between_whole_numbers_are_found() -> None:
    text = ORCHARD.replace('outputs = ["total"]', "").replace(
        "[dimensions.year]", "[dimensions.t]\nfrom = 0\nto = 1\nstep = 0.1\n[dimensions.year]"
    )
    text += '[a.dt]\nlabel = "dt"\nunit = "1"\nvalue = 0.1\nnote = "x"\n'
    text += '[a.x]\nlabel = "x"\nunit = "1"\nover = "t"\nformula = "t * 2"\n'
    text += '[a.y]\nlabel = "y"\nunit = "1"\nover = "t"\nformula = "x[max(t - dt, 0)]"\n'
    results = evaluate(plan(loads(text)))
    np.testing.assert_allclose(results["y"], [0, *results["x"][:-1]])
