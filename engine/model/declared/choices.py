"""Reads choices: inputs whose value is a member of a dimension, kept as its code."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from engine.model.calendar import place_of
from engine.model.declared.dimensions.members import check_wildcards
from engine.model.dimensions import Dimension, member_hint
from engine.model.table import LONGEST_LABEL, Fields, kind_of
from engine.problems import did_you_mean, shortened
from engine.text.numerals import plain, respell

if TYPE_CHECKING:
    from engine.model.model import Model

# What a choice has no use for, and what to do instead.
WITHOUT: Final = {
    "unit": "a member has no unit",
    "formula": 'a choice is an input; a formula picks with if, as in a if region == "Europe" else b',
    "solve": "a choice is an input: only numbers can be solved for",
    "range": "its range is all members",
    "distribution": "how likely its members are stands in weights",
    "values": "its values are all members",
    "min": "any member may be chosen",
    "max": "any member may be chosen",
    "whole": "a member is no number",
    "published": "a source prints figures, and a choice is none",
    "rollup": "members cannot be added up",
}


def without_others(table: Fields) -> Fields:
    """Return the table of a choice without the keys that it has no use for; each is complained of."""
    owner = shortened(str(table.path[-1]))
    for key, reason in WITHOUT.items():
        if key in table.table:
            table.complain("choice", f"'{owner}' is a choice, and has '{key}'", key, f"delete it: {reason}")
    kept = {key: value for key, value in table.table.items() if key not in WITHOUT}
    return Fields(table.document, table.path, kept, table.problems)


def read_choice(table: Fields, known: Mapping[str, Dimension]) -> Dimension | None:
    """Return the dimension that a quantity chooses from; None where there is none, which is noted."""
    owner = shortened(str(table.path[-1]))
    name = table.text("choice", longest=LONGEST_LABEL)
    dimension = known.get(name)
    if dimension is None:
        if isinstance(table.table["choice"], str):
            message = f"'{owner}' chooses from '{shortened(name)}', and there is no such dimension"
            hint = did_you_mean(name, known) or 'name one: [dimensions.gpu_type] with members = ["A", "B"]'
            table.complain("dimension", message, "choice", hint)
        return None
    if not dimension.members:
        return None
    if "value" not in table.table:
        message = f"the choice '{owner}' has no 'value'"
        table.complain("missing-key", message, None, f"say which is chosen first: value = {_as_written(dimension, 0)}")
    check_wildcards(table, "choice", f"'{name}', from which '{owner}' chooses,", dimension.members)
    return dimension


def read_member(table: Fields, key: str, dimension: Dimension) -> Decimal | None:
    """Return the code of the member at a key; None where it is wrong, which is noted."""
    value = table.table[key]
    owner = _owner(table, key)
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    is_day = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    if not (isinstance(value, str) or is_number or (is_day and dimension.periods)):
        what = "a number" if dimension.numbers else "a text"
        message = f"'{owner}' chooses {kind_of(value)}, and a member of '{dimension.id}' is {what}"
        hint = f"write {_as_written(dimension, 0)}"
        if isinstance(value, dict | list):
            hint = 'members by member need a dimension: over = "..."'
        table.complain("type", message, key, hint)
        return None
    index = place_of(dimension.periods, value) if is_day else dimension.index_of(str(value))
    if index is None:
        message = f"'{owner}' chooses '{shortened(str(value))}', which is no member of '{dimension.id}'"
        table.complain("member", message, key, member_hint(dimension, str(value)))
        return None
    if is_number != bool(dimension.numbers) and not is_day:
        message = f"'{owner}' chooses {kind_of(value)}, and the members of '{dimension.id}' are "
        message += "numbers" if dimension.numbers else "texts"
        table.complain("type", message, key, f"write {_as_written(dimension, index)}")
        return None
    return dimension.code_of(index)


def as_toml(model: Model, id_: str, value: Decimal, old: str = "") -> str:
    """Return a value as TOML has it, in the manner of an `old` one: a number, or of a choice or a group a member."""
    quantity = model.by_id.get(id_)
    name = id_ if quantity is None else quantity.choice
    if name:
        return write_member(value, model.dimension[name], old)
    return respell(old, value) if old else plain(value)


def write_member(code: Decimal, dimension: Dimension, old: str = "") -> str:
    """Return a member as TOML has it, by its code: a number where members count, otherwise quoted as `old` is."""
    member = dimension.member_at(code)
    return member if dimension.numbers else quote(member, old)


def quote(text: str, old: str = "") -> str:
    """Return a text as TOML has it, in single quotes where `old` has these and they can hold it."""
    if old.startswith("'") and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def _owner(table: Fields, key: str) -> str:
    """Return the quantity whose member stands at a key, in its own table or in that of a scenario."""
    path = (*table.path, key)
    # scenarios.high.set.gpu, or inputs.gpu.value; members may stand behind either.
    return shortened(str(path[3] if path[0] == "scenarios" else path[path.index("value") - 1]))


def _as_written(dimension: Dimension, index: int) -> str:
    member = dimension.members[index]
    return member if dimension.numbers else f'"{member}"'
