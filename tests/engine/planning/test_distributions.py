"""What is taken as a metalog, and what is said to be cut off: beside quantiles that are written here by hand."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.load import loads
from engine.planning.planner import plan
from engine.problems import ModelError

_SHARES = [number / 2000 for number in range(1, 2000)]


def _told(keys: str, value: object) -> list[str]:
    """Return what is said of an input, problem by problem."""
    text = f'[model]\ntitle = "T"\noutputs = ["x"]\n[a.x]\nlabel = "X"\nunit = "1"\nnote = "Ours."\nvalue = {value}\n{keys}\n'
    try:
        return [f"{one.message} ({one.hint})" for one in plan(loads(text)).warnings]
    except ModelError as wrong:
        return [f"{one.message} ({one.hint})" for one in wrong.problems]


def _metalog(low: float, middle: float, high: float, share: float) -> float:
    """Return a quantile of the three-term metalog, from its coefficients as Keelin gives them (2016, table 3)."""
    ratio, logit = math.log(9), math.log(share / (1 - share))
    second = (high - low) / (2 * ratio)
    third = (1 - 2 * (middle - low) / (high - low)) * (high - low) / (0.8 * ratio)
    return middle + second * logit + third * (share - 0.5) * logit


@settings(max_examples=60, deadline=None)
@given(st.integers(-1000, 1000), st.integers(1, 1000), st.integers(1, 9999))
def test_a_metalog_is_taken_where_its_quantiles_never_turn_back(low: int, width: int, part: int) -> None:
    high, middle = low + width, Decimal(low) + Decimal(width) * part / 10_000
    told = _told(f'range = [{low}, {middle}, {high}]\ndistribution = "metalog"', middle)
    quantiles = [_metalog(low, float(middle), high, share) for share in _SHARES]
    rises = all(first <= second + 1e-9 * width for first, second in pairwise(quantiles))
    if 1670 <= part <= 8330:
        assert (told, rises) == ([], True)
    elif part < 1660 or part > 8340:
        assert "a metalog takes 16.66 to 83.34 %" in told[0]
        assert not rises
        nearest = re.findall(r"range = \[[^,]+, ([-\d.e+]+), ", told[0])[0]
        assert _told(f'range = [{low}, {nearest}, {high}]\ndistribution = "metalog"', nearest) == []


@pytest.mark.parametrize(
    ("distribution", "numbers", "bound", "share"),
    [
        ("normal", "1, 9", "min = 0", 0.5 * math.erfc(5 * 1.6448536269514722 / 4 / math.sqrt(2))),
        ("normal", "1, 9", "max = 9.5", 0.5 * math.erfc(4.5 * 1.6448536269514722 / 4 / math.sqrt(2))),
        ("normal", "1, 9", "max = 11", 0),
        ("lognormal", "2, 8", "max = 8", 0.05),
        ("lognormal", "2, 8", "min = 0", 0),
        ("metalog", "2, 4, 8", "min = 2", 0.1),
        ("metalog", "2, 4, 8", "max = 8", 0.1),
        ("triangular", "2, 8", "max = 8", 0),
    ],
)  # fmt: skip
def test_what_bounds_cut_off_is_told_above_1_percent(distribution: str, numbers: str, bound: str, share: float) -> None:
    told = _told(f'range = [{numbers}]\ndistribution = "{distribution}"\n{bound}', 4)
    found = [float(one.split(" %")[0]) for one in told if "is cut off" in one]
    assert found == ([pytest.approx(100 * share, rel=0.05)] if share > 0.01 else [])


def test_later_tables_and_keys_break_no_ids() -> None:
    text = """
[model]
title   = "T"
outputs = ["out"]

[decision]
label = "A section that is called so"

[decision.values]
label = "Values"
unit  = "1"
value = 3
note  = "Ours."

[decision.weights]
label = "Weights"
unit  = "1"
value = 4
note  = "Ours."

[correlation.data]
label = "Data"
unit  = "1"
value = 5
note  = "Ours."

[correlation.out]
label   = "Out"
unit    = "1"
formula = "values * weights + data"
"""
    assert plan(loads(text)).warnings == ()
