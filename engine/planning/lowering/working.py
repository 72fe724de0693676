"""Working rows: an expression that is aggregated has a row of its own, so that a reader sees it."""

from __future__ import annotations

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
        return self._by_node.get(node)

    def add(self, owner: str, near: Over, node: Node, measure: Measure, label: str = WORKING) -> Working:
        """Return a new working row for an expression."""
        found = self.shapes.of(node)
        over = (*[name for name in near if name in found], *[name for name in found if name not in near])
        self._counts[owner] = count = self._counts.get(owner, 0) + 1
        id_ = working_id(owner, count)
        formula = node
        if isinstance(node, Aggregate) and node.function == "cumsum":
            formula = desugaring.running_total(id_, node.argument, node.over[0])
        if label == WORKING and count > 1:
            label = f"Working row {count} of"
        working = Working(id_, measure.source, formula, measure.atoms, over, label)
        self._by_node[node] = working
        self.shapes.over[working.id] = over
        return working
