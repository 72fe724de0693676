"""The place among points against a search one point at a time, by the comparison that formulas use."""

from __future__ import annotations

from itertools import pairwise
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.numbers.interpolation import place, why_no_place
from engine.language.numbers.scalars import less


def naive(x: float, points: list[float], kind: str, ends: str) -> float:
    """Return the place found by going through the points."""
    if any(not less(a, b) for a, b in pairwise(points)):
        return nan
    last = len(points) - (2 if kind == "lookup" else 1)
    if last < 0:
        return nan
    if less(x, points[0]):
        return 0 if ends == "flat" else nan
    if kind == "lookup" and less(points[-1], x):
        return last if ends == "flat" else nan
    return min(max(at for at, point in enumerate(points) if not less(x, point)), last)


tenths = st.integers(-30, 30).map(lambda number: number * 0.1)
near = st.tuples(tenths, st.integers(-60, 60)).map(lambda pair: pair[0] + pair[1] * 2.0**-52)


@given(near, st.lists(near, min_size=1, max_size=6), st.sampled_from(["step", "lookup"]), st.sampled_from(["", "flat"]))
def test_a_place_is_found_as_one_point_at_a_time(x: float, points: list[float], kind: str, ends: str) -> None:
    for given_points in (points, sorted(points)):
        found = float(place(x, np.array(given_points), kind, ends))
        expected = naive(x, given_points, kind, ends)
        assert found == expected or (isnan(found) and isnan(expected))
        if ends != "flat":
            assert (why_no_place(x, np.array(given_points), kind) == "") == (not isnan(expected))


def test_many_values_and_many_rows_of_points() -> None:
    points = np.array([[0.0, 10, 20], [0, 5, 5], [1, nan, 3]])
    x = np.array([[10.0, 5, 2], [nan, 1, 2], [-1, 1, 2], [25, 0, 0]])
    expected = [[1.0, nan, nan], [nan, nan, nan], [nan, nan, nan], [2, nan, nan]]
    np.testing.assert_array_equal(place(x, points, "step", ""), expected)
    np.testing.assert_array_equal(place(x[3], points[0], "lookup", "flat"), [1, 0, 0])
    assert place(0.1 + 0.2, np.array([0.0, 0.3, 1.0]), "step", "") == 1
    assert place(0.3, np.array([0.1 + 0.2, 1.0]), "lookup", "") == 0


@pytest.mark.parametrize(
    ("x", "points", "kind", "words"),
    [
        (5.0, [0.0, 10], "lookup", ""),
        (50.0, [0.0, 10], "step", ""),
        (-1.0, [0.0, 10], "step", "-1 is below the first point, 0"),
        (12.5, [0.0, 10], "lookup", "12.5 is above the last point, 10"),
        (5.0, [0.0, 10, 8], "step", "the points must rise, and 10 is followed by 8"),
        (5.0, [0.0, 10, 10], "step", "the points must rise, and 10 is followed by 10"),
        (5.0, [5.0], "lookup", "a lookup between points needs two points or more"),
        (nan, [5.0], "step", "what is looked up has no value"),
        (5.0, [5.0, nan], "step", "a point has no value"),
    ],
)
def test_why_there_is_no_place_is_told(x: float, points: list[float], kind: str, words: str) -> None:
    assert why_no_place(x, np.array(points), kind) == words
    assert isnan(place(x, np.array(points), kind, "")) == (words != "")
