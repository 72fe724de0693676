"""What changed of choices, groups, calendars and roll-ups: told by members' names, and split among what changed."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.versions.attribution import attribute
from engine.versions.differences import differences
from engine.versions.pair import Pair
from tests.toys.chips import CHIPS

GROUPED = """
[model]
title   = "Taxes"
outputs = ["owed"]

[units]
USD = "[money]"

[sources.un]
title = "The UN"

[dimensions.country]
members = ["DE", "FR", "US"]

[dimensions.region]
of  = "country"
map = { DE = "Europe", FR = "Europe", US = "Americas" }

[dimensions.vendor]
members = ["ACME", "Best"]

[inputs.sales]
label = "Sales"
over  = "country"
unit  = "USD"
value = [10, 20, 40]
note  = "illustrative"

[inputs.tax]
label          = "Tax"
over           = "region"
unit           = "percent"
value.Europe   = 10
value.Americas = 50
note           = "illustrative"

[inputs.supplier]
label  = "Supplier"
over   = "country"
choice = "vendor"
value  = ["ACME", "Best", "ACME"]
note   = "illustrative"

[inputs.fee]
label      = "Fee"
over       = "vendor"
unit       = "USD"
value.ACME = 1
value.Best = 3
note       = "illustrative"

[results.by_region]
label   = "Sales by region"
over    = "region"
unit    = "USD"
formula = "sum(sales, by=region)"

[results.by_vendor]
label   = "Sales by vendor"
over    = "vendor"
unit    = "USD"
formula = "sum(sales, by=supplier)"

[results.owed]
label   = "Owed"
unit    = "USD"
formula = "sum(by_region * tax) + sum(fee[supplier]) + max(by_vendor) + sum(sales * tax[region])"
"""


def _told(old: str, new: str) -> set[tuple[str, str, str, str]]:
    planned = [plan(loads(text)) for text in (old, new)]
    solved = [{one.first_case.id: evaluate(one)} for one in planned]
    pair = Pair.of(planned[0], planned[1], solved[0], solved[1])
    return {(one.id, one.what, one.before, one.after) for one in differences(pair)}


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        ('value  = "H100"', 'value  = "B200"', {("gpu", "", "H100", "B200")}),
        ('value  = "2026-03"', 'value  = "2026-04"', {("start", "", "2026-03", "2026-04")}),
        ("value  = 2\n", "value  = 3\n", {("wait", "", "2", "3")}),
        ('["ACME", "Best"]\nnote', '["ACME", "ACME"]\nnote', {("supplier[FR]", "", "Best", "ACME")}),
        ('set.gpu         = "B200"', 'set.gpu         = "H100"', {("gpu", "", "B200", "H100")}),
        ('rollup = "sum"\n', "", {("rent", "rollup", "sum", "")}),
    ],
)
def test_choices_and_rollups_are_told_by_members(then: str, now: str, told: set[tuple[str, str, str, str]]) -> None:
    assert CHIPS.count(then) == 1
    assert _told(CHIPS, CHIPS.replace(then, now)) == told


def test_members_in_another_order_are_the_same_choice() -> None:
    moved = CHIPS.replace('members = ["H100", "B200"]', 'members = ["B200", "H100"]').replace("[2, 5]", "[5, 2]")
    assert _told(CHIPS, moved) == {("gpu_type", "members", "H100, B200", "B200, H100")}


def test_a_renamed_member_is_the_same_choice() -> None:
    assert _told(CHIPS, CHIPS.replace("H100", "H200")) == {("gpu_type", "members", "H100", "H200")}
    renamed = _told(GROUPED, GROUPED.replace("Europe", "EMEA"))
    assert renamed == {("region", "members", "Europe", "EMEA")}
    assert _told(GROUPED, GROUPED.replace("FR", "LU")) == {("country", "members", "FR", "LU")}


def test_a_choice_of_another_dimension_is_told_as_such() -> None:
    other = CHIPS.replace('choice = "gpu_type"\nvalue  = "H100"', 'choice = "vendor"\nvalue  = "Best"')
    other = other.replace("price[gpu]", "fee[gpu]").replace('set.gpu         = "B200"', "")
    assert ("gpu", "", "H100", "Best") in _told(CHIPS, other)


def test_a_map_is_told_member_by_member_with_its_sources() -> None:
    mapped = GROUPED.replace('FR = "Europe"', 'FR = "Americas"').replace(
        'of  = "country"', 'of  = "country"\nsource = "un"'
    )
    assert _told(GROUPED, mapped) == {("region", "map of FR", "Europe", "Americas"), ("region", "sources", "", "un")}


def test_another_cut_of_time_is_told() -> None:
    fiscal = _told(CHIPS, CHIPS.replace('period = "year"', 'period = "year"\nstarts = 4'))
    assert ("year", "starts", "1", "4") in fiscal
    assert ("year", "members", "2026, 2027", "FY2026, FY2027, FY2028") in fiscal
    assert ("year", "period", "year", "quarter") in _told(CHIPS, CHIPS.replace('period = "year"', 'period = "quarter"'))


def test_a_group_of_another_dimension_is_told() -> None:
    vendors = CHIPS.replace(
        'of     = "month"\nperiod = "year"', 'of  = "vendor"\nmap = { ACME = "2026", Best = "2027" }'
    )
    vendors = vendors.replace("sum(rent, where=month >= start, by=year)", "sum(fee, by=year)")
    assert ("year", "of", "month", "vendor") in _told(CHIPS, vendors)


CHANGES = {
    "supplier": ('value  = ["ACME", "Best", "ACME"]', 'value  = ["Best", "ACME", "ACME"]'),
    "region_of_country_": ('FR = "Europe"', 'FR = "Americas"'),
    "tax": ("value.Americas = 50", "value.Americas = 20"),
    "by_region": ("sum(sales, by=region)", "2 * sum(sales, by=region)"),
}


def _owed(changed: frozenset[str]) -> float:
    text = GROUPED
    for one in changed:
        then, now = CHANGES[one]
        assert text.count(then) == 1
        text = text.replace(then, now)
    return float(evaluate(plan(loads(text)))["owed"])


def test_a_choice_and_a_map_have_their_shapley_values() -> None:
    old, new = plan(loads(GROUPED)), None
    text = GROUPED
    for then, now in CHANGES.values():
        text = text.replace(then, now)
    new = plan(loads(text))
    results = evaluate(old), evaluate(new)
    pair = Pair.of(old, new, {results[0].case.id: results[0]}, {results[1].case.id: results[1]})
    found = attribute(pair, *results, [Cell("owed")])
    shares = {player.ids: share for player, share in zip(found.players, found.shares[:, 0].tolist(), strict=True)}
    values = {
        frozenset(one for one, is_in in zip(CHANGES, mask, strict=True) if is_in): 0.0
        for mask in product([False, True], repeat=len(CHANGES))
    }
    values = {changed: _owed(changed) for changed in values}
    orders = list(permutations(CHANGES))
    for one in CHANGES:
        steps = [frozenset(order[: order.index(one)]) for order in orders]
        expected = sum(values[before | {one}] - values[before] for before in steps) / len(orders)
        assert shares[(one,)] == pytest.approx(expected, rel=1e-12), one


def test_reordered_members_change_nothing() -> None:
    moved = GROUPED.replace('members = ["ACME", "Best"]', 'members = ["Best", "ACME"]').replace("= 50", "= 40")
    old, new = (plan(loads(text)) for text in (GROUPED, moved))
    results = evaluate(old), evaluate(new)
    pair = Pair.of(old, new, {results[0].case.id: results[0]}, {results[1].case.id: results[1]})
    found = attribute(pair, *results, [Cell("owed")])
    shares = {player.ids: share for player, share in zip(found.players, found.shares[:, 0].tolist(), strict=True)}
    assert {ids: share for ids, share in shares.items() if share} == {("tax",): pytest.approx(-8)}
