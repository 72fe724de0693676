"""Units of what reads other members, and the working rows that aggregates of expressions are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.language.tree import Aggregate, Every, Member, Name, Node, Number, Pick, Previous, Run, Selector
from engine.model.model import Model
from engine.planning.shapes import Over, Shapes
from engine.units.inference import Inference, Typed
from engine.units.mismatch import Side, not_a_member, not_a_number
from engine.units.unit import PURE, Atoms

# From here on a table looks a lag up; up to here it points to the cell.
LONGEST_STEP: Final = 2


@dataclass(frozen=True, slots=True)
class Working:
    """An expression that has a row of its own, so that a reader sees what is aggregated."""

    id: str
    owner: str
    source: Node
    node: Node
    atoms: Atoms
    over: Over


class Aggregating:
    """The rule for aggregates, `prev` and picks; gathers working rows by the quantity that needs them."""

    def __init__(self, model: Model, shapes: Shapes) -> None:
        self.model = model
        self.shapes = shapes
        self.workings: dict[str, Working] = {}
        self.quantity = ""
        self.near: Over = ()
        self._counts: dict[str, int] = {}

    def begin(self, quantity: str, near: Over) -> None:
        """Say whose formula is read next, and what it is over."""
        self.quantity, self.near = quantity, near

    def __call__(self, inference: Inference, owner: str, node: Aggregate | Previous | Pick) -> Typed:
        """Return the node with conversions, and its unit."""
        match node:
            case Aggregate():
                return self._aggregate(inference, owner, node)
            case Previous():
                return self._previous(inference, owner, node)
        return self._pick(inference, owner, node)

    def _aggregate(self, inference: Inference, owner: str, node: Aggregate) -> Typed:
        argument = inference.infer(owner, node.argument)
        if argument.logic:
            raise not_a_number(owner, argument.source)
        inner = argument.node
        if isinstance(inner, Pick) and any(isinstance(selector, Run) for selector in inner.selectors):
            inner = self._plain_run(argument, inner)
        if not _is_plain(inner):
            inner = self._working(argument, inner)
        if node.function in {"first", "last"}:
            return Typed(node, self._end(inner, node.over[0], first=node.function == "first"), argument.atoms)
        return Typed(node, Aggregate(node.function, inner, node.over), argument.atoms)

    def _plain_run(self, argument: Typed, pick: Pick) -> Pick:
        """Return a run of a row: where the other members are computed, these are looked up in a working row first."""
        if _is_plain(pick):
            return pick
        whole = Pick(pick.id, tuple([Every() if isinstance(s, Run) else s for s in pick.selectors]))
        working = self._working(argument, whole)
        runs = {n: s for n, s in zip(self.shapes.over[pick.id], pick.selectors, strict=True) if isinstance(s, Run)}
        return Pick(working.id, tuple([runs.get(name, Every()) for name in self.shapes.over[working.id]]))

    def _end(self, node: Node, dimension: str, *, first: bool) -> Node:
        """Return the first or the last member of a row, or of a run of one."""
        assert isinstance(node, Name | Pick)  # noqa: S101  # anything else has been given a row
        over = self.shapes.over[node.id]
        selectors = node.selectors if isinstance(node, Pick) else (Every(),) * len(over)
        members = self.model.dimension[dimension].members
        index = 0 if first else len(members) - 1
        found: list[Selector] = []
        for name, selector in zip(over, selectors, strict=True):
            if name != dimension:
                found.append(selector)
            elif isinstance(selector, Run):
                end = selector.first if first else selector.last
                found.append(Every() if end is None else end)
            else:
                found.append(Member(members[index], index))
        return Pick(node.id, tuple(found))

    def _previous(self, inference: Inference, owner: str, node: Previous) -> Typed:
        argument, start = inference.infer(owner, node.argument), inference.infer(owner, node.start)
        for side in (argument, start):
            if side.logic:
                raise not_a_number(owner, side.source)
        (before, begun), atoms = inference.agree(owner, "prev", (argument, start))
        lag = inference.infer(owner, node.lag)
        lag_node = inference.pure(owner, "the lag of prev", lag)
        is_step = isinstance(lag_node, Number) and lag_node.value <= LONGEST_STEP
        if not is_step and not isinstance(before, Name):
            before = self._working(Typed(argument.source, before, atoms), before)
        return Typed(node, Previous(before, begun, lag_node, node.over), atoms)

    def _pick(self, inference: Inference, owner: str, node: Pick) -> Typed:
        over = self.shapes.over[node.id]
        selectors = tuple([self._selector(inference, owner, n, s) for n, s in zip(over, node.selectors, strict=True)])
        return Typed(node, Pick(node.id, selectors), inference.atoms[node.id])

    def _selector(self, inference: Inference, owner: str, name: str, selector: Selector) -> Selector:
        if isinstance(selector, Every | Member):
            return selector
        if isinstance(selector, Run):
            ends = [end if end is None or isinstance(end, Member) else self._end_of(inference, owner, name, end)
                    for end in (selector.first, selector.last)]  # fmt: skip
            return Run(*ends)
        return self._end_of(inference, owner, name, selector)

    def _end_of(self, inference: Inference, owner: str, name: str, node: Node) -> Node:
        """Return a computed member in the unit of its dimension."""
        typed = inference.infer(owner, node)
        if typed.logic:
            raise not_a_number(owner, typed.source)
        target, side = inference.atoms[name], Side(typed.source, typed.atoms)
        return inference.to(typed, target, lambda: not_a_member(inference.units, owner, name, target, side))

    def _working(self, argument: Typed, node: Node) -> Name:
        """Return the name of a row of its own for an expression."""
        found = self.shapes.of(node)
        over = (*[name for name in self.near if name in found], *[name for name in found if name not in self.near])
        same = next((w for w in self.workings.values() if w.node == node), None)
        if same is not None:
            return Name(same.id)
        self._counts[self.quantity] = count = self._counts.get(self.quantity, 0) + 1
        id_ = f"{self.quantity}_row{count}_"
        self.workings[id_] = Working(id_, self.quantity, argument.source, node, argument.atoms or PURE, over)
        self.shapes.over[id_] = over
        return Name(id_)


def _is_plain(node: Node) -> bool:
    """Return whether a node is a row, or members of one, that a table can point to."""
    if isinstance(node, Pick):
        return all(isinstance(selector, Every | Member | Run) for selector in node.selectors)
    return isinstance(node, Name)
