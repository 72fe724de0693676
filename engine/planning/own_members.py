"""What a default formula reads of its own member: it stands for several, and each reads what is over them at itself."""

from __future__ import annotations

from typing import Final

from engine.language.functions import AGGREGATES
from engine.language.tree import Aggregate, Every, Member, Name, Node, Pick, Selector, rebuilt
from engine.model.model import Model, Quantity

_TAKE_ALL: Final = {*AGGREGATES, "count", "rollup"}


def at_own_member(model: Model, quantity: Quantity, member: str, tree: Node) -> Node:
    """Return the formula of members that share one, as that of a member: rows and groups over these stand at it.

    An aggregate takes all members where it runs over them.
    """
    return _OwnMember(model, quantity.formulas_over, member).read(tree)


class _OwnMember:
    def __init__(self, model: Model, along: str, member: str) -> None:
        self.model = model
        self.along = along
        self.index = model.dimension[along].members.index(member)

    def read(self, node: Node) -> Node:
        match node:
            case Name(id=id_) if id_ in self.model.by_id and self.along in self.model.by_id[id_].over:
                over = self.model.by_id[id_].over
                return Pick(id_, tuple([self.selected(Name(name), name) for name in over]))
            case Pick(id=id_, selectors=selectors) if id_ in self.model.by_id:
                over = self.model.by_id[id_].over
                if len(over) == len(selectors):
                    own = [self.selected(one, name) for one, name in zip(selectors, over, strict=True)]
                    return rebuilt(Pick(id_, tuple(own)), self.read)
            case Aggregate(function=function, over=over, by=by) if (
                by or self.along in over or (not over and function in _TAKE_ALL)
            ):
                return node
        return rebuilt(node, self.read)

    def selected(self, selector: Selector, name: str) -> Selector:
        """Return a selector of a dimension; its own name, or that of a group, is what this member is or is in."""
        if not isinstance(selector, Name):
            return selector
        place = self.place(selector.id) if selector.id == name else None
        if place is None:
            return Every() if selector.id == name else selector
        dimension = self.model.dimension[name]
        return Member(dimension.members[place], quoted=not dimension.numbers)

    def place(self, name: str) -> int | None:
        """Return the place of the member of a dimension that this member is, or belongs to; None for another."""
        if name == self.along:
            return self.index
        dimension = self.model.dimension.get(name)
        finer = self.place(dimension.of) if dimension is not None and dimension.of else None
        return None if dimension is None or finer is None else dimension.places[finer]
