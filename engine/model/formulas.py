"""Reads the text of a formula, a test or an equation at a key of a table."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from engine.language.shapes import read
from engine.language.suggestions import FormulaError, UnknownFunctionError
from engine.language.tree import Call
from engine.model.by_member import warn_untaken
from engine.model.dimensions import DEFAULT, Dimension, key_hint, others_hint
from engine.model.model import Formula, Model, Quantity
from engine.model.names import row_of
from engine.model.table import LONGEST_LABEL, Fields
from engine.problems import Mistake, listed, shortened
from engine.text.positions import find_places

_SHOWN: Final = 6
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
        tree, names, shape, words = read(text)
    except UnknownFunctionError as problem:
        return Formula(text, None, unknown=problem)
    except FormulaError as problem:
        if what == "formula" and (named := _NAMED.match(text)) and named[1] == row_of(owner):
            message = f"the formula of '{owner}' begins with '{named[1]} ='"
            table.complain("formula", message, key, "leave that out: a formula is what stands on the right of it")
            return Formula(text, None)
        table.complain("formula", f"the {what} of '{owner}': {problem.message}", key, problem.hint)
        return Formula(text, None)
    return Formula(text, tree, names, shape=shape, words=words)


def read_formulas(table: Fields, dimensions: Sequence[Dimension]) -> dict[str, Any]:
    """Return a formula for each member of the one dimension whose members are named."""
    given = table.table["formula"]
    inner = Fields(table.document, (*table.path, "formula"), given, table.problems)
    owner = shortened(str(table.path[-1]))
    if not dimensions:
        table.complain(
            "member", f"'{owner}' has a formula a member and is over no dimension", "formula", 'write over = "..."'
        )
        return {"formula": Formula("", None)}
    fits = {dimension.id: [dimension.index_of(key) for key in given] for dimension in dimensions}
    best = max(dimensions, key=lambda dimension: sum(index is not None for index in fits[dimension.id]))
    has_default = DEFAULT in given and best.has_default
    for key, index in zip(given, fits[best.id], strict=True):
        if index is None and not (has_default and key == DEFAULT):
            message = f"'{owner}' has a formula for '{shortened(key)}', which is no member of '{best.id}'"
            inner.complain("member", message, key, key_hint(best, key))
    missing = [member for index, member in enumerate(best.members) if index not in fits[best.id]]
    if missing and not has_default:
        message = f"'{owner}' has no formula for {listed([*missing[:_SHOWN], *['...'] * (len(missing) > _SHOWN)])}"
        inner.complain(
            "member", message, None, f"name every member, or write one formula for {others_hint('formula', [best])}"
        )
        return {"formula": Formula("", None)}
    if has_default and not missing:
        warn_untaken(inner, owner, "formula", best)
    by_place = {index: key for key, index in zip(given, fits[best.id], strict=True) if index is not None}
    # What several members have is read once, so that what is wrong with it is told once.
    read = {key: replace(read_formula(inner, key), key=key) for key in given if key in {*by_place.values(), DEFAULT}}
    formulas = tuple([(member, read[by_place.get(index, DEFAULT)]) for index, member in enumerate(best.members)])
    return {"formulas": formulas, "formulas_over": best.id}


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


def replace_formula(text: str, model: Model, id_: str, formula: str) -> str:
    """Return the text of a model with another formula for a quantity, in quotes that suit it."""
    path = (*model.by_id[id_].path, "formula")
    try:
        start, end = find_places(text).values[path]
    except KeyError:
        message = f"the formula of '{id_}' was not found in the text"
        raise Mistake(message, "write it into the text by hand") from None
    quoted = f"'{formula}'" if '"' in formula else f'"{formula}"'
    return text[:start] + quoted + text[end:]
