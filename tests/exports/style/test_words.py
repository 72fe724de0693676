"""Numbers, counts and units in words, one table for each way of writing them."""

from __future__ import annotations

import pytest

from exports.style import words


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (0.0, ("0", "0", "0", "0", "0")),
        (1234567.5, ("1234567.5", "1.23457e+06", "1,234,570", "1,234,567.5", "1.235 M")),
        (1e-5, ("1e-05", "1e-05", "1E-05", "1E-05", "1E-05")),
        (-4211.0, ("-4211", "-4211", "-4,211", "-4,211", "-4,211")),
        (1.08e25, ("1.08e+25", "1.08e+25", "1.08E+25", "1.08E+25", "1.08E+25")),
        (0.1 + 0.2, ("0.3", "0.3", "0.3", "0.3", "0.3")),
    ],
)
def test_a_number_in_full_in_a_table_a_review_a_sum_and_on_an_axis(value: float, texts: tuple[str, ...]) -> None:
    ways = (words.in_full, words.in_table, words.in_review, words.in_sum, words.on_axis)
    assert tuple(way(value) for way in ways) == texts


def test_what_has_no_value_is_none() -> None:
    assert words.in_review(None) == "none"
    assert words.as_elasticity(None) == "none"


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1.000"), (0.0, "0.000"), (0.0004, "4.0e-04"), (-0.0005, "-0.001"), (-1.5e-15, "0.000")]
)
def test_an_elasticity_never_shows_0_for_what_is_none(value: float, text: str) -> None:
    assert words.as_elasticity(value) == text


def test_a_label_rounds_half_away_from_zero_as_a_spreadsheet_does() -> None:
    assert words.in_label(2.5, 0) == "3"
    assert words.in_label(-0.125, 2) == "-0.13"


def test_a_sentence_ends_with_one_sign() -> None:
    assert (
        words.sentences(["What is a loaf?", "", "Our ledger", "So it is."]) == "What is a loaf? Our ledger. So it is."
    )
    assert words.sentences([]) == ""


def test_one_is_counted_and_several_are() -> None:
    assert words.counted(1, "input") == "1 input"
    assert words.counted(1200, "input") == "1,200 inputs"
    assert words.counted(0, "quantity", "quantities") == "0 quantities"


@pytest.mark.parametrize(
    ("unit", "suffix", "column"), [("1", "", "number"), ("USD/hour", " USD/hour", "USD/hour"), ("", "", "")]
)
def test_a_pure_number_has_no_unit_behind_it(unit: str, suffix: str, column: str) -> None:
    assert words.unit_suffix(unit) == suffix
    assert words.unit_or_number(unit) == column
