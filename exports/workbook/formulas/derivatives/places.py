"""Live derivatives as a list of edges: for each pair (user, used) the adjoint of the user times the local derivative.

The adjoint of a row is the sum of one contiguous range of edges, so that no formula grows with the model. Four parts
stand below each other on Sensitivity: adjoints, in blocks like those of the rows; edges, sorted by the row that is
used; sums along what a user is over and the used row is not, where the used row has members to the right itself; and
parts of long formulas of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import Final

from engine.analysis.gradients import Gradients, gradients
from engine.language.derivatives import Reading, partials
from engine.language.tree import ONE, Every, Member, Name, Node, Number, Run, Selector
from engine.plan.evaluate import Results
from engine.plan.plan import Array, Plan, Row
from exports.workbook.formulas.addresses import Index, Moving
from exports.workbook.formulas.derivatives.edges import Edge, EdgeLine, place_of_user, standing
from exports.workbook.formulas.derivatives.steps import Steps
from exports.workbook.formulas.references import References
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.geometry import Block

MOST_EDGES: Final = 50_000
# A line has a formula a column: of years by hour these are more than an import reads.
_MOST_CELLS: Final = 100_000


class Derivatives:
    """The adjoints of all rows that feed the outputs, for the output that is chosen, and their places."""

    def __init__(
        self, cases: Cases, results: Results, first: int, missing: frozenset[tuple[str, str]] = frozenset()
    ) -> None:
        """Place all edges but those between the pairs of user and used that are `missing`."""
        self.cases, self.results, self.layout = cases, results, cases.layout
        self.plan: Plan = results.plan
        # Where lines stand, before any part of a formula has one of its own.
        self._before = References(self.layout, "Sensitivity")
        ids = {row.id for row in cases.rows} | {part for row in cases.rows for part in row.parts}
        self.rows = [row for row in self.plan.rows if row.id in ids]
        self.first = first
        self.missing = missing
        # Counted before they are made: of a large model they are many.
        is_large = sum(len(row.uses) for row in self.rows) > MOST_EDGES
        self.edges = {} if is_large or self.found is None else self._edges()
        is_large = is_large or sum(map(len, self.edges.values())) > MOST_EDGES
        self.is_left_out = is_large or self.found is None
        self.blocks: dict[str, Block] = {}
        self.lines: list[tuple[int, EdgeLine]] = []
        self.spans: dict[tuple[str, int], tuple[int, int]] = {}
        self.sums: dict[int, int] = {}
        self.after = first + 1
        if not self.is_left_out and not self._place():
            self.is_left_out = True
            self.blocks, self.lines, self.spans, self.sums = {}, [], {}, {}
        self.references = Steps(self.layout, self.after)

    @cached_property
    def found(self) -> Gradients | None:
        """Return the derivatives at the values shown first; None where a formula is too long for them."""
        found = gradients(self.results)
        return found.without(self.missing) if found is not None and self.missing else found

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

    def block_of(self, line: EdgeLine) -> Block:
        """Return the block in whose columns the formula of an edge stands: the user's where it is summed."""
        return self.blocks[(line.edge.user if line.sums else line.edge.used).id]

    @property
    def last_column(self) -> int:
        """Return the last column with a member, 0 where there is none."""
        return max([block.column + block.columns - 1 for block in self.blocks.values()], default=0)

    def member(self, edge: Edge, name: str, end: Selector) -> Node:
        """Return a computed member as the user reads it: where no other period is there, the first member."""
        assert not isinstance(end, Member | Run | Every)  # noqa: S101  # these are not computed
        first = self.plan.model.dimension[name].codes[0]
        return edge.beside(end, Number(first, f"{first:g}"))

    def _edges(self) -> dict[str, list[Edge]]:
        found: dict[str, list[Edge]] = {row.id: [] for row in self.rows}
        for user in self.rows:
            for index, part in enumerate(user.parts):
                found[part].append(self._whole(user, self.plan.row(part), index))
            for reading, factor in {} if user.expression is None else partials(user.expression).items():
                if reading.id in found and (user.id, reading.id) not in self.missing:
                    found[reading.id].append(self._edge(user, reading, factor))
        return found

    def _edge(self, user: Row, reading: Reading, factor: Node) -> Edge:
        used = self.plan.row(reading.id)
        return Edge(user, used, reading, factor, reading.selectors(used.over), reading.free(used.over))

    def _whole(self, whole: Row, part: Row, index: int) -> Edge:
        name = next(name for name in whole.over if name not in part.over)
        every: dict[str, Selector] = dict.fromkeys(part.over, Every())
        return Edge(whole, part, Reading(Name(part.id)), ONE, every, fixed={name: index})

    def _place(self) -> bool:
        """Give every row's adjoints, every edge and every sum its line; return whether these are not too many."""
        number = self.first + 1
        cells = 0
        for row in self.rows:
            # A member's own formula has a part of the lines of its row.
            own = (
                self.layout.block(row.id) if row.kind == "part" else self.layout.block_from(row, "Sensitivity", number)
            )
            self.blocks[row.id] = replace(own, sheet="Sensitivity", row=number)
            number += own.lines
            cells += own.lines * own.columns
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
                    cells += self.block_of(line).columns
                if len(self.lines) > MOST_EDGES or cells > _MOST_CELLS:
                    return False
                # The line of the choice comes last: 1 where this is the output that was chosen.
                self.spans[row.id, index] = (start, number)
                number += 1
        self.sums_table = number + 1
        number += 2
        for at, line in self.lines:
            if line.sums and self.blocks[line.edge.used.id].across:
                self.sums[at] = number
                number += len(line.each) or 1 + len(line.edge.ends)
        self.after = number + 1
        return True

    def _lines(self, used: Row, down: Mapping[str, int]) -> Iterator[EdgeLine]:
        for edge in self.edges[used.id]:
            if _reads(edge, down):
                yield from self._lines_of(edge, down)

    def _lines_of(self, edge: Edge, down: Mapping[str, int]) -> Iterator[EdgeLine]:
        """Yield a line for each member of what runs down in the user and does not come from the used row."""
        block, across = self.blocks[edge.user.id], self.blocks[edge.used.id].across
        fixed: Mapping[str, int] = edge.fixed or {}
        sums = bool(block.across) and block.across not in fixed and not edge.is_known(block.across)
        at: dict[str, Index] = {**fixed, **({block.across: Moving()} if sums else {})}
        rest = [name for name in edge.user.over if name not in at]
        loose = [name for name in rest if not edge.is_known(name)]
        known = [name for name in rest if edge.is_known(name)]
        # The columns of a sum are the user's: each member of the used row to the right may need a line of its own.
        columns: list[int | None] = [None]
        if sums and across and (across in known or not edge.is_shared):
            columns = [index for index in range(self._count(across)) if _reads(edge, {across: index})]
        for chosen in product(*[range(self._count(name)) for name in loose]):
            fixed_at = {**at, **dict(zip(loose, chosen, strict=True))}
            lines = []
            for only in columns:
                used_at = standing(edge, down, only)
                now = {name: place_of_user(self._before, edge, name, used_at) for name in known}
                if all(not isinstance(index, int) or 0 <= index < self._count(name) for name, index in now.items()):
                    lines.append(EdgeLine(edge, down, {**fixed_at, **now}, sums, only))
            if columns == [None]:
                yield from lines
            elif lines:
                yield EdgeLine(edge, down, {}, sums, each=tuple(lines))

    def _count(self, name: str) -> int:
        return len(self.plan.model.dimension[name].members)


def _reads(edge: Edge, at: Mapping[str, int]) -> bool:
    """Return whether members can be read at all: fixed members and runs read few."""
    for name, index in at.items():
        match edge.selectors.get(name):
            case Member(index=only) if only != index:
                return False
            case Run(first=Member(index=first), last=Member(index=last)) if not first <= index <= last:
                return False
    return True
