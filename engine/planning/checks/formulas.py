"""The formulas of a model as written, each with its owner's name and its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

from engine.model.model import Formula, Model, Quantity
from engine.model.names import cell_id
from engine.problems import KeyPath

Written = tuple[str, Formula, KeyPath]
_found: WeakKeyDictionary[Model, list[Written]] = WeakKeyDictionary()


def written(model: Model, quantities: Sequence[Quantity] | None = None) -> list[Written]:
    """Return each formula and test with its owner's name and its place; only the formulas of `quantities`, if given.

    Many checks ask for all of them.
    """
    if quantities is not None and len(quantities) < len(model.quantities):
        return list(_written(model, quantities))
    if model not in _found:
        _found[model] = list(_written(model, model.quantities))
    return _found[model]


def _written(model: Model, quantities: Sequence[Quantity]) -> Iterator[Written]:
    for quantity in quantities:
        seen: set[KeyPath] = set()
        for member, formula in quantity.written:
            path = quantity.formula_place(member)
            if path not in seen:
                # One formula that several members have is looked at once.
                seen.add(path)
                yield cell_id(quantity.id, (member,) if member else ()), formula, path
    for check in model.checks:
        yield check.id, check.test, ("checks", check.id, "test")
