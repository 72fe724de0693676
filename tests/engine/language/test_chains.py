"""Long chains of one operator: they mean what they say from the left, and are not deep."""

from __future__ import annotations

import operator
import random
from fractions import Fraction

import pytest

from engine.language.parse import LEFT_DEEP, parse
from engine.language.suggestions import MOST_TERMS, FormulaError
from engine.language.tree import depth, fold
from engine.language.unparse import text

OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
BY_NAME = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv}


@pytest.mark.parametrize("signs", ["+", "-", "*", "/", "+-", "*/"])
@pytest.mark.parametrize("count", [LEFT_DEEP, LEFT_DEEP + 1, 120, MOST_TERMS])
def test_a_chain_is_what_it_is_from_the_left(signs: str, count: int) -> None:
    drawn = random.Random(count)  # noqa: S311  # a seed makes the same formula again
    values = {f"x{number}": Fraction(drawn.randint(1, 9)) for number in range(count)}
    written, meant = "x0", values["x0"]
    for number in range(1, count):
        sign = drawn.choice(signs)
        written += f"{sign}x{number}"
        meant = OPERATORS[sign](meant, values[f"x{number}"])
    tree = parse(written)
    found = fold(tree, lambda _: Fraction(0), values.__getitem__, lambda name, given: BY_NAME[name](*given))
    assert found == meant
    assert depth(tree) <= LEFT_DEEP
    assert parse(text(tree)) == tree


@pytest.mark.parametrize("word", ["and", "or"])
def test_conditions_are_a_chain_too(word: str) -> None:
    tree = parse(f"1 if {f' {word} '.join(f'x{number}' for number in range(500))} else 0")
    assert depth(tree) <= LEFT_DEEP


def test_a_chain_inside_another_is_not_deep() -> None:
    inner = f"({'+'.join(['a'] * 60)})"
    assert depth(parse("*".join([inner] * 60))) <= LEFT_DEEP


@pytest.mark.parametrize("joint", ["+", "*", " and "])
def test_the_length_of_a_chain_is_bounded(joint: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(joint.join(["a"] * (MOST_TERMS + 1)))
    assert "a chain of 1,001 terms, and 1,000 are the most" in caught.value.message
