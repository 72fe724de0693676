"""Formats of numbers: the digits that count, the sign, and the unit."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from engine.units.unit import PURE, Unit
from exports.style.number_format import for_result
from tests.toys.lemonade import TOY


def test_formats_keep_the_sign_and_suit_every_scenario() -> None:
    row = plan(loads(TOY)).row("profit")
    for values in ([-34889.06], [0, 522508.39], [-2345678.9], [1.5e9], [-0.5]):
        assert "[" not in for_result(row.unit, values)
    assert for_result(row.unit, [0, 522508.39]) == '#,##0_);(#,##0);"-"_)'


@pytest.mark.parametrize(
    ("unit", "values", "shown"),
    [
        ("1", [6], "General"),
        # General would show all digits of 131,150,000,000,000, and 12345678.9 without a comma.
        ("1", [450, 7.5e9], "0.00E+00"),
        ("FLOP", [1.3115e14, 7.082e17], "0.00E+00"),
        ("1", [450, 12_345_678.9], "#,##0"),
        ("1", [0.25, 2_345_678.9], "#,##0.00"),
        ("1", [0.25, 22_345_678.9], "0.00E+00"),
        ("1", [0, 12_345_678.9], '#,##0.0,," M"'),
        ("1", [2026, 2030], "General"),
        ("EUR", [2026, 2030], "#,##0.00"),
        ("1", [996_667, 1_993_333], "#,##0"),
        ("1", [4211.3, 10528.3], "#,##0"),
        ("1", [1.08e25], "0.00E+00"),
        ("1", [-15.25e6], '#,##0.0,," M"'),
        ("USD", [2.5], "#,##0.00"),
        ("USD", [0], "#,##0.00"),
        ("USD", [2.5e6, 3e6], '#,##0.00,," M"'),
        ("USD", [61234.5], "#,##0"),
        ("kUSD", [1067.9], "#,##0"),
        ("kUSD", [-67.9], "#,##0.0"),
        ("kUSD", [0.25], "0.00"),
        ("percent", [0.0004], "0.000 %"),
        ("percent", [0.123], "0.0 %"),
        ("percent", [0.5], "0 %"),
        ("percent", [1.2e19], '#,##0,," M" %'),
        ("percent", [24691.356], "#,##0 %"),
        ("percent", [2.4e-6], "0.00000 %"),
        ("percent", [3e-10], "0.0000000000 %"),
    ],
)
def test_a_format_shows_the_digits_that_count(unit: str, values: list[float], shown: str) -> None:
    signed = shown if shown == "General" else f'{shown}_);({shown});"-"_)'
    assert for_result(Unit(unit, PURE, percent=unit == "percent"), values) == signed
