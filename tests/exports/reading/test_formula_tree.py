"""Formulas of Excel as trees: its operators, and what is no formula."""

from __future__ import annotations

import pytest

from engine.language.solving import equivalent
from engine.language.tree import Call, Name
from exports.reading.finance import NotReadable
from exports.reading.formula_tree import tree


@pytest.mark.parametrize(
    ("excel", "python"),
    [
        ("=-a^2", "(-a)**2"),
        ("=2^3^2+a", "64+a"),
        ("=a-b-c*d/e%", "a-b-c*d/(e/100)"),
        ("=IF(AND(a>1,b<=2),MAX(a,b),ABS(c))", "(max(a,b) if a>1 and b<=2 else abs(c))"),
        ("=ROUND(a,2)+INT(b)+LOG(c,2)+SUM(a,b,c)", "(round(a,2)+floor(b)+log2(c)+a+b+c)"),
    ],
)
def test_excel_s_operators_bind_as_excel_binds_them(excel: str, python: str) -> None:
    from engine.language.parse import parse  # noqa: PLC0415  # the oracle: what an author would write

    found = tree(excel, Name)
    assert found == parse(python) or equivalent(found, parse(python))


@pytest.mark.parametrize("formula", ["=", "=(", "=a+", "=f(", '="text"', "=a b", "=" + "(" * 500, "={1,2}", "=TRUE"])
def test_what_is_no_formula_is_no_crash(formula: str) -> None:
    with pytest.raises(NotReadable):
        tree(formula, lambda text: Call("neg", (Name(text),)))
