"""Working rows: an expression that is aggregated has a row of its own, so that a reader sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from engine.language.functions import PARTIAL
from engine.language.tree import Aggregate, Call, Name, Node, Pick, computed, names, nodes
from engine.model.model import Model
from engine.model.names import working_id
from engine.planning.lowering import desugaring
from engine.planning.lowering.constants import Constants
from engine.planning.resolution.shapes import Over, Shapes
from engine.units.inference import Measure
from engine.units.unit import Atoms

WORKING: Final = "Working row of"


@dataclass(frozen=True, slots=True)
class Working:
    """An expression that has a row of its own, so that a reader sees what is aggregated; `label` says what it is."""

    id: str
    source: Node
    node: Node
    atoms: Atoms
    over: Over
    label: str = WORKING


class WorkingRows:
    """The working rows of a model: an expression has one, however many formulas aggregate it."""

    def __init__(self, model: Model, shapes: Shapes, constants: Constants) -> None:
        self.model = model
        self.constants = constants
        self.shapes = shapes
        self._by_node: dict[Node, Working] = {}
        self._counts: dict[str, int] = {}
        # What was made, and whether any was asked for, since `take` was called.
        self._made: list[tuple[Node, Working]] = []
        self._is_asked = False

    def can_fail(self, node: Node) -> bool:
        """Return whether an expression may have no value: a quotient, a function not of all numbers, or a pick."""
        return any(map(self._fails, nodes(node)))

    def _fails(self, node: Node) -> bool:
        match node:
            case Call(function="div" | "pow", arguments=(_, other)):
                return any(name in self.model.by_id for name in names(other))
            case Call(function=function):
                return function in PARTIAL
            case Pick(selectors=selectors):
                # A row alone says which member: a choice, or the place of a point.
                return any(not isinstance(place, Name) for selector in selectors for place in computed(selector))
        return False

    def find(self, node: Node) -> Working | None:
        """Return the working row that an expression has already."""
        self._is_asked = True
        return self._by_node.get(node)

    def take(self) -> tuple[tuple[tuple[Node, Working], ...], bool]:
        """Return the working rows that were made since the last call, and whether any was asked for."""
        made, is_asked = tuple(self._made), self._is_asked
        self._made, self._is_asked = [], False
        return made, is_asked

    def adopt(self, owner: str, made: Iterable[tuple[Node, Working]]) -> None:
        """Take the working rows that the formulas of a quantity made in the plan before."""
        for node, working in made:
            self._keep(owner, node, working)

    def add(self, owner: str, near: Over, node: Node, measure: Measure, label: str = WORKING) -> Working:
        """Return a new working row for an expression."""
        found = self.shapes.of(node)
        over = (*[name for name in near if name in found], *[name for name in found if name not in near])
        count = self._counts.get(owner, 0) + 1
        id_ = working_id(owner, count)
        formula = node
        if isinstance(node, Aggregate) and node.function == "cumsum":
            formula = desugaring.running_total(id_, node.argument, node.over[0])
        if label == WORKING and count > 1:
            label = f"Working row {count} of"
        working = Working(id_, measure.source, formula, measure.atoms, over, label)
        self._keep(owner, node, working)
        self._made.append((node, working))
        return working

    def _keep(self, owner: str, node: Node, working: Working) -> None:
        self._by_node[node] = working
        self._counts[owner] = self._counts.get(owner, 0) + 1
        self.shapes.over[working.id] = working.over
