"""What flows along edges, in numbers, for the output that is chosen first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from engine.analysis.jacobian import Across, CellNumbers, Cells
from engine.language.numbers.arrays import place_of
from engine.language.numbers.scalars import add_up
from engine.language.tree import Member, Node, Run, Selector
from engine.plan.plan import Array
from exports.workbook.formulas.addresses import Looked, Moving
from exports.workbook.formulas.derivatives.edges import Edge, EdgeLine
from exports.workbook.formulas.derivatives.places import Derivatives

# Where cells stand to the right: one, or several at once.
Places = int | CellNumbers


class FlowValues:
    """The numbers of the lines of edges and of sums."""

    def __init__(self, derivatives: Derivatives) -> None:
        self.derivatives = derivatives
        self.plan = derivatives.plan
        self._own: dict[int, Mapping[tuple[int, int], float]] = {}

    def flow(self, line: EdgeLine) -> list[float]:
        """Return what flows to each cell of the used row: from all members that a user has of its own to the right."""
        block = self.derivatives.blocks[line.edge.used.id]
        if line.each:
            flows: list[list[float]] = [[] for _ in range(block.columns)]
            for one in line.each:
                flows[one.only or 0] += self.flow_from(one, one.only or 0)
            return [add_up(some) for some in flows]
        columns = np.arange(block.columns)
        if not line.sums:
            return self._between(line, columns, 0)
        user = self.derivatives.blocks[line.edge.user.id]
        each = [self._between(line, columns, right) for right in range(user.columns)]
        return [add_up(values) for values in zip(*each, strict=True)]

    def flow_from(self, line: EdgeLine, column: int) -> list[float]:
        """Return what flows to one cell of the used row from each member of a user to the right."""
        return self._between(line, column, np.arange(self.derivatives.blocks[line.edge.user.id].columns))

    def _between(self, line: EdgeLine, column: Places, right: Places) -> list[float]:
        """Return what flows between cells of the used row and of a user, by where these stand to the right."""
        edge, number = line.edge, self.derivatives.gradients.number
        used = number(edge.used, [line.down.get(name, column) for name in edge.used.over])
        indices = self._coordinates(line, column, right)
        outside: Places = 0
        for index, count in zip(indices, self.plan.shape(edge.user), strict=True):
            outside = outside + (np.asarray(index) != np.clip(index, 0, count - 1))
        flows = self._flows(edge)
        cells = np.broadcast_arrays(number(edge.user, indices), used, outside, column, right)[:3]
        return [
            0.0 if is_outside else flows.get((one, other), 0.0)
            for one, other, is_outside in zip(*[array.tolist() for array in cells], strict=True)
        ]

    def whole(self, line: EdgeLine) -> list[float]:
        """Return what flows from each member of a user to the right to each of the members that it reads."""
        edge, columns = line.edge, self.derivatives.blocks[line.edge.user.id].columns
        if self._is_beyond(line):
            return [0.0] * columns
        flow = self._whole(edge)
        if edge.reading.aggregate == "mean":
            flow = flow / self._counts(edge)
        return self._read_off(flow, line)

    def _is_beyond(self, line: EdgeLine) -> bool:
        """Return whether the used row stands at an end of the periods, behind which no user is looked up."""
        for name, index in line.at.items():
            lags = line.edge.reading.lags_along(name)
            if isinstance(index, Looked) and name not in line.edge.finer and len({lag.ahead for lag in lags}) == 1:
                end = 0 if lags[0].ahead else len(self.plan.model.dimension[name].members) - 1
                return line.used_at[name] == end
        return False

    def local(self, line: EdgeLine, node: Node) -> dict[int, float]:
        """Return a part of a derivative by column, NaN where it has no value; beyond the periods there is none."""
        try:
            found = self.derivatives.results.evaluate(node, line.edge.user.over)
        except (ArithmeticError, ValueError):
            found = np.nan
        return self._by_column(line, np.asarray(found, dtype=np.float64))

    def undivided(self, line: EdgeLine) -> dict[int, float]:
        """Return what flows from a user to all members that it reads together, by column."""
        return self._by_column(line, self._whole(line.edge))

    def _by_column(self, line: EdgeLine, values: Array) -> dict[int, float]:
        """Return a user's values in the columns of an edge."""
        block, shape = self.derivatives.block_of(line), self.plan.shape(line.edge.user)
        whole = np.broadcast_to(values, shape)
        columns = np.arange(block.columns)
        places = self._coordinates(line, line.only or 0, columns) if line.sums else self._coordinates(line, columns, 0)
        found: dict[int, float] = {}
        for column in columns.tolist():
            at = [int(np.broadcast_to(place, columns.shape)[column]) for place in places]
            is_within = all(
                0 <= index < count or isinstance(line.at[name], Looked)
                for name, index, count in zip(line.edge.user.over, at, shape, strict=True)
            )
            if is_within:
                nearest = tuple([min(max(index, 0), count - 1) for index, count in zip(at, shape, strict=True)])
                found[block.column + column] = float(whole[nearest])
        return found

    def place(self, line: EdgeLine, name: str, end: Selector) -> list[float]:
        """Return the place, from 1, of an end of what each member of a user to the right reads."""
        return self._read_off(self._places(line.edge, name, end) + 1, line)

    def _coordinates(self, line: EdgeLine, column: Places, right: Places) -> tuple[Places, ...]:
        """Return the user's places: `column` is that of the used row's cell, `right` the user's own to the right."""
        edge = line.edge
        across = self.derivatives.blocks[edge.user.id].across
        found: list[Places] = []
        for name in edge.user.over:
            index = line.at[name]
            if line.sums and name == across:
                found.append(right)
            elif isinstance(index, int):
                found.append(index)
            elif isinstance(index, Moving):
                found.append(column - index.left)
            else:
                lags = edge.reading.lags_along(name)
                steps = [(-1 if lag.ahead else 1) * int(self.derivatives.results.evaluate(lag.lag)) for lag in lags]
                found.append(self._now(line, name, column) + sum(steps))
        return tuple(found)

    def _now(self, line: EdgeLine, name: str, column: Places) -> Places:
        """Return the user's place but for other periods: that of the used row's cell, or that of its group."""
        now = column if line.only is None else line.only
        if name not in line.edge.finer:
            return line.down.get(name, now)
        fine = line.down.get(line.edge.finer[name], now)
        codes = self.derivatives.results.values[self.plan.index[line.edge.codes.id]]
        members = np.array(self.plan.model.dimension[name].codes)
        return np.asarray(place_of(np.ravel(codes)[fine], members), dtype=np.intp)

    def _read_off(self, values: Array, line: EdgeLine) -> list[float]:
        """Return a user's values by column in a line of sums: beyond the periods the nearest is read, for nothing."""
        columns = np.arange(self.derivatives.blocks[line.edge.user.id].columns)
        counts = self.plan.shape(line.edge.user)
        places = [np.clip(index, 0, count - 1)
                  for index, count in zip(self._coordinates(line, 0, columns), counts, strict=True)]  # fmt: skip
        return [float(value) for value in np.broadcast_to(values[tuple(places)], columns.shape)]

    def _flows(self, edge: Edge) -> Mapping[tuple[int, int], float]:
        """Return the flows of one edge: where a user reads a row in several ways, what comes of this one alone."""
        same = [other for other in self.derivatives.edges[edge.used.id] if other.user is edge.user]
        if len(same) == 1 or edge.fixed is not None:
            return self.derivatives.flows
        if id(edge) not in self._own:
            across = Across(self._cells, edge.user, edge.reading, edge.factor)
            values = self.derivatives.results.values
            with np.errstate(all="ignore"):
                used, weights = across.weigh(values, self._flat)
            found: dict[tuple[int, int], float] = {}
            for user, read, weight in zip(across.users.tolist(), used.tolist(), weights.tolist(), strict=True):
                adjoint = float(self.derivatives.adjoints[user])
                found[user, read] = found.get((user, read), 0.0) + (adjoint * weight if adjoint else 0.0)
            self._own[id(edge)] = found
        return self._own[id(edge)]

    @cached_property
    def _cells(self) -> Cells:
        return Cells.of(self.plan)

    @cached_property
    def _flat(self) -> Array:
        return self._cells.flat(self.derivatives.results.values)

    def _whole(self, edge: Edge) -> Array:
        adjoint = self.derivatives.gradients.of_row(self.derivatives.adjoints, edge.user)
        try:
            local = self.derivatives.results.evaluate(edge.factor, edge.user.over)
        except (ArithmeticError, ValueError):
            local = np.nan
        reads = np.isnan(np.asarray(edge.user.value)) if edge.user.given else True
        flow: Array = np.where((adjoint != 0) & reads, adjoint * np.asarray(local, dtype=np.float64), 0.0)
        return flow

    def _counts(self, edge: Edge) -> Array:
        """Return of how many members each cell of a user takes the mean."""
        count = np.ones(self.plan.shape(edge.user))
        for name in edge.free:
            match edge.selectors[name]:
                case Run(first=first, last=last) if first is not None and last is not None:
                    count = count * (self._places(edge, name, last) - self._places(edge, name, first) + 1)
                case _:
                    count = count * len(self.plan.model.dimension[name].members)
        return count

    def _places(self, edge: Edge, name: str, end: Selector) -> Array:
        shape = self.plan.shape(edge.user)
        if isinstance(end, Member):
            return np.full(shape, float(end.index))
        numbers = np.array(self.plan.model.dimension[name].codes)
        found = self.derivatives.results.evaluate(self.derivatives.member(edge, name, end), edge.user.over)
        return np.broadcast_to(place_of(found, numbers), shape).astype(np.float64)
