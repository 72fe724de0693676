"""Which cells of data files differ: all are counted, the largest told, whatever members and units changed."""

from __future__ import annotations

import pytest

from engine.data.folder import Kept
from engine.model.load import loads
from engine.model.model import Model
from engine.planning.planner import plan
from engine.solve import solved_cases
from engine.versions.data.changes import MOST
from engine.versions.differences import differences
from engine.versions.effects import effects
from engine.versions.pair import Difference, Pair
from exports.review.lines import list_differences
from tests.toys.power import MODEL, PRICES, SITES, read

MANY = """[model]
title   = "Many"
outputs = ["total"]

[data.many]
file = "many.csv"
note = "counted"

[dimensions.item]
members = { data = "many", column = "item" }

[sizes.size]
label = "Size"
over  = "item"
value = { data = "many", column = "size" }
unit  = "m"

[sizes.total]
label   = "Total"
formula = "sum(size, over=item)"
unit    = "m"
"""


def pair_of(old: Model, new: Model) -> Pair:
    made = plan(old), plan(new)
    return Pair.of(*made, solved_cases(made[0])[0], solved_cases(made[1])[0])


def told(old: Model, new: Model, kind: str = "assumption") -> dict[str, Difference]:
    return {one.id: one for one in differences(pair_of(old, new)) if one.kind == kind}


def test_rows_that_came_and_went_are_counted_and_told() -> None:
    later = SITES.replace("B2;South;1;1\n", "D4;South;7;8\n").replace("A1;North;1,5", "A1;North;3") + "E5;North;1;2\n"
    found = told(read(), read(sites=later))
    sides = {id_: (one.before, one.after) for id_, one in found.items()}
    assert sides == {
        "use[A1, 2026]": ("1.5 MWh", "3 MWh"),
        "use[D4, 2026]": ("", "7 MWh"),
        "use[D4, 2027]": ("", "8 MWh"),
        "use[E5, 2026]": ("", "1 MWh"),
        "use[E5, 2027]": ("", "2 MWh"),
        "use[B2, 2026]": ("1 MWh", ""),
        "use[B2, 2027]": ("1 MWh", ""),
    }
    counts = told(read(), read(sites=later), "data")["sites"].what
    assert counts == "1 changed, 4 added and 2 missing of 8 of use"


def test_another_order_of_rows_is_no_change() -> None:
    first, *rows = PRICES.splitlines(keepends=True)
    head, *sites = SITES.splitlines(keepends=True)
    old, new = read(), read("".join([first, *rows[::-1]]), "".join([head, *sites[::-1]]))
    assert old.dimension["site"].members != new.dimension["site"].members
    assert not told(old, new)
    assert all(effect.is_none for effect in effects(pair_of(old, new)))


def test_values_in_another_unit_are_compared_by_what_they_say() -> None:
    kilowatts = "site;region;2026;2027\nA1;North;1500;2000\nB2;South;1000;1001\nC3;North;2000;500\n"
    found = told(read(), read(sites=kilowatts, model=MODEL.replace('unit  = "MWh"', 'unit  = "kWh"')))
    assert {id_: (one.before, one.after) for id_, one in found.items()} == {"use[B2, 2027]": ("1 MWh", "1,001 kWh")}


@pytest.mark.parametrize("count", [MOST, MOST + 1, 3 * MOST])
def test_of_many_cells_the_largest_are_told_and_all_are_counted(count: int) -> None:
    def many(step: float, size: int = count) -> Model:
        table = "".join([f"m{number},{(number + 1) * (1 + step)}\n" for number in range(size)])
        return loads(MANY, files=Kept({"many.csv": f"item,size\n{table}".encode()}))

    found = differences(pair_of(many(0), many(0.5)))
    cells = [one for one in found if one.kind == "assumption"]
    assert [one.before for one in cells] == [f"{count - place:,} m" for place in range(MOST)]
    assert sum(1 + one.more for one in cells) == count
    assert list_differences(cells)[6] == f"... and {count - 6:,} more members of size"
    assert next(one.what for one in found if one.kind == "data") == f"{count:,} changed of {count:,} of size"
    gone = [one for one in differences(pair_of(many(0), many(0, 1))) if one.kind == "assumption"]
    assert list_differences(gone)[0].endswith(f"and {count - 1 - 6:,} more")


def test_what_a_scenario_takes_from_a_file_now_is_told_beside_what_it_inherited() -> None:
    raised = f'{MODEL}\n[scenarios.high]\nset.price = {{{{ data = "prices", column = "high" }}}}\n'
    prices = "region,year,price,high\nNorth,2026,40,40\nNorth,2027,41.5,50\nSouth,2026,30,30\nSouth,2027,31,31\n"
    plain = f"{MODEL}\n[scenarios.high]\nset.fee = 5\n"
    found = [one for one in differences(pair_of(read(model=plain), read(prices, model=raised))) if one.scenario]
    sides = {one.id: (one.before, one.after) for one in found}
    assert sides["price[North, 2027]"] == ("41.5 USD/MWh (inherited)", "50 USD/MWh")
