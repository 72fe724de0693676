"""The formulas of a model as written, each with its owner's name and its place."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.model import Formula, Model
from engine.model.names import cell_id
from engine.problems import KeyPath


def written(model: Model) -> Iterator[tuple[str, Formula, KeyPath]]:
    """Yield each formula and test with its owner's name and its place."""
    for quantity in model.quantities:
        for member, formula in quantity.written:
            path = (*quantity.path, "formula", member) if member else (*quantity.path, quantity.formula_key)
            yield cell_id(quantity.id, (member,) if member else ()), formula, path
    for check in model.checks:
        yield check.id, check.test, ("checks", check.id, "test")
