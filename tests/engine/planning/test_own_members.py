"""A default formula stands for several members: each reads what is over them at itself."""

from __future__ import annotations

import numpy as np
import pytest

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.problems import ModelError, render
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc

MODEL = """[model]
title = "Bakery"
[dimensions.shop]
members = ["north", "south", "river"]
[dimensions.town]
of  = "shop"
map = { north = "Hill", south = "Port", river = "Port" }
[dimensions.year]
from = 2026
to   = 2028
[s]
loaves = { label = "Loaves", unit = "1", over = "shop", value = [600, 450, 300], note = "x" }
price  = { label = "Price", unit = "1", over = "year", value = { from = 2026, list = [3, 4, 5] }, note = "x" }
tax    = { label = "Tax", unit = "1", over = "town", value = [2, 7], note = "x" }
sold   = { label = "Sold", unit = "1", over = ["shop", "year"], value = { north = 1, south = { from = 2026, list = [2, 3, 4] }, river = 5 }, note = "x" }
"""
PRICE, YEARS = np.array([3, 4, 5]), np.arange(3)
SOLD = {"south": np.array([2, 3, 4]), "river": np.array([5, 5, 5])}
LOAVES = {"south": 450, "river": 300}


def written(formula: str, more: str = "") -> str:
    return f"{MODEL}[s.result]\nlabel = 'Result'\nunit = '1'\nover = ['shop', 'year']\nformula.north = '7'\nformula.default = '''{formula}'''\n{more}"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("loaves * price", lambda one: LOAVES[one] * PRICE),
        ("loaves[shop] * price", lambda one: LOAVES[one] * PRICE),
        ("loaves / sum(loaves)", lambda one: LOAVES[one] / 1350 + 0 * PRICE),
        ("loaves - max(loaves, over=shop) + loaves['north']", lambda one: LOAVES[one] + 0 * PRICE),
        ("tax[town] * price + loaves", lambda one: 7 * PRICE + LOAVES[one]),
        ("sold + sum(sold, over=year)", lambda one: SOLD[one] + SOLD[one].sum()),
        ("sold[shop, 2026] + sold['north', :]", lambda one: SOLD[one][0] + 1 + 0 * PRICE),
        ("prev(result, 0) + sold", lambda one: SOLD[one].cumsum()),
        ("cumsum(sold)", lambda one: SOLD[one].cumsum()),
        ("result['north', year] + sold", lambda one: 7 + SOLD[one]),
        ("npv(0, sold)", lambda one: SOLD[one].sum() + 0 * PRICE),
    ],
)
def test_each_member_reads_its_own(formula: str, expected: object) -> None:
    planned = plan(loads(written(formula)))
    assert callable(expected)
    np.testing.assert_allclose(evaluate(planned)["result"], [[7] * 3, expected("south"), expected("river")])
    content = workbook(planned)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


def test_the_formula_of_one_member_still_picks() -> None:
    text = written("1").replace("formula.north = '7'", "formula.north = 'loaves * price'")
    with pytest.raises(ModelError) as caught:
        plan(loads(text))
    assert "pick the member, as in loaves" in render(caught.value.problems)
