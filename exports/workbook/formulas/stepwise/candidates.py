"""The parts of a formula that may stand apart as a step, and what is put in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final

from engine.language.functions import COMPARISONS, LOGIC
from engine.language.tree import Aggregate, Call, Name, Node, Number, Pick, Previous, computed, rebuilt
from engine.plan.plan import PLACES, Plan
from exports.workbook.formulas.fallible import is_safe

ONE, ZERO = Number(1.0, "1"), Number(0.0, "0")
# These have a value wherever their arguments have one, and so may be computed whether a decision asks for them or not.
_TOTAL: Final = frozenset(
    {"add", "sub", "mul", "neg", "if", "min", "max", "abs", "round", "floor", "ceil", *COMPARISONS, *LOGIC}
)
_TOTAL_AGGREGATES: Final = frozenset({"sum", "min", "max", "mean"})


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a formula that may stand apart; of one case of a decision alone, by the way there and what bars it."""

    source: Node
    path: tuple[int, ...] = ()
    barred: tuple[Node, ...] = ()

    @property
    def expression(self) -> Node:
        """Return what its line computes: of a comparison 1 or 0, and 0 where it is not asked for."""
        source = Call("if", (self.source, ONE, ZERO)) if is_logic(self.source) else self.source
        if not self.barred:
            return source
        return Call("if", (reduce(lambda a, b: Call("or", (a, b)), self.barred), ZERO, source))


def decided(node: Node, plan: Plan, path: tuple[int, ...] = (), barred: tuple[Node, ...] = ()) -> Iterator[Step]:
    """Yield steps of what is computed in one case of a decision, in the other of which it may have no value."""
    if not isinstance(node, Call):
        return
    if node.function != "if":
        for number, argument in enumerate(node.arguments[: 1 if node.function in {"and", "or"} else None]):
            yield from decided(argument, plan, (*path, number), barred)
        return
    condition, *branches = node.arguments
    yield from decided(condition, plan, (*path, 0), barred)
    if barred and not is_total(condition, plan):
        return
    for arm, (branch, bars) in enumerate(zip(branches, (Call("not", (condition,)), condition), strict=True), start=1):
        for part in apart(branch, plan, is_sure=True):
            yield Step(part, (*path, arm), (*barred, bars))
        yield from decided(branch, plan, (*path, arm), (*barred, bars))


def apart(node: Node, plan: Plan, *, is_sure: bool) -> Iterator[Node]:
    """Yield the parts of a formula that may stand apart; one that is sure is computed whatever is decided."""
    if _may_stand(node, plan) and (is_sure or is_total(node, plan)):
        yield node
    match node:
        case Call(function="if", arguments=(condition, *branches)):
            yield from apart(condition, plan, is_sure=is_sure)
            for branch in branches:
                yield from apart(branch, plan, is_sure=False)
        case Call(function=function, arguments=arguments):
            for number, argument in enumerate(arguments):
                yield from apart(argument, plan, is_sure=is_sure and not (number and function in {"and", "or"}))
        case Aggregate(argument=Pick(selectors=selectors)) | Pick(selectors=selectors):
            for selector in selectors:
                for end in computed(selector):
                    yield from apart(end, plan, is_sure=is_sure)
        case Aggregate(function=function, parameters=(x, *_)) if function in PLACES:
            yield from apart(x, plan, is_sure=is_sure)


def _may_stand(node: Node, plan: Plan) -> bool:
    """Return whether a part may stand apart: no comparison of a step with 0, and no place, which has a row already."""
    match node:
        case Call(function="ne", arguments=(Name(id=id_), other)):
            return other != ZERO or plan.row(id_).kind != "working" if id_ in plan.index else False
        case Aggregate(function=function):
            return function not in PLACES
    return isinstance(node, Call | Pick | Previous)


def is_total(node: Node, plan: Plan) -> bool:  # noqa: PLR0911  # one return a kind of node
    """Return whether a part of a formula has a value wherever what it reads has one."""
    match node:
        case Name() | Number():
            return True
        case Call(function="div", arguments=(above, below)):
            return is_safe(plan, "div", (above, below)) and is_total(above, plan)
        case Call(function=function, arguments=arguments):
            return function in _TOTAL and all(is_total(argument, plan) for argument in arguments)
        case Aggregate(function=function, argument=argument):
            return function in _TOTAL_AGGREGATES and not node.by and is_total(argument, plan)
        case Previous(argument=argument, start=start, lag=lag):
            return all(is_total(part, plan) for part in (argument, start, lag))
        case Pick(selectors=selectors):
            return not any(computed(selector) for selector in selectors)
    return False


def is_logic(node: Node) -> bool:
    """Return whether a part of a formula is true or false, and no number."""
    return isinstance(node, Call) and (node.function in COMPARISONS or node.function in LOGIC)


def shown(node: Node, new: Collection[str]) -> Node:
    """Return a formula with a number of the right length for each step that has no place yet."""
    if isinstance(node, Name) and node.id in new:
        return Number(1.0, "1")
    return rebuilt(node, lambda below: shown(below, new))


def replaced(node: Node, part: Node, name: Node, path: tuple[int, ...] = ()) -> Node:
    """Return a formula with a name wherever a part stands below the end of a path."""
    if path:
        assert isinstance(node, Call)  # noqa: S101  # paths lead through calls
        first, *rest = path
        below = replaced(node.arguments[first], part, name, tuple(rest))
        return Call(node.function, (*node.arguments[:first], below, *node.arguments[first + 1 :]))
    return name if node == part else rebuilt(node, lambda below: replaced(below, part, name))
