"""What changed of what scenarios extend and scale, told by meaning; and merged."""

from __future__ import annotations

from pathlib import Path

from exports.review.merge_driver import three_way
from tests.toys.shop import told

TEXT = """[model]
title = "Shop"
outputs = ["y"]

[scenarios.high]
scale.x = 2

[scenarios.slow]
set.z = 3

[scenarios.both]
extends = ["high", "slow"]

[a.x]
label = "X"
unit = "1"
value = 1

[a.z]
label = "Z"
unit = "1"
value = 2

[a.y]
label = "Y"
unit = "1"
formula = "x * z"
"""


def changed(tmp_path: Path, *edits: tuple[str, str]) -> list[tuple[str, str, str, str, str]]:
    text = TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    found = told(tmp_path, text, old=TEXT)["differences"]
    return [(one["kind"], one["id"], one["scenario"], one["before"], one["after"]) for one in found]


def test_another_factor_is_an_assumption(tmp_path: Path) -> None:
    assert changed(tmp_path, ("scale.x = 2", "scale.x = 2.5")) == [("assumption", "x", "high", "2", "2.5")]
    assert changed(tmp_path, ("scale.x = 2", "scale.x = 2.00")) == []


def test_a_value_in_place_of_a_factor(tmp_path: Path) -> None:
    assert changed(tmp_path, ("scale.x = 2", "set.x = 3")) == [
        ("assumption", "x", "high", "2 (inherited)", "3"),
        ("assumption", "x", "high", "2", "not scaled"),
    ]


def test_another_order_of_what_is_extended(tmp_path: Path) -> None:
    assert changed(tmp_path, ('["high", "slow"]', '["slow", "high"]')) == [
        ("scenario", "both", "", "high, slow", "slow, high")
    ]
    assert changed(tmp_path, ("scale.x = 2", 'scale.x = 2\nextends = ["base"]')) == [
        ("scenario", "high", "", "", "base")
    ]


def test_a_scenario_with_another_name_is_followed_where_it_is_extended(tmp_path: Path) -> None:
    edits = (
        ("[scenarios.high]", "[scenarios.dear]"),
        ('"high"', '"dear"'),
        ("[scenarios.both]", "[scenarios.all]\nset.x = 9"),
    )
    assert [one[1:] for one in changed(tmp_path, *edits[:2])] == [
        ("dear", "", "high", "dear"),
        ("dear", "", "High", "Dear"),
    ]
    # Both got another name, and are known by what they change.
    old = TEXT.replace("[scenarios.both]", "[scenarios.both]\nset.x = 9")
    new = TEXT
    for before, after in edits:
        new = new.replace(before, after)
    found = told(tmp_path, new, old=old)["differences"]
    assert {(one["before"], one["after"]) for one in found if one["what"] == "name"} == {
        ("high", "dear"),
        ("both", "all"),
    }


def test_factors_are_merged_piece_by_piece() -> None:
    ours, theirs = TEXT.replace("scale.x = 2", "scale.x = 3"), TEXT.replace("set.z = 3", "set.z = 3\nscale.x = 4")
    merged = three_way(TEXT, ours, theirs)
    assert (merged.conflicts, "scale.x = 3" in merged.text, "scale.x = 4" in merged.text) == ((), True, True)
    apart = three_way(TEXT, ours.replace("scale.x = 3", "set.x = 3"), TEXT.replace("scale.x = 2", "scale.x = 5"))
    assert apart.conflicts
