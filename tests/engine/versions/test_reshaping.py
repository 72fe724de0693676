"""Why an output changed where dimensions got or lost members too: Shapley values against a text for every subset."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import pytest

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.versions.attribution import Attribution, attribute
from engine.versions.pair import Pair

TEXT = """\
[model]
title = "Shops"
outputs = ["profit", "stock", "by_region"]

[units]
EUR = "[money]"

[dimensions.region]
members = ["North", "South"]

[dimensions.year]
from = 2026
to   = 2028

[scenarios.plan]
label = "Plan"

[scenarios.busy]
label = "Busy"
set.price = 9
set.pieces.North = 5

[shop]
price = { label = "Price", unit = "EUR", value = 3 }
start = { label = "At first", unit = "EUR", value = 100 }
rate  = { label = "Rate", unit = "percent", value = 10 }

[shop.pieces]
label = "Pieces"
unit = "1"
over = "region"
value.North = 1
value.South = 2

[shop.rent]
label = "Rent"
unit = "EUR"
over = ["region", "year"]
value.North = { from = 2026, list = [1, 2, 3] }
value.South = 1

[shop.sales]
label = "Sales"
unit = "EUR"
over = ["region", "year"]
formula.North = 'price * pieces["North"] * (1 + rate) ** (year - 2026)'
formula.South = 'price * pieces["South"]'

[shop.stock]
label = "Stock"
unit = "EUR"
over = "year"
formula = "prev(stock, start) * (1 + rate) - sum(rent, over=region)"

[shop.by_region]
label = "By region"
unit = "EUR"
over = "region"
formula = "sum(sales - rent, over=year) * pieces"

[shop.profit]
label = "Profit"
unit = "EUR"
formula = "sum(by_region) + last(stock)"
"""
CHANGES = {
    "price": [("value = 3", "value = 4")],
    "pieces": [("value.North = 1", "value.North = 6")],
    "rate": [("value = 10 }", "value = 20 }")],
    "by_region": [("sum(sales - rent, over=year) * pieces", "sum(2 * sales - rent, over=year) * pieces ** 2")],
}
WEST = [("value.South = 2", "value.South = 2\nvalue.West = 7"), ("value.South = 1", "value.South = 1\nvalue.West = 2"), ("\nformula.South", "\nformula.West = 'pieces[\"West\"] * 2 * price'\nformula.South")]  # fmt: skip
MEMBERS = {
    "a region behind": [('["North", "South"]', '["North", "South", "West"]'), *WEST],
    "a region in front": [('["North", "South"]', '["West", "North", "South"]'), *WEST],
    "a region less": [('["North", "South"]', '["North"]'), ("value.South = 2\n", ""), ("value.South = 1\n", ""), ("formula.South = 'price * pieces[\"South\"]'\n", "")],
    "a region for another": [('["North", "South"]', '["North", "West"]'), ("value.South = 2\n", "value.West = 7\n"), ("value.South = 1\n", "value.West = 2\n"), ("formula.South = 'price * pieces[\"South\"]'", "formula.West = 'pieces[\"West\"] * 2 * price'")],
    "another order of region": [('["North", "South"]', '["South", "North"]')],
    "a region that a scenario sets": [('["North", "South"]', '["North", "South", "West"]'), ("set.price = 9", "set.price = 9\nset.rent.West = 8"), *WEST],
    "a year": [("to   = 2028", "to   = 2029"), ("[1, 2, 3]", "[1, 2, 3, 4]")],
    "an earlier year and a region": [("from = 2026\nto", "from = 2025\nto"), ("{ from = 2026, list = [1, 2, 3] }", "{ from = 2025, list = [9, 1, 2, 3] }"), ('["North", "South"]', '["West", "North", "South"]'), *WEST],
}  # fmt: skip


def edited(*edits: list[tuple[str, str]]) -> str:
    text = TEXT
    for one in edits:
        for old, new in one:
            assert old in text, old
            text = text.replace(old, new, 1)
    return text


def values(text: str, case: str, cells: list[str]) -> list[float]:
    results = evaluate(plan(loads(text)), case)
    rows = {name: results.plan.row(name.partition("[")[0]) for name in cells}
    members = {name: [m[0] for m in results.plan.members(row)] if row.over else [""] for name, row in rows.items()}
    return [
        results.at(Cell(rows[name].id, members[name].index(name.partition("[")[2].removesuffix("]")))) for name in cells
    ]


def split(old: str, new: str, case: str, cells: list[str]) -> Attribution:
    before, after = (evaluate(plan(loads(text)), case) for text in (old, new))
    places = {
        name: Cell(
            row.id,
            [m[0] for m in after.plan.members(row)].index(name.partition("[")[2].removesuffix("]")) if row.over else 0,
        )
        for name in cells
        for row in [after.plan.row(name.partition("[")[0])]
    }
    return attribute(Pair.of(before.plan, after.plan), before, after, list(places.values()))


@pytest.mark.parametrize("case", ["plan", "busy"])
@pytest.mark.parametrize("name", MEMBERS)
def test_members_are_a_change_of_their_own(name: str, case: str) -> None:
    players = {**CHANGES, "members": MEMBERS[name]}
    cells = ["profit", "by_region[North]", "stock[2027]"]
    worth = {
        subset: values(edited(*[players[one] for one in players if one in subset]), case, cells)
        for size in range(len(players) + 1)
        for subset in map(frozenset, combinations(players, size))
    }
    found = split(edited(), edited(*players.values()), case, cells)
    shares = {player.ids: found.shares[place] for place, player in enumerate(found.players)}
    dimensions = tuple(word for word in ("region", "year") if word in name)
    for one in players:
        ids = dimensions if one == "members" else (one,)
        for place, cell in enumerate(cells):
            exact = sum(
                factorial(len(subset)) * factorial(len(players) - len(subset) - 1) / factorial(len(players))
                * (worth[subset | {one}][place] - worth[subset][place])
                for subset in worth
                if one not in subset
            )  # fmt: skip
            share = shares[ids][place] if ids in shares else 0.0
            assert share == pytest.approx(exact, rel=1e-9, abs=1e-9 * abs(worth[frozenset()][place])), (one, cell)


def test_what_means_nothing_over_the_other_members_is_one_change() -> None:
    old = TEXT.replace('"sum(by_region) + last(stock)"', "'by_region[\"South\"] + last(stock)'")
    found = split(old, edited(MEMBERS["a region less"], CHANGES["price"]), "plan", ["profit"])
    assert [player.ids for player in found.players] == [()]
    assert found.shares[0] == pytest.approx(found.after - found.before)
