"""Correlations: which draws they tie, and the nearest that can hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.load import loads
from engine.plan.drawn.correlations import correlations, of_ranks, of_scores
from engine.plan.drawn.draws import draws
from engine.plan.drawn.matrices import can_hold, nearest, nearest_spelled
from engine.planning.planner import plan
from engine.problems import ModelError

_HEAD = """
[model]
title = "Bakery"

[units]
EUR = "[money]"

[dimensions.shop]
members = ["Hill", "Lake"]

[dimensions.year]
from = 2026
to = 2027
"""


def _input(id_: str, keys: str) -> str:
    shape = 'distribution = "normal"'
    return f'[bakery.{id_}]\nlabel = "{id_}"\nunit = "EUR"\nvalue = 5\n{shape}\nnote = "guess"\n{keys}\n'


def _tied(first: str, second: str) -> list[tuple[str, str]]:
    inputs = _input("price", "range = [4, 9]")
    inputs += _input("rent", 'over = "shop"\nrange.Hill = [4, 9]\nrange.Lake = [3, 8]')
    inputs += _input("wage", 'over = "shop"\nrange.Hill = [4, 9]\nrange.default = [3, 8]')
    inputs += _input("grain", 'over = "shop"\nrange = [4, 9]')
    years = "Hill = { from = 2026, list = [[4, 9], [4, 9]] }, Lake = { from = 2027, list = [[3, 8]] }"
    inputs += _input("flour", f'over = ["shop", "year"]\nrange = {{ {years} }}')
    pair = f"[[correlations]]\nbetween = ['{first}', '{second}']\nrank = 0.5\nnote = 'guess'\n"
    made = plan(loads(_HEAD + inputs + pair))
    names = {draw.number: draw.name for draw in draws(made)}
    found = correlations(made.model, draws(made))
    assert [rho for _, _, rho in found] == pytest.approx([2 * np.sin(np.pi / 12)] * len(found), rel=1e-15)
    return [(names[i], names[j]) for i, j, _ in found]


@pytest.mark.parametrize(
    ("first", "second", "tied"),
    [
        ("price", "grain", [("price", "grain")]),
        ("price", "rent", [("price", "rent[Hill]"), ("price", "rent[Lake]")]),
        ("rent", "wage", [("rent[Hill]", "wage[Hill]"), ("rent[Lake]", "wage[Lake]")]),
        ('rent["Hill"]', "wage[ Lake ]", [("rent[Hill]", "wage[Lake]")]),
        ("rent[Hill]", "rent[Lake]", [("rent[Hill]", "rent[Lake]")]),
        ("flour[Hill, 2027]", "price", [("flour[Hill, 2027]", "price")]),
        (
            "rent",
            "flour",
            [
                ("rent[Hill]", "flour[Hill, 2026]"),
                ("rent[Hill]", "flour[Hill, 2027]"),
                ("rent[Lake]", "flour[Lake, 2027]"),
            ],
        ),
    ],
)
def test_a_correlation_ties_draws_of_the_same_members(first: str, second: str, tied: list[tuple[str, str]]) -> None:
    assert _tied(first, second) == tied


def test_an_ordered_choice_is_tied_as_well_and_what_a_scenario_holds_is_not() -> None:
    choice = '[dimensions.size]\nmembers = ["small", "large"]\nordered = true\n'
    choice += '[bakery.bag]\nlabel = "Bag"\nchoice = "size"\nvalue = "small"\nweights = { small = 0.3, large = 0.7 }\n'
    dear = '[scenarios.usual]\nlabel = "Usual"\n[scenarios.dear]\nlabel = "Dear"\nset.price = 20\n'
    pair = '[[correlations]]\nbetween = ["bag", "price"]\nrank = -0.25\nnote = "guess"\n'
    made = plan(loads(_HEAD + choice + dear + _input("price", "range = [4, 9]") + pair))
    assert [(i, j) for i, j, _ in correlations(made.model, draws(made))] == [(0, 1)]
    assert correlations(made.model, draws(made, made.case("dear"))) == ()


def test_the_nearest_is_that_of_highams_example() -> None:
    """Higham, Computing the nearest correlation matrix (2002), section 4."""
    found = nearest(np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]]), 0.0)
    assert found == pytest.approx(np.array([[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]]), abs=5e-5)


@given(st.integers(2, 6).flatmap(lambda n: st.lists(st.floats(-1, 1), min_size=n * n, max_size=n * n)))
def test_what_is_told_as_the_nearest_can_hold_as_it_is_written(cells: list[float]) -> None:
    size = int(len(cells) ** 0.5)
    ranks = np.tril(np.array(cells).reshape(size, size), -1)
    ranks = ranks + ranks.T + np.eye(size)
    written = nearest_spelled(of_scores(ranks), lambda scores: of_scores(np.round(of_ranks(scores), 3)))
    assert can_hold(written)
    assert np.diag(written) == pytest.approx(1, abs=1e-12)
    if can_hold(of_scores(np.round(ranks, 3))):
        # What is a correlation matrix is its own nearest, but for digits.
        assert written == pytest.approx(of_scores(ranks), abs=5e-3)


def test_scores_have_ranks_that_are_told_back() -> None:
    ranks = np.linspace(-1, 1, 41)
    assert of_ranks(of_scores(ranks)) == pytest.approx(ranks, abs=1e-15)


def test_many_draws_that_one_is_tied_to_are_judged_in_bounds() -> None:
    members = ", ".join([f'"m{number}"' for number in range(2000)])
    rent = _input("rent", 'over = "many"\nrange.default = [4, 9]')
    text = f"{_HEAD}[dimensions.many]\nmembers = [{members}]\n{rent}{_input('price', 'range = [4, 9]')}"
    pair = '[[correlations]]\nbetween = ["rent", "price"]\nrank = 0.01\nnote = "guess"\n'
    with pytest.raises(ModelError, match="tie 2,001 draws together, and 500 are the most"):
        plan(loads(text + pair))
