"""The members of one cell are those that all cells have at its number."""

from __future__ import annotations

import pytest

from engine.model.load import loads

TEXT = """
[model]
title = "Members"
[dimensions.colour]
members = ["red", "green"]
[dimensions.size]
members = ["S", "M", "L"]
[a.x]
label = "X"
value = 1
note = "ours"
"""


@pytest.mark.parametrize("over", [(), ("colour",), ("size", "colour"), ("colour", "size", "colour")])
def test_one_cell_is_that_of_all(over: tuple[str, ...]) -> None:
    model = loads(TEXT, "members.toml")
    everything = model.members(over)
    assert [model.member(over, number) for number in range(len(everything))] == everything
    assert model.member(over, -1) == everything[-1]
