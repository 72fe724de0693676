"""Values written into a model's text: what differs is the digits, and nothing else."""

from __future__ import annotations

import difflib
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.load import loads
from engine.model.rewriting.rewrite import rewrite
from engine.model.rewriting.targets import Target, said
from engine.problems import Mistake
from engine.text.numerals import respell

SPELLINGS = [
    ("1e21", "2.5e21", "2.5e21"),
    ("1e21", "3e22", "3e22"),
    ("989.4e12", "1979e12", "1979.0e12"),
    ("1e+05", "250000", "2.5e+05"),
    ("1.5e-3", "0.002", "2.0e-3"),
    ("1_000", "1250", "1_250"),
    ("1_000_000", "0.5", "0.5"),
    ("1_000.50", "12345.5", "12_345.50"),
    ("0.50", "0.75", "0.75"),
    ("0.50", "0.8", "0.80"),
    ("0.50", "0.801", "0.801"),
    ("12", "12.5", "12.5"),
    ("2.0", "3", "3.0"),
    ("+5", "7", "+7"),
    ("0.1", "1e-12", "1e-12"),
    ("5", "1e30", "1e30"),
]


@pytest.mark.parametrize(("old", "value", "expected"), SPELLINGS)
def test_a_number_is_spelled_as_its_author_spells(old: str, value: str, expected: str) -> None:
    assert respell(old, Decimal(value)) == expected


@given(
    st.from_regex(r"[-+]?(0|[1-9][0-9]{0,6}|[1-9][0-9]{0,2}_[0-9]{3})(\.[0-9]{1,4})?(e[-+]?[0-9]{1,2})?", fullmatch=True),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300).filter(lambda x: not x or abs(x) > 1e-300),
)  # fmt: skip
def test_whatever_the_spelling_the_number_is_the_one_meant(old: str, value: float) -> None:
    number = Decimal(f"{value:.15g}")
    text = respell(old, number)
    assert re.fullmatch(r"[-+]?[0-9][0-9_]*(\.[0-9][0-9_]*)?(e[-+]?[0-9]+)?", text)
    assert Decimal(text.replace("_", "")) == number


TEXT = """\
# A shop.  Its comments stay.
[model]
title = "A shop"

[dimensions.region]
members = ["North", "South Coast"]

[dimensions.year]
from = 2026
to   = 2028

[scenarios.plan]
label = "Plan"

[scenarios.boom]
label = "Boom"                # good times
set.price           = 6.50    # per unit
set.units.North     = 200     # more
set.units."South Coast".2028 = 90

[scenarios.slump]
label = "Slump"
extends = "boom"

[scenarios.odd.set]
rent = [1_000, 2_000]
[sales.price]
label = "Price"
unit  = "1"
value = 5.00                  # five

[sales.units]
label = "Units"
unit  = "1"
over  = ["region", "year"]
value.North         = { from = 2026, list = [100, 120, 140] }
value."South Coast" = 50      # each year

[sales.rent]
label = "Rent"
unit  = "1"
over  = "region"
value = 1_500

[sales.income]
label = "Income"
unit = "1"
over = ["region", "year"]
formula = "price * units - rent"
"""


def written(**wanted: object) -> list[str]:
    """Return the lines that differ; a target is written id__case__number."""
    return changed(TEXT, {parsed(key): None if value is None else Decimal(str(value)) for key, value in wanted.items()})


def parsed(key: str) -> Target:
    id_, case, number = key.split("__")
    return Target(id_, case or None, int(number))


def changed(text: str, wanted: dict[Target, Decimal | None]) -> list[str]:
    after = rewrite(text, loads(text), wanted)
    lines = difflib.ndiff(text.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_only_the_digits_of_what_changes_differ() -> None:
    assert written(price____0=7.5) == [
        "- value = 5.00                  # five",
        "+ value = 7.50                  # five",
    ]
    assert written(units____1=121, price__boom__0=7) == [
        "- set.price           = 6.50    # per unit",
        "+ set.price           = 7.00    # per unit",
        "- value.North         = { from = 2026, list = [100, 120, 140] }",
        "+ value.North         = { from = 2026, list = [100, 121, 140] }",
    ]


def test_a_value_that_several_members_share_is_given_member_by_member() -> None:
    assert written(units____4=60) == [
        '- value."South Coast" = 50      # each year',
        '+ value."South Coast" = { from = 2026, list = [50, 60, 50] }      # each year',
    ]
    assert written(rent____0=1600) == ["- value = 1_500", "+ value = [1_600, 1_500]"]
    assert written(rent____0=1600, rent____1=1600) == ["- value = 1_500", "+ value = 1_600"]


def test_a_scenario_gets_a_line_for_what_it_sets_and_loses_it_again() -> None:
    assert written(rent__boom__1=900) == ['+ set.rent."South Coast"       = 900']
    assert written(price__slump__0=4) == ["+ set.price = 4"]
    assert written(price__odd__0=4) == ["+ price = 4"]
    assert written(price__boom__0=None) == ["- set.price           = 6.50    # per unit"]
    assert written(units__boom__5=None, units__boom__4=70) == [
        '- set.units."South Coast".2028 = 90',
        '+ set.units."South Coast".2027 = 70',
    ]


def test_where_a_list_has_no_room_for_what_is_not_set_each_member_gets_its_line() -> None:
    assert written(rent__odd__0=None) == ["- rent = [1_000, 2_000]", '+ rent."South Coast" = 2000']
    assert (
        written(units__boom__0=None)
        == [
            "- set.units.North     = 200     # more",
            "+ set.units.North.2027 = 200",
            "+ set.units.North.2028 = 200",
            '- set.units."South Coast".2028 = 90',
            '+ set.units."South Coast".2028 = 90',
        ]
        or len(written(units__boom__0=None)) <= 5
    )


def test_a_text_without_a_place_for_a_value_is_left_alone() -> None:
    text = TEXT.replace('[scenarios.slump]\nlabel = "Slump"\nextends = "boom"\n', "").replace(
        '[scenarios.plan]\nlabel = "Plan"\n', '[scenarios]\nplan = { label = "Plan" }\nslump = { label = "S", set = { price = 3 } }\n'
    )  # fmt: skip
    assert changed(text, {Target("price", "slump", 0): Decimal(4)})[1].endswith("set = { price = 4 } }")
    assert changed(text, {Target("rent", "slump", 0): Decimal(4)})[1].endswith("set = { price = 3, rent.North = 4 } }")
    assert changed(text, {Target("price", "plan", 0): Decimal(4)})[1] == '+ plan = { label = "Plan", set.price = 4 }'
    with pytest.raises(Mistake, match=r"line|place"):
        changed(text, {Target("price", "slump", 0): None})


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_random_edits_change_what_is_wanted_and_no_other_line(data: st.DataObject) -> None:
    model = loads(TEXT)
    now = said(model)
    targets = [Target(q.id, None, n) for q in model.quantities if q.value for n in range(model.size(q.over))]
    targets += [t._replace(case=s.id) for s in model.scenarios[1:] for t in targets]
    chosen = data.draw(st.lists(st.sampled_from(targets), unique=True, max_size=6))
    numbers = st.decimals(-(10**6), 10**6, places=2)
    wanted = {
        one: data.draw(numbers if one.case is None else st.one_of(numbers, st.none())) for one in chosen
    }  # fmt: skip
    after = rewrite(TEXT, model, wanted)
    expected = {target: value for target, value in {**now, **wanted}.items() if value is not None}
    assert said(loads(after)) == expected
    named = {one.id for one in chosen}
    keys = {"price": ("set.price", "price", "value = 5.00"), "rent": ("set.rent", "rent", "value = 1_500"),
            "units": ("set.units", "units", "value.")}  # fmt: skip
    for line in difflib.ndiff(TEXT.splitlines(), after.splitlines()):
        if line[0] in "+-" and not line.startswith("+ value"):
            assert any(line[2:].strip().startswith(keys[id_]) for id_ in named), line
