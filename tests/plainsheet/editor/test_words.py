"""The words of a formula, against Python's own tokens, and the brackets that are open."""

from __future__ import annotations

import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.load import load
from plainsheet.editor.words import Bracket, open_brackets, words_of
from tests.plainsheet.editor.documents import SHIPPED

PIECES = ["a", "b2", " ", "(", ")", "[", "]", ",", "=", "==", "**", "*", "1", "2.5", "1e-3", "'", '"', "\n", "é", "😀"]


def test_the_words_of_formulas_are_those_of_python() -> None:
    formulas = [formula.text for path in SHIPPED for one in load(path).quantities for _, formula in one.written]
    assert len(formulas) > 200
    for formula in formulas:
        line = " ".join(formula.split())
        found = [token.string for token in tokenize.generate_tokens(io.StringIO(line).readline) if token.string]
        assert [one.text for one in words_of(line)] == found


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_words_stand_in_order_and_leave_out_nothing_but_spaces(text: str) -> None:
    words = list(words_of(text))
    assert [text[one.start : one.end] for one in words] == [one.text for one in words]
    left = [
        text[start:end]
        for start, end in zip([0, *[one.end for one in words]], [*[one.start for one in words], len(text)], strict=True)
    ]
    assert not "".join(left).strip()
    open_brackets(words)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("max(a, ", [Bracket("(", "max", 1)]),
        ("max(a, b", [Bracket("(", "max", 1, has_begun=True)]),
        ("x[", [Bracket("[", "x")]),
        ("sum(x, over=[", [Bracket("(", "sum", 1, "over", has_begun=True), Bracket("[", "")]),
        ("sum(x, over=", [Bracket("(", "sum", 1, "over")]),
        ("sum(x, where=a ==", [Bracket("(", "sum", 1, "where", has_begun=True)]),
        ("(a + b) * c", []),
        (") ]", []),
        ("'(' + (", [Bracket("(", "")]),
    ],
)
def test_open_brackets_tell_what_is_under_way(text: str, found: list[Bracket]) -> None:
    assert open_brackets(list(words_of(text))) == found
