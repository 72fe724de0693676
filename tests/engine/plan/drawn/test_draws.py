"""What is drawn of a model, from which shape, and what is held."""

from __future__ import annotations

from engine.model.load import loads
from engine.plan.drawn.draws import Held, Shape, drawn, draws
from engine.plan.plan import Plan
from engine.planning.planner import plan

_HEAD = """
[model]
title = "Bakery"

[dimensions.shop]
members = ["Hill", "Lake"]

[dimensions.year]
from = 2026
to = 2028

[units]
EUR = "[money]"
"""


def _plan(text: str) -> Plan:
    return plan(loads(_HEAD + text))


def _input(id_: str, keys: str, value: str = "5", unit: str = "EUR") -> str:
    return f'[bakery.{id_}]\nlabel = "{id_}"\nunit = "{unit}"\nvalue = {value}\n{keys}\n'


def test_a_shape_is_in_stored_units_and_has_its_bounds() -> None:
    made = _plan(
        _input("rent", 'range = [4, 9]\ndistribution = "lognormal"\nmin = 0')
        + _input("share", 'range = [40, 60]\ndistribution = "pert"\nmax = 100', "50", "percent")
        + _input("ovens", 'range = [3, 8]\ndistribution = "uniform"\nwhole = true', unit="1")
    )
    assert [(one.row, one.cells, one.shape, one.number, one.name) for one in draws(made)] == [
        ("rent", (0,), Shape("lognormal", (4.0, 9.0), 0.0), 0, "rent"),
        ("share", (0,), Shape("pert", (0.4, 0.5, 0.6), None, 1.0), 1, "share"),
        ("ovens", (0,), Shape("uniform", (3.0, 8.0), whole=True), 2, "ovens"),
    ]


def test_a_range_of_a_row_is_one_draw_and_one_by_member_a_draw_a_member() -> None:
    made = _plan(
        _input("price", 'over = "shop"\nrange = [1, 9]\ndistribution = "triangular"', "{ Hill = 3, Lake = 4 }")
        + _input(
            "rent", 'over = ["shop", "year"]\nrange.Hill = [1, 9]\nrange.default = [2, 8]\ndistribution = "normal"'
        )
        + _input("wage", 'over = "year"\nrange = { from = 2027, list = [[1, 9], [1, 9]] }\ndistribution = "normal"')
    )
    assert [(one.name, one.number, one.cells, one.shape.parameters) for one in draws(made)] == [
        ("price", 0, (0,), (1.0, 3.0, 9.0)),
        ("price", 0, (1,), (1.0, 4.0, 9.0)),
        ("rent[Hill]", 1, (0, 1, 2), (1.0, 9.0)),
        ("rent[Lake]", 2, (3, 4, 5), (2.0, 8.0)),
        ("wage[2027]", 3, (1,), (1.0, 9.0)),
        ("wage[2028]", 4, (2,), (1.0, 9.0)),
    ]


def test_in_a_scenario_the_mode_is_its_value_and_what_is_outside_is_held() -> None:
    made = _plan(
        '[scenarios.usual]\nlabel = "Usual"\n[scenarios.dear]\nlabel = "Dear"\nset.price.Hill = 7\nset.rent = 20\n'
        + _input("price", 'over = "shop"\nrange = [1, 9]\ndistribution = "triangular"')
        + _input("rent", 'range = [1, 9]\ndistribution = "normal"')
        + _input("wage", "range = [1, 9]")
    )
    assert drawn(made).held == (Held("wage", (0,), "no distribution"),)
    found = drawn(made, made.case("dear"))
    assert found.held == (Held("rent", (0,), "outside its range"), Held("wage", (0,), "no distribution"))
    assert [(one.cells, one.shape.parameters) for one in found.draws] == [((0,), (1, 7, 9)), ((1,), (1, 5, 9))]


def test_discrete_values_stand_from_the_smallest_up_with_their_weights_and_members_in_their_order() -> None:
    made = _plan(
        _input("price", 'distribution = "discrete"\nvalues = [8, 5, 2]\nweights = [0.2, 0.5, 0.3]')
        + '[bakery.site]\nlabel = "Site"\nchoice = "shop"\nvalue = "Lake"\nweights = { Lake = 0.75, Hill = 0.25 }\n'
        + _input("rent", 'range = [1, 3, 9]\ndistribution = "metalog"', "3")
    )
    assert [(one.row, one.shape) for one in draws(made)] == [
        ("price", Shape("discrete", (2.0, 5.0, 8.0), weights=(0.3, 0.5, 0.2))),
        ("site", Shape("discrete", (0.0, 1.0), weights=(0.25, 0.75))),
        ("rent", Shape("metalog", (1.0, 3.0, 9.0))),
    ]
