"""Members in comparisons and picks: ``region == "Europe"``, ``price[gpu]``, each found in its dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.language.tree import Call, Member, Name, Node, Pick, Text
from engine.language.unparse import text
from engine.model.dimensions import Dimension, member_hint
from engine.planning.resolution.mistakes import ShapeMismatch, written
from engine.planning.resolution.shapes import Over, union
from engine.problems import shortened
from engine.units.rules import literal

if TYPE_CHECKING:
    from engine.planning.resolution.resolver import Resolver


def member_of(self: Resolver, node: Node) -> Dimension | None:
    """Return whose member a part of a formula is: a dimension's name, or a choice; None for a number."""
    if not isinstance(node, Name | Pick):
        return None
    if isinstance(node, Name) and node.id in self.dimensions:
        return self.dimensions[node.id]
    quantity = self.shapes.quantity(node.id)
    return self.dimensions.get(quantity.choice) if quantity is not None and quantity.choice else None


def compares_members(self: Resolver, node: Call) -> bool:
    """Return whether a comparison is of members: a word stands in it, or what is no number."""
    sides = [member_of(self, side) for side in node.arguments]
    return any(isinstance(side, Text) for side in node.arguments) or any(
        dimension is not None and (not dimension.is_time or _is_choice(self, side))
        for dimension, side in zip(sides, node.arguments, strict=True)
    )


def _is_choice(self: Resolver, node: Node) -> bool:
    return isinstance(node, Name | Pick) and node.id not in self.dimensions


def comparison(self: Resolver, node: Call) -> tuple[Node, Over]:
    """Return a comparison of members with both sides as codes."""
    left, right = node.arguments
    dimension = member_of(self, left) or member_of(self, right)
    if dimension is None:
        word = left if isinstance(left, Text) else right
        other = right if word is left else left
        message = f"'{self.owner}' compares {written(other)} with {written(word)}, which is no number"
        raise ShapeMismatch(message, "only a dimension or a choice is compared with the name of a member")
    if node.function not in {"eq", "ne"} and not dimension.ordered:
        message = f"'{self.owner}' asks which member of '{dimension.id}' comes first, and they have no order"
        raise ShapeMismatch(message, "compare by == or !=, or declare the dimension with ordered = true")
    sides = [_side(self, side, dimension, node) for side in (left, right)]
    return Call(node.function, tuple([side for side, _ in sides])), union([over for _, over in sides])


def _side(self: Resolver, side: Node, dimension: Dimension, node: Call) -> tuple[Node, Over]:
    if isinstance(side, Text):
        index = dimension.index_of(side.value)
        if index is None:
            message = f"'{self.owner}' compares with '{shortened(side.value)}', which is no member of '{dimension.id}'"
            raise ShapeMismatch(message, member_hint(dimension, side.value))
        self.shapes.used.add(dimension.id)
        return Pick(dimension.id, (Member(dimension.members[index], index, quoted=True),)), ()
    other = member_of(self, side)
    if other is not None and other.id != dimension.id:
        message = f"{written(node)} in '{self.owner}' compares a member of '{dimension.id}' with one of '{other.id}'"
        raise ShapeMismatch(message, "both sides are of one dimension")
    if other is None and not dimension.is_time:
        message = f"'{self.owner}' compares {written(side)} with a member of '{dimension.id}'"
        raise ShapeMismatch(message, f'write the member in quotes, as in == "{dimension.members[0]}"')
    return code(self, side) if other is not None else self.read(side)


def refuse_number(self: Resolver, node: Call) -> None:
    """Raise ShapeMismatch where a calendar is compared with a number that is no place in it.

    Its name is the place of a period, from 0: compared with 2026 it would be the same for all periods.
    """
    for side, other in (node.arguments, node.arguments[::-1]):
        dimension, number = member_of(self, side), None if isinstance(other, Text) else literal(other)
        if dimension is None or number is None or not dimension.periods or 0 <= number < len(dimension.members):
            continue
        places = f"the place of a period, from 0 to {len(dimension.members) - 1}"
        message = f"'{self.owner}' compares '{text(side)}' with {written(other)}, and it is {places}"
        named, period = _named(self, side, dimension, number)
        meant = tuple([Name(named) if one is side and named else Text(period) if one is other else one
                       for one in node.arguments])  # fmt: skip
        raise ShapeMismatch(message, f"periods stand in quotes, as in {text(Call(node.function, meant))}")


def _named(self: Resolver, side: Node, dimension: Dimension, number: float) -> tuple[str, str]:
    """Return the period that a number may stand for, and the calendar that has it where that is a coarser one."""
    digits = f"{number:.15g}"
    coarser = [one for one in self.dimensions.values() if one.periods and dimension.id in self.shapes.finer(one.id)]
    for one in [dimension, *(coarser if side == Name(dimension.id) else ())]:
        # 202603 is 2026-03, without the dash.
        for spelled in (digits, f"{digits[:4]}-{digits[4:]}"):
            if (index := one.index_of(spelled)) is not None:
                return "" if one is dimension else one.id, one.members[index]
    return "", dimension.members[-1 if number > 0 else 0]


def code(self: Resolver, node: Node) -> tuple[Node, Over]:
    """Return the code of a dimension's name or of a choice, and what it is over."""
    if isinstance(node, Name) and node.id in self.dimensions:
        return self.dimension(node.id)
    if isinstance(node, Pick):
        return self.pick(node)
    assert isinstance(node, Name)  # noqa: S101  # asked of what has members
    return node, self.shapes.over[node.id]
