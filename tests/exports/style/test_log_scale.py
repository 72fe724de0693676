"""Numbers along logarithmic axes: enough of them to read a curve off, and no two that look the same."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.style.log_scale import ticks
from exports.style.words import names_on_axis


@given(st.floats(-30, 30), st.floats(1e-6, 12))
def test_at_least_two_numbers_lie_within_a_curve(exponent: float, decades: float) -> None:
    least, most = 10**exponent, 10 ** (exponent + decades)
    found = ticks(least, most)
    assert len([tick for tick in found if least <= tick <= most]) >= 2
    assert len(found) <= 20
    assert all(0 < one < other for one, other in pairwise(found))
    assert found[0] <= least * (1 + 1e-12)
    assert found[-1] >= most * (1 - 1e-12)
    names = names_on_axis(found)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (1.021, 1.048, ["1.02", "1.025", "1.03", "1.035", "1.04", "1.045", "1.05"]),
        (6, 19, ["6", "8", "10", "12", "14", "16", "18", "20"]),
        (15, 80, ["10", "20", "50", "100"]),
        (2, 4e4, ["1", "10", "100", "1,000", "10,000", "100,000"]),
        (5, 5, ["1", "10"]),
        (10, 10, ["1", "10", "100"]),
    ],
)
def test_numbers_are_round(least: float, most: float, expected: list[str]) -> None:
    assert names_on_axis(ticks(least, most)) == expected
