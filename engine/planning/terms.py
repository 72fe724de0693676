"""How large what is compared is: the sum of the absolute terms of both sides, by which a difference is judged."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import reduce
from typing import Final

from engine.language.tree import Aggregate, Call, Name, Node, Number
from engine.plan.plan import Row

_MOST_TERMS: Final = 64

Rows = Callable[[str], Row | None]


def magnitude(rows: Rows, *sides: Node, opaque: Collection[str] = ()) -> Node:
    """Return a formula for the sum of the absolute terms of sides, found through sums, differences and signs.

    A row that is a sum itself is opened, but for `opaque` ones: where terms cancel, the sides come to a last bit of
    theirs. Of a sum over members it is the largest member. With too many terms it is that of the sides themselves.
    """
    found = [term for side in sides for term in _Terms(rows, opaque).split(side)]
    if len(found) > _MOST_TERMS:
        found = list(sides)
    parts = [_size(term) for term in dict.fromkeys(found)]
    return reduce(lambda a, b: Call("add", (a, b)), parts) if parts else Number(0.0, "0")


class _Terms:
    """Finds the terms of one side; each row is opened once."""

    def __init__(self, rows: Rows, opaque: Collection[str]) -> None:
        self.rows = rows
        self.closed = set(opaque)

    def split(self, node: Node) -> list[Node]:
        match node:
            case Number(value=0.0):
                return []
            case Call(function="add" | "sub", arguments=(a, b)):
                return [*self.split(a), *self.split(b)]
            case Call(function="neg", arguments=(a,)):
                return self.split(a)
            case Call(function="mul" | "div", arguments=(a, b)):
                return self.split_product(node.function, a, b)
            case Name():
                return self.open(node)
        return [node]

    def split_product(self, function: str, a: Node, b: Node) -> list[Node]:
        terms = self.split(a)
        if len(terms) > 1:
            return [Call(function, (term, b)) for term in terms]
        terms = self.split(b) if function == "mul" else []
        return [Call(function, (a, term)) for term in terms] if len(terms) > 1 else [Call(function, (a, b))]

    def is_sum(self, node: Node) -> bool:
        """Return whether a formula is a sum, but for the conversion of its unit."""
        match node:
            case Call(function="mul" | "div", arguments=(inner, Name(id=id_))):
                row = self.rows(id_)
                return (row is None or row.kind == "constant") and self.is_sum(inner)
        return isinstance(node, Call) and node.function in {"add", "sub", "neg"}

    def open(self, name: Name) -> list[Node]:
        """Return the terms of a row that is a sum; any other is a term itself."""
        row = self.rows(name.id)
        if name.id in self.closed or row is None or row.kind == "equation" or row.expression is None or row.given:
            return [name]
        if not self.is_sum(row.expression):
            # A product is read as one number, and is as large as it looks.
            return [name]
        self.closed.add(name.id)
        terms = self.split(row.expression)
        return terms if len(terms) > 1 else [name]


def _size(term: Node) -> Node:
    match term:
        case Aggregate(function="sum" | "mean", argument=argument, over=over):
            ends = [Call("abs", (Aggregate(end, argument, over),)) for end in ("min", "max")]
            return Call("max", tuple(ends))
        case Number():
            return Number(abs(term.value), term.text.lstrip("-"))
    return Call("abs", (term,))
