"""Signatures: between the brackets of a call the function is told, with the argument that is under way."""

from __future__ import annotations

import ast

import pytest

from engine.language.functions import CALLABLE, KNOWN, ROW_FUNCTIONS
from engine.language.parse import parse
from plainsheet.editor.answers.completion.functions import SIGNATURES
from plainsheet.editor.answers.completion.signatures import signature_help
from tests.plainsheet.editor.documents import of_text
from tests.toys.ferries import TEXT

HEAD, TAIL = TEXT.split('"sum(rides, over=day)"')


@pytest.mark.parametrize(
    ("formula", "label", "argument"),
    [
        ("max(|", "max(a, b, ...)", "a"),
        ("max(fare, |", "max(a, b, ...)", "b"),
        ("max(fare, fare, fare, fare, |", "max(a, b, ...)", "..."),
        ("max(fare, over=|", "max(x, over=, by=, where=)", "over="),
        ("sum(rides, by=[pier, |", "sum(x, over=, by=, where=)", "by="),
        ("pmt(fare, max(1, 2), |", "pmt(rate, periods, present)", "present"),
        ("pmt(fare, max(1, |", "max(a, b, ...)", "b"),
        ("pmt(fare, (1 + 2) * |", "pmt(rate, periods, present)", "periods"),
        ("prev(rides[pier, |", "prev(x, start, n, over=)", "x"),
        ("prev(rides, 0, |", "prev(x, start, n, over=)", "n"),
        ("count(|", "count(over=, by=, where=)", "over="),
        ("lookup(1, 2, 3, ends=|", "lookup(x, at, values, over=, ends=)", "ends="),
    ],
)
def test_the_call_is_told_with_the_argument_under_way(formula: str, label: str, argument: str) -> None:
    for quote in ('"', "'", '"""'):
        begun = f"{HEAD}{quote}{formula.replace('|', '')}"
        told = signature_help(of_text(begun + TAIL), len(begun))
        assert told is not None
        assert told.active_signature is not None
        shown = told.signatures[told.active_signature]
        assert shown.label == label
        assert shown.parameters is not None
        assert told.active_parameter is not None
        place = shown.parameters[told.active_parameter].label
        assert not isinstance(place, str)
        assert shown.label[slice(*place)] == argument


@pytest.mark.parametrize(
    "formula", ["fare", "(fare", "max(fare) + ", "rides[", "unknown(", "max(1, 2)[", "round(1, 2, "]
)
def test_nothing_is_told_out_of_a_call(formula: str) -> None:
    begun = f'{HEAD}"{formula}'
    told = signature_help(of_text(begun + TAIL), len(begun))
    assert told is None or told.active_parameter is None


def test_nothing_is_told_in_other_texts() -> None:
    text = TEXT.replace('"The log"', '"max(1, 2)"')
    assert signature_help(of_text(text), text.index("max(1, 2)") + 5) is None


@pytest.mark.parametrize("name", KNOWN)
def test_every_function_can_be_called_as_it_is_told(name: str) -> None:
    ways = SIGNATURES[name]
    assert len(ways) == (name in CALLABLE) + (name in ROW_FUNCTIONS) + (name not in {*CALLABLE, *ROW_FUNCTIONS})
    for way in ways:
        assert way.meaning
        values = {"over": "day", "by": "day", "where": "day > 1", "ends": "'flat'"}
        given = [one for one in way.arguments if one != "..."] + [f"{one}={values[one]}" for one in way.keywords]
        parse(f"{name}({', '.join(given)})")
        called = ast.parse(way.label.replace("=", "=0").replace("...", "c"), mode="eval").body
        assert isinstance(called, ast.Call)
