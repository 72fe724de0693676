"""Each recipe is solved, and gives the numbers on its page, which were worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from tests.pages import blocks

RECIPES = blocks("docs/recipes.md")


@pytest.mark.parametrize("number", range(0, len(RECIPES), 2))
def test_a_recipe_gives_what_its_page_says(number: int) -> None:
    (kind, text), (told, numbers) = RECIPES[number : number + 2]
    assert (kind, told) == ("toml", "text")
    results = evaluate(plan(loads(text)))
    for line in numbers.splitlines():
        id_, expected = line.split(" = ")
        np.testing.assert_allclose(np.ravel(results[id_.strip()]), [float(one) for one in expected.split(", ")])
