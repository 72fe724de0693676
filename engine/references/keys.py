"""What the keys of a model's text are the names of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.model.dimensions import Dimension, member_keys
from engine.model.model import Quantity
from engine.problems import KeyPath
from engine.references.known import BY_MEMBER, Known
from engine.references.symbols import TABLES, Symbol


def declared_at(known: Known, path: KeyPath) -> Symbol | None:
    """Return what the last part of a key path declares; None where it only names something, or nothing."""
    quantity = known.quantity(path)
    if quantity is not None:
        return Symbol("quantity", quantity.id) if path == quantity.path else None
    match path:
        case (str(table), str(name)) if table in TABLES:
            return Symbol(TABLES[table], name)
    return None


def named_at(known: Known, path: KeyPath) -> Iterator[Symbol]:
    """Yield what the last part of a key path names that is declared elsewhere."""
    if (quantity := known.quantity(path)) is not None:
        yield from _within_quantity(known, quantity, path)
        return
    match path:
        case ("dimensions", str(group), "map", str(member)):
            finer = known.model.dimension[known.model.dimension[group].of]
            if not known.is_of_data(path[:-1], (finer,)):
                yield from known.member(finer, member)
        case ("data", _, "dimensions", str(name)):
            yield from known.named("dimension", name)
        case ("scenarios", _, "set" | "scale", str(id_)):
            yield from known.named("quantity", id_)
        case ("scenarios", _, "set" | "scale", str(id_), *keys) if id_ in known.model.by_id:
            yield from _by_member(known, known.over(known.model.by_id[id_]), path[:4], tuple(keys))


def _within_quantity(known: Known, quantity: Quantity, path: KeyPath) -> Iterator[Symbol]:
    over = known.over(quantity)
    match path[len(quantity.path) :]:
        case ("rollup", str(name)):
            yield from known.named("dimension", name)
        case ("formula", str(member)):
            yield from known.member(known.model.dimension[quantity.formulas_over], member)
        case ("weights", *_, str(member)) if quantity.choice and (path in known.places.values or not over):
            yield from known.member(known.chosen(quantity), member)
        case (str(key), *keys) if key in BY_MEMBER and keys:
            yield from _by_member(known, over, path[: len(quantity.path) + 1], tuple(keys))


def _by_member(known: Known, over: Sequence[Dimension], base: KeyPath, keys: KeyPath) -> Iterator[Symbol]:
    """Yield the member that the last of keys names; nothing for a place in a list, or in a run."""
    last = keys[-1]
    place = len(member_keys(keys, over)) - 1
    is_in_list = not isinstance(last, str) or place < len(member_keys(keys[:-1], over))
    if is_in_list or place >= len(over) or known.is_of_data(base, over):
        return
    if last != "from" or not over[place].has_runs:
        yield from known.member(over[place], str(last))
