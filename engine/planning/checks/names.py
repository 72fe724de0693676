"""What can be wrong with the names in formulas: of nothing that is there, or called like functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from engine.model.model import Model, Quantity
from engine.model.names import better_id, row_of
from engine.planning.checks.formulas import written
from engine.problems import Problem, did_you_mean, error, shortened
from engine.text.labels import fold
from engine.units.grammar import UnitError
from engine.units.registry import units_of


def known_names(model: Model, quantities: Sequence[Quantity]) -> Iterator[Problem]:
    """Yield a problem for each name that is no quantity, in the formulas of quantities and in all checks."""
    asked = written(model, quantities)
    ids = nameable(model) if asked else set()
    for owner, formula, path in asked:
        dashed = _dashed(formula.text, ids) if "-" in formula.text else {}
        for meant, dash in dashed.items():
            yield error("unknown-name", f"'{owner}' uses '{dash}', and there is no such quantity",
                        model.at(*path), f"ids have no '-': write {meant}")  # fmt: skip
        told = {part for written in dashed.values() for part in written.split("-")}
        for name in formula.names:
            if name not in ids and name not in model.by_id and name not in told:
                yield error("unknown-name", f"'{owner}' uses '{shortened(name)}', and there is no such quantity",
                            model.at(*path), _unknown_hint(name, ids - {row_of(owner)}, model))  # fmt: skip


def nameable(model: Model) -> set[str]:
    """Return what formulas and scenarios may name: every id, as it must be where it cannot be one as it is."""
    return {better_id(quantity.id) or quantity.id for quantity in model.quantities} | model.dimension.keys()


def _dashed(text: str, ids: set[str]) -> dict[str, str]:
    """Return the ids that are written with a dash, such as ``growth-rate``, where its parts are no ids."""
    found = {}
    for dashed in re.findall(r"[A-Za-z_]\w*(?:-[A-Za-z_]\w*)+", text):
        meant = better_id(dashed)
        if meant in ids and any(part not in ids for part in dashed.split("-")):
            found[meant] = dashed
    return found


def known_functions(model: Model, quantities: Sequence[Quantity]) -> Iterator[Problem]:
    """Yield a problem for each call of what is no function, as `known_names`: a quantity or a product was meant."""
    for owner, formula, path in written(model, quantities):
        unknown = formula.unknown
        if unknown is None:
            continue
        what = path[-1] if path[-1] in {"solve", "test"} else "formula"
        called = model.by_id.get(unknown.name)
        message, hint = unknown.message, unknown.hint
        if called is not None:
            message = f"'{called.id}' is a quantity, and no function"
            hint = _picked(model, called, unknown.arguments)
        elif unknown.name in model.dimension:
            message = f"'{unknown.name}' is a dimension, and no function"
            hint = f"its name alone is the member itself: {unknown.name}"
        yield error("formula", f"the {what} of '{owner}': {message}", model.at(*path), hint)


def _picked(model: Model, called: Quantity, arguments: str) -> str:
    """Return how a member of a quantity, or a product with it, is written where it was called like a function."""
    if not called.over:
        return f"a product is written {called.id} * ({shortened(arguments)})"
    members = [part.strip().strip("\"'") for part in arguments.split(",")]
    dimensions = [model.dimension[name] for name in called.over]
    if len(members) != len(dimensions) or any(d.index_of(m) is None for d, m in zip(dimensions, members, strict=True)):
        members = [dimension.members[0] for dimension in dimensions]
    shown = [m if d.numbers else f'"{m}"' for d, m in zip(dimensions, members, strict=True)]
    return f"its members are picked in brackets, as in {called.id}[{', '.join(shown)}]"


_CONSTANTS: Final = {
    **dict.fromkeys(("true", "false", "null", "none", "nan"), "a switch is 0 or 1"),
    "pi": "give it a quantity of its own: value = 3.14159265358979",
    "e": "write exp(1)",
}
_ADDRESS: Final = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")


def _unknown_hint(name: str, ids: set[str], model: Model) -> str:
    """Return what was meant by a name; `ids` are those that it may be, without that of the formula's own quantity."""
    for dimension in model.dimensions:
        if fold(name) in {fold(member) for member in dimension.members}:
            return f"names of members stand in quotes: \"{name}\" is one of '{dimension.id}'"
    if name.lower() in ids:
        return f"ids are lower case: '{name.lower()}'"
    if _ADDRESS.fullmatch(name):
        return "formulas name quantities by their ids, and no cells"
    known = _CONSTANTS.get(name.lower()) or did_you_mean(name, ids)
    if not known and _is_unit(model, name):
        known = f"'{name}' is a unit, and formulas never name units: conversions come of themselves"
    return known or "give it a table with label, unit and value"


def _is_unit(model: Model, name: str) -> bool:
    try:
        units_of(model.units).parse(name)
    except UnitError:
        return False
    return True
