"""What a change does to percentiles and to the chances of checks, on the same draws, and which change did it."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from engine.solve import solved_cases
from engine.versions.pair import Pair
from engine.versions.spreads.shares import ShiftShare, share_shifts
from engine.versions.spreads.shifts import Shift, shifts

STALL = """
[model]
title = "A stall"
outputs = ["left"]

[units]
EUR = "[money]"

[scenarios.fair]
label = "At the fair"
set.sales = 150

[stall.sales]
label = "Sales"
value = 100
unit = "EUR"
range = [80, 120]
distribution = "normal"
note = "Ours."

[stall.costs]
label = "Costs"
value = 50
unit = "EUR"
range = [30, 70]
distribution = "normal"
note = "Ours."

[stall.rent]
label = "Rent"
value = 10
unit = "EUR"
note = "Ours."

[stall.left]
label = "Left over"
formula = "sales - costs - rent"
unit = "EUR"

[checks.enough]
label = "Something is left"
test = "left >= 0"
"""
OTHER = """[stall.other]
label = "Other"
value = 3
unit = "EUR"
range = [1, 5]
distribution = "uniform"
note = "Ours."

"""
# Of a normal distribution, how many standard deviations the 95th percentile is above the mean.
Z = 1.6448536269514722


def changed(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


def pair_of(old: str, new: str) -> Pair:
    before, after = plan(loads(old, "old.toml")), plan(loads(new, "new.toml"))
    return Pair.of(before, after, solved_cases(before)[0], solved_cases(after)[0])


def found(
    old: str, new: str, scenario: str = "base"
) -> tuple[dict[tuple[str, str], Shift], list[tuple[ShiftShare, ...]]]:
    pair = pair_of(old, new)
    moved = shifts(pair, scenario)
    return {(one.id, one.figure): one for one in moved}, share_shifts(pair, scenario, moved)


def test_percentiles_are_those_of_the_sum_of_normals() -> None:
    new = changed(STALL, ("range = [30, 70]", "range = [20, 80]"), ("value = 10", "value = 12"))
    moved, _ = found(STALL, new)
    for share, z in (("P5", -Z), ("P95", Z)):
        one = moved["left", share]
        assert one.before == pytest.approx(40 + z * sqrt(20**2 + 20**2) / Z, abs=0.3)
        assert one.after == pytest.approx(38 + z * sqrt(20**2 + 30**2) / Z, abs=0.3)
        assert 0 < one.error < 0.3
    assert moved["left", "P50"].after - moved["left", "P50"].before == pytest.approx(-2, abs=0.1)
    chance = moved["checks.enough", "chance"]
    assert chance.before == pytest.approx(98.999, abs=0.1)  # Phi(40 / (28.28 / 1.645))
    assert chance.after == pytest.approx(95.843, abs=0.2)


def test_what_each_change_adds_is_its_shapley_value_and_adds_up() -> None:
    new = changed(STALL, ("range = [30, 70]", "range = [20, 80]"), ("value = 10", "value = 12"))
    moved, shares = found(STALL, new)
    for one, parts in zip(moved.values(), shares, strict=True):
        assert sum(part.share for part in parts) == pytest.approx(one.after - one.before, rel=1e-9)
        by_id = {part.player.ids: part.share for part in parts}
        if one.figure == "chance":
            # What was with either change alone, of Phi(mean / sd), and the average of the two orders.
            was, wider, dearer, both = (
                100 * NormalDist().cdf(mean * Z / sqrt(20**2 + width**2))
                for mean, width in ((40, 20), (40, 30), (38, 20), (38, 30))
            )
            assert by_id["rent",] == pytest.approx((dearer - was + both - wider) / 2, abs=0.1)
            assert by_id["costs",] == pytest.approx((wider - was + both - dearer) / 2, abs=0.1)
            continue
        # What is taken off takes it off everywhere; a wider range widens to both sides.
        assert by_id["rent",] == pytest.approx(-2, abs=1e-9)
        wider = {"P5": -1, "P50": 0, "P95": 1}[one.figure] * (sqrt(20**2 + 30**2) - sqrt(20**2 + 20**2))
        assert by_id.get(("costs",), 0.0) == pytest.approx(wider, abs=0.3)


def test_of_a_check_that_asks_for_something_else_the_chance_is_not_split() -> None:
    new = changed(STALL, ('"left >= 0"', '"left >= rent"'), ("range = [30, 70]", "range = [20, 80]"))
    moved, shares = found(STALL, new)
    one = moved["checks.enough", "chance"]
    assert one.before > one.after + 5
    assert shares[list(moved).index(("checks.enough", "chance"))] == ()


def test_the_chance_of_a_check_over_members_is_split_too() -> None:
    shops = STALL.replace(
        "[stall.left]",
        """[dimensions.shop]
members = ["Hill", "Lake"]

[stall.fee]
label = "Fee"
over = "shop"
value = { Hill = 30, Lake = 35 }
unit = "EUR"
note = "Ours."

[stall.left]""",
    ).replace('test = "left >= 0"', 'test = "left >= fee"')
    moved, shares = found(shops, changed(shops, ("Lake = 35", "Lake = 45"), ("value = 10", "value = 12")))
    one, parts = moved["checks.enough", "chance"], shares[list(moved).index(("checks.enough", "chance"))]
    assert {part.player.ids for part in parts} == {("fee",), ("rent",)}
    assert sum(part.share for part in parts) == pytest.approx(one.after - one.before, rel=1e-9)


def test_a_value_and_its_range_are_one_change() -> None:
    new = changed(STALL, ("value = 50", "value = 55"), ("range = [30, 70]", "range = [35, 75]"))
    moved, shares = found(STALL, new)
    assert [[part.player.ids for part in parts] for parts in shares[:3]] == [[("costs",)]] * 3
    assert moved["left", "P50"].after - moved["left", "P50"].before == pytest.approx(-5, abs=1e-9)
    assert moved["left", "P50"].error == pytest.approx(0, abs=1e-9)  # drawn alike, there is no noise


@pytest.mark.parametrize(
    "change",
    [
        ('label = "Sales"', 'label = "What is sold"'),
        ("[stall.rent]", OTHER + "[stall.rent]"),
        ("range = [30, 70]", "range = [30.0, 70.00]"),
    ],
)  # fmt: skip
def test_what_moves_nothing_is_not_told(change: tuple[str, str]) -> None:
    assert found(STALL, changed(STALL, change)) == ({}, [])


def test_another_name_or_unit_is_no_change() -> None:
    assert found(STALL, STALL.replace("costs", "expenses"))[0] == {}
    cents = changed(
        STALL,
        ('EUR = "[money]"', 'EUR = "[money]"\ncent = "EUR / 100"'),
        ('value = 50\nunit = "EUR"\nrange = [30, 70]', 'value = 5000\nunit = "cent"\nrange = [3000, 7000]'),
    )
    assert found(STALL, cents)[0] == {}


def test_the_unit_of_an_output_is_the_new_one() -> None:
    kilo = changed(
        STALL,
        ('formula = "sales - costs - rent"\nunit = "EUR"', 'formula = "sales - costs - rent"\nunit = "kEUR"'),
        ("value = 10", "value = 12"),
    )
    one = found(STALL, kilo)[0]["left", "P50"]
    assert one.unit == "kEUR"
    assert one.before == pytest.approx(0.040, abs=1e-3)
    assert one.after == pytest.approx(0.038, abs=1e-3)


def test_correlations_are_a_change_of_their_own() -> None:
    new = STALL + '\n[[correlations]]\nbetween = ["sales", "costs"]\nrank = 0.9\nnote = "Ours."\n'
    moved, shares = found(STALL, new)
    assert moved["left", "P5"].after > moved["left", "P5"].before + 10
    assert shares[0][0].player.ids == ()
    assert shares[0][0].share == pytest.approx(moved["left", "P5"].after - moved["left", "P5"].before)


def test_a_version_without_draws_has_one_figure_for_all_percentiles() -> None:
    fixed = changed(STALL, ('distribution = "normal"\n', ""))
    moved, shares = found(fixed, STALL)
    assert {one.before for (id_, _), one in moved.items() if id_ == "left"} == {40.0}
    assert {part.player.ids for part in shares[0]} == {("sales",), ("costs",)}
    assert found(fixed, fixed.replace("value = 10", "value = 12")) == ({}, [])


def test_it_is_of_the_scenario_that_is_asked_for() -> None:
    new = changed(STALL, ("value = 10", "value = 12"))
    moved, _ = found(STALL, new, "fair")  # where sales are outside their range, and held
    assert moved["left", "P95"].before == pytest.approx(150 - 30 - 10, abs=0.2)
    assert shifts(pair_of(STALL, new), "rain") == []


def test_a_formula_that_changed_is_told_beside_inputs() -> None:
    new = changed(STALL, ('"sales - costs - rent"', '"sales - 2 * costs"'), ("range = [80, 120]", "range = [90, 130]"))
    moved, shares = found(STALL, new)
    assert [{part.player.ids for part in parts} for parts in shares[:3]] == [{("left",), ("sales",)}] * 3
    assert "checks.enough" in {id_ for id_, _ in moved}


def test_where_a_mixture_has_other_values_nothing_is_split() -> None:
    bounded = changed(STALL, ('unit = "EUR"\n\n[checks', 'unit = "EUR"\nmin = 0\n\n[checks'))
    moved, shares = found(bounded, changed(bounded, ("range = [30, 70]", "range = [20, 80]")))
    assert moved["left", "P5"].before > 0
    for one, parts in zip(moved.values(), shares, strict=True):
        assert parts == () or np.isclose(sum(part.share for part in parts), one.after - one.before)


def test_of_many_changes_a_few_orders_are_drawn_and_the_error_is_told() -> None:
    inputs = "".join(
        [
            f'\n[more.a{n}]\nlabel = "A{n}"\nvalue = {n + 1}\nunit = "EUR"\nrange = [{n}, {n + 2}]\n'
            f'distribution = "triangular"\nnote = "Ours."\n'
            for n in range(8)
        ]
    )
    formula = " + ".join([f"a{n}" for n in range(8)])
    old = STALL.replace('"sales - costs - rent"', f'"sales - costs - rent + {formula}"') + inputs
    new = old
    for n in range(8):
        new = new.replace(
            f'value = {n + 1}\nunit = "EUR"\nrange = [{n}, {n + 2}]',
            f'value = {n + 1.5}\nunit = "EUR"\nrange = [{n}, {n + 3}]',
        )
    moved, shares = found(old, new)
    one = moved["left", "P50"]
    parts = shares[list(moved).index(("left", "P50"))]
    assert len(parts) == 8
    assert all(part.error is not None for part in parts)
    assert sum(part.share for part in parts) == pytest.approx(one.after - one.before, rel=1e-6)
