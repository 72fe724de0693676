"""What the language says shortly, in what plans are made of: conditions as choices, running totals as looks back.

``sum(x, where=w)`` becomes the sum of a choice, ``cumsum(x)`` a row that adds to its own period before,
``lookup(x, at, values)`` a pick between two points whose place is a row of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.language.tree import (
    ONE,
    ZERO,
    Aggregate,
    Call,
    Every,
    Member,
    Name,
    Node,
    Pick,
    Previous,
    Run,
    Selector,
)
from engine.model.dimensions import Dimension
from engine.planning.resolution.shapes import Shapes

OTHER_WAY: Final = {"min": "max", "max": "min"}
_PLACES: Final = {"first": "min", "last": "max"}


def added_where(node: Aggregate, shapes: Shapes) -> Node:
    """Return a sum, a count or a mean of the members where a condition holds, as sums of choices."""
    assert node.where is not None  # noqa: S101  # asked of what has one
    if node.function == "count":
        return held(node, shapes)
    total = replace(node, function="sum", where=None, argument=Call("if", (node.where, node.argument, ZERO)))
    return total if node.function == "sum" else Call("div", (total, held(node, shapes)))


def held(node: Aggregate, shapes: Shapes) -> Node:
    """Return of how many members a condition holds; of what it is not over, of all or of none."""
    assert node.where is not None  # noqa: S101  # asked of what has one
    asked = shapes.of(node.where)
    found: Node = Call("if", (node.where, ONE, ZERO))
    along = tuple([name for name in node.over if name in asked])
    if along:
        found = replace(node, function="sum", where=None, argument=found, over=along)
    for name in node.over:
        if name not in asked:
            members = grouped_members(node) if node.by else Aggregate("count", Name(name), (name,))
            found = Call("mul", (found, members))
    return found


def grouped_members(node: Aggregate) -> Aggregate:
    """Return how many members belong to each of a group."""
    return Aggregate("count", node.parameters[0], node.over, node.by, None, node.parameters)


def counted(over: tuple[str, ...]) -> Node:
    """Return how many members dimensions have together."""
    found: Node = Aggregate("count", Name(over[0]), (over[0],))
    for name in over[1:]:
        found = Call("mul", (found, Aggregate("count", Name(name), (name,))))
    return found


def running_total(row: str, argument: Node, along: str) -> Node:
    """Return the formula of a row that adds up an expression."""
    return Call("add", (Previous(Name(row), ZERO, ONE, along), argument))


def better(node: Aggregate, row: Node) -> Node:
    """Return a row in which what is not asked for is replaced by what is no better than any: it has no say.

    Asked for is what the condition holds of, and in groups what belongs to the member that the result is for.
    """
    tests = [] if node.where is None else [node.where]
    tests += [Call("eq", (node.parameters[0], Name(node.by[0])))] if node.by else []
    worst = Aggregate(OTHER_WAY[node.function], row, node.over)
    return Call("if", (tests[0] if len(tests) == 1 else Call("and", tuple(tests)), row, worst))


def with_some(value: Node, node: Aggregate, shapes: Shapes) -> Node:
    """Return a value that there is only where some member is asked for: a division by 0 otherwise."""
    count = grouped_members(node) if node.where is None else held(node, shapes)
    return Call("div", (value, Call("if", (Call("gt", (count, ZERO)), ONE, ZERO))))


def place_of_end(node: Aggregate, dimension: Dimension) -> Aggregate:
    """Return the code of the first or last member that is asked for; for none one beyond the first or the last.

    With flat ends it is that of the first or the last: who asks knows that there is none.
    """
    at: Node = Name(dimension.id)
    if node.where is not None:
        ends = (dimension.members[0], 0), (dimension.members[-1], len(dimension.members) - 1)
        member, index = ends[node.function == "first"]
        end: Node = Pick(dimension.id, (Member(member, index, quoted=not dimension.numbers),))
        if not node.ends:
            end = Call("add" if node.function == "first" else "sub", (end, ONE))
        at = Call("if", (node.where, at, end))
    return replace(node, function=_PLACES[node.function], argument=at, where=None, ends="")


def picked(row: Name | Pick, along: str, place: Node, shapes: Shapes) -> Pick:
    """Return a row at a computed place along a dimension."""
    over = shapes.over[row.id]
    selectors: list[Selector] = list(row.selectors if isinstance(row, Pick) else (Every(),) * len(over))
    selectors[over.index(along)] = place
    return Pick(row.id, tuple(selectors))


def first_flow(row: Node, dimension: Dimension) -> Aggregate:
    """Return the code of the first period with a flow, as the smallest of a row; of none that of the last period."""
    last = Pick(dimension.id, (Member(dimension.members[-1], len(dimension.members) - 1, quoted=True),))
    return Aggregate("min", Call("if", (Call("ne", (row, ZERO)), Name(dimension.id), last)), (dimension.id,))


def within_run(row: Name | Pick, dimension: Dimension, shapes: Shapes) -> Node | None:
    """Return a run of a row as a row over the whole dimension that is 0 outside of it; None for what is no run."""
    over = shapes.over[row.id]
    run = row.selectors[over.index(dimension.id)] if isinstance(row, Pick) else Every()
    if not isinstance(row, Pick) or not isinstance(run, Run):
        return None
    tests: list[Node] = []
    for compared, end in (("ge", run.first), ("le", run.last)):
        if end is not None:
            code = Pick(dimension.id, (end,)) if isinstance(end, Member) else end
            tests.append(Call(compared, (Name(dimension.id), code)))
    whole = Pick(row.id, tuple([Every() if one is run else one for one in row.selectors]))
    test = tests[0] if len(tests) == 1 else Call("and", tuple(tests))
    return Call("if", (test, whole, ZERO)) if tests else whole


def moved_up(row: Name | Pick, by: Node, dimension: Dimension, shapes: Shapes) -> tuple[Node, Node]:
    """Return a row that begins at a code, 0 where it ends early, and the code that each period has come from."""
    last = Pick(dimension.id, (Member(dimension.members[-1], len(dimension.members) - 1, quoted=True),))
    place = Call("add", (Name(dimension.id), by))
    within = Call("min", (place, last))
    moved = Call("if", (Call("le", (place, last)), picked(row, dimension.id, within, shapes), ZERO))
    return moved, within


def where_asked(node: Node, asked: tuple[Node, ...], otherwise: Node = ZERO) -> Node:
    """Return an expression, and something else where what must hold for it to have a say does not."""
    if not asked:
        return node
    return Call("if", (asked[0] if len(asked) == 1 else Call("and", asked), node, otherwise))


def code_of_first(dimension: Dimension) -> Pick:
    """Return the code of a dimension's first member."""
    return Pick(dimension.id, (Member(dimension.members[0], 0, quoted=not dimension.numbers),))


def step_of(dimension: Dimension) -> Node:
    """Return by how much the codes of neighbours differ."""
    if len(dimension.codes) < 2 or dimension.codes[1] - dimension.codes[0] == 1:  # noqa: PLR2004  # neighbours
        return ONE
    first, second = (Pick(dimension.id, (Member(dimension.members[index], index),)) for index in (0, 1))
    return Call("sub", (second, first))


def between(node: Aggregate, codes: tuple[Node, Node], shapes: Shapes, at: Name | Pick, values: Name | Pick) -> Node:
    """Return the value of a curve on the way from a point to the next one, each by its code."""
    (along,) = node.over
    here, behind = codes
    x = node.parameters[0]
    if node.ends == "flat":
        first, last = (Aggregate(end, at, node.over) for end in ("min", "max"))
        x = Call("min", (Call("max", (x, first)), last))
    begins, value = picked(at, along, here, shapes), picked(values, along, here, shapes)
    rise = Call("sub", (picked(values, along, behind, shapes), value))
    run = Call("sub", (picked(at, along, behind, shapes), begins))
    return Call("add", (value, Call("div", (Call("mul", (Call("sub", (x, begins)), rise)), run))))
