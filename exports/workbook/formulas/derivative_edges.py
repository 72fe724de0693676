"""Live derivatives as a list of edges: for each pair (user, used) the adjoint of the user times the local derivative.

The adjoint of a row is the sum of one contiguous range of edges, so that no formula grows with the model. Three parts
stand below each other on Sensitivity: adjoints, in blocks like those of the rows; edges, sorted by the row that is
used; and sums along what a user is over and the used row is not, where the used row has members to the right itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Final

from engine.analysis.gradients import Gradients, gradients
from engine.analysis.shares import FLOWS
from engine.language.derivatives import Lag, Reading, partials
from engine.language.tree import ONE, Aggregate, Every, Member, Name, Node, Number, Run, Selector, nodes
from engine.plan.evaluate import Results
from engine.plan.plan import Array, Plan, Row
from exports.workbook.formulas.addresses import Index, Looked, Moving
from exports.workbook.formulas.references import References
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.geometry import Block

MOST_EDGES: Final = 50_000


@dataclass(frozen=True)
class Edge:
    """One reading of a row by another, with the local derivative; `fixed` are members of the user that alone read."""

    user: Row
    used: Row
    reading: Reading
    factor: Node
    selectors: Mapping[str, Selector]
    free: tuple[str, ...] = ()
    fixed: Mapping[str, int] | None = None

    def follows(self, name: str) -> bool:
        """Return whether the user's member along a dimension is that of the used row, or some periods from it."""
        return name not in self.free and isinstance(self.selectors.get(name), Every)


@dataclass(frozen=True)
class EdgeLine:
    """One line of edges: the members of what runs down in the used row, and where the user stands.

    `sums` says that the user has members of its own to the right, which are summed: in the live column of the line, or
    where the used row has members to the right too, in a line of its own. `only` is the one member to the right that
    such a line is for, where what runs to the right in the used row runs down in the user.
    """

    edge: Edge
    down: Mapping[str, int]
    at: Mapping[str, Index]
    sums: bool = False
    only: int | None = None


def shifted(references: References, place: str, lags: Sequence[Lag]) -> str:
    """Return the place of the user that reads a place: later by what it looks back, earlier by what it looks ahead."""
    return place + "".join([f"{'-' if ahead else '+'}{references.spell(lag, {})[0]}" for _, lag, ahead in lags])


class Derivatives:
    """The adjoints of all rows that feed the outputs, for the output that is chosen, and their places."""

    def __init__(self, cases: Cases, results: Results, first: int) -> None:
        self.cases, self.results, self.layout = cases, results, cases.layout
        self.plan: Plan = results.plan
        ids = {row.id for row in cases.rows} | {part for row in cases.rows for part in row.parts}
        self.rows = [row for row in self.plan.rows if row.id in ids]
        self.first = first
        # Counted before they are made: of a large model they are many.
        is_large = sum(len(row.uses) for row in self.rows) > MOST_EDGES
        self.edges = {} if is_large or self.found is None else self._edges()
        every = [edge for edges in self.edges.values() for edge in edges]
        # A member that is computed inside `prev` would be looked up before the first period.
        is_lagged = any(edge.reading.lags and self.ends(edge) for edge in every)
        self.is_along = any(map(_is_along, every))
        self.is_left_out = is_large or is_lagged or self.is_along or self.found is None or len(every) > MOST_EDGES
        self.blocks: dict[str, Block] = {}
        self.lines: list[tuple[int, EdgeLine]] = []
        self.spans: dict[tuple[str, int], tuple[int, int]] = {}
        self.sums: dict[int, int] = {}
        if not self.is_left_out:
            self._place()

    @cached_property
    def found(self) -> Gradients | None:
        """Return the derivatives at the values shown first; None where a formula is too long for them."""
        return gradients(self.results)

    @property
    def gradients(self) -> Gradients:
        """Return the derivatives, where they are not left out."""
        assert self.found is not None  # noqa: S101  # asked first
        return self.found

    @cached_property
    def adjoints(self) -> Array:
        """Return the adjoints for the output that is chosen first."""
        return self.gradients.adjoints(self.cases.outputs[0].cell)

    @cached_property
    def flows(self) -> Mapping[tuple[int, int], float]:
        """Return what flows along each edge, for the output that is chosen first."""
        return self.gradients.flows(self.adjoints)

    @property
    def last_column(self) -> int:
        """Return the last column with a member, 0 where there is none."""
        return max([block.column + block.columns - 1 for block in self.blocks.values()], default=0)

    def _edges(self) -> dict[str, list[Edge]]:
        found: dict[str, list[Edge]] = {row.id: [] for row in self.rows}
        for user in self.rows:
            for index, part in enumerate(user.parts):
                found[part].append(self._whole(user, self.plan.row(part), index))
            for reading, factor in {} if user.expression is None else partials(user.expression).items():
                if reading.id in found:
                    found[reading.id].append(self._edge(user, reading, factor))
        return found

    def _edge(self, user: Row, reading: Reading, factor: Node) -> Edge:
        used = self.plan.row(reading.id)
        return Edge(user, used, reading, factor, reading.selectors(used.over), reading.free(used.over))

    def _whole(self, whole: Row, part: Row, index: int) -> Edge:
        name = next(name for name in whole.over if name not in part.over)
        every: dict[str, Selector] = dict.fromkeys(part.over, Every())
        return Edge(whole, part, Reading(Name(part.id)), ONE, every, fixed={name: index})

    def _place(self) -> None:
        """Give every row's adjoints, every edge and every sum its line."""
        number = self.first + 1
        for row in self.rows:
            # A member's own formula has a part of the lines of its row.
            own = (
                self.layout.block(row.id) if row.kind == "part" else self.layout.block_from(row, "Sensitivity", number)
            )
            self.blocks[row.id] = replace(own, sheet="Sensitivity", row=number)
            number += own.lines
        number += 2
        self.edges_table = number - 1
        for row in self.rows:
            block = self.blocks[row.id]
            for index, indices in enumerate(block.each):
                start = number
                down = dict(zip(block.down, indices, strict=True))
                for line in self._lines(row, down):
                    self.lines.append((number, line))
                    number += 1
                # The line of the choice comes last: 1 where this is the output that was chosen.
                self.spans[row.id, index] = (start, number)
                number += 1
        self.sums_table = number + 1
        number += 2
        for at, line in self.lines:
            if line.sums and self.blocks[line.edge.used.id].across:
                self.sums[at] = number
                number += 1 + len(self.ends(line.edge))

    def ends(self, edge: Edge) -> list[tuple[str, Selector]]:
        """Return the ends of what is read by a computed member or run, in the order of their lines."""
        found: list[tuple[str, Selector]] = []
        for name, selector in edge.selectors.items():
            if isinstance(selector, Run):
                if any(not isinstance(end, Member) for end in (selector.first, selector.last)):
                    found += [(name, end) for end in (selector.first, selector.last) if end is not None]
            elif not isinstance(selector, Every | Member):
                found += [(name, selector), (name, selector)]
        return found

    def _lines(self, used: Row, down: Mapping[str, int]) -> Iterator[EdgeLine]:
        for edge in self.edges[used.id]:
            if self._reads(edge, down):
                yield from self._lines_of(edge, down)

    def _lines_of(self, edge: Edge, down: Mapping[str, int]) -> Iterator[EdgeLine]:
        """Yield a line for each member of what runs down in the user and is not that of the used row."""
        block, across = self.blocks[edge.user.id], self.blocks[edge.used.id].across
        fixed: Mapping[str, int] = edge.fixed or {}
        sums = bool(block.across) and block.across not in fixed and not edge.follows(block.across)
        at: dict[str, Index] = {**fixed, **({block.across: Moving()} if sums else {})}
        rest = [name for name in edge.user.over if name not in at]
        loose = [name for name in rest if not edge.follows(name)]
        followed = [name for name in rest if edge.follows(name)]
        # The columns of a sum are the user's: each member of the used row to the right has a line of its own.
        columns: list[int | None] = [None]
        if sums and across in followed:
            columns = [*range(len(self.plan.model.dimension[across].members))]
        for only in columns:
            indices = {name: down.get(name, only) for name in followed}
            now = {name: self._user_place(edge, name, index, across) for name, index in indices.items()}
            if any(self._is_beyond(name, index) for name, index in now.items()):
                continue
            for chosen in product(*[range(len(self.plan.model.dimension[name].members)) for name in loose]):
                yield EdgeLine(edge, down, {**at, **now, **dict(zip(loose, chosen, strict=True))}, sums, only)

    def _is_beyond(self, name: str, index: Index) -> bool:
        return isinstance(index, int) and not 0 <= index < len(self.plan.model.dimension[name].members)

    def _user_place(self, edge: Edge, name: str, index: int | None, across: str) -> Index:
        """Return the user's member where that of the used row is at a place, or in the column for None."""
        lags = edge.reading.lags_along(name)
        steps = [(-1 if ahead else 1) * int(lag.value) for _, lag, ahead in lags if isinstance(lag, Number)]
        if len(steps) < len(lags):
            return self._later(name, index, lags)
        assert index is not None or name == across  # noqa: S101  # only what runs to the right has no place
        return Moving(-sum(steps)) if index is None else index + sum(steps)

    def _later(self, name: str, index: int | None, lags: Sequence[Lag]) -> Index:
        """Return the user's member where a lag is an input: looked up so many places from that of the used row."""
        references = References(self.layout, "Sensitivity")
        now = references.index(name, Moving() if index is None else index)
        place = f"MIN({shifted(references, now, lags)},COUNT({self.count_of(name)}))"
        return Looked(f"MAX({place},1)", 3) if any(lag.ahead for lag in lags) else Looked(place, 2)

    def count_of(self, name: str) -> str:
        """Return the places of a dimension's members, to be counted."""
        indices = self.layout.indices(name)
        return f"Inputs!{indices.area()}"

    def _reads(self, edge: Edge, down: Mapping[str, int]) -> bool:
        """Return whether members of what runs down can be read at all: fixed members and runs read few."""
        for name, index in down.items():
            match edge.selectors.get(name):
                case Member(index=only) if only != index:
                    return False
                case Run(first=Member(index=first), last=Member(index=last)) if not first <= index <= last:
                    return False
        return True


def _is_along(edge: Edge) -> bool:
    """Return whether a row is read by group, or as flows or their rate: edges of these are not spelled."""
    found = [node for tree in (edge.reading.node, edge.factor) for node in nodes(tree) if isinstance(node, Aggregate)]
    read = isinstance(edge.reading.node, Aggregate) and (
        bool(edge.reading.node.by) or edge.reading.node.function in FLOWS
    )
    return read or any(node.function.endswith("_by_rate") for node in found)
