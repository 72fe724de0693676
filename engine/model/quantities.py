"""Reads one quantity's table: its id, its keys, its formula and its published figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from math import prod
from typing import Any, Final

from engine.language.functions import name_problem
from engine.model.by_member import MOST_CELLS, by_member, spread
from engine.model.data import DataFile, DataGrid
from engine.model.declared.choices import read_choice, read_member, without_others
from engine.model.declared.data.columns import is_of_data, read_column
from engine.model.declared.details import DETAILS, Detail
from engine.model.declared.rollups import read_rollup
from engine.model.declared.uncertainty import is_weights, read_weights
from engine.model.dimensions import Dimension, Grid, is_default, members_at, others_hint
from engine.model.formulas import read_equation, read_formula, read_formulas
from engine.model.model import Quantity
from engine.model.names import ID, id_hint
from engine.model.table import LONGEST_LABEL, Fields
from engine.problems import did_you_mean, listed, shortened

KINDS: Final = ("value", "formula", "solve")
_NEEDED: Final = ("label", "unit", *KINDS)
_SHOWN: Final = 6
_MOST_DIMENSIONS: Final = 8


def read_quantity(table: Fields, known: Mapping[str, Dimension], data: Mapping[str, DataFile]) -> Quantity:
    """Return the quantity in a table; what is wrong with it is noted, and reads as absent."""
    id_ = str(table.path[-1])
    if not ID.fullmatch(id_) or id_.endswith("_"):
        table.complain("id", f"'{shortened(id_)}' cannot be an id", None, id_hint(id_))
    elif id_ in RESERVED_KEYS or name_problem(id_):
        reason = name_problem(id_) or "is a key of quantities"
        table.complain("id", f"'{id_}' cannot be an id: it {reason}", None, f"{id_}_total or the like would do")
    if not table.table.keys() <= _KNOWN:
        # 'valeu' is 'value' wherever there is nothing to draw.
        meant = QUANTITY_KEYS if "distribution" in table.table else [key for key in QUANTITY_KEYS if key not in _NEW]
        table.only(f"'{shortened(id_)}'", QUANTITY_KEYS, meant)
    is_choice = "choice" in table.table
    if is_choice:
        table = without_others(table)
    over = _over(table, known) if "over" in table.table else ()
    dimensions = [known[name] for name in over]
    formula = table.table.get("formula")
    choice = read_choice(table, known) if is_choice else None
    value = _value(table, dimensions, choice, data) if choice or not is_choice else None
    quantity = Quantity(
        id=id_,
        path=table.path,
        label=table.text("label", required=True, longest=LONGEST_LABEL),
        unit="1" if is_choice else table.text("unit", required=True, longest=LONGEST_LABEL),
        value=value,
        over=over,
        choice=choice.id if choice else "",
        rollup=read_rollup(table, dimensions) if "rollup" in table.table else (),
        **(read_formulas(table, dimensions) if isinstance(formula, dict) else _formula(table)),
        **{**_of_file(value), **_details(table, dimensions, choice)},
    )
    _kinds(table, quantity, dimensions)
    return quantity


def _of_file(value: object) -> dict[str, Any]:
    """Return where values are from that stand in a data file, and its note: what holds unless the quantity says."""
    return {"sources": value.origin.file.sources, "note": value.origin.file.note} if isinstance(value, DataGrid) else {}


def _details(table: Fields, dimensions: Sequence[Dimension], choice: Dimension | None) -> dict[str, Any]:
    weights = None if choice is None else Detail("weights", partial(read_weights, dimension=choice), is_weights)
    return {
        detail.field: by_member(table, key, dimensions, detail.read, detail.is_one)
        if detail.is_one is not None
        else detail.read(table, key)
        for key, own in DETAILS.items()
        if key in table.table
        for detail in [weights or own if key == "weights" else own]
    }


def _over(table: Fields, known: Mapping[str, Dimension]) -> tuple[str, ...]:
    """Return the dimensions that a quantity is over; those that there are, each once."""
    found: dict[str, None] = {}
    for name in table.texts("over"):
        if name not in known:
            hint = (
                did_you_mean(name, known) or f"declare it: [dimensions.{shortened(name)}] with members, or from and to"
            )
            if "," in name:
                quoted = ", ".join([f'"{part.strip()}"' for part in name.split(",")])
                hint = f"several stand in a list: over = [{quoted}]"
            table.complain("dimension", f"there is no dimension '{shortened(name)}'", "over", hint)
        elif name in found:
            table.complain("dimension", f"'over' names '{name}' twice", "over", "name it once")
        found[name] = None
    over = tuple([name for name in found if name in known])
    if len(over) > _MOST_DIMENSIONS:
        message = (
            f"'{shortened(str(table.path[-1]))}' is over {len(over)} dimensions, and {_MOST_DIMENSIONS} are the most"
        )
        table.complain("size", message, "over", "split it into quantities over fewer")
        return ()
    if prod([len(known[name].members) for name in over]) > MOST_CELLS:
        message = f"'{shortened(str(table.path[-1]))}' has more than {MOST_CELLS:,} cells"
        table.complain("size", message, "over", "make the dimensions smaller, or split them")
        return ()
    return over


def _value(
    table: Fields, dimensions: Sequence[Dimension], choice: Dimension | None, data: Mapping[str, DataFile]
) -> Decimal | Grid[Decimal] | None:
    """Return the value, or one for each member, of a choice as codes; None where it is absent."""
    if is_of_data(table.table.get("value"), dimensions):
        unit = table.table.get("unit")
        found = read_column(table, "value", dimensions, data, unit if isinstance(unit, str) else "1", choice)
        return found if dimensions or found is None else found.cells[0]
    read = Fields.number if choice is None else partial(read_member, dimension=choice)
    value = by_member(table, "value", dimensions, read)
    if value is None or not dimensions:
        return value
    return spread(value, prod([len(dimension.members) for dimension in dimensions]), (*table.path, "value"))


def _formula(table: Fields) -> dict[str, Any]:
    if "solve" in table.table and "formula" not in table.table:
        return {"formula": read_equation(table), "is_equation": True}
    return {"formula": read_formula(table, "formula")} if "formula" in table.table else {}


def _kinds(table: Fields, quantity: Quantity, dimensions: Sequence[Dimension]) -> None:
    """Complain of a quantity that is both input and result, unless its values begin what its formula goes on."""
    given = [kind for kind in KINDS if kind in table.table]
    owner = shortened(quantity.id)
    begins = given == ["value", "formula"] and any(dimension.ordered for dimension in dimensions)
    if len(given) > 1 and not (begins and not quantity.formulas):
        message = f"'{owner}' has both {' and '.join(given)}"
        hint = "an input has a value, any other quantity a formula or an equation to solve"
        if begins:
            hint = "what begins with values has one formula for the rest"
        table.complain("kinds", message, given[-1], hint)
    elif isinstance(quantity.value, DataGrid) and not begins:
        return  # What is missing in a file is told where it is read.
    elif isinstance(quantity.value, Grid):
        missing = [index for index, value in enumerate(quantity.value.cells) if value is None]
        if begins:
            _actuals(table, quantity.value, dimensions)
        elif missing and not _is_wrong(table):
            names = _named(missing, dimensions)
            hint = f"give each member a value, or one to {others_hint('value', dimensions)}"
            table.complain("member", f"'{owner}' has no value for {names}", "value", hint)


def _is_wrong(table: Fields) -> bool:
    """Return whether something below the table has been complained of already: then what is missing follows from it."""
    return any(
        problem.severity == "error" and problem.location and problem.location.path[: len(table.path)] == table.path
        for problem in table.problems
    )


def _actuals(table: Fields, value: Grid[Decimal], dimensions: Sequence[Dimension]) -> None:
    """Complain of values that are not those of the first periods, as many for each member of the other dimensions."""
    ordered = [index for index, dimension in enumerate(dimensions) if dimension.ordered][-1]
    below = prod([len(dimension.members) for dimension in dimensions[ordered + 1 :]])
    periods = len(dimensions[ordered].members)
    if not periods:
        return
    given = [(number // below) % periods for number, cell in enumerate(value.cells) if cell is not None]
    first = max(given, default=-1) + 1
    owner, dimension = shortened(str(table.path[-1])), dimensions[ordered]
    holes_first = [n for n, cell in enumerate(value.cells) if cell is None and (n // below) % periods == 0]
    if _is_wrong(table):
        return
    keys = [path[len(table.path) + 1 :] for path in value.paths]
    if any(is_default(one, dimensions[: ordered + 1]) and not is_default(one, dimensions[:ordered]) for one in keys):
        message = f"'{owner}' has a formula, and a default value for the other periods of '{dimension.id}'"
        table.complain("kinds", message, "value", "delete one of the two: the formula is what later periods have")
    elif given and holes_first:
        message = f"'{owner}' has values, and none for {_named(holes_first, dimensions)}"
        table.complain(
            "member", message, "value", f"its values begin at {dimension.members[0]}, and its formula goes on"
        )
    elif len(given) != first * (len(value.cells) // periods):
        holes = [n for n, cell in enumerate(value.cells) if cell is None and (n // below) % periods < first]
        message = f"'{owner}' has values up to {dimension.members[first - 1]}, and none for {_named(holes, dimensions)}"
        table.complain(
            "member", message, "value", "its formula takes over after the last value, for all members at once"
        )
    elif first in {0, periods}:
        message = f"'{owner}' has a formula and {'every value' if first else 'no value'} over '{dimension.id}'"
        table.complain("kinds", message, "value", "give the values of the first periods, or leave one of the two out")


def _named(cells: Sequence[int], dimensions: Sequence[Dimension]) -> str:
    texts = [", ".join(members_at(number, dimensions)) for number in cells[:_SHOWN]]
    return listed(texts) + (f" and {len(cells) - _SHOWN} more" if len(cells) > _SHOWN else "")


# What is new among the keys stays allowed as an id, so that no model breaks.
_NEW: Final = ("values", "weights")
RESERVED_KEYS: Final = ("label", "unit", *KINDS, "over", *[key for key in DETAILS if key not in _NEW])
QUANTITY_KEYS: Final = ("label", "unit", *KINDS, "over", *DETAILS, "choice", "rollup")
_KNOWN: Final = frozenset(QUANTITY_KEYS)


def kind_hint(table: Fields) -> str:
    """Return which key was most likely meant to be the value or the formula."""
    for key in table.table:
        if key not in QUANTITY_KEYS and (meant := did_you_mean(key, ("value", "formula"))):
            return f"{meant} (the key '{shortened(key)}' is not known)"
    return "give it one of them"


def is_quantity(table: Mapping[str, Any]) -> bool:
    """Return whether a table holds a value, a formula or an equation, and not a quantity that is called so."""
    kinds = [table[kind] for kind in KINDS if kind in table]
    has_own = not table.keys().isdisjoint({"unit", "over"}) or isinstance(table.get("choice"), str)
    is_section = not has_own and all(map(_holds_quantity, kinds))
    return bool(kinds) and not is_section


def is_meant_as_quantity(table: Mapping[str, Any]) -> bool:
    """Return whether a table without a value or a formula has a unit or a choice of its own, and no quantities."""
    return not any(isinstance(value, dict) for value in table.values()) and not table.keys().isdisjoint(
        {"unit", "choice"}
    )


def holds_quantities(value: object) -> bool:
    """Return whether a table is a quantity or a section of some; a decision and a file of data are neither."""
    if not isinstance(value, dict) or not value.keys().isdisjoint({"options", "goal"}) or _is_file(value):
        return False
    return not value.keys().isdisjoint({"unit", "formula", "solve"}) or any(map(holds_quantities, value.values()))


def misplaced(table: Fields) -> list[str]:
    """Return the keys of a reserved table that hold a quantity."""
    tables = [(name, value) for name, value in table.table.items() if isinstance(value, dict) and not _is_file(value)]
    return [name for name, value in tables if any(kind in value for kind in KINDS)]


def _is_file(value: Mapping[str, Any]) -> bool:
    """Return whether a table is a file of data: no quantity has a text at `file`."""
    return isinstance(value.get("file"), str)


def _holds_quantity(value: object) -> bool:
    """Return whether a value is a quantity's table, or one of a section; values by member are neither."""
    if not isinstance(value, dict):
        return False
    return not value.keys().isdisjoint(_NEEDED) or any(map(_holds_quantity, value.values()))
