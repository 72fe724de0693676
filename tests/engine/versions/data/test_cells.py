"""Cells of two versions by number: which is which, whatever members came, went or stand elsewhere."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.model.load import loads
from engine.versions.data.cells import places, taken

MEMBERS = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=5, unique=True)


@given(MEMBERS, MEMBERS, MEMBERS, MEMBERS)
def test_a_cell_is_that_of_the_same_members(
    old_x: list[str], new_x: list[str], old_y: list[str], new_y: list[str]
) -> None:
    models = [loads(f"[dimensions.x]\nmembers = {x}\n[dimensions.y]\nmembers = {y}\n".replace("'", '"'))
              for x, y in ((old_x, old_y), (new_x, new_y))]  # fmt: skip
    known = {members: number for number, members in enumerate(product(old_x, old_y))}
    found = places(models[0], models[1], ("x", "y"))
    assert found.tolist() == [known.get(members, -1) for members in product(new_x, new_y)]
    numbers = np.arange(len(known), dtype=np.float64)
    assert taken(numbers, found, -7.0).tolist() == [known.get(members, -7) for members in product(new_x, new_y)]


def test_a_single_number_has_one_cell() -> None:
    model = loads("")
    assert places(model, model, ()).tolist() == [0]
