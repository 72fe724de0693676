"""Excel's functions of finance as the language has them: signs, arguments that are left out, and what has no words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.parse import parse
from engine.language.tree import Call, Name, Node
from engine.language.unparse import text
from exports.reading.finance import NotReadable
from exports.reading.formula_tree import tree
from exports.workbook.formulas.excel import excel

CALLS = ["pmt({0}, {1}, {2})", "ipmt({0}, {1}, {2}, {0})", "ppmt({0}, {1}, {2}, {1})", "nper({0}, {1}, {2})", "sln({0}, {1}, {2})",
         "ddb({0}, {1}, {2}, {0})", "-{0} + {1} * {2}", "({0} - {1}) / {2}", "-{0}", "{0} if {1} > {2} else 0", "max({0}, {1}, {2})"]  # fmt: skip


def read(formula: str) -> Node:
    return tree(formula, Name)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=-PMT(a,b,c)", "pmt(a, b, c)"),
        ("=PMT(a,b,c)", "-pmt(a, b, c)"),
        ("=d-PMT(a,b,c)", "d + pmt(a, b, c)"),
        ("=d+PMT(a,b,c)", "d - pmt(a, b, c)"),
        ("=PMT(a,b,-c)", "-pmt(a, b, -c)"),
        ("=-PMT(a/12,b*12,c,0,0)", "pmt(a / 12, b * 12, c)"),
        ("=-PMT(a,b,c,,)", "pmt(a, b, c)"),
        ("=-IPMT(a,b,c,d,0)", "ipmt(a, b, c, d)"),
        ("=PPMT(a,b,c,d)", "-ppmt(a, b, c, d)"),
        ("=NPER(a,-b,c)", "nper(a, b, c)"),
        ("=NPER(a,b,c)", "nper(a, -b, c)"),
        ("=NPER(a,PMT(a,d,c),c)", "nper(a, pmt(a, d, c), c)"),
        ("=SLN(a,b,c)", "sln(a, b, c)"),
        ("=DDB(a,b,c,d)", "ddb(a, b, c, d)"),
        ("=DDB(a,b,c,d,2)", "ddb(a, b, c, d)"),
        ("=IF(d>c,0/MAX(c,0),DDB(a,b,c,d))", "ddb(a, b, c, d)"),
        ("=IF(d>c,0,DDB(a,b,c,d))", "0 if d > c else ddb(a, b, c, d)"),
        ("=IF(a>b,,c)", "0 if a > b else c"),
        ("=ROUND(a,)", "round(a)"),
    ],
)
def test_what_excel_has_is_read(formula: str, expected: str) -> None:
    assert text(read(formula)) == expected


@pytest.mark.parametrize(
    "formula",
    ["=PMT(a,b)", "=PMT(a,b,c,d)", "=PMT(a,b,,d)", "=-PMT(a,b,c,0,1)", "=DDB(a,b,c,d,1.5)", "=NPER(a,b,c,d)", "=SLN(a,b)", "=PMT(a,b,c,0,0,0)"],
)  # fmt: skip
def test_what_the_language_has_no_words_for_is_refused(formula: str) -> None:
    with pytest.raises(NotReadable):
        read(formula)


@given(
    st.recursive(
        st.sampled_from("abcd"),
        lambda inner: st.builds(str.format, st.sampled_from(CALLS), *[inner.map("({})".format)] * 3),
        max_leaves=6,
    )
)
def test_what_is_written_reads_back(written: str) -> None:
    ours = parse(written)
    assert without_signs(read(f"={excel(ours, str)[0]}")) == without_signs(ours)


def without_signs(node: Node) -> Node:
    """Return a formula in which a minus before a minus is none."""
    match node:
        case Call(function="neg", arguments=(Call(function="neg", arguments=(inner,)),)):
            return without_signs(inner)
        case Call(function="add", arguments=(a, Call(function="neg", arguments=(b,)))):
            return without_signs(Call("sub", (a, b)))
        case Call(function="sub", arguments=(a, Call(function="neg", arguments=(b,)))):
            return without_signs(Call("add", (a, b)))
        case Call(function=function, arguments=arguments):
            below = Call(function, tuple(map(without_signs, arguments)))
            return below if below == node else without_signs(below)
    return node
