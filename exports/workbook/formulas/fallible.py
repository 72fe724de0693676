"""Which rows may have no value, and what may happen in their formulas so that they have none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final
from weakref import WeakKeyDictionary

from engine.language.finance import arrays as finance
from engine.language.tree import Aggregate, Call, Name, Node, Number, Pick, computed, nodes
from engine.plan.plan import PLACES, Plan, Row
from engine.plan.reading.users import users

TOO_LARGE: Final = "a number is too large"
_LOAN: Final = "a function of loans or depreciation has no value there"
_RATE: Final = "there is no such rate"
_POINTS: Final = "beyond the points of a curve"
_OF_CALLS: Final[Mapping[str, str]] = {
    "div": "division by zero",
    "pow": "a power has no value there",
    "sqrt": "the root of a negative number",
    **dict.fromkeys(("log", "log2", "log10"), "the logarithm of a number that is not above 0"),
    **dict.fromkeys(("asin", "acos", "acosh", "atanh"), "a function has no value there"),
    **dict.fromkeys(("exp", "sinh", "cosh"), TOO_LARGE),
    **dict.fromkeys(finance.FUNCTIONS, _LOAN),
}
_OF_ROWS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("irr", "xirr"), _RATE),
    **dict.fromkeys(("npv", "xnpv"), "a rate of -100 % or below discounts nothing"),
    **dict.fromkeys(PLACES, _POINTS),
}


def fallible(plan: Plan, known: Collection[str] = ()) -> dict[str, tuple[str, ...]]:
    """Return the rows that may have no value by id, each with what may happen in its own formula.

    What only reads such rows has (). `known` are rows that have no value somewhere, whatever their formulas say.
    """
    own = _own_reasons(plan)
    found = {row.id: own.get(row.id, ()) for row in plan.rows if row.id in own or row.id in known}
    readers = users(plan)
    waiting = list(found)
    while waiting:
        for reader in readers.get(waiting.pop(), ()):
            if reader not in found:
                found[reader] = ()
                waiting.append(reader)
    # A formula names a row that has parts by its own id, or a part alone: what holds of either holds of both.
    for row in plan.rows:
        found |= {part: found.get(part, ()) for part in row.parts if row.id in found}
    return found


# What may happen in formulas is asked before they are taken apart, and of what is known of cases.
_own: WeakKeyDictionary[Plan, dict[str, tuple[str, ...]]] = WeakKeyDictionary()


def _own_reasons(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return what may happen in the formulas of rows, of those where something may."""
    if plan not in _own:
        _own[plan] = {row.id: reasons for row in plan.rows if (reasons := _reasons(plan, row))}
    return _own[plan]


def _reasons(plan: Plan, row: Row) -> tuple[str, ...]:
    trees = [plan.row(part).expression for part in row.parts] or [row.expression]
    return tuple(dict.fromkeys([reason for tree in trees if tree is not None for reason in _of_tree(plan, tree)]))


def _of_tree(plan: Plan, tree: Node) -> Iterator[str]:
    for node in nodes(tree):
        match node:
            case Call(function, arguments):
                if function in _OF_CALLS and not is_safe(plan, function, arguments):
                    yield _OF_CALLS[function]
            case Aggregate():
                if node.function in _OF_ROWS:
                    yield _OF_ROWS[node.function]
                elif _looks_up(node.argument) and node.function in {"mean", "min", "max"}:
                    yield "there are no members between the two"
                elif node.by and node.function not in {"sum", "count"}:
                    yield "no member belongs to the group"
        if _looks_up(node):
            yield "there is no such member"


def is_safe(plan: Plan, function: str, arguments: tuple[Node, ...]) -> bool:
    """Return whether a quotient or a power has a value whatever is typed, but for what is too large."""
    if function == "pow":
        return isinstance(arguments[1], Number) and arguments[1].value >= 1 and arguments[1].value.is_integer()
    if function != "div":
        return False
    below = arguments[1]
    if isinstance(below, Name):
        if below.id not in plan.index:
            return False  # a step that is only about to be taken
        row = plan.row(below.id)
        return row.kind == "constant" and bool(row.value)
    return isinstance(below, Number) and bool(below.value)


def _looks_up(node: Node) -> bool:
    """Return whether a formula reads members that it computes."""
    return isinstance(node, Pick) and any(map(computed, node.selectors))
