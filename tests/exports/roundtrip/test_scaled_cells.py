"""Factors, and cells of scenarios that extend several others: what an import takes, tells and refuses."""

from __future__ import annotations

import pytest

from tests.toys.stall import Edits, Imported, edited, exported

TEXT = """\
[model]
title   = "Stall"
outputs = ["sales"]

[dimensions.shop]
members = ["north", "south"]

[dimensions.year]
from = 2026
to   = 2028

[scenarios.plan]
label = "Plan"

[scenarios.high]
label            = "High"
scale.price      = 1.10   # ten percent
scale.sold.north = 2

[scenarios.slow]
label     = "Slow"
set.price = 4

[scenarios.both]
label       = "Both"
extends     = ["high", "slow"]
scale.staff = 1.5

[stall.price]
label = "Price"
value = 5
unit  = "1"
max   = 100

[stall.staff]
label = "Staff"
value = 4
unit  = "1"
whole = true

[stall.sold]
label   = "Sold"
over    = ["shop", "year"]
unit    = "1"
formula = "prev(sold, 0) * 2"
value.north = { from = 2026, list = [3, 4] }
value.south = { from = 2026, list = [5, 6] }

[stall.sales]
label   = "Sales"
unit    = "1"
formula = "sum(sold, over=[shop, year]) * price * staff"
"""
FACTOR = "factor of price"


def typed(edits: Edits, text: str = TEXT, *options: str) -> Imported:
    return Imported(edited(exported(TEXT), edits), text, *options)


def test_what_nobody_touched_says_what_the_text_says() -> None:
    done = typed({})
    assert (done.status, done.changed) == (0, [])
    assert "say what the text says" in done.told


# What is typed, and the lines that differ.
TAKEN: dict[str, tuple[Edits, list[str]]] = {
    "a factor": ({(FACTOR, "high"): 1.2}, ["- scale.price      = 1.10   # ten percent", "+ scale.price      = 1.20   # ten percent"]),
    "a number over a scaled cell": ({("price", "high"): 7}, ["- scale.price      = 1.10   # ten percent", "+ set.price        = 7"]),
    "a number and the factor that it replaces": ({("price", "high"): 7, (FACTOR, "high"): 1.3}, ["- scale.price      = 1.10   # ten percent", "+ set.price        = 7"]),
    "a number over what two extended give": ({("price", "both"): 9}, ["+ set.price   = 9"]),
    "a scaled cell that is emptied": ({("price", "high"): None}, []),
    "factors of all periods": ({("factor of sold[north, 2026]", "high"): 3, ("factor of sold[north, 2027]", "high"): 3}, ["- scale.sold.north = 2", "+ scale.sold.north = 3"]),
    "a factor of one period": ({("factor of sold[north, 2027]", "high"): 3}, ["- scale.sold.north = 2", "+ scale.sold.north = { from = 2026, list = [2, 3] }"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_it_is_taken(name: str) -> None:
    edits, lines = TAKEN[name]
    done = typed(edits)
    assert (done.status, sorted(one for one in done.changed if one[2:].strip())) == (0, sorted(lines)), done.told


def test_it_is_told_as_what_it_was() -> None:
    told = typed({("price", "high"): 7}).told
    assert "Price (price), scenario high: 5.5 (scaled by 1.1) -> 7" in told
    assert "Price · factor (factor of price), scenario high: 1.1 -> 1.2" in typed({(FACTOR, "high"): 1.2}).told


REFUSED: dict[str, tuple[Edits, str]] = {
    "an emptied factor": ({(FACTOR, "high"): None}, "the factor is empty"),
    "a text": ({(FACTOR, "high"): "much"}, "the cell holds the text 'much'"),
    "a formula in place of a factor": ({(FACTOR, "high"): "=1+1"}, "a formula stands where a number is expected"),
    "another formula over a scaled cell": ({("price", "high"): "=G17*2"}, "a formula stands where a number is expected"),
    "a factor that breaks a bound": ({(FACTOR, "high"): 30}, "'high' scales 'price' to 150, which is above max = 100"),
    "a factor that makes it no whole number": ({("factor of staff", "both"): 1.1}, "which is not whole"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    edits, words = REFUSED[name]
    done = typed(edits)
    assert (done.status, done.changed) == (1, [])
    assert words in done.told


NEWER = {
    "another factor": ("scale.price      = 1.10", "scale.price      = 1.25"),
    "no factor": ("scale.price      = 1.10   # ten percent\n", ""),
    "a value": ("scale.price      = 1.10", "set.price      = 8"),
}
EDITS: dict[str, Edits] = {"the factor": {(FACTOR, "high"): 1.2}, "the value": {("price", "high"): 7}}


@pytest.mark.parametrize("newer", NEWER)
@pytest.mark.parametrize("edit", EDITS)
def test_what_both_changed_is_a_conflict(newer: str, edit: str) -> None:
    text = TEXT.replace(*NEWER[newer])
    done = typed(EDITS[edit], text)
    assert (done.status, done.changed) == (1, [])
    assert "changed both in the workbook and in the text" in done.told
    assert typed(EDITS[edit], text, "--ours").changed == []
    lines = [one for one in typed(EDITS[edit], text, "--theirs").changed if one[0] == "+"]
    assert [line.split("#")[0].replace(" ", "") for line in lines] == [
        "+scale.price=1.2" if edit == "the factor" and newer == "no factor"
        else "+scale.price=1.20" if edit == "the factor" and newer == "another factor"
        else "+scale.price=1.2" if edit == "the factor" else "+set.price=7"
    ]  # fmt: skip


@pytest.mark.parametrize("newer", NEWER)
def test_what_the_text_alone_changed_stays(newer: str) -> None:
    done = typed({}, TEXT.replace(*NEWER[newer]))
    assert (done.status, done.changed) == (0, []), done.told


def test_what_a_scenario_extends_may_have_changed_in_the_text() -> None:
    done = typed({("price", "both"): 9}, TEXT.replace('["high", "slow"]', '"slow"'))
    assert (done.status, done.changed) == (0, ["+ set.price   = 9"]), done.told


def test_without_registry_the_formulas_are_still_known() -> None:
    content = edited(exported(TEXT), {("price", "both"): 9}, lambda book: book.remove(book["Registry"]))
    done = Imported(content, TEXT)
    assert (done.status, done.changed) == (0, ["+ set.price   = 9"]), done.told
