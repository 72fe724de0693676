"""What the texts in quotes of a model name, and where in each a name stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from engine.model.dimensions import Dimension, member_keys
from engine.model.model import Quantity
from engine.problems import KeyPath
from engine.references.formulas import Mention, mentions
from engine.references.known import BY_MEMBER, Known
from engine.references.symbols import Kind, Symbol
from engine.units.grammar import DIMENSION, NAME
from engine.units.registry import units_of

# The name of a quantity, with members in brackets, as charts and correlations have it; a step may be taken away.
_CELL: Final = re.compile(r"\s*-?\s*(?P<id>[a-z]\w*)\s*(?:\[(?P<members>[^\[\]]*)\])?\s*")
_PART: Final = re.compile(r"[^,]+")
_BARE: Final = re.compile(r"""[\s"']*(?P<member>.*?)[\s"']*""")
_OF_DATA: Final[Mapping[KeyPath, Kind]] = {("data",): "data", ("columns",): "dimension"}


class Named(NamedTuple):
    """What a part of a text names, from its first character to the one behind it; a group's map may declare it."""

    symbol: Symbol
    start: int
    end: int
    is_declaration: bool = False
    in_formula: bool = False


_Found = Iterator[Named]


def named_in(known: Known, path: KeyPath, text: str) -> _Found:  # noqa: C901  # a row for each kind of place
    """Yield what the text at a key path names."""
    if (quantity := known.quantity(path)) is not None:
        yield from _in_quantity(known, quantity, path, text)
        return
    match path:
        case ("model", "scenario") | ("scenarios", _, "extends", *_) | ("charts", _, "scenarios" | "scenario", *_):
            yield from _whole(known.named("scenario", text), text)
        case ("model", "outputs", *_) | ("correlations", _, "between", _) | ("decisions", _, "value"):
            yield from _cell(known, text)
        case ("charts", _, "x" | "y" | "mark" | "steps" | "levels" | "total" | "plan", *_) | ("decisions", _, "choice"):
            # What runs along a chart may be the scenarios, whatever else is called so.
            is_scenario = path[0] == "charts" and path[2] == "x" and text == "scenario"
            if not is_scenario:
                yield from _whole(known.named("dimension", text), text)
                yield from _cell(known, text)
        case ("units", _) | ("dimensions", _, "unit"):
            yield from _unit(known, text)
        case ("dimensions" | "data" | "correlations", _, "source", *_):
            yield from _whole(known.named("source", text), text)
        case ("dimensions", str(name), *_):
            yield from _in_dimension(known, known.model.dimension[name], path, text)
        case ("checks", _, "test"):
            yield from _formula(known, text)
        case ("decisions", str(id_), "options", _):
            yield from _option(known, id_, text)
        case ("scenarios", _, "set", str(id_), *keys) if id_ in known.model.by_id:
            yield from _value(known, known.model.by_id[id_], path[:4], tuple(keys), text)


def _in_dimension(known: Known, dimension: Dimension, path: KeyPath, text: str) -> _Found:
    match path[2:]:
        case ("of",):
            yield from _whole(known.named("dimension", text), text)
        case ("members", "data") if dimension.listed_in is not None:
            yield from _whole(known.named("data", text), text)
        case ("map", "data") if dimension.mapped_in is not None:
            yield from _whole(known.named("data", text), text)
        case ("members", *_) if dimension.listed_in is None:
            yield from _whole(known.member(dimension, text), text, is_declaration=True)
        case ("map", _) if dimension.mapped_in is None:
            is_listed = any(keys[:3] == (*path[:2], "members") for keys in known.places.values)
            yield from _whole(known.member(dimension, text), text, is_declaration=not is_listed)


def _in_quantity(known: Known, quantity: Quantity, path: KeyPath, text: str) -> _Found:
    over = known.over(quantity)
    match path[len(quantity.path) :]:
        case ("unit",):
            yield from _unit(known, text)
        case ("formula" | "solve", *_):
            yield from _formula(known, text)
        case ("over" | "choice", *_):
            yield from _whole(known.named("dimension", text), text)
        case ("source", *_) | ("published", _, "source"):
            yield from _whole(known.named("source", text), text)
        case ("published", _, "scenario"):
            yield from _whole(known.named("scenario", text), text)
        case ("published", _, "at", *keys) if len(over) > (place := int(keys[0]) if keys else 0):
            yield from _whole(known.member(over[place], text), text)
        case ("value", *keys):
            yield from _value(known, quantity, path[: len(quantity.path) + 1], tuple(keys), text)
        case (str(key), *keys, "from") if key in BY_MEMBER:
            yield from _whole(known.member(_begun(over, tuple(keys)), text), text)


def _value(known: Known, quantity: Quantity, base: KeyPath, keys: KeyPath, text: str) -> _Found:
    """Yield what a value is: a member that is chosen or from which a run goes on, or a place in a file of data."""
    over = known.over(quantity)
    begun = _begun(over, keys[:-1]) if keys[-1:] == ("from",) else None
    if known.is_of_data(base, over):
        if keys in _OF_DATA:
            yield from _whole(known.named(_OF_DATA[keys], text), text)
    else:
        yield from _whole(known.member(begun or known.chosen(quantity), text), text)


def _begun(over: Sequence[Dimension], keys: KeyPath) -> Dimension | None:
    """Return the dimension along which a run goes on below keys by member."""
    depth = len(member_keys(keys, over))
    return over[depth] if depth < len(over) and over[depth].has_runs else None


def _option(known: Known, decision: str, text: str) -> _Found:
    choice = next(one.choice for one in known.model.decisions if one.id == decision)
    chooser = known.model.chooser(choice)
    found = known.named("scenario", text) if chooser is None else known.member(known.chosen(chooser), text)
    yield from _whole(found, text)


def _whole(symbols: Iterator[Symbol], text: str, *, is_declaration: bool = False) -> _Found:
    yield from [Named(symbol, 0, len(text), is_declaration) for symbol in symbols]


def _cell(known: Known, text: str) -> _Found:
    """Yield the quantity that a name is of, and the members in its brackets."""
    parts = _CELL.fullmatch(text)
    if parts is None or parts["id"] not in known.model.by_id:
        return
    yield Named(Symbol("quantity", parts["id"]), *parts.span("id"))
    over = known.over(known.model.by_id[parts["id"]])
    for dimension, part in zip(over, _PART.finditer(parts["members"] or ""), strict=False):
        bare = _BARE.fullmatch(part.group())
        assert bare is not None  # noqa: S101  # every text is one
        begin = parts.start("members") + part.start()
        first, last = (begin + at for at in bare.span("member"))
        yield from [Named(symbol, first, last) for symbol in known.member(dimension, bare["member"])]


def _unit(known: Known, text: str) -> _Found:
    if DIMENSION.fullmatch(text.strip()):
        return
    units = units_of(known.model.units)
    for used in NAME.finditer(text):
        prefix, name = units.declared_in(used.group())
        if name:
            start = used.start() + len(prefix)
            yield Named(Symbol("unit", name), start, start + len(name))


def _formula(known: Known, text: str) -> _Found:
    for one in mentions(text):
        for symbol in _mentioned(known, one):
            yield Named(symbol, one.start, one.end, in_formula=True)


def _mentioned(known: Known, one: Mention) -> Iterator[Symbol]:
    if not one.is_member:
        return known.named("dimension" if one.name in known.model.dimension else "quantity", one.name)
    if one.owner:
        picked = known.model.by_id.get(one.owner)
        over = known.over(picked) if picked is not None else []
        return known.member(over[one.place] if len(over) == one.among else None, one.name)
    beside = [known.model.dimension.get(side) or known.chosen(known.model.by_id.get(side)) for side in one.sides]
    return known.member(next(filter(None, beside), None), one.name)
