"""The numbers behind formulas: rounding, comparing, and every trouble an exception."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.functions import FUNCTIONS
from engine.language.numbers.scalars import HELPERS, PYTHON, less, power, round_half_away, same, spell
from engine.language.parse import parse
from engine.units.rules import RULES
from exports.style.formula_words import WORDS, words
from exports.workbook.formulas.excel import EXCEL


def value(formula: str, *values: float) -> float:
    """Return a formula's value with a, b, c at the values given."""
    position = {name: place for place, name in enumerate("abc")}
    return float(eval(spell(parse(formula), position), {**HELPERS, "v": list(values)}))  # noqa: S307


def test_every_table_of_functions_is_total() -> None:
    for table in (PYTHON, RULES, EXCEL):
        assert table.keys() == FUNCTIONS.keys()
    for name, row in FUNCTIONS.items():
        call = f"{name}({', '.join('abcd'[: row.least])})"
        assert name in WORDS or words(parse(call)) == call


@pytest.mark.parametrize(
    ("number", "digits", "rounded"),
    [
        (2.5, 0, 3), (-2.5, 0, -3), (0.5, 0, 1), (2.675, 2, 2.68), (1.005, 2, 1.01), (-1.005, 2, -1.01),
        (0.285 * 100, 0, 29), (29.6296, -1, 30), (15, -1, 20), (1e300, 2, 1e300), (5e-324, 5, 0), (4.4, -400, 0), (1.1, 400, 1.1),
    ],
)  # fmt: skip
def test_rounding_goes_half_away_on_the_decimal_form(number: float, digits: float, rounded: float) -> None:
    assert round_half_away(number, digits) == rounded


@given(st.decimals(-(10**6), 10**6, places=4), st.integers(0, 3))
def test_rounding_is_decimal_s(number: Decimal, digits: int) -> None:
    expected = number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert round_half_away(float(number), digits) == float(expected)


def test_comparisons_are_made_at_15_digits() -> None:
    assert same(0.1 + 0.2, 0.3)
    assert not less(0.3, 0.1 + 0.2)
    assert same(1 - 0.9, 0.1)
    assert not same(1.0, 1.00000000000001)
    assert less(1.0, 1.00000000000001)
    assert value("a == b", 4.35 * 100, 435) == 1


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_one_of_less_same_and_greater_holds(a: float, b: float) -> None:
    assert less(a, b) + less(b, a) + same(a, b) == 1


@pytest.mark.parametrize(
    ("formula", "values"),
    [
        ("a / b", (1, 0)), ("a ** b", (0, 0)), ("a ** b", (-8, 1 / 3)), ("a ** b", (0, -1)), ("a ** b", (1e200, 2)),
        ("a ** 0", (0,)), ("log(a)", (0,)), ("log(a)", (-1,)), ("sqrt(a)", (-1,)), ("exp(a)", (1000,)), ("asin(a)", (2,)),
        ("acosh(a)", (0,)), ("atanh(a)", (1,)), ("cosh(a)", (1000,)),
        # An overflow inside is not hidden by what is done with it.
        ("1 / (a * a)", (1e200,)), ("min(a * a, 1)", (1e200,)), ("max(-a * a, 1)", (1e200,)), ("exp(-a * a)", (1e200,)),
        ("tanh(a * a)", (1e200,)), ("atan(a * a)", (1e200,)), ("1 if a * a > b else 2", (1e200, 1)),
        ("1 if a * a else 2", (1e200,)), ("floor(a * a)", (1e200,)), ("2 ** (-a * a)", (1e200,)), ("not a * a", (1e200,)),
    ],
)  # fmt: skip
def test_what_has_no_finite_value_raises(formula: str, values: tuple[float, ...]) -> None:
    with pytest.raises((ArithmeticError, ValueError)):
        value(formula, *values)


@pytest.mark.parametrize(
    ("formula", "values", "expected"),
    [
        ("a if b > 0 else a / b", (1, 2), 1),
        ("a / b if b > 0 else 0", (1, 0), 0),
        ("-a ** 2", (3,), -9),
        ("(-a) ** 2", (3,), 9),
        ("2 ** 3 ** 2", (), 512),
        ("a ** -1", (4,), 0.25),
        ("a ** (1 / 2)", (9,), 3),
        ("floor(a)", (-1.5,), -2),
        ("ceil(a)", (-1.5,), -1),
        ("min(a)", (3,), 3),
        ("max(a, b, c)", (1, 3, 2), 3),
        ("log2(a)", (8,), 3),
        ("1 if a and not b else 2", (1, 0), 1),
        ("1 if a or b else 2", (0, 0), 2),
        ("1 if a < b < c else 2", (1, 2, 3), 1),
    ],
)
def test_formulas_have_python_s_meaning(formula: str, values: tuple[float, ...], expected: float) -> None:
    assert math.isclose(value(formula, *values), expected, rel_tol=1e-15)


def test_a_negative_power_of_ten_is_exact_enough() -> None:
    assert power(10, -3) == pytest.approx(0.001, rel=1e-15)
