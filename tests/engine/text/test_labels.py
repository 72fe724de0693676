"""Labels that a spreadsheet does not tell apart, over all letters that there are."""

from __future__ import annotations

import sys

import pytest

from engine.text.labels import fold

LETTERS = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isalpha() or not chr(code).isascii()]
LETTERS = [letter for letter in LETTERS if not letter.isnumeric() and not 0xD800 <= ord(letter) < 0xE000]


def test_what_is_alike_by_any_case_is_alike() -> None:
    cases = (str.lower, str.upper, str.casefold)
    assert [letter for letter in LETTERS for case in cases if fold(case(letter)) != fold(letter)] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("I", "\u0131"), ("Stra\u00dfe", "STRASSE"), ("\u212a", "k"), ("\u03c3", "\u03c2"), ("Caf\u00e9", "CAFE\u0301"), ("\u00b5", "\u03bc")],
)  # fmt: skip
def test_labels_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Cafe", "Caf\u00e9"), ("a", "\u0430"), ("growth", "growths"), ("o", "\u00f8")]
)
def test_labels_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)
