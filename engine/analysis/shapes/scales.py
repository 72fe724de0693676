"""On which scales results are straight lines in an input: plain, half or fully logarithmic, by the formulas alone.

What is a straight line through two points can be turned back at any third one, and so can what is one step by step:
``a * x + b``, ``a * x ** k``, ``a * exp(k * x)``, ``a + b * log(x)``, and these of each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from math import exp, log, nan
from typing import Final, NamedTuple

import numpy as np

from engine import graph
from engine.language.tree import (
    ONE,
    Aggregate,
    Call,
    Every,
    Name,
    Node,
    Number,
    Pick,
    Previous,
    Run,
    computed,
    parts,
    rebuilt,
)
from engine.plan.plan import Numbers, Plan, Row
from engine.plan.reading.cell_formulas import value_of
from engine.plan.reading.users import users

# What is linear in the row that it uses up, while all others stay as they are; and what is one of its cells.
_LINEAR_ROWS: Final = frozenset({"sum", "mean", "npv"})
_PICKED_ROWS: Final = frozenset({"first", "last"})
# What is proportional to one argument, while all others stay as they are.
_PROPORTIONAL: Final[Mapping[str, int]] = {"neg": 0, "pmt": 2, "ipmt": 3, "ppmt": 3}
_LOGARITHMS: Final = frozenset({"log", "log2", "log10"})
# So many laws of a formula are kept, and so many steps from an output to an input are taken.
_MOST_LAWS, _MOST_STEPS, _MOST_ROUNDS = 8, 5, 50


class Law(NamedTuple):
    """What something is along an input: a straight line in what is `below`, or in its logarithm, or its own is."""

    is_log: bool
    is_log_below: bool
    below: Node

    def back(self, above: tuple[float, float], below: tuple[float, float], wanted: float) -> float:
        """Return what is below where the result is `wanted`, from both at two points; NaN where nothing gives that."""
        try:
            share = (
                (log(wanted / above[0]) / log(above[1] / above[0]))
                if self.is_log
                else ((wanted - above[0]) / (above[1] - above[0]))
            )
            if self.is_log_below:
                return below[0] * exp(share * log(below[1] / below[0]))
            return below[0] + share * (below[1] - below[0])
        except (ArithmeticError, ValueError):
            return nan


# None for what an input does not move, and () for what follows it by no such law.
Laws = tuple[Law, ...] | None


class Scales:
    """The laws by which rows follow one input; all its cells move by one number, and everything else stays.

    `among` are the rows that are asked about, with all that feed them.
    """

    def __init__(self, plan: Plan, id_: str, among: Collection[str]) -> None:
        self.plan = plan
        self.input = Name(id_)
        readers = users(plan)
        moved = graph.reached(lambda one: [user for user in readers.get(one, ()) if user in among], id_) - {id_}
        self._found: dict[str, Laws] = {id_: _own(self.input)}
        waiting = [plan.row(one) for one in sorted(moved, key=plan.index.__getitem__)]
        # Rows that feed each other through other periods start as constants, and are followed until none changes.
        for _ in range(_MOST_ROUNDS):
            changed = [row.id for row in waiting if self._follow(row)]
            if not changed or not plan.loops:
                return
        self._found |= dict.fromkeys(moved, ())

    def way(self, id_: str) -> tuple[Law, ...] | None:
        """Return the laws that lead from a row to the input, the fewest there are; () for what it does not move.

        None for what has none. They hold of each cell, where it has a value, and where logarithms have one.
        """
        laws = self._found.get(id_)
        ways: list[tuple[Law, ...]] = [(law,) for law in laws or ()]
        seen = {law.below for law in laws or ()}
        while ways:
            way = ways.pop(0)
            if way[-1].below == self.input:
                return way
            if len(way) < _MOST_STEPS:
                following = [law for law in self.laws(way[-1].below) or () if law.below not in seen]
                seen |= {law.below for law in following}
                ways += [(*way, law) for law in following]
        return () if laws is None else None

    def laws(self, node: Node) -> Laws:
        """Return the laws by which a part of a formula follows the input."""
        match node:
            case Name(id=id_):
                return self._found.get(id_)
            case Call(function=function, arguments=arguments):
                sides = [self.laws(argument) for argument in arguments]
                return self._call(function, arguments, sides) if any(side is not None for side in sides) else None
            case Aggregate(function=function, argument=argument):
                return self._aggregate(node, self.laws(argument), function)
            case Previous(argument=argument, start=start, lag=lag):
                return _join([self.laws(argument), self.laws(start)]) if self.laws(lag) is None else ()
            case Pick(id=id_, selectors=selectors):
                places = [self.laws(place) for selector in selectors for place in computed(selector)]
                return self._found.get(id_) if all(place is None for place in places) else ()
        return None

    def _follow(self, row: Row) -> bool:
        """Find the laws of a row anew; return whether they changed."""
        read = [self._found.get(part) for part in row.parts]
        laws = _join([*read, self.laws(row.expression)] if row.expression is not None else read)
        if laws == self._found.get(row.id):
            return False
        self._found[row.id] = laws
        return True

    def _aggregate(self, node: Aggregate, laws: Laws, function: str) -> Laws:
        others = [self.laws(part) for part in parts(node)[1:]]
        if laws is None and all(other is None for other in others):
            return None
        if laws is None or any(other is not None for other in others):
            return ()
        if function in _PICKED_ROWS:
            return laws
        return tuple([law for law in laws if not law.is_log]) if function in _LINEAR_ROWS else ()

    def _call(self, function: str, arguments: tuple[Node, ...], sides: list[Laws]) -> Laws:  # noqa: C901, PLR0911  # kinds
        moved = [at for at, side in enumerate(sides) if side is not None]
        if function in {"add", "sub", "sln"}:
            linear = [self._plain(arguments[at], sides[at]) for at in moved]
            return () if function == "sln" and 2 in moved else _join(linear)  # noqa: PLR2004  # the life
        if function == "if":
            return () if 0 in moved else _join(sides[1:])
        if function in _PROPORTIONAL:
            return self._every(arguments, sides, moved[0]) if moved == [_PROPORTIONAL[function]] else ()
        if function == "mul":
            if len(moved) == 1:
                return self._every(arguments, sides, moved[0])
            return _join([self._logs(arguments[at], sides[at]) for at in moved])
        if function == "div":
            return self._quotient(arguments, sides)
        if function == "pow" and moved == [1]:
            return _turned(self._plain(arguments[1], sides[1]), is_log=True)
        if function == "exp":
            return _turned(self._plain(arguments[0], sides[0]), is_log=True)
        if function in _LOGARITHMS:
            return _turned(self._logs(arguments[0], sides[0]), is_log=False)
        if function == "sqrt" or (function == "pow" and moved == [0]):
            return self._logs(arguments[0], sides[0])
        return ()

    def _quotient(self, arguments: tuple[Node, ...], sides: list[Laws]) -> Laws:
        (above, below), (over, under) = arguments, sides
        if under is None:
            return self._every(arguments, sides, 0)
        laws = self._logs(below, under) if over is None else _join([self._logs(above, over), self._logs(below, under)])
        # A line over a line is a line in what is one over the second.
        is_line = over is None or _join([self._plain(above, over), self._plain(below, under)])
        inverse = Call("div", (ONE, below))
        return _merged(laws or (), [_own(inverse)[0]] if is_line and self._is_single(below) else [])

    def _every(self, arguments: tuple[Node, ...], sides: list[Laws], at: int) -> Laws:
        """Return the laws of what an argument is multiplied by a number."""
        return _merged(sides[at] or (), self._itself(arguments[at], sides[at]))

    def _plain(self, node: Node, laws: Laws) -> tuple[Law, ...]:
        return tuple([law for law in self._with_itself(node, laws) if not law.is_log])

    def _logs(self, node: Node, laws: Laws) -> tuple[Law, ...]:
        return tuple([law for law in self._with_itself(node, laws) if law.is_log])

    def _with_itself(self, node: Node, laws: Laws) -> tuple[Law, ...]:
        return _merged(laws or (), self._itself(node, laws))

    def _itself(self, node: Node, laws: Laws) -> tuple[Law, ...]:
        """Return that a part of a formula is a line in itself, where it is one number that can be turned back."""
        return _own(node) if laws and self._is_single(node) else ()

    def _is_single(self, node: Node) -> bool:
        match node:
            case Name(id=id_):
                return not self.plan.row(id_).over
            case Call(arguments=arguments):
                return all(map(self._is_single, arguments))
            case Pick(selectors=selectors):
                return not any(isinstance(one, Every | Run) or computed(one) for one in selectors)
        return isinstance(node, Number)


def value_below(plan: Plan, node: Node, values: Mapping[int, Numbers]) -> float:
    """Return the value of what is below, from those of rows as stored by their index; NaN where it has none."""
    picked: dict[str, float] = {}

    def settled(one: Node) -> Node:
        if isinstance(one, Name | Pick):
            at = tuple([member.index for member in one.selectors]) if isinstance(one, Pick) else ()  # type: ignore[union-attr]
            name = f"value{len(picked)}"
            picked[name] = float(np.broadcast_to(values[plan.index[one.id]], plan.shape(plan.row(one.id)))[at])
            return Name(name)
        return rebuilt(one, settled)

    try:
        return value_of(settled(node), picked)
    except (ArithmeticError, ValueError):
        return nan


def _own(node: Node) -> tuple[Law, ...]:
    return Law(is_log=False, is_log_below=False, below=node), Law(is_log=True, is_log_below=True, below=node)


def _turned(laws: Iterable[Law], *, is_log: bool) -> tuple[Law, ...]:
    return tuple([law._replace(is_log=is_log) for law in laws])


def _merged(laws: Iterable[Law], more: Iterable[Law]) -> tuple[Law, ...]:
    return tuple(dict.fromkeys([*laws, *more]))[:_MOST_LAWS]


def _join(several: Iterable[Laws]) -> Laws:
    """Return the laws that all follow which an input moves; None where it moves none."""
    known = [laws for laws in several if laws is not None]
    if not known:
        return None
    return tuple([law for law in known[0] if all(law in laws for laws in known[1:])])
