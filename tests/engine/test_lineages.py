"""Lineages, against Python's own order of base classes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph import Contradiction, linearize


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    parents: dict[str, list[str]] = {}
    for number in range(draw(st.integers(1, 8))):
        above = list(parents)
        parents[f"s{number}"] = draw(st.lists(st.sampled_from(above), unique=True, max_size=4)) if above else []
    return parents


@given(graphs())
def test_a_lineage_is_in_pythons_order_of_base_classes(parents: dict[str, list[str]]) -> None:
    classes: dict[str, type] = {}
    try:
        for id_, above in parents.items():
            classes[id_] = type(id_, tuple(classes[one] for one in above), {})
    except TypeError:
        with pytest.raises(Contradiction):
            linearize(parents)
        return
    expected = {id_: [one.__name__ for one in made.__mro__ if one is not object] for id_, made in classes.items()}
    assert linearize(parents) == expected


def test_what_contradicts_is_told_as_a_circle() -> None:
    with pytest.raises(Contradiction) as found:
        linearize({"x": [], "y": [], "a": ["x", "y"], "b": ["y", "x"], "c": ["a", "b"]})
    befores = {(before, after) for _, before, after in found.value.circle}
    assert befores == {("x", "y"), ("y", "x")}
