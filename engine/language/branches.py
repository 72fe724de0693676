"""A formula split where it has kinks: each way through its `if`, `min`, `max` and `abs`, with what must hold for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from engine.language.tree import ONE, ZERO, Call, Name, Node, now

MOST_BRANCHES: Final = 64


class NotSolvable(ValueError):  # noqa: N818  # reads as what it is
    """An equation has no closed form: the message says why."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A formula without kinks around the unknown, and the conditions under which it is what the author wrote."""

    node: Node
    conditions: tuple[Node, ...] = ()


def mentions(node: Node, unknown: str) -> bool:
    """Return whether a formula reads a row in its own period: what `prev` and `next` look at is known by then."""
    return any(getattr(part, "id", None) == unknown for part in now(node))


def branches(node: Node, unknown: str) -> list[Branch]:
    """Return the ways through a formula that differ around the unknown; raise NotSolvable where there are too many."""
    if not mentions(node, unknown) or isinstance(node, Name):
        return [Branch(node)]
    if not isinstance(node, Call):
        message = f"'{unknown}' is read for other members, or in an aggregate"
        raise NotSolvable(message)
    match node:
        case Call(function="if", arguments=(test, then, otherwise)):
            ways = [
                *[Branch(way.node, (test, *way.conditions)) for way in branches(then, unknown)],
                *[Branch(way.node, (Call("not", (test,)), *way.conditions)) for way in branches(otherwise, unknown)],
            ]
        case Call(function="min" | "max" as function, arguments=arguments):
            compared = "le" if function == "min" else "ge"
            ways = []
            for index, argument in enumerate(arguments):
                tests = [Call(compared, (argument, other)) for other in (*arguments[:index], *arguments[index + 1 :])]
                ways += [Branch(way.node, (*tests, *way.conditions)) for way in branches(argument, unknown)]
        case Call(function="abs", arguments=(argument,)):
            ways = [
                way
                for inner in branches(argument, unknown)
                for way in (
                    Branch(inner.node, (Call("ge", (argument, ZERO)), *inner.conditions)),
                    Branch(Call("neg", (inner.node,)), (Call("le", (argument, ZERO)), *inner.conditions)),
                )
            ]
        case Call(function="round" | "floor" | "ceil" as function):
            message = f"'{unknown}' stands inside {function}, which many values of it give the same result of"
            raise NotSolvable(message)
        case Call(function=function, arguments=arguments):
            ways = [
                Branch(
                    Call(function, tuple([way.node for way in combined])),
                    tuple([condition for way in combined for condition in way.conditions]),
                )
                for combined in product(*[branches(argument, unknown) for argument in arguments])
            ]
    if len(ways) > MOST_BRANCHES:
        message = f"it has more than {MOST_BRANCHES} branches around '{unknown}'"
        raise NotSolvable(message)
    return ways


def substitute(node: Node, unknown: str, value: Node) -> Node:
    """Return the formula with a value in place of a name."""
    return substitute_all(node, {unknown: value})


def substitute_all(node: Node, values: Mapping[str, Node]) -> Node:
    """Return the formula with values in place of names, all at once."""
    if isinstance(node, Name):
        return values.get(node.id, node)
    if isinstance(node, Call):
        arguments = tuple([substitute_all(argument, values) for argument in node.arguments])
        if node.function in {"add", "sub"} and arguments[1] == ZERO:
            return arguments[0]
        return Call(node.function, arguments)
    return node


def invert(node: Node, unknown: str) -> Node | None:
    """Return the value of a name that stands once in a formula that is 0, brought to the other side step by step.

    None where it stands several times, or below something else than ``+ - * /``, a loan or a depreciation. Most
    equations are of this kind: the author's own terms stay as they are, and nobody waits for sympy.
    """
    if sum(1 for part in now(node) if part == Name(unknown)) != 1:
        return None
    value: Node = ZERO
    while node != Name(unknown):
        if not isinstance(node, Call) or node.function not in _UNDO:
            return None
        index = next(index for index, argument in enumerate(node.arguments) if mentions(argument, unknown))
        others = [argument for number, argument in enumerate(node.arguments) if number != index]
        if node.function in {"mul", "div"} and ZERO in others:
            return None
        undo = _UNDO[node.function][index]
        if undo is None:
            return None
        value = undo(value, *others)
        node = node.arguments[index]
    return value


def _call(function: str) -> Callable[[Node, Node], Node]:
    def made(a: Node, b: Node) -> Node:
        if b == ZERO and function in {"add", "sub"}:
            return a
        return b if a == ZERO and function == "add" else Call(function, (a, b))

    return made


_ADD, _SUB, _MUL, _DIV = (_call(function) for function in ("add", "sub", "mul", "div"))
# From the value of a part of a formula to that of the argument which the unknown is in, given the others.
_UNDO: Final[Mapping[str, tuple[Callable[..., Node] | None, ...]]] = {
    "add": (_SUB, _SUB),
    "sub": (_ADD, lambda value, other: _SUB(other, value)),
    "mul": (_DIV, _DIV),
    "div": (_MUL, lambda value, other: _DIV(other, value)),
    "neg": (lambda value: Call("neg", (value,)),),
    "pmt": (
        None,
        lambda value, rate, present: Call("nper", (rate, value, present)),
        lambda value, rate, periods: _DIV(value, Call("pmt", (rate, periods, ONE))),
    ),
    "ipmt": (None, None, None, lambda value, *rest: _DIV(value, Call("ipmt", (*rest, ONE)))),
    "ppmt": (None, None, None, lambda value, *rest: _DIV(value, Call("ppmt", (*rest, ONE)))),
    "nper": (
        None,
        lambda value, rate, present: Call("pmt", (rate, value, present)),
        lambda value, rate, payment: _DIV(payment, Call("pmt", (rate, value, ONE))),
    ),
    "sln": (
        lambda value, salvage, life: _ADD(_MUL(value, life), salvage),
        lambda value, cost, life: _SUB(cost, _MUL(value, life)),
        lambda value, cost, salvage: _DIV(_SUB(cost, salvage), value),
    ),
}
