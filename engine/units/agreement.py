"""Parts of formulas brought to one unit: what is multiplied or divided for it is a constant that a reader sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from engine.language.tree import Call, Name, Node
from engine.units.conversions import Conversion
from engine.units.mismatch import Factors, Side, UnitMismatch, no_member, not_pure, sides_differ
from engine.units.registry import Units
from engine.units.unit import PURE, Atoms


@dataclass(slots=True)
class Typed:
    """A part of a formula: as written, with conversions, and its unit.

    `atoms` is None for a literal 0, which takes any unit; `logic` is true for a comparison.
    """

    source: Node
    node: Node
    atoms: Atoms | None
    logic: bool = False


class Agreement:
    """Brings parts of one model's formulas to one unit, and gathers the conversions that it met."""

    def __init__(self, units: Units, factors: Factors, dimensions: frozenset[str]) -> None:
        """Take the units, what is known of the model's names, and the dimensions that its rows are over."""
        self.units = units
        self.factors = factors
        self.dimensions = dimensions
        self.conversions: dict[str, Conversion] = {}
        # Which of them were met, until somebody forgets them.
        self.met: list[str] = []

    def to(self, typed: Typed, target: Atoms, mismatch: Callable[[], UnitMismatch]) -> Node:
        """Return a node in the target unit: what is multiplied or divided here is a constant that the reader sees."""
        if typed.atoms is None or typed.atoms == target:
            return typed.node
        try:
            steps = self.units.convert(typed.atoms, target)
        except OverflowError:
            sizes = f"{self.units.text(typed.atoms)} and {self.units.text(target)}"
            message = f"the factor between {sizes} is beyond what a number can hold"
            raise UnitMismatch(message, "choose units that are nearer to each other") from None
        if steps is None:
            raise mismatch()
        node = typed.node
        for step in steps:
            constant = self._constant(step.conversion)
            node = Call("div" if step.divide else "mul", (node, Name(constant)))
        return node

    def _constant(self, conversion: Conversion) -> str:
        id_ = conversion.id
        # Two units whose names differ only by case would otherwise share a name.
        while self.conversions.setdefault(id_, conversion) != conversion:
            id_ = f"{id_}2_"
        self.met.append(id_)
        return id_

    def agree(self, owner: str, function: str, arguments: tuple[Typed, ...]) -> tuple[tuple[Node, ...], Atoms | None]:
        """Return operands in one unit, that of the first that has one."""
        first = next((argument for argument in arguments if argument.atoms is not None), None)
        if first is None or first.atoms is None:
            return tuple([argument.node for argument in arguments]), None
        target = first.atoms
        sides = [Side(argument.source, argument.atoms) for argument in arguments]
        side = Side(first.source, target)
        mismatch = partial(
            sides_differ, self.units, owner, function, side, factors=self.factors, dimensions=self.dimensions
        )
        nodes = [self.to(a, target, partial(mismatch, side)) for a, side in zip(arguments, sides, strict=True)]
        return tuple(nodes), target

    def pure(self, owner: str, what: str, argument: Typed, target: Atoms = PURE) -> Node:
        """Return an operand as a pure number, or in the one unit that can stand there."""
        mismatch = partial(not_pure, self.units, owner, what, Side(argument.source, argument.atoms))
        return self.to(argument, target, mismatch)

    def condition(self, owner: str, asks: str, argument: Typed) -> Node:
        """Return what `asks` is given as a condition: a comparison, or a pure number, but not where a member stands."""
        if isinstance(argument.source, Name) and argument.source.id in self.dimensions:
            raise no_member(owner, asks, argument.source)
        return argument.node if argument.logic else self.pure(owner, "a condition", argument)
