"""Which draws go together: the names in correlations as pairs of draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import overload

import numpy as np

from engine.model.declared.uncertainty import weights_example
from engine.model.dimensions import member_hint
from engine.model.model import Correlation, Model, Quantity
from engine.model.names import member_of, row_of
from engine.plan.drawn.draws import Draw
from engine.plan.drawn.names import Declared, declared_draws
from engine.plan.plan import Array
from engine.problems import Mistake, did_you_mean, shortened, some

Pair = tuple[str, str]


def correlations(model: Model, draws: Sequence[Draw]) -> tuple[tuple[int, int, float], ...]:
    """Return the correlations of the draws' normal scores, by their numbers; without those of what is not drawn."""
    numbers = {draw.name: draw.number for draw in draws}
    return tuple(
        [
            (numbers[first], numbers[second], float(of_scores(float(one.rank))))
            for one in model.correlations
            for first, second in pairs(model, one)
            if first in numbers and second in numbers
        ]
    )


@overload
def of_scores(ranks: float) -> float: ...
@overload
def of_scores(ranks: Array) -> Array: ...
def of_scores(ranks: float | Array) -> float | Array:
    """Return the correlations of normal scores whose ranks have these (Pearson 1907)."""
    return 2 * np.sin(np.pi * ranks / 6)


@overload
def of_ranks(scores: float) -> float: ...
@overload
def of_ranks(scores: Array) -> Array: ...
def of_ranks(scores: float | Array) -> float | Array:
    """Return the correlations of the ranks of normal scores that have these."""
    return 6 / np.pi * np.arcsin(scores / 2)


def pairs(model: Model, one: Correlation) -> list[Pair]:
    """Return the draws that a correlation ties together, by name.

    Those of two rows go together where they are of the same members of the dimensions that both have a draw a member
    of; what is one draw goes with each of the other. Raises Mistake for what is not drawn, and for rows that share no
    dimension.
    """
    first, second = (_named(model, text) for text in one.between)
    over = [next(iter(side.values())).members.keys() for side in (first, second)]
    shared = [name for name in over[0] if name in over[1]]
    if len(first) > 1 and len(second) > 1 and not shared:
        words = [f"'{text}' has a draw for each {' and '.join(of)}" for text, of in zip(one.between, over, strict=True)]
        names = ", ".join([f'"{next(iter(side))}"' for side in (first, second)])
        message = f"{words[0]}, and {words[1]}: which go together is open"
        raise Mistake(message, f"name members: between = [{names}]")
    by_key: dict[tuple[str, ...], list[str]] = {}
    for name, draw in second.items():
        by_key.setdefault(_key(draw, shared), []).append(name)
    found = [(name, other) for name, draw in first.items() for other in by_key.get(_key(draw, shared), ())]
    if not found:
        message = f"'{one.between[0]}' and '{one.between[1]}' are drawn for no member that both have"
        raise Mistake(message, "give both a range for the same members")
    if any(name == other for name, other in found):
        message = f"'{one.between[0]}' is correlated with itself"
        raise Mistake(message, "name two inputs, or two members that have a range each")
    return found


def _key(draw: Declared, shared: Sequence[str]) -> tuple[str, ...]:
    return tuple([draw.members[name] for name in shared])


def _named(model: Model, text: str) -> Mapping[str, Declared]:
    """Return the draws that a name means: one, or that of each member of a row; raise Mistake where there is none."""
    id_ = row_of(text)
    quantity = model.by_id.get(id_)
    if quantity is None:
        message = f"there is no quantity '{shortened(id_)}'"
        raise Mistake(message, _nearest(model, id_))
    draws = declared_draws(model, quantity) if quantity.is_input else {}
    if not draws or not (quantity.choice or quantity.distribution):
        raise Mistake(*_not_drawn(model, quantity))
    if quantity.choice and not model.dimension[quantity.choice].ordered:
        message = f"'{id_}' chooses from '{quantity.choice}', whose members have no order"
        hint = f"declare [dimensions.{quantity.choice}] with ordered = true, if they go from low to high"
        raise Mistake(message, hint)
    if text in draws:
        # What is named alone goes with whatever the other side names.
        return {text: Declared(draws[text].cells, {})}
    if text != id_:
        raise Mistake(*_no_member(model, quantity, text, draws))
    return draws


def _not_drawn(model: Model, quantity: Quantity) -> tuple[str, str]:
    id_ = quantity.id
    if not quantity.is_input:
        return f"'{id_}' is computed, and not drawn", "correlate the inputs that it is computed from"
    if quantity.choice:
        example = weights_example(model.dimension[quantity.choice])
        return f"'{id_}' is a choice without weights, and not drawn", f"say how likely its members are: {example}"
    if quantity.range is None:
        hint = 'say what it may be: range = [low, high] and distribution = "triangular"'
        return f"'{id_}' has no range, and is not drawn", hint
    hint = 'say how its range is filled: distribution = "triangular"'
    return f"'{id_}' has a range and no distribution: it is held, and not drawn", hint


def _no_member(model: Model, quantity: Quantity, text: str, draws: Mapping[str, Declared]) -> tuple[str, str]:
    """Return why a name with members has no draw of its own, and what to write."""
    id_, named = quantity.id, [part.strip() for part in member_of(text).split(",")]
    if not quantity.over:
        return f"'{shortened(text)}' names a member, and '{id_}' is one number", f'write "{id_}"'
    for name, member in zip(quantity.over, named, strict=False):
        if model.dimension[name].index_of(member) is None:
            message = f"'{shortened(member)}' is no member of '{name}'"
            return message, member_hint(model.dimension[name], member)
    if id_ in draws:
        message = f"'{shortened(text)}' names a member, and '{id_}' has one range, so one draw for all of them"
        return message, f'write "{id_}", or give it a range by member: range.{named[0]} = [low, high]'
    return f"'{id_}' has no draw of its own for '{shortened(text)}'", f"its draws are {some(list(draws))}"


def _nearest(model: Model, id_: str) -> str:
    drawn = [one.id for one in model.quantities if one.is_input and (one.distribution or one.weights)]
    near = did_you_mean(id_, drawn) or did_you_mean(id_, model.by_id)
    return near or (f"what is drawn is {some(drawn)}" if drawn else "name inputs that have a distribution")
