"""Where a derivative says less than it seems: at kinks, where it is that of one side, and at steps, where it is 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.language.arrays import alike
from engine.language.tree import ONE, ZERO, Aggregate, Call, Node, Number, Pick, computed, names, nodes
from engine.language.unparse import text
from engine.plan.cells import Cell, written_name
from engine.plan.evaluate import Results
from engine.plan.plan import Row, as_written
from engine.problems import shortened

_STEPS: Final = frozenset({"round", "floor", "ceil"})
_ORDERS: Final = frozenset({"lt", "le", "gt", "ge"})
_LONGEST: Final = 100
_TWO: Final = Number(2.0, "2")


def kinks(results: Results, dependent: Mapping[str, NDArray[np.bool_]]) -> list[str]:
    """Return what to say of an output's derivatives, each in a sentence; `dependent` are the cells that it uses."""
    found: dict[str, None] = {}
    for id_, cells in dependent.items():
        row = results.plan.row(id_)
        if row.expression is None:
            continue
        for node in nodes(row.expression):
            if _is_step(node):
                name = row.note if row.kind == "working" else row.id
                found[f"'{name}' goes in steps, {_written(results, row, node)}: between them its derivative is 0"] = (
                    None
                )
            elif np.any(tied := _tied(results, row, node) & cells):
                name = written_name(results.plan, Cell(row.id, int(np.flatnonzero(tied)[0])))
                written = _written(results, row, node)
                found[f"'{name}' is at a kink, {written}: its derivative is that of one side"] = None
                if row.kind == "equation":
                    break
    return list(found)


def _is_step(node: Node) -> bool:
    """Return whether a part of a formula jumps and is flat between: rounded, chosen between numbers, or looked up."""
    match node:
        case Call(function="if", arguments=(_, then, otherwise)):
            return not names(then) and not names(otherwise)
        case Call(function=function):
            return function in _STEPS
        case Pick(selectors=selectors):
            return any(computed(selector) for selector in selectors)
    return False


def _written(results: Results, row: Row, node: Node) -> str:
    if row.kind == "equation" and row.quantity is not None and row.quantity.formula is not None:
        return shortened(" ".join(row.quantity.formula.text.split()), _LONGEST)
    return shortened(text(as_written(results.plan.row, node)), _LONGEST)


def _tied(results: Results, row: Row, node: Node) -> NDArray[np.bool_]:
    shape = results.plan.shape(row)
    tied = np.zeros(shape, dtype=bool)
    if isinstance(node, Aggregate):
        return tied | (node.function in {"min", "max"} and _has_tied_members(results, node))
    for a, b in _sides(node):
        tied = tied | _meet(results, row, a, b)
    return tied


def _sides(node: Node) -> Iterator[tuple[Node, Node]]:
    match node:
        case Call(function="min" | "max", arguments=arguments):
            # Two that are both the smallest meet; that others meet above them bends nothing.
            for index, argument in enumerate(arguments[1:], 1):
                assert isinstance(node, Call)  # noqa: S101  # just asked
                first = arguments[0] if index == 1 else Call(node.function, arguments[:index])
                yield first, argument
        case Call(function="abs", arguments=(argument,)):
            yield argument, ZERO
        case Call(function="ddb", arguments=(cost, salvage, life, period)):
            yield from _turns_of_ddb(cost, salvage, life, period)
        case Call(function="if", arguments=(test, _, _)):
            for part in nodes(test):
                if isinstance(part, Call) and part.function in _ORDERS:
                    yield part.arguments[0], part.arguments[1]


def _turns_of_ddb(cost: Node, salvage: Node, life: Node, period: Node) -> Iterator[tuple[Node, Node]]:
    """Yield what meets where the depreciation bends: the end of the life, and what is left with the salvage value.

    Of a life of 2 or below the first period takes all; in the others nothing is left before them.
    """
    yield period, life
    yield life, _TWO
    rest = Call("sub", (ONE, Call("div", (_TWO, life))))
    for times in (period, Call("sub", (period, ONE))):
        left = Call("mul", (cost, Call("pow", (rest, times))))
        yield Call("if", (Call("gt", (life, _TWO)), left, cost)), salvage


def _meet(results: Results, row: Row, a: Node, b: Node) -> NDArray[np.bool_]:
    shape = results.plan.shape(row)
    try:
        sides = [np.broadcast_to(results.evaluate(side, row.over), shape) for side in (a, b)]
    except (ArithmeticError, ValueError):
        return np.zeros(shape, dtype=bool)
    with np.errstate(all="ignore"):
        return np.asarray(alike(*sides) == 1)


def _has_tied_members(results: Results, node: Aggregate) -> bool:
    argument = node.row
    row = results.plan.row(argument.id)
    if isinstance(argument, Pick):
        return False
    axes = tuple([row.over.index(name) for name in node.over])
    values = np.broadcast_to(results.values[results.plan.index[row.id]], results.plan.shape(row))
    ends = (np.min if node.function == "min" else np.max)(values, axis=axes, keepdims=True)
    return bool(np.any(np.sum(values == ends, axis=axes) > 1))
