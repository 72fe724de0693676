"""What a formula's tree gets before it is planned: bare numbers as constants, and members' formulas by name."""

from __future__ import annotations

from typing import Final

from engine.language.tree import Call, Every, Member, Name, Node, Number, Pick, parts, rebuilt
from engine.model.model import Model
from engine.plan.plan import Row
from engine.planning.shapes import Shapes
from engine.problems import Location, Problem, error, warning
from engine.units.unit import PURE, Unit

_BARE: Final = frozenset({0.0, 1.0, 2.0, 10.0})
_DEEPEST_PLANNED: Final = 180
# A formula of so few characters cannot nest too deep, with whatever conversions.
_SHALLOW: Final = 40


def part_id(quantity: str, member: str) -> str:
    """Return the id of the row of one member's own formula."""
    return f"{quantity}[{member}]"


class Lifting:
    """Gathers the constants that formulas need, and says of each that an author wrote bare."""

    def __init__(self, model: Model, shapes: Shapes, problems: list[Problem]) -> None:
        self.model = model
        self.shapes = shapes
        self.problems = problems
        self.constants: dict[str, Row] = {}
        self.literals: dict[str, dict[float, str]] = {}

    def lifted(self, owner: str, tree: Node, at: Location | None, length: int) -> Node:
        """Return the tree with each literal that deserves a name as a constant of its own."""
        if length > _SHALLOW and _depth(tree) > _DEEPEST_PLANNED:
            message = f"the formula of '{owner}' is nested too deep with its conversions"
            where = at or self.model.at(*self.model.by_id[owner].path)
            self.problems.append(error("formula", message, where, "split it into quantities with names of their own"))
            return tree
        return self.lift(owner, tree, at)

    def lift(self, owner: str, node: Node, at: Location | None) -> Node:
        """Return the tree with its literals as constants; a warning for each, unless no author wrote it anywhere."""
        if isinstance(node, Number):
            return node if node.value in _BARE else self.literal(owner, node, at)
        if not isinstance(node, Call):
            if isinstance(node, Pick):
                node = self.part(node)
            return rebuilt(node, lambda below: self.lift(owner, below, at))
        arguments = list(node.arguments)
        # An exponent, and the digits of round, are a part of how the formula is written.
        is_count = node.function == "pow" or (node.function == "round" and len(arguments) > 1)
        kept = [arguments.pop()] if is_count and _is_literal(arguments[-1]) else []
        lifted = [self.lift(owner, argument, at) for argument in arguments]
        return Call(node.function, (*lifted, *kept))

    def part(self, node: Pick) -> Node:
        """Return the row of one member's own formula, where that is what is picked: it may feed the others."""
        quantity = self.model.by_id.get(node.id)
        if quantity is None or not quantity.formulas:
            return node
        index = quantity.over.index(quantity.formulas_over)
        selector = node.selectors[index]
        if not isinstance(selector, Member):
            return node
        rest = (*node.selectors[:index], *node.selectors[index + 1 :])
        name = part_id(node.id, selector.text)
        self.shapes.over[name] = tuple([n for n in quantity.over if n != quantity.formulas_over])
        return Name(name) if all(isinstance(other, Every) for other in rest) else Pick(name, rest)

    def literal(self, owner: str, number: Number, at: Location | None) -> Name:
        mine = self.literals.setdefault(owner, {})
        if number.value in mine:
            return Name(mine[number.value])
        id_ = mine[number.value] = f"{owner}_{len(mine) + 1}_"
        label = f"{number.text} in the formula of {owner}"
        self.constants[id_] = Row(id_, label, Unit("1", PURE), "constant", number.value, note=owner)
        if at is None:
            return Name(id_)
        key = at.path[-1] if at.path[-2:-1] != ("formula",) else f"formula for {at.path[-1]}"
        message = f"'{owner}' has the bare number {number.text} in its {key}"
        self.problems.append(warning("bare-number", message, at, "give it a name, a unit and a source of its own"))
        return Name(id_)


def _is_literal(node: Node) -> bool:
    if isinstance(node, Call):
        return node.function in {"neg", "div"} and all(_is_literal(argument) for argument in node.arguments)
    return isinstance(node, Number)


def _depth(node: Node) -> int:
    return 1 + max([_depth(part) for part in parts(node)], default=0)
