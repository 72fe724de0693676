"""The formulas of a model as written, each with its owner's name and its place."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from engine.model.model import Formula, Model
from engine.model.names import cell_id
from engine.problems import KeyPath

Written = tuple[str, Formula, KeyPath]
_found: WeakKeyDictionary[Model, list[Written]] = WeakKeyDictionary()


def written(model: Model) -> list[Written]:
    """Return each formula and test with its owner's name and its place; many checks ask for them."""
    if model not in _found:
        _found[model] = list(_written(model))
    return _found[model]


def _written(model: Model) -> Iterator[Written]:
    for quantity in model.quantities:
        seen: set[KeyPath] = set()
        for member, formula in quantity.written:
            path = quantity.formula_place(member)
            if path not in seen:
                # One formula that several members have is looked at once.
                seen.add(path)
                yield cell_id(quantity.id, (member,) if member else ()), formula, path
    for check in model.checks:
        yield check.id, check.test, ("checks", check.id, "test")
