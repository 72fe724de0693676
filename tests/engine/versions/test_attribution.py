"""Why an output changed: Shapley values against their definition, over a text of its own for every subset of changes."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import Results, evaluate
from engine.planning.planner import plan
from engine.versions.attribution import Attribution, attribute
from engine.versions.differences import differences
from engine.versions.pair import Pair
from engine.versions.renaming import match_quantities

TEXT = """\
[model]
title = "Delivery"
outputs = ["profit", "owed"]

[units]
EUR = "[money]"
parcel = "[parcel]"

[dimensions.year]
from = 2026
to   = 2028

[dimensions.region]
members = ["North", "South"]

[scenarios.plan]
label = "Plan"

[scenarios.busy]
label = "Busy"
set.price = 7
set.parcels.North = 300

[a]
price   = { label = "Price", unit = "EUR/parcel", value = 5 }
share   = { label = "Share lost", unit = "percent", value = 10 }
wage    = { label = "Wage", unit = "EUR/hour", value = 30 }
speed   = { label = "Speed", unit = "parcel/hour", value = 20 }
rate    = { label = "Rate", unit = "percent", value = 5 }
loan    = { label = "Loan", unit = "EUR", value = 1000 }
parcels = { label = "Parcels", unit = "parcel", over = ["region", "year"], value = [{ from = 2026, list = [100, 120, 140] }, { from = 2026, list = [50, 60, 70] }] }
sales   = { label = "Sales", unit = "EUR", over = ["region", "year"], formula = "parcels * price * (1 - share)" }
work    = { label = "Work", unit = "hour", over = "year", formula = "sum(parcels, over=region) / speed" }
pay     = { label = "Pay", unit = "EUR", over = "year", formula = "work * wage" }
debt    = { label = "Debt", unit = "EUR", over = "year", formula = "prev(debt, loan) * (1 + rate) - pay / 10" }
gain    = { label = "Gain", unit = "EUR", over = "year", formula = "sum(sales, over=region) - pay" }
profit  = { label = "Profit", unit = "EUR", formula = "sum(gain)" }
owed    = { label = "Owed", unit = "EUR", formula = "last(debt)" }
"""
# What is replaced, by what: of values, members, a scenario, formulas with and without literals, and a recurrence.
CHANGES = [
    ("value = 5 }\nshare", "value = 6.5 }\nshare"),
    ("value = 10 }", "value = 25 }"),
    ("value = 30 }", "value = 36 }"),
    ("list = [50, 60, 70]", "list = [50, 90, 20]"),
    ("set.price = 7", "set.price = 9"),
    ("set.parcels.North = 300", "set.parcels.South.2027 = 10"),
    ('"parcels * price * (1 - share)"', '"parcels * price * (1 - share) ** 2"'),
    ('"work * wage"', '"work * max(wage, 32 * wage / 30)"'),
    ('"prev(debt, loan) * (1 + rate) - pay / 10"', '"prev(debt, loan) * (1 + rate / 2) - work * wage / 8"'),
    ('"sum(gain)"', '"sum(gain) - 12 * wage * hour_of_all"'),
    ("rate    = {", 'hour_of_all = { label = "An hour", unit = "hour", value = 1 }\nrate    = {'),
    ('"parcel/hour", value = 20', '"parcel/minute", value = 0.5'),
]
TOGETHER = {9: 10}  # a formula that uses a quantity that is added with it


def changed(numbers: frozenset[int] | set[int], text: str = TEXT) -> str:
    for number in sorted(numbers):
        old, new = CHANGES[number]
        assert old in text
        text = text.replace(old, new, 1)
    return text


def results(text: str, case: str) -> Results:
    return evaluate(plan(loads(text)), case)


def shares(case: str, changes: list[int], always: set[int]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return what each change adds to both outputs, as the mean over all orders: the definition."""
    values: dict[frozenset[int], np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = {}

    def value(some: frozenset[int]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        if some not in values:
            found = results(changed(some | always), case)
            values[some] = np.array([found["profit"], found["owed"]])
        return values[some]

    orders = list(permutations(changes))
    total = np.zeros((len(changes), 2))
    for order in orders:
        for place, one in enumerate(order):
            total[changes.index(one)] += value(frozenset(order[: place + 1])) - value(frozenset(order[:place]))
    return total / len(orders)


# What each change is a change of: changes of one quantity are one player.
OF = ["price", "share", "wage", "parcels", "price", "parcels", "sales", "pay", "debt", "profit", "", "speed"]


@settings(max_examples=25, deadline=None)
@given(
    st.sets(st.sampled_from([n for n in range(len(CHANGES)) if n != 10]), min_size=1, max_size=5),
    st.sampled_from(["plan", "busy"]),
)
def test_the_split_is_the_shapley_value_by_its_definition(numbers: set[int], case: str) -> None:
    # An input has one player for all its values, and the oracle one a line.
    seen: set[str] = set()
    numbers = {n for n in sorted(numbers) if not (OF[n] in seen or seen.add(OF[n]))}  # type: ignore[func-returns-value]
    always = {TOGETHER[n] for n in numbers if n in TOGETHER}
    old, new = results(changed(set()), case), results(changed(numbers | always), case)
    found = attribute(Pair.of(old.plan, new.plan), old, new, [Cell("profit", 0), Cell("owed", 0)])
    expected = dict(zip([OF[n] for n in sorted(numbers)], shares(case, sorted(numbers), always), strict=True))
    told = {player.ids[0]: found.shares[place] for place, player in enumerate(found.players)}
    assert all(len(player.ids) == 1 for player in found.players)
    scale = np.abs([found.before, found.after]).max()
    for id_, share in expected.items():
        assert told.get(id_, np.zeros(2)) == pytest.approx(share, abs=1e-9 * scale), id_
    assert told.keys() <= expected.keys()
    assert found.shares.sum(axis=0) == pytest.approx(found.after - found.before, abs=1e-9 * scale)


SMALL = """\
[model]
title = "Small"
outputs = ["out"]
[a]
x = { label = "X", unit = "1", value = 4 }
y = { label = "Y", unit = "1", value = 2 }
b = { label = "B", unit = "1", formula = "x" }
c = { label = "C", unit = "1", formula = "b + 1" }
out = { label = "Out", unit = "1", formula = "c * 2" }
"""


def split_of(old: str, new: str, output: str = "out") -> Attribution:
    before, after = evaluate(plan(loads(old))), evaluate(plan(loads(new)))
    return attribute(Pair.of(before.plan, after.plan), before, after, [Cell(output, 0)])


@pytest.mark.parametrize(
    ("edits", "ids", "reason"),
    [
        ([('"x" }\nc', '"c * 3" }\nc'), ('"b + 1"', '"x - 1"')], {"b", "c"}, "feed"),
        ([("value = 2 }", "value = 5 }"), ('"c * 2"', '"c / (y - 2)"')], {"y", "out"}, "no value"),
    ],
)
def test_changes_that_cannot_be_mixed_are_one_and_the_reason_is_told(
    edits: list[tuple[str, str]], ids: set[str], reason: str
) -> None:
    text = SMALL
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    found = split_of(SMALL, text)
    (player,) = found.players
    assert (set(player.ids), reason in player.reason) == (ids, True)
    assert found.shares[:, 0].sum() == pytest.approx(found.after[0] - found.before[0])


def test_a_unit_that_only_looks_different_moves_nothing_and_a_name_neither() -> None:
    speedy = TEXT.replace('"parcel/hour", value = 20', '"parcel/day", value = 480')
    assert split_of(TEXT, speedy, "profit").players == ()
    other = TEXT.replace("wage ", "pay_rate ").replace("* wage", "* pay_rate")
    assert split_of(TEXT, other, "profit").players == ()
    before, after = plan(loads(TEXT)), plan(loads(other))
    names = match_quantities(before.model, after.model)
    assert names == {"pay_rate": "wage"}
    assert [one.kind for one in differences(Pair.of(before, after))] == ["renamed"]


def test_an_input_may_become_a_formula_and_a_row_may_be_over_more() -> None:
    formula = SMALL.replace(
        'y = { label = "Y", unit = "1", value = 2 }', 'y = { label = "Y", unit = "1", formula = "x / 4" }'
    )
    text = SMALL.replace('"c * 2"', '"c * 2 * y"')
    found = split_of(text, formula.replace('"c * 2"', '"c * 2 * y"').replace("value = 4", "value = 8"))
    assert {player.ids for player in found.players} == {("y",), ("x",)}
    over = TEXT.replace('share   = { label = "Share lost", unit = "percent", value = 10 }', 'share   = { label = "Share lost", unit = "percent", over = "year", value = { from = 2026, list = [10, 20, 30] } }')  # fmt: skip
    wider = split_of(TEXT, over.replace("value = 30 }", "value = 33 }"), "profit")
    reasons = {player.ids: player.reason for player in wider.players}
    assert ("wage",) in reasons
    assert any("share" in ids and "shape" in reason for ids, reason in reasons.items()) or ("share",) in reasons
    assert wider.shares.sum() == pytest.approx(wider.after[0] - wider.before[0])


def test_where_formulas_look_back_otherwise_all_changes_are_one() -> None:
    late = TEXT.replace("prev(debt, loan)", "prev(debt, loan, lag)").replace("rate    = {", 'lag = { label = "Lag", unit = "1", value = 1, whole = true, min = 1 }\nrate    = {')  # fmt: skip
    (player,) = split_of(
        late, late.replace("value = 1,", "value = 2,").replace("value = 30 }", "value = 36 }"), "owed"
    ).players
    assert (player.ids, "looks" in player.reason) == ((), True)


def test_between_scenarios_that_look_back_otherwise_the_change_is_one() -> None:
    text = """\
[model]
title = "Lags"
outputs = ["out"]

[dimensions.year]
from = 2026
to = 2029

[scenarios.later]
label = "Later"
set.lag = 2
set.x = 5

[q]
x = { label = "X", unit = "1", value = 4 }
lag = { label = "Lag", unit = "1", value = 1, whole = true, min = 1 }
row = { label = "Row", unit = "1", over = "year", formula = "prev(x * year, 0, lag)" }
out = { label = "Out", unit = "1", formula = "sum(row)" }
"""
    made = plan(loads(text))
    before, after = evaluate(made, "base"), evaluate(made, "later")
    found = attribute(Pair.of(made, made), before, after, [Cell("out", 0)])
    assert [player.reason for player in found.players] == [
        "the dimensions, or what says how far back a formula looks, changed"
    ]
    assert found.shares.tolist() == [[after["out"] - before["out"]]]
