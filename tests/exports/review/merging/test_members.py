"""Merges of choices, maps, members, factors, bases and calendars: different members merge, and one thing twice does not."""

from __future__ import annotations

import re

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from engine.versions.differences import differences
from engine.versions.pair import Pair
from exports.review.merge_driver import three_way

TEXT = """\
[model]
title   = "Rigs"
outputs = ["cost", "total"]

[units]
USD = "[money]"

[dimensions.kind]
members = ["A100", "H100", "B200"]

[dimensions.country]
members = ["DE", "FR", "US"]

[dimensions.region]
of  = "country"
map = { DE = "Europe", FR = "Europe", US = "Americas" }

[dimensions.grade]
members = ["low", "high"]
ordered = true

[dimensions.month]
from = "2026-01"
to   = "2026-06"

[dimensions.year]
of     = "month"
period = "year"

[scenarios.plan]
label = "Plan"

[scenarios.big]
extends     = "plan"
set.gpu     = "B200"
scale.units = 1.5

[scenarios.slow]
extends    = "plan"
set.rig.DE = "H100"

[scenarios.both]
extends          = ["big", "slow"]
scale.price.H100 = 0.5

[inputs.gpu]
label  = "GPU"
choice = "kind"
value  = "H100"

[inputs.rig]
label  = "Rig"
choice = "kind"
over   = "country"
value  = { DE = "A100", default = "B200" }

[inputs.price]
label = "Price"
over  = "kind"
unit  = "USD"
value = { A100 = 10, H100 = 20, B200 = 40 }

[inputs.units]
label = "Units"
over  = "country"
unit  = "1"
value = [1, 2, 3]

[inputs.rent]
label = "Rent"
over  = "month"
unit  = "USD"
value = { from = "2026-01", list = [5, 6, 7, 8, 9, 9], default = 3 }

[results.cost]
label   = "Cost"
over    = "country"
unit    = "USD"
formula = "price[rig] * units + price[gpu]"

[results.of_regions]
label   = "Cost by region"
over    = "region"
unit    = "USD"
formula = "sum(cost, by=region)"

[results.total]
label   = "Total"
unit    = "USD"
formula = "sum(of_regions) + sum(price)"
"""
MAP = 'map = { DE = "Europe", FR = "Europe", US = "Americas" }'
LINES = 'map.DE = "Europe"\nmap.FR = "Europe"\nmap.US = "Americas"'
Edit = tuple[str, str]
FR: Edit = ('FR = "Europe"', 'FR = "Americas"')
GB: tuple[Edit, ...] = (('"DE", "FR", "US"]', '"DE", "FR", "US", "GB"]'), ('US = "Americas" }', 'US = "Americas", GB = "Europe" }'))  # fmt: skip
JP: tuple[Edit, ...] = (('"DE", "FR", "US"]', '"DE", "FR", "US", "JP"]'), ('US = "Americas" }', 'US = "Americas", JP = "Asia" }'))  # fmt: skip
NAMED: Edit = ("value = [1, 2, 3]", "value = { DE = 1, FR = 2, US = 3 }")
EMEA: tuple[Edit, ...] = (('DE = "Europe"', 'DE = "EMEA"'), ('FR = "Europe"', 'FR = "EMEA"'))
A200: tuple[Edit, ...] = (('["A100"', '["A200"'), ('DE = "A100"', 'DE = "A200"'), ("A100 = 10", "A200 = 10"))


def edited(edits: tuple[Edit, ...], text: str = TEXT) -> str:
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def apart(first: str, second: str) -> list[str]:
    return [str(one) for one in differences(Pair.of(plan(loads(first)), plan(loads(second))))]


# What each side did; both together are what comes of it, in the order of ours.
MERGED: dict[str, tuple[tuple[Edit, ...], tuple[Edit, ...]]] = {
    "two members of a map": ((FR,), (('US = "Americas"', 'US = "Asia"'),)),
    "a map that one side laid out in lines": (((MAP, LINES),), (FR,)),
    "a map and a member renamed beside it": ((FR,), (('"DE", "FR", "US"]', '"AT", "FR", "US"]'), ('DE = "Europe"', 'AT = "Europe"'), ('DE = "A100"', 'AT = "A100"'), ("set.rig.DE", "set.rig.AT"))),
    "a map and a group renamed beside it": ((('US = "Americas"', 'US = "Oceania"'),), EMEA),
    "a choice and its label": ((('value  = "H100"', 'value  = "A100"'),), (('"GPU"', '"The GPU"'),)),
    "a member and what all others have": ((('default = "B200"', 'default = "A100"'),), (('DE = "A100"', 'DE = "H100"'),)),
    "two members that took what all others have": ((('DE = "A100", default', 'DE = "A100", FR = "H100", default'),), (('DE = "A100", default', 'DE = "A100", US = "A100", default'),)),
    "a list of values in a table": ((NAMED,), (("[1, 2, 3]", "[1, 2, 7]"),)),
    "a factor by member": ((("scale.units = 1.5", "scale.units = { DE = 1.5, FR = 1.5, US = 1.5 }"),), (("scale.units = 1.5", "scale.units = 1.6"),)),
    "factors of two members": ((("scale.price.H100 = 0.5", "scale.price.H100 = 0.5\nscale.units.DE = 3"),), (("scale.price.H100 = 0.5", "scale.price.H100 = 0.5\nscale.units.US = 4"),)),
    "a member set and another scaled": ((("set.rig.DE = ", "set.units.DE = 7\nset.rig.DE = "),), (("set.rig.DE = ", "scale.units.US = 4\nset.rig.DE = "),)),
    "a base in a list of its own": ((('extends     = "plan"', 'extends     = ["plan"]'),), (('set.gpu     = "B200"', 'set.gpu     = "A100"'),)),
    "a member and another value of a list": ((*GB, ("[1, 2, 3]", "[1, 2, 3, 4]")), (("[1, 2, 3]", "[1, 5, 3]"),)),
    "a month more of a run and another value of it": ((('"2026-06"', '"2026-07"'), ("list = [5, 6, 7, 8, 9, 9]", "list = [5, 6, 7, 8, 9, 9, 1]")), (("list = [5, 6, 7", "list = [5, 2, 7"),)),
    "outputs": ((('"total"]', '"total", "of_regions"]'),), (('["cost"', '["price", "cost"'),)),
    "members of a dimension without an order": ((('"B200"]', '"B200", "C1"]'), ("B200 = 40 }", "B200 = 40, C1 = 5 }")), (("A100 = 10", "A100 = 11"),)),
}  # fmt: skip

# What comes of both where the second edit finds no place in the text of the first.
BOTH: dict[str, tuple[Edit, ...]] = {
    "a map that one side laid out in lines": (FR,),
    "a list of values in a table": (("[1, 2, 3]", "[1, 2, 7]"),),
    "two members that took what all others have": (('default = "B200"', 'FR = "H100", US = "A100", default = "B200"'),),
    "factors of two members": (("scale.price.H100", "scale.units.DE = 3\nscale.units.US = 4\nscale.price.H100"),),
    "a member set and another scaled": (("set.rig.DE = ", "set.units.DE = 7\nscale.units.US = 4\nset.rig.DE = "),),
    "a member and another value of a list": (*GB, ("[1, 2, 3]", "[1, 5, 3, 4]")),
    "a factor by member": (("scale.units = 1.5", "scale.units = 1.6"),),
    "a month more of a run and another value of it": (
        ('"2026-06"', '"2026-07"'),
        ("[5, 6, 7, 8, 9, 9]", "[5, 2, 7, 8, 9, 9, 1]"),
    ),
}


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("name", MERGED)
def test_what_two_sides_did_to_different_members_is_all_there(name: str, swapped: bool) -> None:
    first, second = MERGED[name]
    sides = [edited(first), edited(second)]
    merge = three_way(TEXT, *(reversed(sides) if swapped else sides))
    assert merge.conflicts == ()
    wanted = sides[0]
    for old, new in second:
        wanted = wanted.replace(old, new) if old in wanted else wanted
    if name in BOTH:
        wanted = edited(BOTH[name])
    assert apart(wanted, merge.text) == []


def test_members_that_both_sides_added_are_all_there() -> None:
    base = edited((NAMED,))
    ours = edited((*GB, ("US = 3 }", "US = 3, GB = 4 }")), base)
    theirs = edited((*JP, ("US = 3 }", "US = 3, JP = 5 }")), base)
    for one, other, members in ((ours, theirs, ("JP", "GB")), (theirs, ours, ("GB", "JP"))):
        merge = three_way(base, one, other)
        assert merge.conflicts == ()
        model = loads(merge.text)
        assert model.dimension["country"].members == ("DE", "FR", "US", *members)
        region = model.dimension["region"]
        groups = dict(zip(model.dimension["country"].members, region.places, strict=True))
        assert [region.members[groups[one]] for one in ("GB", "JP")] == ["Europe", "Asia"]
        units = model.by_id["units"].value
        assert dict(zip(model.dimension["country"].members, units.cells, strict=True)) == {"DE": 1, "FR": 2, "US": 3, "GB": 4, "JP": 5}  # type: ignore[union-attr]  # fmt: skip


TWICE = "before {}, here {}, there {}"
# What each side did, and all that is told; 'here' and 'there' change places with the sides.
CONFLICTS: dict[str, tuple[tuple[Edit, ...], tuple[Edit, ...], str]] = {
    "one member of a map": ((FR,), (('FR = "Europe"', 'FR = "Asia"'),), 'map of FR in \'region\': before "Europe", here "Americas", there "Asia"'),
    "a member of a map, renamed": ((FR,), (('"DE", "FR", "US"]', '"DE", "GB", "US"]'), ('FR = "Europe"', 'GB = "Europe"')), 'map of FR in \'region\': before "Europe", here "Americas", there nothing'),
    "a member of a map, gone": ((FR,), (('"DE", "FR", "US"]', '"DE", "US"]'), ('FR = "Europe", ', ""), ("[1, 2, 3]", "[1, 3]")), 'map of FR in \'region\': before "Europe", here "Americas", there nothing'),
    "a group by its old name": (EMEA, (('US = "Americas"', 'US = "Europe"'),), "'Europe', a member of 'region', is called 'EMEA' here, and the other side names 'Europe'"),
    "a choice": ((('value  = "H100"', 'value  = "A100"'),), (('value  = "H100"', 'value  = "B200"'),), '\'gpu\': before "H100", here "A100", there "B200"'),
    "a choice of a member, renamed": ((('value  = "H100"', 'value  = "A100"'),), A200, "both sides together are no model: 'gpu' chooses 'A100', which is no member of 'kind' ('A100' is called 'A200' there)"),
    "a choice in a scenario": ((('set.gpu     = "B200"', 'set.gpu     = "A100"'),), (('set.gpu     = "B200"', 'set.gpu     = "H100"'),), '\'gpu\' in the scenario \'big\': before "B200", here "A100", there "H100"'),
    "what all others have": ((('default = "B200"', 'default = "A100"'),), (('default = "B200"', 'default = "H100"'),), '\'rig[default]\': before "B200", here "A100", there "H100"'),
    "a factor": ((("scale.units = 1.5", "scale.units = 1.7"),), (("scale.units = 1.5", "scale.units = 1.8"),), "the factor of 'units' in the scenario 'big': before 1.5, here 1.7, there 1.8"),
    "a factor of a member": ((("H100 = 0.5", "H100 = 0.6"),), (("H100 = 0.5", "H100 = 0.7"),), "the factor of 'price[H100]' in the scenario 'both': before 0.5, here 0.6, there 0.7"),
    "set and scaled, in place of another factor": ((("scale.units = 1.5", "set.units = 4"),), (("scale.units = 1.5", "scale.units = 1.7"),), "'units' in the scenario 'big': set here, and scaled there"),
    "set and scaled, both new": ((("set.rig.DE = ", "set.units.DE = 7\nset.rig.DE = "),), (("set.rig.DE = ", "scale.units = 4\nset.rig.DE = "),), "'units' in the scenario 'slow': set here, and scaled there"),
    "what a scenario extends": ((('["big", "slow"]', '["slow", "big"]'),), (('["big", "slow"]', '["big"]'),), "what the scenario 'both' extends: before [\"big\", \"slow\"], here [\"slow\", \"big\"], there [\"big\"]"),
    "the end of a calendar": ((('"2026-06"', '"2026-07"'),), (('"2026-06"', '"2026-08"'),), "the end of 'month': before \"2026-06\", here \"2026-07\", there \"2026-08\""),
    "the month that years begin with": ((('period = "year"', 'period = "year"\nstarts = 4'),), (('period = "year"', 'period = "year"\nstarts = 7'),), "starts of 'year': before nothing, here 4, there 7"),
    "values of members that both added": ((*GB, ("[1, 2, 3]", "[1, 2, 3, 4]")), (*JP, ("[1, 2, 3]", "[1, 2, 3, 5]")), "'units[3]': before nothing, here 4, there 5"),
    "members of an order": ((('"low", "high"', '"low", "high", "top"'),), (('"low", "high"', '"least", "low", "high"'),), "members added to 'grade', which is ordered: 'top' here and 'least' there"),
}  # fmt: skip


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("name", CONFLICTS)
def test_what_two_sides_did_to_one_thing_is_told(name: str, swapped: bool) -> None:
    first, second, told = CONFLICTS[name]
    sides = [edited(first), edited(second)]
    merge = three_way(TEXT, *(reversed(sides) if swapped else sides))
    if swapped:
        pairs = {"here": "there", "there": "here"}
        told = re.sub(r"\b(here|there)\b", lambda found: pairs[found[0]], told)
        # The words stay in their order: here first.
        told = re.sub(r"there (.+), here (.+)$", r"here \2, there \1", told)
        told = re.sub(r": (\S+) there and (\S+) here$", r": \2 here and \1 there", told)
    assert merge.conflicts == (told,)


def test_lists_of_one_name_are_that_name() -> None:
    sides = [
        edited((('extends     = "plan"', f"extends     = {words}"),)) for words in ('["plan"]', '[ "plan" ] # all')
    ]
    merge = three_way(TEXT, *sides)
    assert (merge.conflicts, merge.text) == ((), sides[0])
    changed = edited((('extends     = "plan"', 'extends     = ["slow"]'),))
    assert three_way(TEXT, sides[0], changed).text == changed
