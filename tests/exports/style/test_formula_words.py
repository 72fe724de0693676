"""Formulas in words: nothing that a formula says is lost."""

from __future__ import annotations

import pytest

from engine.language.parse import parse
from exports.style.formula_words import words


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("sum(sales)", "sum of sales"),
        ("sum(sales * price, over=[shop, year])", "sum of (sales × price) over shop and year"),
        ("rollup(cash, by=year)", "rollup of cash by year"),
        ("sum(sales, by=region, over=month)", "sum of sales over month by region"),
        ("mean(sales, where=price > 2)", "mean of sales where price > 2"),
        ("count(over=month)", "count over month"),
        ("count(where=cash < 0) / 12", "(count where cash < 0) ÷ 12"),
        ("npv(rate, flow)", "npv(rate, flow)"),
        ('lookup(sales, points, prices, ends="flat")', "lookup(sales, points, prices), flat beyond its ends"),
    ],
)
def test_an_aggregate_says_all_that_it_takes(formula: str, said: str) -> None:
    assert words(parse(formula)) == said
