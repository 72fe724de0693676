"""Aggregates over rows: an expression that is aggregated, or looked up far back, gets a working row of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engine.language.tree import Aggregate, Every, Member, Name, Node, Number, Pick, Previous, Run, Selector, rebuilt
from engine.model.model import Model
from engine.model.names import working_id
from engine.planning.shapes import Over, Shapes
from engine.units.inference import Measure, Measures
from engine.units.unit import Atoms

# From here on a table looks a lag up; up to here it points to the cell.
LONGEST_STEP: Final = 2


@dataclass(frozen=True, slots=True)
class Working:
    """An expression that has a row of its own, so that a reader sees what is aggregated."""

    id: str
    source: Node
    node: Node
    atoms: Atoms
    over: Over


class WorkingRows:
    """The working rows of a model: an expression has one, however many formulas aggregate it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.shapes = Shapes(model)
        self._by_node: dict[Node, Working] = {}
        self._counts: dict[str, int] = {}

    def lower(self, owner: str, over: Over, tree: Node, measures: Measures) -> tuple[Node, tuple[Working, ...]]:
        """Return a formula whose aggregates and lags read rows alone, and the working rows that are new with it.

        `over` is what the formula is over: its working rows begin with these dimensions.
        """
        pass_ = _Pass(self, owner, over, measures)
        return pass_.lower(tree), tuple(pass_.new)

    def find(self, node: Node) -> Working | None:
        """Return the working row that an expression has already."""
        return self._by_node.get(node)

    def add(self, owner: str, near: Over, node: Node, measure: Measure) -> Working:
        """Return a new working row for an expression."""
        found = self.shapes.of(node)
        over = (*[name for name in near if name in found], *[name for name in found if name not in near])
        self._counts[owner] = count = self._counts.get(owner, 0) + 1
        working = Working(working_id(owner, count), measure.source, node, measure.atoms, over)
        self._by_node[node] = working
        self.shapes.over[working.id] = over
        return working


class _Pass:
    """The pass over one formula, leaves first."""

    def __init__(self, rows: WorkingRows, owner: str, near: Over, measures: Measures) -> None:
        self.rows = rows
        self.owner = owner
        self.near = near
        self.measures = measures
        self.new: list[Working] = []

    def lower(self, node: Node) -> Node:
        if isinstance(node, Name | Number):
            return node
        lowered = rebuilt(node, self.lower)
        match node, lowered:
            case Aggregate(argument=measured), Aggregate(function=function, argument=argument, over=over):
                return self.aggregate(function, self.row(argument, self.measures[measured]), over)
            case Previous(argument=measured), Previous(argument=argument, lag=lag):
                is_step = isinstance(lag, Number) and lag.value <= LONGEST_STEP
                if not is_step and not isinstance(argument, Name):
                    return replace(lowered, argument=self.name(argument, self.measures[measured]))
        return lowered

    def aggregate(self, function: str, row: Name | Pick, over: Over) -> Node:
        if function in {"first", "last"}:
            return self.end(row, over[0], first=function == "first")
        return Aggregate(function, row, over)

    def row(self, node: Node, measure: Measure) -> Name | Pick:
        """Return what an aggregate points to: a row, members of one, or the working row of anything else."""
        if isinstance(node, Name) or (isinstance(node, Pick) and _is_plain(node)):
            return node
        if isinstance(node, Pick) and any(isinstance(selector, Run) for selector in node.selectors):
            return self.run(node, measure)
        return self.name(node, measure)

    def run(self, pick: Pick, measure: Measure) -> Pick:
        """Return a run of a row whose other members are computed: a working row looks these up first."""
        whole = Pick(pick.id, tuple([Every() if isinstance(s, Run) else s for s in pick.selectors]))
        working = self.name(whole, measure)
        over = self.rows.shapes.over
        runs = {n: s for n, s in zip(over[pick.id], pick.selectors, strict=True) if isinstance(s, Run)}
        return Pick(working.id, tuple([runs.get(name, Every()) for name in over[working.id]]))

    def end(self, row: Name | Pick, dimension: str, *, first: bool) -> Pick:
        """Return the first or the last member of a row, or of a run of one."""
        over = self.rows.shapes.over[row.id]
        selectors = row.selectors if isinstance(row, Pick) else (Every(),) * len(over)
        members = self.rows.model.dimension[dimension].members
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
        return Pick(row.id, tuple(found))

    def name(self, node: Node, measure: Measure) -> Name:
        working = self.rows.find(node)
        if working is None:
            working = self.rows.add(self.owner, self.near, node, measure)
            self.new.append(working)
        return Name(working.id)


def _is_plain(pick: Pick) -> bool:
    """Return whether a table can point to the members that a pick is of."""
    return all(isinstance(selector, Every | Member | Run) for selector in pick.selectors)
