"""Reads the text of a formula, a test or an equation at a key of a table."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

from engine.language.parse import parse
from engine.language.suggestions import FormulaError, UnknownFunctionError
from engine.language.tree import Call, names
from engine.model.model import Formula, Quantity
from engine.model.names import row_of
from engine.model.table import LONGEST_LABEL, Fields
from engine.problems import shortened

_NAMED: Final = re.compile(r"\s*(?:let\s+)?([^\W\d]\w*)\s*:?=(?![=<>])\s*\S")


def read_formula(table: Fields, key: str) -> Formula:
    """Return the formula at a key, without a tree where it cannot be read."""
    value = table.table.get(key)
    owner = shortened(str(table.path[-1]))
    if table.path[-1] == "formula":
        owner = f"{shortened(str(table.path[-2]))}[{key}]"
    what = "formula" if table.path[-1] == "formula" else key
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        hint = f"write value = {value}" if what == key else f'write formula.{key} = "{value}"'
        table.complain("type", f"the {what} of '{owner}' is a number", key, hint)
        return Formula("", None)
    text = table.text(key, required=True, longest=1_000_000)
    if not text:
        return Formula("", None)
    try:
        tree = parse(text)
    except UnknownFunctionError as problem:
        return Formula(text, None, unknown=problem)
    except FormulaError as problem:
        if what == "formula" and (named := _NAMED.match(text)) and named[1] == row_of(owner):
            message = f"the formula of '{owner}' begins with '{named[1]} ='"
            table.complain("formula", message, key, "leave that out: a formula is what stands on the right of it")
            return Formula(text, None)
        table.complain("formula", f"the {what} of '{owner}': {problem.message}", key, problem.hint)
        return Formula(text, None)
    return Formula(text, tree, names(tree))


def read_equation(table: Fields) -> Formula:
    """Return the equation that a quantity solves, without a tree where it is none."""
    formula = read_formula(table, "solve")
    if formula.tree is None:
        return formula
    if not isinstance(formula.tree, Call) or formula.tree.function != "eq":
        owner = shortened(str(table.path[-1]))
        table.complain("equation", f"what '{owner}' solves is no equation", "solve", 'write solve = "left == right"')
    else:
        return formula
    return Formula(formula.text, None)


def solve_hint(quantity: Quantity | None) -> str:
    """Return how a quantity that stands in a circle could be solved for."""
    if quantity is None or quantity.formula is None or quantity.is_equation:
        return "a formula that does not need the others"
    formula = " ".join(quantity.formula.text.split())
    return f"solve for '{quantity.id}': solve = \"{quantity.id} == {shortened(formula)}\" in place of its formula"


def test_hint(check: Mapping[str, Any]) -> str:
    """Return how a check is written that has a formula in place of its test."""
    formula = str(check.get("formula", ""))
    is_test = any(sign in formula for sign in "<>=") and len(formula) <= LONGEST_LABEL
    return f'a check has test = "{formula if is_test else "a <= b"}"'


@contextmanager
def quietly() -> Iterator[None]:
    """Keep Python's advice on style, such as a space before ``if``, from the author of a formula."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
