"""How large what is compared is: the sum of the absolute terms of both sides, by which a difference is judged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import reduce
from typing import Final

from engine.language.tree import Aggregate, Call, Every, Name, Node, Number, Pick, Run, size
from engine.plan.plan import Row

# What a spreadsheet holds in one formula, and a reader can follow.
_MOST_TERMS: Final = 64
_MOST_NODES: Final = 150

Rows = Callable[[str], Row | None]
Wrap = Callable[[Node], Node]


def magnitude(rows: Rows, *sides: Node, opaque: Collection[str] = ()) -> Node | None:
    """Return a formula for the sum of the absolute terms of sides, found through sums, differences and signs.

    A row that is a sum itself is opened, but for `opaque` ones: where terms cancel, the sides come to a last bit of
    theirs. With too many terms, rows stay closed, and what a cell does not hold is left out. Of a sum over members it
    is the largest member, of a run of them too. None where the sides are the terms.
    """
    parts = _sizes(rows, sides, opaque)
    if sum(map(size, parts)) > _MOST_NODES:
        parts = _sizes(_no_row, sides, opaque)
    while len(parts) > 1 and sum(map(size, parts)) > _MOST_NODES:
        parts.pop()
    if not parts or parts == [Call("abs", (side,)) for side in dict.fromkeys(sides) if side != _NOTHING]:
        return None
    return reduce(lambda a, b: Call("add", (a, b)), parts)


def _sizes(rows: Rows, sides: Iterable[Node], opaque: Collection[str]) -> list[Node]:
    terms = _Terms(rows, opaque)
    return [_size(term) for term in dict.fromkeys([term for side in sides for term in terms.find(side)])]


class _Terms:
    """Finds the terms of sides, without recursion over rows; each row is opened once a side, while there is room."""

    def __init__(self, rows: Rows, opaque: Collection[str]) -> None:
        self.rows = rows
        self.opaque = opaque

    def find(self, side: Node) -> list[Node]:
        """Return the terms of a side, in the order in which they are written."""
        found: list[Node] = []
        closed = set(self.opaque)
        waiting: list[tuple[Node, Wrap]] = [(side, _as_it_is)]
        while waiting:
            node, wrap = waiting.pop()
            has_room = len(found) + len(waiting) < _MOST_TERMS
            if isinstance(node, Name) and has_room and self.is_open(node, closed):
                closed.add(node.id)
                waiting.append((self.expression(node), wrap))
            elif node != _NOTHING:
                below = self.split(node, wrap, closed) if has_room else []
                waiting += reversed(below)
                found += [] if below else [wrap(node)]
        return found

    def split(self, node: Node, wrap: Wrap, closed: Collection[str]) -> list[tuple[Node, Wrap]]:
        """Return the parts of a node that are added up, each with what it is multiplied by; none of a term."""
        match node:
            case Call(function="add" | "sub" | "neg", arguments=arguments):
                return [(argument, wrap) for argument in arguments]
            case Call(function="mul" | "div" as function, arguments=(a, b)) if self.is_sum(a, closed):
                return [(a, lambda term: wrap(Call(function, (term, b))))]
            case Call(function="mul", arguments=(a, b)) if self.is_sum(b, closed):
                return [(b, lambda term: wrap(Call("mul", (a, term))))]
        return []

    def is_sum(self, node: Node, closed: Collection[str]) -> bool:
        """Return whether a part of a formula, or of a product in it, is a sum or a row that is opened."""
        match node:
            case Call(function="add" | "sub" | "neg"):
                return True
            case Call(function="mul", arguments=(a, b)):
                return self.is_sum(a, closed) or self.is_sum(b, closed)
            case Call(function="div", arguments=(a, _)):
                return self.is_sum(a, closed)
        return isinstance(node, Name) and self.is_open(node, closed)

    def is_open(self, name: Name, closed: Collection[str]) -> bool:
        """Return whether a row is a sum, but for the conversion of its unit: a product is as large as it looks."""
        row = self.rows(name.id)
        if name.id in closed or row is None or row.kind == "equation" or row.expression is None or row.given:
            return False
        node = row.expression
        while isinstance(node, Call) and node.function in {"mul", "div"} and self.is_constant(node.arguments[1]):
            node = node.arguments[0]
        return isinstance(node, Call) and node.function in {"add", "sub", "neg"}

    def is_constant(self, node: Node) -> bool:
        """Return whether a node is a constant, such as the factor between units: no row yet while rows are drafted."""
        row = self.rows(node.id) if isinstance(node, Name) else None
        return isinstance(node, Name) and (row is None or row.kind == "constant")

    def expression(self, name: Name) -> Node:
        row = self.rows(name.id)
        return name if row is None or row.expression is None else row.expression


_NOTHING: Final = Number(0.0, "0")


def _no_row(_id: str) -> None:
    return None


def _as_it_is(node: Node) -> Node:
    return node


def _whole(term: Aggregate) -> Node:
    """Return what a sum adds up, beyond the run that it adds up: the largest of all members is found by a reader."""
    row = term.argument
    if not isinstance(row, Pick):
        return row
    return Pick(row.id, tuple([Every() if isinstance(one, Run) else one for one in row.selectors]))


def _size(term: Node) -> Node:
    if isinstance(term, Aggregate) and term.function in {"sum", "mean"}:
        ends = [Call("abs", (Aggregate(end, _whole(term), term.over),)) for end in ("min", "max")]
        return Call("max", tuple(ends))
    return Call("abs", (term,))
