"""The formulas of a model as written, each with its owner's name and its place."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.model import Formula, Model
from engine.model.names import cell_id
from engine.problems import KeyPath


def written(model: Model) -> Iterator[tuple[str, Formula, KeyPath]]:
    """Yield each formula and test with its owner's name and its place."""
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
