"""Exact derivatives of a formula by each row that it reads: a table of functions, and the chain rule over the tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from engine.language.finance.derivatives import FINANCE
from engine.language.functions import LOGIC
from engine.language.tree import (
    ONE,
    ZERO,
    Aggregate,
    Call,
    Every,
    Name,
    Node,
    Number,
    Pick,
    Previous,
    Run,
    Selector,
    size,
)

_TWO: Final = Number(2.0, "2")
_TEN: Final = Number(10.0, "10")
MOST_NODES: Final = 50_000


class TooLarge(ValueError):  # noqa: N818  # reads as what it is
    """A derivative would be longer than anybody wants to wait for."""


class Lag(NamedTuple):
    """How far a row is read before, or ahead, along a dimension: a number of periods or an input."""

    over: str
    lag: Node
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A row as a formula reads it: as it stands, aggregated or picked, and in other periods along dimensions."""

    node: Name | Aggregate | Pick
    lags: tuple[Lag, ...] = ()

    @property
    def read(self) -> Name | Pick:
        """Return the row that is read, or members of it, without what aggregates them."""
        return self.node.row if isinstance(self.node, Aggregate) else self.node

    @property
    def id(self) -> str:
        """Return the row that is read."""
        return self.read.id

    @property
    def aggregate(self) -> str:
        """Return the function that takes the members together, '' for none."""
        return self.node.function if isinstance(self.node, Aggregate) else ""

    def selectors(self, over: Sequence[str]) -> dict[str, Selector]:
        """Return what is read along each dimension that the row is over."""
        chosen = self.read.selectors if isinstance(self.read, Pick) else (Every(),) * len(over)
        return dict(zip(over, chosen, strict=True))

    def free(self, over: Sequence[str]) -> tuple[str, ...]:
        """Return the dimensions of the row whose members are aggregated."""
        along = self.node.over if isinstance(self.node, Aggregate) else ()
        selectors = self.selectors(over)
        return tuple([name for name in over if name in along and isinstance(selectors[name], Every | Run)])

    def lags_along(self, name: str) -> list[Lag]:
        """Return by how many periods it is read earlier or ahead along a dimension."""
        return [lag for lag in self.lags if lag.over == name]


def partials(tree: Node) -> dict[Reading, Node]:
    """Return the formula's derivative by each reading, in the order in which they are written.

    A step (`round floor ceil`, a comparison, a computed member, the place among points) has none and is left out. At a
    kink (`abs min max if`) it is that of the side which the formula takes. The derivative of an aggregate by each
    member is for `engine.analysis.jacobian` to find: here it is one reading of its row. Raises TooLarge.
    """
    found = {reading: factor for reading, factor in _partials(tree).items() if factor != ZERO}
    if sum(map(size, found.values())) > MOST_NODES:
        message = "its derivative is too long"
        raise TooLarge(message)
    return found


def _partials(node: Node) -> dict[Reading, Node]:
    match node:
        case Name() | Pick():
            return {Reading(node): ONE}
        case Aggregate():
            return _of_aggregate(node)
        case Previous():
            return _of_previous(node)
        case Call(function="if", arguments=(test, then, otherwise)):
            sides = _partials(then), _partials(otherwise)
            readings = dict.fromkeys([*sides[0], *sides[1]])
            return {r: choice(test, sides[0].get(r, ZERO), sides[1].get(r, ZERO)) for r in readings}
        case Call(function=function, arguments=arguments):
            return _of_call(function, arguments)
    return {}


def _of_aggregate(node: Aggregate) -> dict[Reading, Node]:
    """Return what the members of the row are read for, and of a present value its rate."""
    if node.function in _COUNTS:
        return {}
    found: dict[Reading, Node] = {Reading(node): ONE}
    if node.function in {"npv", "xnpv"}:
        by_rate = replace(node, function=f"{node.function}_by_rate")
        for reading, factor in _partials(node.parameters[0]).items():
            found[reading] = plus(found.get(reading, ZERO), times(factor, by_rate))
    return found


def _of_call(function: str, arguments: tuple[Node, ...]) -> dict[Reading, Node]:
    found: dict[Reading, Node] = {}
    if function in STEPS:
        return found
    for index, argument in enumerate(arguments):
        inner = _partials(argument)
        if not inner:
            continue
        local = local_derivative(function, arguments, index)
        for reading, factor in inner.items():
            found[reading] = plus(found.get(reading, ZERO), times(factor, local))
    return found


def _of_previous(node: Previous) -> dict[Reading, Node]:
    """Return what is read in the other period, and at the start: 0 and 1 as `prev` tell which of both it is."""
    found: dict[Reading, Node] = {}
    for reading, factor in _partials(node.argument).items():
        lagged = Reading(reading.node, (*reading.lags, Lag(node.over, node.lag, node.ahead)))
        found[lagged] = replace(node, argument=factor, start=ZERO)
    first = replace(node, argument=ZERO, start=ONE)
    for reading, factor in _partials(node.start).items():
        found[reading] = plus(found.get(reading, ZERO), times(factor, first))
    return found


def local_derivative(function: str, arguments: Sequence[Node], index: int) -> Node:
    """Return a function's derivative by one of its arguments."""
    if function in {"min", "max"}:
        return _extreme(function, arguments, index)
    return DERIVATIVES[function][index](*arguments)


def _extreme(function: str, arguments: Sequence[Node], index: int) -> Node:
    """Return 1 where this argument is the smallest or largest, the first of those that are equal; else 0."""
    less, equal = ("lt", "le") if function == "min" else ("gt", "ge")
    before, after = tuple(arguments[:index]), tuple(arguments[index + 1 :])
    tests: list[Node] = []
    for compared, others in ((less, before), (equal, after)):
        if others:
            other = others[0] if len(others) == 1 else Call(function, others)
            tests.append(Call(compared, (arguments[index], other)))
    if not tests:
        return ONE
    return choice(tests[0] if len(tests) == 1 else Call("and", tuple(tests)), ONE, ZERO)


def times(left: Node, right: Node) -> Node:  # noqa: PLR0911  # one return a rule
    """Return a product without factors of 1; 0 where one of them is 0."""
    if ZERO in (left, right):
        return ZERO
    if left == ONE:
        return right
    if right == ONE:
        return left
    # A choice stays outside, so that what is not chosen is not computed, and cannot fail.
    if isinstance(left, Call) and left.function == "if" and ZERO in left.arguments[1:]:
        return choice(left.arguments[0], times(left.arguments[1], right), times(left.arguments[2], right))
    if isinstance(right, Call) and right.function == "if" and ZERO in right.arguments[1:]:
        return choice(right.arguments[0], times(left, right.arguments[1]), times(left, right.arguments[2]))
    if right == Call("neg", (ONE,)):
        return _negative(left)
    if left == Call("neg", (ONE,)):
        return _negative(right)
    if isinstance(right, Call) and right.function == "div" and right.arguments[0] == ONE:
        return Call("div", (left, right.arguments[1]))
    return Call("mul", (left, right))


def plus(left: Node, right: Node) -> Node:
    """Return a sum without terms of 0."""
    if left == ZERO:
        return right
    return left if right == ZERO else Call("add", (left, right))


def choice(test: Node, then: Node, otherwise: Node) -> Node:
    """Return a choice, or what both sides are."""
    return then if then == otherwise else Call("if", (test, then, otherwise))


def _negative(node: Node) -> Node:
    return node.arguments[0] if isinstance(node, Call) and node.function == "neg" else Call("neg", (node,))


def _by_base(base: Node, exponent: Node) -> Node:
    if isinstance(exponent, Number):
        if exponent.value in {0.0, 1.0}:
            return exponent
        lower = exponent.value - 1
        power = base if lower == 1 else Call("pow", (base, Number(lower, f"{lower:.15g}")))
        return times(exponent, power)
    power = Call("mul", (exponent, Call("pow", (base, Call("sub", (exponent, ONE))))))
    # 0 to the power of 0, which the rule would ask for, has no value.
    return choice(Call("eq", (exponent, ONE)), ONE, power)


def _by_exponent(base: Node, exponent: Node) -> Node:
    grown = Call("mul", (Call("pow", (base, exponent)), Call("log", (base,))))
    return choice(Call("eq", (base, ZERO)), ZERO, grown)


def _one_over(node: Node) -> Node:
    return Call("div", (ONE, node))


def _one_over_cosh(size: Node) -> Node:
    """Return one over the hyperbolic cosine of a size, without powers of e that may be too large."""
    small = _call("exp", Call("neg", (size,)))
    return _call("div", _call("mul", _TWO, small), _call("add", ONE, _square(small)))


def _square(node: Node) -> Node:
    return Call("pow", (node, _TWO))


def _call(function: str, *arguments: Node) -> Node:
    return Call(function, arguments)


Derivative = Callable[..., Node]
# By each argument, of those functions whose derivative is not 0.
DERIVATIVES: Final[Mapping[str, tuple[Derivative, ...]]] = {
    "add": (lambda _a, _b: ONE, lambda _a, _b: ONE),
    "sub": (lambda _a, _b: ONE, lambda _a, _b: Call("neg", (ONE,))),
    "mul": (lambda _a, b: b, lambda a, _b: a),
    "div": (lambda _a, b: _one_over(b), lambda a, b: _negative(_call("div", a, _square(b)))),
    "pow": (_by_base, _by_exponent),
    "neg": (lambda _a: Call("neg", (ONE,)),),
    "abs": (lambda a: choice(_call("ge", a, ZERO), ONE, Call("neg", (ONE,))),),
    "sqrt": (lambda a: _one_over(_call("mul", _TWO, _call("sqrt", a))),),
    "exp": (lambda a: _call("exp", a),),
    "log": (_one_over,),
    "log10": (lambda a: _one_over(_call("mul", a, _call("log", _TEN))),),
    "log2": (lambda a: _one_over(_call("mul", a, _call("log", _TWO))),),
    "sin": (lambda a: _call("cos", a),),
    "cos": (lambda a: _negative(_call("sin", a)),),
    "tan": (lambda a: _one_over(_square(_call("cos", a))),),
    "asin": (lambda a: _one_over(_call("sqrt", _call("sub", ONE, _square(a)))),),
    "acos": (lambda a: _negative(_one_over(_call("sqrt", _call("sub", ONE, _square(a))))),),
    "atan": (lambda a: _one_over(_call("add", ONE, _square(a))),),
    "sinh": (lambda a: _call("cosh", a),),
    "cosh": (lambda a: _call("sinh", a),),
    "tanh": (lambda a: _square(_one_over_cosh(_call("abs", a))),),
    "asinh": (lambda a: _one_over(_call("sqrt", _call("add", _square(a), ONE))),),
    "acosh": (
        lambda a: _one_over(_call("mul", _call("sqrt", _call("sub", a, ONE)), _call("sqrt", _call("add", a, ONE)))),
    ),
    "atanh": (lambda a: _one_over(_call("sub", ONE, _square(a))),),
    **FINANCE,
}
# How many there are, and which one is meant, does not change with values but in steps; no result depends on a guess.
_COUNTS: Final = frozenset(
    {"count", "place_step", "place_lookup", "received_over_paid", "mean_receipt", "mean_payment", "nearer_growth"}
)
STEPS: Final = LOGIC | {"round", "floor", "ceil"}
