"""Where a derivative says less than it seems: at kinks, where it is that of one side, and at steps, where it is 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.language.numbers.arrays import alike
from engine.language.tree import ONE, ZERO, Aggregate, Call, Name, Node, Number, Pick, computed, names, nodes, parts
from engine.language.unparse import text
from engine.plan.cells import Cell, as_written, written_name
from engine.plan.evaluate import Results
from engine.plan.plan import Plan, Row
from engine.problems import shortened

_STEPS: Final = frozenset({"round", "floor", "ceil"})
_ORDERS: Final = frozenset({"lt", "le", "gt", "ge"})
_LONGEST: Final = 100
_TWO: Final = Number(2.0, "2")


def kinks(results: Results, dependent: Mapping[str, NDArray[np.bool_]]) -> list[str]:
    """Return what to say of an output's derivatives, each in a sentence; `dependent` are the cells that it uses."""
    found: dict[str, None] = {}
    plan = results.plan
    dated = _dated(plan)
    for id_, cells in dependent.items():
        row = plan.row(id_)
        if row.expression is None or id_ in dated:
            continue
        for node in nodes(row.expression, lambda node: _below(plan, node)):
            if (met := _met_point(results, row, node, cells)) is not None:
                found[met] = None
            if _is_step(plan, node):
                found[_of_step(plan, row, node)] = None
            elif np.any(tied := _tied(results, row, node) & cells):
                name = written_name(results.plan, Cell(row.id, int(np.flatnonzero(tied)[0])))
                found[f"'{name}'{_of_kink(plan, row, node)}"] = None
                if row.kind == "equation":
                    break
    return list(found)


def bends(plan: Plan) -> Iterator[Bend]:
    """Yield where derivatives may say less than they seem, whatever the values; without points of curves."""
    dated = _dated(plan)
    for row in plan.rows:
        if row.expression is None or row.id in dated:
            continue
        for node in nodes(row.expression, lambda node: _below(plan, node)):
            if _is_step(plan, node):
                yield Bend(row, node, _of_step(plan, row, node), ())
            elif isinstance(node, Aggregate) and node.function in {"min", "max"} and not node.by:
                yield Bend(row, node, _of_kink(plan, row, node), ())
            elif sides := tuple(_sides(plan, node)):
                yield Bend(row, node, _of_kink(plan, row, node), sides)


class Bend(NamedTuple):
    """A step, told in a sentence, or what may be a kink of a row.

    A kink is one where two `sides` meet, or where several members that `node` takes together are smallest or largest;
    `told` is what follows the name of the cell.
    """

    row: Row
    node: Node
    told: str
    sides: tuple[tuple[Node, Node], ...]

    @property
    def is_step(self) -> bool:
        """Return whether it is a step."""
        return not self.sides and not isinstance(self.node, Aggregate)


def _of_step(plan: Plan, row: Row, node: Node) -> str:
    name = row.note if row.kind == "working" else row.id
    return f"'{name}' goes in steps, {_written(plan, row, node)}: between them its derivative is 0"


def _of_kink(plan: Plan, row: Row, node: Node) -> str:
    return f" is at a kink, {_written(plan, row, node)}: its derivative is that of one side"


def _below(plan: Plan, node: Node) -> tuple[Node, ...]:
    """Return what stands below a part of a formula, in its author's words: of a curve what it is read at."""
    curve = _curve(plan, node)
    return parts(node) if curve is None else curve.parameters[:1]


def _curve(plan: Plan, node: Node) -> Aggregate | None:
    """Return the call of `lookup` or `step` that a part of a formula says at length."""
    written = plan.short.get(node)
    return written if isinstance(written, Aggregate) and written.function in {"lookup", "step"} else None


def _dated(plan: Plan) -> set[str]:
    """Return the rows in which the flows of `xirr` are moved to where they begin: no steps of their author's."""
    found: set[str] = set()
    for row in plan.rows:
        for node in nodes(row.expression) if row.expression is not None else ():
            if isinstance(node, Aggregate) and node.function == "xirr":
                found |= {id_ for id_ in (node.row.id, *names(node.parameters[0])) if plan.row(id_).kind == "working"}
    return found


def _met_point(results: Results, row: Row, node: Node, cells: NDArray[np.bool_]) -> str | None:
    """Return what to say of a curve that is read at one of its points, where it bends or jumps."""
    plan = results.plan
    curve = _curve(plan, node)
    if curve is None or not isinstance(curve.argument, Name):
        return None
    points = plan.row(curve.argument.id)
    if points.over != curve.over:
        return None
    shape = plan.shape(row)
    try:
        x = np.broadcast_to(results.evaluate(curve.parameters[0], row.over), shape)
    except (ArithmeticError, ValueError):
        return None
    at = np.ravel(np.broadcast_to(results.values[plan.index[points.id]], plan.shape(points)))
    met = np.asarray(alike(np.expand_dims(x, -1), at) == 1) & np.expand_dims(cells, -1)
    if not np.any(met):
        return None
    number, point = divmod(int(np.flatnonzero(met)[0]), len(at))
    name, read = written_name(plan, Cell(row.id, number)), text(as_written(plan, curve.parameters[0]))
    here, value = written_name(plan, Cell(points.id, point)), f"{at[point] * points.unit.scale:.6g}"
    where = f"{_written(plan, row, node)}, where {read} is {here} = {value}{points.unit.suffix}"
    if curve.function == "step":
        return f"'{name}' jumps at {where}: its derivative is that of what lies above"
    return f"'{name}' is at a kink, {where}: its derivative is that of one side"


def _is_step(plan: Plan, node: Node) -> bool:
    """Return whether a part of a formula jumps and is flat between: rounded, chosen between numbers, or looked up.

    What choices, groups and periods alone decide is no step: these do not change by degrees.
    """
    curve = _curve(plan, node)
    if curve is not None:
        return curve.function == "step"
    match node:
        case Call(function="if", arguments=(test, then, otherwise)):
            return not names(then) and not names(otherwise) and _moves(plan, test)
        case Call(function=function):
            return function in _STEPS
        case Pick(selectors=selectors):
            return any(_moves(plan, place) for selector in selectors for place in computed(selector))
    return False


def _moves(plan: Plan, node: Node) -> bool:
    """Return whether a computed member or a condition depends on a number that can change by degrees."""
    read = [plan.row(id_) for id_ in plan.feeding(*names(node))]
    return any(one.quantity is not None and not one.quantity.choice and one.value is not None for one in read)


def _written(plan: Plan, row: Row, node: Node) -> str:
    if row.kind == "equation" and row.quantity is not None and row.quantity.formula is not None:
        return shortened(" ".join(row.quantity.formula.text.split()), _LONGEST)
    return shortened(text(as_written(plan, node)), _LONGEST)


def _tied(results: Results, row: Row, node: Node) -> NDArray[np.bool_]:
    shape = results.plan.shape(row)
    tied = np.zeros(shape, dtype=bool)
    if isinstance(node, Aggregate):
        return tied | (node.function in {"min", "max"} and _has_tied_members(results, node))
    for a, b in _sides(results.plan, node):
        tied = tied | _meet(results, row, a, b)
    return tied


def _sides(plan: Plan, node: Node) -> Iterator[tuple[Node, Node]]:
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
                if isinstance(part, Call) and part.function in _ORDERS and _moves(plan, part):
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
    if node.by:
        return _has_ties_in_a_group(results, node, row)
    axes = tuple([row.over.index(name) for name in node.over])
    values = np.broadcast_to(results.values[results.plan.index[row.id]], results.plan.shape(row))
    ends = (np.min if node.function == "min" else np.max)(values, axis=axes, keepdims=True)
    return bool(np.any(np.sum(values == ends, axis=axes) > 1))


def _has_ties_in_a_group(results: Results, node: Aggregate, row: Row) -> bool:
    plan = results.plan
    codes = np.ravel(results.values[plan.index[names(node.parameters[0])[0]]])
    values = np.broadcast_to(results.values[plan.index[row.id]], plan.shape(row))
    lines = np.moveaxis(values, row.over.index(node.over[0]), -1)
    groups = [lines[..., codes == code] for code in np.unique(codes)]
    reduce = np.min if node.function == "min" else np.max
    return any(bool(np.any(np.sum(one == reduce(one, axis=-1, keepdims=True), axis=-1) > 1)) for one in groups)
