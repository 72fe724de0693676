"""Ends of ranges are written where they stand, and a member that shares a range gets its own."""

from __future__ import annotations

import difflib
from decimal import Decimal

import pytest

from engine.model.load import loads
from engine.model.rewriting.rewrite import rewrite
from engine.model.rewriting.targets import Target
from engine.problems import Mistake

TEXT = """\
[model]
title = "Farm"

[dimensions.fruit]
members = ["apple", "sour cherry", "plum"]

[dimensions.year]
from = 2026
to = 2027

[farm.price]
label = "Price"
unit = "1"
over = ["fruit", "year"]
value = 2
{}
"""


@pytest.mark.parametrize(
    ("given", "wanted", "lines"),
    [
        ("range = [1_000, 2.50e3]  # quoted", {(n, "low"): "900" for n in range(6)}, ["- range = [1_000, 2.50e3]  # quoted", "+ range = [900, 2.50e3]  # quoted"]),
        ("range = [1, 3]", {(2, "high"): "4"}, ["- range = [1, 3]", '+ range = { "sour cherry".2026 = [1, 4], default = [1, 3] }']),
        ("range.apple = [1, 3]\nrange.default = [1, 4]", {(4, "low"): "0.5"}, ["+ range.plum.2026 = [0.5, 4]"]),
        ("range = { apple = [1, 3], default = [1, 4] }", {(4, "low"): "0", (5, "low"): "0"}, ["- range = { apple = [1, 3], default = [1, 4] }", "+ range = { apple = [1, 3], default = [1, 4], plum.2026 = [0, 4], plum.2027 = [0, 4] }"]),
        ("range.apple = [1, 3]\nrange.'sour cherry' = [1, 5]\nrange.plum = [1, 6]", {(2, "high"): "7", (3, "high"): "7"}, ["- range.'sour cherry' = [1, 5]", "+ range.'sour cherry' = [1, 7]"]),
        ("range.apple = [1, 3]\nrange.'sour cherry' = [1, 5]\nrange.plum = [1, 6]", {(1, "high"): "7"}, ["- range.apple = [1, 3]", "+ range.apple = { 2027 = [1, 7], default = [1, 3] }"]),
    ],
)  # fmt: skip
def test_it_is_written(given: str, wanted: dict[tuple[int, str], str], lines: list[str]) -> None:
    text = TEXT.format(given)
    targets = {Target("price", None, number, end=end): Decimal(value) for (number, end), value in wanted.items()}  # type: ignore[arg-type]
    after = rewrite(text, loads(text), targets)
    assert [line.rstrip() for line in difflib.ndiff(text.splitlines(), after.splitlines()) if line[0] in "+-"] == lines


def test_an_end_of_no_range_has_no_place() -> None:
    with pytest.raises(Mistake, match="no place"):
        rewrite(TEXT.format(""), loads(TEXT.format("")), {Target("price", None, 0, end="low"): Decimal(1)})
