"""Merges of tables that say what all other members have: by what members have, in whatever lines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.model.dimensions import Grid
from engine.model.load import loads
from exports.review.merge_driver import three_way

TABLE = "value.default = 15\nvalue.TikTok  = 50\n"
TEXT = f"""\
[model]
title   = "Films"
outputs = ["total"]

[dimensions.platform]
members = ["TikTok", "YouTube", "Other"]

[films.share]
label = "Share"
over  = "platform"
unit  = "1"
{TABLE}note  = "A guess."

[films.total]
label   = "Total"
unit    = "1"
formula = "sum(share)"
"""
FULL = "value.TikTok  = 50\nvalue.YouTube = 15\nvalue.Other   = 15\n"
LISTED = "value = [50, 15, 15]\n"
INLINE = "value = { default = 15, TikTok = 50 }\n"
YOUTUBE = TABLE + "value.YouTube = 7\n"
OTHER = TABLE + "value.Other = 8\n"
MORE = TABLE.replace("15", "16")


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (FULL, TABLE, FULL),
        (FULL, YOUTUBE, YOUTUBE),
        (FULL, MORE, MORE),
        (FULL, LISTED, FULL),
        (INLINE, YOUTUBE, YOUTUBE),
        (YOUTUBE, MORE, MORE + "value.YouTube = 7\n"),
        (MORE, FULL.replace("15", "16"), MORE),
    ],
)
def test_a_default_written_out_is_no_change(ours: str, theirs: str, expected: str) -> None:
    texts = [TEXT.replace(TABLE, table) for table in (ours, theirs, expected)]
    for one, other in ((texts[0], texts[1]), (texts[1], texts[0])):
        merge = three_way(TEXT, one, other)
        assert not merge.conflicts
        found, wanted = [loads(text).by_id["share"].value for text in (merge.text, texts[2])]
        assert isinstance(found, Grid)
        assert isinstance(wanted, Grid)
        assert found.cells == wanted.cells
    assert three_way(TEXT, texts[0], texts[1]).text == texts[2]


def test_two_members_that_took_the_default_merge_and_one_changed_twice_does_not() -> None:
    merge = three_way(TEXT, TEXT.replace(TABLE, YOUTUBE), TEXT.replace(TABLE, OTHER))
    value = loads(merge.text).by_id["share"].value
    assert isinstance(value, Grid)
    assert (merge.conflicts, value.cells) == ((), (Decimal(50), Decimal(7), Decimal(8)))
    merge = three_way(TEXT, TEXT.replace(TABLE, YOUTUBE), TEXT.replace(TABLE, TABLE + "value.YouTube = 8\n"))
    assert merge.conflicts == ("'share[YouTube]': before nothing, here 7, there 8",)
