"""Rounding of arrays has the bits of rounding one number."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.numbers import rounding
from engine.language.numbers.arrays import Array, alike
from engine.language.numbers.rounding import rounded, same_digits
from engine.language.numbers.scalars import round_half_away, same

_DECIMALS = st.builds(
    lambda digits, exponent, nudge: float(f"{digits}e{exponent}") * (1 + nudge * 2.0**-52),
    st.integers(-(10**16), 10**16),
    st.integers(-30, 20),
    st.integers(-9, 9),
)
_TIES = st.builds(
    lambda whole, digits, nudge: (whole + 0.5) / 10.0**digits * (1 + nudge * 2.0**-52),
    st.integers(-(10**9), 10**9),
    st.integers(-6, 12),
    st.integers(-60, 60),
)
_NUMBERS = st.one_of(st.floats(), _DECIMALS, _TIES)
_DIGITS = st.one_of(st.integers(-30, 30), st.integers(-2, 4), st.floats(-400, 400))


@given(st.lists(st.tuples(_NUMBERS, _DIGITS), min_size=1, max_size=60))
def test_every_bit_is_that_of_one_number_rounded(pairs: list[tuple[float, float]]) -> None:
    values, digits = (np.array(column, dtype=np.float64) for column in zip(*pairs, strict=True))
    one_by_one = [
        round_half_away(value, places) if np.isfinite(value) else np.nan
        for value, places in zip(values.tolist(), digits.tolist(), strict=True)
    ]
    assert rounded(values, digits).tobytes() == np.array(one_by_one).tobytes() or _alike(
        rounded(values, digits), one_by_one
    )


def _alike(found: Array, wanted: list[float]) -> bool:
    """Return whether bits are equal, but for those of NaN."""
    pairs = zip(found.tolist(), wanted, strict=True)
    return all((isnan(a) and isnan(b)) or (a == b and np.signbit(a) == np.signbit(b)) for a, b in pairs)


@given(st.lists(st.tuples(_NUMBERS, st.integers(-60, 60)), min_size=1, max_size=60))
def test_numbers_near_each_other_are_equal_as_one_by_one(pairs: list[tuple[float, int]]) -> None:
    pairs = [(value, steps) for value, steps in pairs if 1e-300 < abs(value) < 1e300]
    a = np.array([value for value, _ in pairs])
    b = a * (1 + np.array([steps for _, steps in pairs]) * 2.0**-53)
    wanted = [same(one, other) for one, other in zip(a.tolist(), b.tolist(), strict=True)]
    near = abs(a - b) <= 1e-14 * abs(a)
    assert same_digits(a[near], b[near]).tolist() == [one for one, is_near in zip(wanted, near, strict=True) if is_near]
    assert np.asarray(alike(a, b)).tolist() == wanted


def test_ties_of_decimal_forms_are_known_without_asking_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).uniform(-1e6, 1e6, 100_000)
    wanted = [f"{one:.14e}" == f"{other:.14e}" for one, other in zip(values, values * (1 + 2.0**-50), strict=True)]
    monkeypatch.setattr(rounding, "same", None)
    assert np.asarray(alike(values, values * (1 + 2.0**-50))).tolist() == wanted


def test_shapes_are_those_of_both() -> None:
    assert rounded(2.5) == 3.0
    assert rounded(np.array([[1.25], [-1.25]]), np.array([0.0, 1.0])).tolist() == [[1.0, 1.3], [-1.0, -1.3]]
    assert np.isnan(rounded(np.array([np.inf, 1.0]), np.array([0.0, np.nan]))).all()


def test_what_is_clear_of_a_tie_is_not_rounded_one_at_a_time() -> None:
    values = np.linspace(0.1, 1e6, 100_003) ** 1.01
    assert np.array_equal(rounded(values, 0.0), np.floor(values + 0.5))
