"""Reads one quantity's table: its id, its keys, its formula and its published figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import Any, Final

from engine.language.functions import name_problem
from engine.model.by_member import MOST_CELLS, by_member, spread
from engine.model.dimensions import Dimension, Grid, is_default, others_hint
from engine.model.formulas import read_equation, read_formula, read_formulas
from engine.model.ids import ID, id_hint
from engine.model.model import Published, Quantity
from engine.model.table import LONGEST_LABEL, Fields, kind_of
from engine.problems import did_you_mean, listed, shortened

KINDS: Final = ("value", "formula", "solve")
_DISTRIBUTIONS: Final = ("normal", "lognormal", "uniform", "loguniform", "triangular", "pert")
_NEEDED: Final = ("label", "unit", *KINDS)
_SHOWN: Final = 6
_MOST_DIMENSIONS: Final = 8


def read_quantity(table: Fields, known: Mapping[str, Dimension]) -> Quantity:
    """Return the quantity in a table; what is wrong with it is noted, and reads as absent."""
    id_ = str(table.path[-1])
    if not ID.fullmatch(id_) or id_.endswith("_"):
        table.complain("id", f"'{shortened(id_)}' cannot be an id", None, id_hint(id_))
    elif id_ in QUANTITY_KEYS or name_problem(id_):
        reason = name_problem(id_) or "is a key of quantities"
        table.complain("id", f"'{id_}' cannot be an id: it {reason}", None, f"{id_}_total or the like would do")
    if not table.table.keys() <= _KNOWN:
        table.only(f"'{shortened(id_)}'", QUANTITY_KEYS)
    over = _over(table, known) if "over" in table.table else ()
    dimensions = [known[name] for name in over]
    formula = table.table.get("formula")
    quantity = Quantity(
        id=id_,
        path=table.path,
        label=table.text("label", required=True, longest=LONGEST_LABEL),
        unit=table.text("unit", required=True, longest=LONGEST_LABEL),
        value=_value(table, dimensions) if dimensions else table.number("value"),
        over=over,
        **(read_formulas(table, dimensions) if isinstance(formula, dict) else _formula(table)),
        **_details(table, dimensions),
    )
    _kinds(table, quantity, dimensions)
    return quantity


def _details(table: Fields, dimensions: Sequence[Dimension]) -> dict[str, Any]:
    return {
        detail.field: by_member(table, key, dimensions, detail.read, detail.is_one)
        if detail.is_one is not None
        else detail.read(table, key)
        for key, detail in _DETAILS.items()
        if key in table.table
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


def _value(table: Fields, dimensions: Sequence[Dimension]) -> Grid[Decimal] | None:
    """Return a value for each member; None where it is absent."""
    value = by_member(table, "value", dimensions, Fields.number)
    if value is None:
        return None
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
    texts = []
    for number in cells[:_SHOWN]:
        parts: list[str] = []
        rest = number
        for dimension in reversed(dimensions):
            rest, index = divmod(rest, len(dimension.members))
            parts.append(dimension.members[index])
        texts.append(", ".join(reversed(parts)))
    return listed(texts) + (f" and {len(cells) - _SHOWN} more" if len(cells) > _SHOWN else "")


def _range(table: Fields, key: str) -> tuple[Decimal, Decimal] | None:
    value = table.table.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004  # low and high
        message = f"'{key}' is {kind_of(value)} and must be two numbers"
        table.complain("type", message, key, "write range = [low, high]")
        return None
    low, high = [table.read_number(end, key) for end in value]
    return None if low is None or high is None else (low, high)


def _published(table: Fields) -> Published:
    keys = ("value", "source", "scenario", "at", "digits", "note", "disputed")
    table.only("a published figure", keys)
    value = table.number("value")
    if "value" not in table.table:
        table.complain("missing-key", "a published figure has no 'value'", None, "write it as the source prints it")
    if not table.table.get("source"):
        table.complain("missing-key", "a published figure has no 'source'", None, "say who prints it")
    at = table.table.get("at", [])
    return Published(
        value=Decimal(0) if value is None else value,
        source=table.text("source"),
        path=table.path,
        scenario=table.text("scenario") or None,
        at=tuple([str(member) for member in (at if isinstance(at, list) else [at])]),
        digits=table.whole("digits", 1, 15),
        disputed=table.text("disputed"),
        note=table.text("note"),
    )


def _figures(table: Fields, key: str) -> tuple[Published, ...]:
    return tuple([_published(entry) for _, entry in table.tables(key)])


def _distribution(table: Fields, key: str) -> str:
    return table.choice(key, _DISTRIBUTIONS)


def _is_no_table(value: object) -> bool:
    return not isinstance(value, dict)


def _is_number(value: object) -> bool:
    return not isinstance(value, dict | list)


@dataclass(frozen=True, slots=True)
class _Detail:
    """A key that a quantity may have: the field of its record, how one is read, and what tells one from many by member.

    What is never by member has nothing to tell.
    """

    field: str
    read: Callable[[Fields, str], Any]
    is_one: Callable[[object], bool] | None = None


_DETAILS: Final[Mapping[str, _Detail]] = {
    "range": _Detail("range", _range, _is_no_table),
    "distribution": _Detail("distribution", _distribution),
    "min": _Detail("min", Fields.number, _is_number),
    "max": _Detail("max", Fields.number, _is_number),
    "whole": _Detail("whole", Fields.flag),
    "source": _Detail("sources", Fields.texts, _is_no_table),
    "note": _Detail("note", Fields.text, _is_no_table),
    "published": _Detail("published", _figures),
}
QUANTITY_KEYS: Final = ("label", "unit", *KINDS, "over", *_DETAILS)
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
    is_section = not table.keys() & {"unit", "over"} and all(map(_holds_quantity, kinds))
    return bool(kinds) and not is_section


def _holds_quantity(value: object) -> bool:
    """Return whether a value is a quantity's table, or one of a section; values by member are neither."""
    if not isinstance(value, dict):
        return False
    return not value.keys().isdisjoint(_NEEDED) or any(map(_holds_quantity, value.values()))
