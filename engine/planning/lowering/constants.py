"""Literals that deserve a name become rows of their own, so that a reader sees every number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.language.tree import Call, Name, Node, Number, depth, nodes, rebuilt
from engine.model.names import constant_id
from engine.plan.plan import Row
from engine.problems import Location, Problem, error, warning
from engine.units.conversions import Conversion
from engine.units.unit import PURE, Unit

_BARE: Final = frozenset({0.0, 1.0, 2.0, 10.0})
_DEEPEST_PLANNED: Final = 180
# A formula of so few characters cannot nest too deep, with whatever conversions.
_SHALLOW: Final = 40


class Constants:
    """The constants that a model's formulas need, in the order in which they came."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.by_owner: dict[str, dict[float, str]] = {}

    def lower(self, owner: str, tree: Node, at: Location, *, length: int, is_written: bool = True) -> Lowered:
        """Return a formula with its literals as constants; a warning for each that an author wrote.

        `length` is that of the formula's text; what was not written by an author warns of nothing.
        """
        if length > _SHALLOW and depth(tree) > _DEEPEST_PLANNED:
            message = f"the formula of '{owner}' is nested too deep with its conversions"
            return tree, [error("formula", message, at, "split it into quantities with names of their own")]
        problems: list[Problem] = []
        named = self._named(owner, tree, at if is_written else None, problems)
        return named, problems

    def leaves(self, tree: Node) -> bool:
        """Return whether nothing is to be done or said of a formula, whoever its owner is."""
        literals = [node for node in nodes(tree) if isinstance(node, Number)]
        return all(number.value in _BARE for number in literals) and depth(tree) <= _DEEPEST_PLANNED

    def add(self, conversions: Mapping[str, Conversion]) -> None:
        """Make conversions of units constants as well."""
        for id_, conversion in conversions.items():
            unit = Unit(conversion.unit, PURE)
            row = Row(id_, conversion.label, unit, "constant", conversion.value, note="conversion of units")
            self.rows.setdefault(id_, row)

    def of(self, owner: str) -> tuple[Row, ...]:
        """Return the constants that the formulas of a quantity have."""
        return tuple([self.rows[id_] for id_ in self.by_owner.get(owner, {}).values()])

    def adopt(self, owner: str, rows: Iterable[Row]) -> None:
        """Take constants that the formulas of a quantity had in the plan before."""
        for row in rows:
            self.rows[row.id] = row
            self.by_owner.setdefault(owner, {})[row.value] = row.id  # type: ignore[index]  # one number

    def name(self, owner: str, value: float, label: str) -> Name:
        """Return the row of a number that the formula of a quantity needs."""
        mine = self.by_owner.setdefault(owner, {})
        if value not in mine:
            id_ = mine[value] = constant_id(owner, len(mine) + 1)
            self.rows[id_] = Row(id_, label, Unit("1", PURE), "constant", value, note=owner)
        return Name(mine[value])

    def _named(self, owner: str, node: Node, at: Location | None, problems: list[Problem]) -> Node:
        if isinstance(node, Number):
            return node if node.value in _BARE else self._constant(owner, node, at, problems)
        if not isinstance(node, Call):
            return rebuilt(node, lambda below: self._named(owner, below, at, problems))
        arguments = list(node.arguments)
        # An exponent, and the digits of round, are a part of how the formula is written.
        is_count = node.function == "pow" or (node.function == "round" and len(arguments) > 1)
        kept = [arguments.pop()] if is_count and _is_literal(arguments[-1]) else []
        named = [self._named(owner, argument, at, problems) for argument in arguments]
        return Call(node.function, (*named, *kept))

    def _constant(self, owner: str, number: Number, at: Location | None, problems: list[Problem]) -> Name:
        if at is not None and number.value not in self.by_owner.get(owner, {}):
            problems.append(_bare(owner, number, at))
        return self.name(owner, number.value, f"{number.text} in the formula of {owner}")


Lowered = tuple[Node, list[Problem]]


def _bare(owner: str, number: Number, at: Location) -> Problem:
    key = at.path[-1] if at.path[-2:-1] != ("formula",) else f"formula for {at.path[-1]}"
    message = f"'{owner}' has the bare number {number.text} in its {key}"
    return warning("bare-number", message, at, "give it a name, a unit and a source of its own")


def _is_literal(node: Node) -> bool:
    if isinstance(node, Call):
        return node.function in {"neg", "div"} and all(_is_literal(argument) for argument in node.arguments)
    return isinstance(node, Number)
