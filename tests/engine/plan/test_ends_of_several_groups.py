"""The first and the last by several groups where something holds: one group after the other, as nested loops take it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

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

SHOPS, MONTHS = "ABCD", [f"2026-0{month}" for month in range(1, 7)]
TOWNS = {"A": "X", "B": "X", "C": "Y", "D": "Y"}
SOLD = {(shop, month): 6 * row + column + 1 for row, shop in enumerate(SHOPS) for column, month in enumerate(MONTHS)}
OPEN = {"A": [1, 1, 1, 0, 0, 1], "B": [1, 0, 0, 1, 0, 0], "C": [0, 0, 0, 0, 1, 0], "D": [0, 1, 0, 0, 0, 0]}
MODEL = """[model]
title = "Shops"
[dimensions.month]
from = "2026-01"
to   = "2026-06"
[dimensions.quarter]
of     = "month"
period = "quarter"
[dimensions.shop]
members = ["A", "B", "C", "D"]
ordered = true
[dimensions.town]
of  = "shop"
map = { A = "X", B = "X", C = "Y", D = "Y" }
"""


def written(formula: str, over: str, opened: dict[str, list[int]] = OPEN) -> str:
    lines = [MODEL, '[s.sold]\nlabel = "Sold"\nunit = "1"\nover = ["shop", "month"]\nnote = "x"\n']
    lines += [
        f'value.{shop} = {{ from = "2026-01", list = {[SOLD[shop, month] for month in MONTHS]} }}\n' for shop in SHOPS
    ]
    lines.append('[s.open]\nlabel = "Open"\nunit = "1"\nover = ["shop", "month"]\nnote = "x"\n')
    lines += [f'value.{shop} = {{ from = "2026-01", list = {days} }}\n' for shop, days in opened.items()]
    lines.append(f'[s.result]\nlabel = "Result"\nunit = "1"\nover = [{over}]\nformula = "{formula}"\n')
    return "".join(lines)


def taken(end: int, shops: str, months: list[str], *, by_shop_first: bool) -> int:
    """Return the first (0) or last (-1) of what is sold where a shop is open, by plain loops."""
    is_open = {(shop, month): OPEN[shop][MONTHS.index(month)] for shop, month in product(shops, months)}
    outer, inner = (months, list(shops)) if by_shop_first else (list(shops), months)
    found = []
    for other in outer:
        pairs = [(one, other) if by_shop_first else (other, one) for one in inner]
        open_ = [SOLD[pair] for pair in pairs if is_open[pair]]
        found += open_[end:][:1] if end else open_[:1]
    return found[end]


@pytest.mark.parametrize(
    ("formula", "end", "by_shop_first"),
    [
        ("last(sold, where=open, by=[town, quarter])", -1, True),
        ("last(sold, where=open, by=[quarter, town])", -1, False),
        ("first(sold, where=open, by=[town, quarter])", 0, True),
        ("first(sold, where=open, by=[quarter, town])", 0, False),
        ("last(sold, where=open == 1 and sold > 0, by=[quarter, town])", -1, False),
    ],
)
def test_each_group_takes_what_the_one_before_found(formula: str, end: int, *, by_shop_first: bool) -> None:
    planned = plan(loads(written(formula, '"town", "quarter"')))
    expected = [
        [taken(end, shops, months, by_shop_first=by_shop_first) for months in (MONTHS[:3], MONTHS[3:])]
        for shops in ("AB", "CD")
    ]
    np.testing.assert_array_equal(evaluate(planned)["result"], expected)
    content = workbook(planned)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


@pytest.mark.parametrize(("function", "end"), [("first", 0), ("last", -1)])
def test_what_is_named_by_over_goes_first(function: str, end: int) -> None:
    planned = plan(loads(written(f"{function}(sold, where=open, over=shop, by=quarter)", '"quarter"')))
    expected = [taken(end, SHOPS, months, by_shop_first=True) for months in (MONTHS[:3], MONTHS[3:])]
    np.testing.assert_array_equal(evaluate(planned)["result"], expected)
    content = workbook(planned)
    assert differences(content, IronCalc(content).values(formulas(content))) == []


def message(make: Callable[[], object]) -> str:
    with pytest.raises(ModelError) as caught:
        make()
    return render(caught.value.problems)


def test_a_group_without_any_is_told() -> None:
    planned = plan(
        loads(written("last(sold, where=open, by=[town, quarter])", '"town", "quarter"', {**OPEN, "D": [0] * 6}))
    )
    said = message(lambda: evaluate(planned))
    assert "'result[Y, 2026-Q1]' has no finite value in the scenario 'base'" in said
    assert "_row" not in said


def test_a_dimension_without_order_is_told() -> None:
    text = written("last(sold, where=open, by=[town, quarter])", '"town", "quarter"').replace("ordered = true\n", "")
    said = message(lambda: plan(loads(text)))
    assert "'result' takes the last along 'shop', which has no order" in said
