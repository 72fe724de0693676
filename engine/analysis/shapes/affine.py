"""Which results are proven straight lines in which inputs, by the formulas alone and whatever the numbers are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from engine.language.tree import Aggregate, Call, Name, Node, Pick, Previous, computed, parts
from engine.plan.plan import Plan, Row

# What is linear in the row that it uses up, and in some of its arguments, while all others stay as they are.
_LINEAR_ROWS: Final = frozenset({"sum", "mean", "first", "last", "npv"})
_LINEAR_ARGUMENTS: Final[Mapping[str, tuple[int, ...]]] = {
    "add": (0, 1), "sub": (0, 1), "neg": (0,), "div": (0,), "if": (1, 2), "sln": (0, 1), "pmt": (2,), "ipmt": (3,),
    "ppmt": (3,),
}  # fmt: skip


class _Moved(NamedTuple):
    """The inputs that move a part of a formula, and those of them in which it is no proven line; a bit an input."""

    by: int = 0
    bent: int = 0


_CONSTANT: Final = _Moved()


def affine(plan: Plan, inputs: Collection[str]) -> dict[str, frozenset[str]]:
    """Return of each row, by its id, the inputs in which every cell of it is a constant or a straight line.

    All cells of an input move by the same amount, everything else stays. What is not in the set may be a line too:
    proven are sums, differences, products and quotients with what the input does not move, aggregates, picks, lags,
    and decisions that it does not take.
    """
    bits = {id_: 1 << place for place, id_ in enumerate(inputs)}
    found: dict[str, _Moved] = {row.id: _Moved(bits.get(row.id, 0)) for row in plan.rows}
    is_new = True
    # Rows that feed each other through other periods start as constants, and are followed until none changes.
    while is_new:
        is_new = False
        for row in plan.rows:
            moved = _of_row(row, found)
            is_new = is_new or moved != found[row.id]
            found[row.id] = moved
    return {id_: frozenset([one for one, bit in bits.items() if not moved.bent & bit]) for id_, moved in found.items()}


def _of_row(row: Row, found: Mapping[str, _Moved]) -> _Moved:
    read = [found[row.id], *[found[part] for part in row.parts]]
    return _added([*read, _of(row.expression, found)] if row.expression is not None else read)


def _of(node: Node, found: Mapping[str, _Moved]) -> _Moved:  # noqa: PLR0911  # one return a kind
    match node:
        case Name(id=id_):
            return found[id_]
        case Call(function="mul", arguments=(left, right)):
            one, other = _of(left, found), _of(right, found)
            return _Moved(one.by | other.by, one.bent | other.bent | (one.by & other.by))
        case Call(function=function, arguments=arguments) if function in _LINEAR_ARGUMENTS:
            linear = _LINEAR_ARGUMENTS[function]
            sides = [_of(argument, found) for argument in arguments]
            return _added([side if at in linear else _bent(side) for at, side in enumerate(sides)])
        case Aggregate(function=function, argument=argument) if function in _LINEAR_ROWS:
            return _added([_of(argument, found), *[_bent(_of(part, found)) for part in parts(node)[1:]]])
        case Previous(argument=argument, start=start, lag=lag):
            return _added([_of(argument, found), _of(start, found), _bent(_of(lag, found))])
        case Pick(id=id_, selectors=selectors):
            places = [place for selector in selectors for place in computed(selector)]
            return _added([found[id_], *[_bent(_of(place, found)) for place in places]])
    return _bent(_added([_of(part, found) for part in parts(node)]))


def _added(several: list[_Moved]) -> _Moved:
    total = _CONSTANT
    for one in several:
        total = _Moved(total.by | one.by, total.bent | one.bent)
    return total


def _bent(moved: _Moved) -> _Moved:
    return _Moved(moved.by, moved.by)
