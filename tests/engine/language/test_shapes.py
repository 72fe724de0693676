"""Formulas read by their shapes: the same trees, names and refusals as reading each by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.parse import parse
from engine.language.shapes import filled, read
from engine.language.suggestions import FormulaError
from engine.language.tree import Node, names

_PIECES = (
    "a", "b_2", "turnover", "if", "else", "and", "or", "not", "in", "True", "None", "min(", "max(", "sqrt(", "round(",
    "sum(", "prev(", "over=", "over = ", "count(", "(", ")", ",", "+", "-", "*", "**", "/", "<", "==", "=", "!=", "1",
    "2.", "1.e5", "1e5", "0x1f", ".", " ", "\n", "'", '"', "f", "é", "#", "[", "]", "_0", "_1", "@", ":", "`",
)  # fmt: skip


def _plainly(text: str) -> tuple[Node, tuple[str, ...]] | str:
    try:
        tree = parse(text)
    except FormulaError as problem:
        return f"{problem.message} {problem.hint}"
    return tree, names(tree)


def _by_shape(text: str) -> tuple[Node, tuple[str, ...]] | str:
    try:
        tree, found, shape, words = read(text)
    except FormulaError as problem:
        return f"{problem.message} {problem.hint}"
    assert shape is None or filled(shape.tree, words) == tree
    return tree, found


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_any_text_is_read_or_refused_as_it_is_by_itself(text: str) -> None:
    assert _by_shape(text) == _plainly(text)


@pytest.mark.parametrize(
    "text",
    [
        "a if b > c else a", "a + a", "min(a, b, c) / 2", "x == 'North'", 'x == "a"', "sum(x, over=year)", "x[2026]",
        "a.b", "1.e5 * a", "2x", "a 2", "f'x'", "max (a, b)", "a = b", "not a or b", "10 ** -a", "a\n+ b", "sum + 1",
        "a" * 5000 + " + a" * 800, " + ".join(f"n{number}" for number in range(70)), "(" * 300 + "a" + ")" * 300, "",
    ],
)  # fmt: skip
def test_a_text_is_read_or_refused_as_it_is_by_itself(text: str) -> None:
    assert _by_shape(text) == _plainly(text)


def test_formulas_that_differ_by_names_share_a_shape() -> None:
    shapes = {read(text)[2] for text in ("(a + b) / c", "(x + x) / price", "(b + a) / a")}
    assert len(shapes) == 1
    assert None not in shapes
