"""Choices, maps and defaults in scenarios that extend several others or scale: as spreadsheets and an import see them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.model.load import loads
from engine.model.rewriting.rewrite import rewrite
from engine.model.rewriting.targets import Target, said
from engine.planning.planner import plan
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc
from tests.toys.cluster import TEXT as CLUSTER
from tests.toys.stall import Edits, places, typed

TEXT = CLUSTER.replace(
    'extends = "big"\n',
    """extends = "big"

[scenarios.cheap]
label              = "Cheap"
set.start          = "2026-09"
scale.price.Globex = 0.5

[scenarios.both]
label   = "Both"
extends = ["cheap", "late"]
scale.price.default.B200 = 2   # twice
""",
)
FACTOR = "factor of price[Globex, B200]"


@pytest.mark.parametrize("scenario", ["base", "both"])
def test_spreadsheets_agree(scenario: str) -> None:
    content = workbook(plan(loads(TEXT)), scenario)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


def test_the_member_that_is_nearer_counts_as_soon_as_it_is_one_of_its_own() -> None:
    content = workbook(plan(loads(TEXT)), "both")
    where, book = places(content), IronCalc(content)

    def both(id_: str) -> object:
        at = "Inputs", where[id_, "both"]
        return book.values([at])[at]

    assert (both("gpu"), both("start"), both("supplier[north]")) == ("B200", "2026-09", "ACME")
    book.type("Inputs", where["gpu", "big"], "MI300")
    assert both("gpu") == "MI300"
    book.type("Inputs", where["gpu", "cheap"], "B200")
    assert both("gpu") == "B200"
    book.type("Inputs", where["start", "base"], "2026-05")
    assert both("start") == "2026-09"


TAKEN: dict[str, tuple[Edits, list[str]]] = {
    "nothing": ({}, []),
    "a member over what two extended give": ({("gpu", "both"): "MI300"}, ['+ set.gpu                  = "MI300"']),
    "the member that two extended give": ({("gpu", "both"): "B200"}, ['+ set.gpu                  = "B200"']),
    "a month": ({("start", "cheap"): "2026-10"}, ['- set.start          = "2026-09"', '+ set.start          = "2026-10"']),
    "a cleared cell": ({("start", "cheap"): None}, ['- set.start          = "2026-09"']),
    "a factor that others share": ({(FACTOR, "both"): 3}, ["+ scale.price.Globex.B200  = 3"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_it_is_taken(name: str) -> None:
    edits, lines = TAKEN[name]
    done = typed(edits, text=TEXT)
    assert (done.status, sorted(done.changed)) == (0, sorted(lines)), done.told


def test_a_value_over_a_scaled_default_leaves_the_others_scaled() -> None:
    text = """\
[dimensions.shop]
members = ["north", "south", "river"]

[scenarios.high]
scale.sold.default = 1.5   # all
label              = "High"

[stall.sold]
over          = "shop"
unit          = "1"
value.default = 4
value.north   = 6
note          = "A guess."
"""
    after = rewrite(text, loads(text), {Target("sold", "high", 1): Decimal(9)})
    scenario = loads(after).scenarios[0]
    assert (
        said(loads(after)).items()
        >= {
            Target("sold", "high", 0, is_factor=True): Decimal("1.5"),
            Target("sold", "high", 1): Decimal(9),
            Target("sold", "high", 2, is_factor=True): Decimal("1.5"),
        }.items()
    )
    assert [id_ for id_, _ in (*scenario.set, *scenario.scale)] == ["sold", "sold"]
