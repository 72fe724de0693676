"""What an author means by a name: an id, a member with its dimension, or what stands in brackets above a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from engine.model.dimensions import member_hint
from engine.model.model import Model
from engine.problems import Mistake, did_you_mean, listed, shortened
from engine.references.symbols import TABLES, Reference, Symbol
from engine.text.positions import compose

_MEMBER: Final = re.compile(r"(?P<dimension>[^\[\]]+)\[(?P<member>[^\[\]]+)\]")


def find_symbol(model: Model, found: Sequence[Reference], name: str) -> Symbol:
    """Return what has a name, by the references of a model: ``price``, ``region[North]``, ``scenarios.high``.

    Raises Mistake where nothing has it, several have, or a member has none that its author chose.
    """
    known = dict.fromkeys([one.symbol for one in found if one.is_declaration])
    parts = _MEMBER.fullmatch(compose(name).strip())
    if parts is not None:
        return _member(model, known, parts["dimension"].strip(), parts["member"].strip().strip("\"'"))
    ways = {symbol: _ways(model, symbol) for symbol in known if symbol.kind != "member"}
    meant = [symbol for symbol, own in ways.items() if name.strip() in own]
    if len(meant) > 1:
        kinds = " and ".join([f"a {symbol.kind}" for symbol in meant])
        message = f"'{shortened(name)}' is {kinds}"
        raise Mistake(message, f"say which: {listed([ways[symbol][-1] for symbol in meant], 'or')}")
    if not meant:
        message = f"nothing is called '{shortened(name)}'"
        near = did_you_mean(name, [way for own in ways.values() for way in own])
        members = [str(symbol) for symbol in known if symbol.kind == "member" and symbol.name == name]
        asked = f"a member is named with its dimension: {listed(members, 'or')}" if members else ""
        raise Mistake(
            message, asked or near or "a member is named as in region[North], a scenario as in scenarios.high"
        )
    return meant[0]


def _ways(model: Model, symbol: Symbol) -> list[str]:
    """Return how something may be named: by its name alone, and by that of its table."""
    if symbol.kind == "quantity":
        return [symbol.name, ".".join(map(str, model.by_id[symbol.name].path))]
    table = next(table for table, kind in TABLES.items() if kind == symbol.kind)
    return [symbol.name, f"{table}.{symbol.name}"]


def _member(model: Model, known: dict[Symbol, None], dimension: str, member: str) -> Symbol:
    axis = model.dimension.get(dimension.removeprefix("dimensions."))
    if axis is None:
        message = f"there is no dimension '{shortened(dimension)}'"
        hint = "a member of a quantity is one of a dimension: name that" if dimension in model.by_id else ""
        raise Mistake(message, did_you_mean(dimension, model.dimension) or hint)
    symbol = Symbol("member", member, axis.id)
    index = axis.index_of(member)
    if index is None:
        message = f"'{shortened(member)}' is no member of '{axis.id}'"
        raise Mistake(message, member_hint(axis, member))
    if axis.is_time:
        message = f"the members of '{axis.id}' are counted, and have no names of their own"
        raise Mistake(message, "change where it begins and ends, in from and to")
    if symbol not in known:
        origin = axis.listed_in or axis.mapped_in
        column = "" if origin is None else f", the column '{origin.column}' of '{origin.file.file}'"
        message = f"'{symbol}' has its name from a file of data{column}"
        raise Mistake(message, "change it there, and where the model names it; then  plainsheet data --update")
    return symbol
