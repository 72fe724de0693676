"""Formulas: read as Python binds them, refused by name, and never run."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.functions import CALLABLE, OPERATORS
from engine.language.parse import parse
from engine.language.suggestions import FormulaError
from engine.language.tree import Call, Name, Node, Number, names
from engine.language.unparse import text

IDS = ["a", "b", "price", "x_1"]


def trees() -> st.SearchStrategy[Node]:
    """Draw formula trees over all operators and functions."""
    leaves = st.sampled_from(IDS).map(Name) | st.sampled_from(["0", "1", "2.5", "1e3", "10"]).map(
        lambda written: Number(float(written), written)
    )

    def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        calls = [
            st.tuples(*[inner] * count).map(partial(Call, name))
            for name, row in {**OPERATORS, **CALLABLE}.items()
            for count in {row.least, max(row.least, min(row.most, 3))}
        ]
        return st.one_of(calls)

    return st.recursive(leaves, grow, max_leaves=12)


@given(trees())
def test_what_is_printed_reads_back_as_the_same_tree(tree: Node) -> None:
    assert parse(text(tree)) == tree


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("a+b*price", "a + b * price"),
        ("(a+b)*price", "(a + b) * price"),
        ("a-(b-price)", "a - (b - price)"),
        ("-a**2", "-a ** 2"),
        ("(-a)**2", "(-a) ** 2"),
        ("2**3**2", "2 ** 3 ** 2"),
        ("(2**3)**2", "(2 ** 3) ** 2"),
        ("a<b<price", "a < b and b < price"),
        ("+a", "a"),
        ("a\n  + b", "a + b"),
        ("max(a,b) if not a>b else 1_000", "max(a, b) if not a > b else 1_000"),
    ],
)
def test_binding_is_python_s(written: str, printed: str) -> None:
    assert text(parse(written)) == printed


def test_names_come_once_in_order() -> None:
    assert names(parse("b * a + b / min(price, a)")) == ("b", "a", "price")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("a ^ b", "write **"),
        ("a // b", "floor(a / b)"),
        ("a % b", "percent"),
        ("a @ b", "write *"),
        ("a & b", "'and'"),
        ("a | b", "'or'"),
        ("~a", "'not'"),
        ("a = b", "write =="),
        ("= a + b", "this is not a cell"),
        ("a if b", "no 'else'"),
        ("a × b", "write *"),
        ("a − b", "write -"),
        ("a ≤ b", "write <="),
        ("(a + b", "brackets do not pair"),
        ("a b", "a product is written a * b"),
        ("a +", "ends with '+'"),
        ("", "is empty"),
        ("  ", "is empty"),
        ("True", "a switch is 0 or 1"),
        ("'text'", "is not a number"),
        ("1j", "is not a number"),
        ("1e999", "too large"),
        ("a.b", "ids have no dots"),
        ("sum(a, b)", "takes 1 and over="),
        ("sum(over=b)", "has 0 arguments"),
        ("prev(a)", "has 1 argument, and takes 2 or 3"),
        ("prev(a, initial=b)", "write prev(a, b): these stand without names"),
        ("prev(a, 1, over=[b, c])", "goes back along one dimension"),
        ("prev(a, *b)", "takes 2 or 3"),
        ("sum(a, ovr=b)", "'sum' has no argument 'ovr' | it takes by=, over=, where="),
        ("sum(a, **b)", "'sum' has no argument '**'"),
        ("next(a)", "write next(a, end)"),
        ("next(a, 1, over=[b, c])", "goes ahead along one dimension"),
        ("a.next", "called by their names alone: next(a, end)"),
        ("sum(a, over='b')", "names no dimension"),
        ("sum(a, over=[])", "names no dimension"),
        ("a[1:2:3]", "both included"),
        ("(a + b)[1]", "picks from no name"),
        ("a['b' 1]", "cannot be read"),
        ("a['\\\\']", "is not in the language"),
        ("a, b", "a decimal point"),
        ("[a, b]", "one number for each member"),
        ("lambda: a", "not in the language"),
        ("[a for a in b]", "not in the language"),
        ("(a := b)", "not in the language"),
        ("a is b", "not a comparison of numbers"),
        ("a in b", "not a comparison of numbers"),
        ("maxx(a, b)", "did you mean 'max'"),
        ("sqrt(a, b)", "has 2 arguments, and takes 1"),
        ("min()", "has 0 arguments"),
        ("round(x=a)", "plain arguments"),
        ("min(*a)", "plain arguments"),
        ("a(b)", "there is no function 'a'"),
        ("(a)(b)", "there is no function 'a'"),
        ("a.b(c)", "cannot be called"),
        ("__import__('os').system('true')", "cannot be called"),
        ("eval(a)", "there is no function 'eval'"),
        ("f'{a}'", "is not in the language"),
        ("a;b", "is not in the language"),
        ("a # b", "is not in the language"),
        ("await a", "is not in the language"),
        ("yield", "cannot be read"),
        ("max(" * 200 + "a" + ")" * 200, "nested more than 100 deep"),
        ("-" * 5000 + "a", "nested more than 100 deep"),
        ("not " * 1500 + "a", "nested more than 100 deep"),
        ("+".join(["a"] * 1500), "a chain of 1,500 terms, and 1,000 are the most"),
        ("a" + "**a" * 1500, "nested more than 100 deep"),
        ("a if a else " * 600 + "a", "nested more than 100 deep"),
        ("(" * 7000 + "a", "nested more than 100 deep"),
        ("a<" * 3000 + "a", "1,000 are the most"),
        ("a and " * 1000 + "a", "a chain of 1,001 terms"),
        ("a+" * 100_000 + "a", "8,000 are the most"),
        ("9**9**9**9**9", ""),
        ("1_" * 4000, "cannot be read"),
        ("2.5___ % b", "cannot be read"),
        ("if(a, if(b, 1, 2), 3)", "write if(b, 1, 2) if a else 3"),
        ("a == 1 && b", "write 'and' between two conditions"),
        ("max(a;b)", "max(a, b)"),
        ("a{2026}", "a[2026]"),
        ("a if (b = 3) else c", "write == to compare two values"),
        ("sum(a, where=b = 3)", "write == to compare two values"),
        ("max(0 USD, sum(a, over=year))", "'0 USD' has a unit"),
        ("npv(r, cash flow, over=year)", "a product is written cash * flow"),
        ("sum(a over=[b, c])", "write a, over=[b, c]"),
        ("sum(over=year, a)", "write (a, over=year)"),
        ("sum(a, over year)", "write over=year"),
        ("sum(a, over=)", "write over=year"),
        ("sum(a, where=b > 1, where=c)", "join them: where=b > 1 and c"),
        ("sum(a, over=b, over=[c])", "'over=' stands twice in 'sum' | write over=[b, c]"),
        ("sum(a, over=['b', 'c'])", "write over=[b, c]"),
        ("sum(a, over=[b c])", "write over=[b, c]"),
        ("sum(a, where b > 1)", "write where=b"),
        ("sum(a, if=b > 1)", "write where="),
        ("sum(a[b > 1])", "sum(a, where=b > 1)"),
        ("a[b == 'North']", "picked by its name alone: a['North']"),
        ("a[b='North']", "picked by its name alone"),
        ("prev(a, start=b, n=c)", "write prev(a, b, c)"),
        ("prev(a, n=2)", "write prev(a, start, 2)"),
        ("next(a, b, lag=2, over=c)", "write next(a, b, 2, over=c)"),
        ("prev(a, 0, ovr=c)", "named by over="),
        ("average(a, over=b)", "write mean(a, over=b)"),
        ("max(a[b, 2026] for b in c)", "max(a[:, 2026], over=c)"),
        ("count(a, where=a > 5)", "write count(where=a > 5)"),
        ("ROUNDUP(a, 2)", "write ceil(a * 10 ** 2) / 10 ** 2"),
        ("CEILING(a, b)", "write ceil(a / b) * b"),
        ("LOG(a)", "log(x) / log(10)"),
        ("a * 1,000", "write 1000"),
        ("lookup(a b, c, d, ends='flat')", "a product is written a * b"),
        ("prev(a, initial=0 USD)", "'0 USD' has a unit"),
        ("sum(a, axis=1) + 5 USD", "'5 USD' has a unit"),
        ("a * 24 hours", "a number with a unit is a quantity of its own"),
        ("max(a, over=b, 0)", "what is named stands last"),
        ("sum(a, where=b > 1, b < 3)", "conditions are joined by 'and'"),
        ("max(a, b) = c", "write == to compare two values"),
        ("max(a, ovr=b)", "'max' has no argument 'ovr'"),
    ],
)
def test_what_is_not_in_the_language_is_refused_by_name(written: str, says: str) -> None:
    if not says:
        # A tower of powers is read, and costs nothing until somebody computes it.
        assert isinstance(parse(written), Call)
        return
    with pytest.raises(FormulaError) as caught:
        parse(written)
    assert says in f"{caught.value.message} | {caught.value.hint}"


@given(st.text(max_size=60) | st.text(alphabet="ab01 +-*/()<>=,.^[]{}'\"\\:;!@#$%&|~eE\n", max_size=60))
def test_any_text_is_read_or_refused(written: str) -> None:
    with suppress(FormulaError):
        parse(written)
