"""What is typed into cells that had what all other members have."""

from __future__ import annotations

import pytest

from tests.toys.stall import Edits, Imported, edited, exported

TEXT = """\
[model]
title   = "Films"
outputs = ["total"]

[dimensions.platform]
members = ["TikTok", "YouTube", "Other"]

[scenarios.plan]
label = "Plan"

[scenarios.boom]
label              = "Boom"
set.share.default  = 20       # all others
set.share.TikTok   = 60

[films.share]
label         = "Share"
over          = "platform"
unit          = "percent"
value.default = 15            # the others
value.TikTok  = 50
note          = "A guess."

[films]
cost  = { label = "Cost", over = "platform", unit = "1", note = "A guess.", value = { default = 1_500, TikTok = 3 } }
total = { label = "Total", unit = "1", formula = "sum(share * cost)" }
"""
COST = 'cost  = { label = "Cost", over = "platform", unit = "1", note = "A guess.", value = '
# What is typed, and the lines of the text that differ.
TYPED: dict[str, tuple[Edits, list[str]]] = {
    "one member": ({("share[Other]", "plan"): 0.2}, ["+ value.Other   = 20"]),
    "all that have the default": (
        {("share[YouTube]", "plan"): 0.2, ("share[Other]", "plan"): 0.2},
        ["- value.default = 15            # the others", "+ value.default = 20            # the others"],
    ),
    "the number of the default": (
        {("share[TikTok]", "plan"): 0.15},
        ["- value.TikTok  = 50", "+ value.TikTok  = 15"],
    ),
    "a table on one line": (
        {("cost[Other]", "plan"): 2500},
        [f"- {COST}{{ default = 1_500, TikTok = 3 }} }}", f"+ {COST}{{ default = 1_500, TikTok = 3, Other = 2_500 }} }}"],
    ),
    "a scenario": ({("share[YouTube]", "boom"): 0.25}, ["+ set.share.YouTube  = 25"]),
    "a scenario's cell cleared": (
        {("share[YouTube]", "boom"): None},
        ["- set.share.default  = 20       # all others", "+ set.share.Other    = 20"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_what_was_typed_over_a_default_comes_back_and_nothing_else(name: str) -> None:
    edits, expected = TYPED[name]
    done = Imported(edited(exported(TEXT), edits), TEXT)
    assert (done.status, done.changed) == (0, expected), done.told


def test_what_the_text_gave_a_member_since_is_a_conflict_only_there() -> None:
    newer = TEXT.replace("value.TikTok  = 50\n", "value.TikTok  = 50\nvalue.Other   = 30\n")
    done = Imported(edited(exported(TEXT), {("share[Other]", "plan"): 0.2}), newer)
    assert done.status == 1
    assert "when exported 15 percent, in the workbook 20 percent, in the text 30 percent" in done.told
    # YouTube alone has the default now.
    done = Imported(edited(exported(TEXT), {("share[YouTube]", "plan"): 0.2}), newer)
    assert done.changed[1].startswith("+ value.default = 20")
