"""Units that are offered: each can be read, whichever letters it was looked for by."""

from __future__ import annotations

import string

import pytest

from engine.model.load import loads
from engine.model.model import Model
from engine.units.currencies import is_currency
from engine.units.registry import units_of
from plainsheet.editor.answers.completion.units import offer_unit
from tests.toys.ferries import TEXT


def offered(model: Model, word: str) -> list[str]:
    """Return the units that are offered behind a word."""
    return [one.name for one in offer_unit(model, word, 0, len(word)).candidates]


def test_every_unit_that_is_offered_can_be_read() -> None:
    model = loads(TEXT)
    units = units_of(model.units)
    own = dict(model.units)
    found = {name for letter in ["", *string.ascii_letters, "ki", "me"] for name in offered(model, letter)}
    assert len(found) > 1_000
    for name in found:
        if name in own or not is_currency(name):
            units.parse(name)


@pytest.mark.parametrize(
    ("word", "first"),
    [("", ["1", "percent", "EUR", "ride"]), ("E", ["EUR"]), ("kE", ["kEUR"]), ("MWh/k", ["kEUR", "kride"]), ("kWh", ["kWh"])],
)  # fmt: skip
def test_those_that_are_declared_come_first(word: str, first: list[str]) -> None:
    assert offered(loads(TEXT), word)[: len(first)] == first


def test_at_most_two_hundred_are_offered_and_more_are_told_of() -> None:
    found = offer_unit(loads(TEXT), "", 0, 0)
    assert len(found.candidates) == 200
    assert found.is_part
