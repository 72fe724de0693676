"""The formulas of edges, and their values for the output that is chosen first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.analysis.jacobian import Across, Cells
from engine.language.numbers.arrays import place_of
from engine.language.numbers.scalars import add_up
from engine.language.tree import ONE, Every, Member, Run, Selector
from engine.plan.plan import Array
from exports.style.a1 import letter
from exports.workbook.formulas.addresses import Index, Moving
from exports.workbook.formulas.derivative_edges import Derivatives, Edge, EdgeLine, shifted
from exports.workbook.formulas.excel import MULTIPLIES
from exports.workbook.formulas.references import References
from exports.workbook.formulas.stepwise.candidates import is_total
from exports.workbook.layout.geometry import LIVE


@dataclass(frozen=True, slots=True)
class EdgeFormula:
    """A line's formula for `along`, without its equals sign, its values by column, and the total in the live column."""

    text: str
    values: Mapping[int, float]
    total: tuple[str, float] | None = None


class Flows:
    """Spells the lines of edges and of sums."""

    def __init__(self, derivatives: Derivatives) -> None:
        self.derivatives = derivatives
        self.plan = derivatives.plan
        self.references = References(derivatives.layout, "Sensitivity")
        self._own: dict[int, Mapping[tuple[int, int], float]] = {}

    def edge(self, number: int, line: EdgeLine) -> EdgeFormula:
        """Return a line of the list of edges."""
        block = self.derivatives.blocks[line.edge.used.id]
        if line.sums and not block.across:
            user = self.derivatives.blocks[line.edge.user.id]
            values = {user.column + right: self._flow(line, 0, right) for right in range(user.columns)}
            cells = f"${letter(user.column)}{number}:${letter(user.column + user.columns - 1)}{number}"
            return EdgeFormula(self._text(line), values, (f"=SUM({cells})", add_up(values.values())))
        values = {block.column + right: self._flow(line, right) for right in range(block.columns)}
        if not line.sums:
            return EdgeFormula(self._text(line), values)
        return EdgeFormula(self._from_sum(line, self.derivatives.sums[number]), values)

    def sum(self, number: int, line: EdgeLine) -> EdgeFormula:
        """Return what flows from each member of a user to the right, to be summed."""
        user = self.derivatives.blocks[line.edge.user.id]
        whole = self._whole_flow(line.edge)
        values = {user.column + right: float(whole[self._within_range(line, right)]) for right in range(user.columns)}
        cells = f"${letter(user.column)}{number}:${letter(user.column + user.columns - 1)}{number}"
        return EdgeFormula(self._flow_text(line), values, (f"=SUM({cells})", add_up(values.values())))

    def ends(self, line: EdgeLine) -> Iterator[EdgeFormula]:
        """Yield the places, from 1, of the ends of what each member of a user reads."""
        user = self.derivatives.blocks[line.edge.user.id]
        for name, end in self.derivatives.ends(line.edge):
            indices = self._places(line.edge, name, end)
            values = {
                user.column + right: float(indices[self._within_range(line, right)]) + 1
                for right in range(user.columns)
            }
            yield EdgeFormula(self._end_text(name, end, line.at), values)

    def _text(self, line: EdgeLine) -> str:
        """Return what flows along an edge: where the used row's member is one that is read, its share of the flow."""
        return self._within(line, self._share(line, self._flow_text(line)), self._computed(line))

    def _flow_text(self, line: EdgeLine) -> str:
        edge = line.edge
        adjoint = self.references.value(self.derivatives.blocks[edge.user.id], line.at)
        if edge.factor == ONE and not edge.user.given:
            return adjoint
        text, binds, _ = self.references.spell(edge.factor, line.at)
        # Where nothing flows it does not matter that the derivative of something else is an error.
        flow = f"{adjoint}*{text if binds >= MULTIPLIES else f'({text})'}"
        flows, is_safe = adjoint, is_total(edge.factor)
        if edge.user.given:
            # A period whose value is given reads nothing.
            reads = f"NOT(ISNUMBER({self.references.value(self.derivatives.layout.given(edge.user.id), line.at)}))"
            flow, flows = f"{reads}*{flow}" if is_safe else flow, f"AND({reads},{adjoint}<>0)"
        return flow if is_safe else f"IF({flows},{flow},0)"

    def _from_sum(self, line: EdgeLine, number: int) -> str:
        """Return what flows to a member of the used row from the members of a user in a line of their own."""
        user = self.derivatives.blocks[line.edge.user.id]
        ends = self.derivatives.ends(line.edge)
        if not ends:
            return self._within(line, self._share(line, f"${letter(LIVE)}${number}"), [])
        left, right = letter(user.column), letter(user.column + user.columns - 1)
        inside = []
        for index, (name, _) in enumerate(ends):
            cells = f"${left}${number + 1 + index}:${right}${number + 1 + index}"
            inside.append(f"({cells}{'<=' if index % 2 == 0 else '>='}{self._place_of_used(line, name)})")
        text = f"SUMPRODUCT({'*'.join(inside)}*${left}${number}:${right}${number})"
        return self._within(line, self._share(line, text), [])

    def _share(self, line: EdgeLine, flow: str) -> str:
        """Return the share of a flow that one member of an aggregate takes."""
        edge = line.edge
        if edge.reading.aggregate not in {"mean", "min", "max"}:
            return flow
        if edge.reading.aggregate == "mean":
            return f"{flow}/{'/'.join([self._count(line, name) for name in edge.free])}"
        # An aggregate inside `prev` is that of the used row's own period.
        used = self._used_at(line)
        at = {
            name: used.get(name, index) if edge.reading.lags_along(name) else index for name, index in line.at.items()
        }
        extreme = self.references.spell(edge.reading.node, at)[0]
        own = self.references.at_block(self.derivatives.layout.block(edge.used.id), self._used_at(line))[0]
        if self.derivatives.ends(edge):
            return f"IF({own}={extreme},{flow},0)"
        spans = {name: self._span(edge, name) for name in edge.free}
        indices = self.references.pick(edge.used.id, tuple(edge.selectors.values()), at, edge.free)
        areas = self.references.over_block("COUNTIF", self.derivatives.layout.block(edge.used.id), indices, spans)[0]
        inner = areas.removeprefix("COUNTIF(").removesuffix(")")
        each = [inner] if "(" in inner else inner.split(",")
        ties = "+".join([f"COUNTIF({a},{extreme})" if ":" in a else f"IF({a}={extreme},1,0)" for a in each])
        return f"IF({own}={extreme},{flow}/({ties}),0)"

    def _count(self, line: EdgeLine, name: str) -> str:
        """Return how many members a mean takes along a dimension."""
        selector = line.edge.selectors[name]
        if not isinstance(selector, Run):
            return f"COUNT({self.derivatives.count_of(name)})"
        first, last = [self._end_text(name, end, line.at) for end in (selector.first, selector.last) if end is not None]
        return f"({last}-{first}+1)"

    def _span(self, edge: Edge, name: str) -> range:
        selector = edge.selectors[name]
        if isinstance(selector, Run) and isinstance(selector.first, Member) and isinstance(selector.last, Member):
            return range(selector.first.index, selector.last.index + 1)
        return range(len(self.plan.model.dimension[name].members))

    def _within(self, line: EdgeLine, text: str, conditions: list[str]) -> str:
        """Return a text where the used row's member is one that is read, else 0."""
        edge, across = line.edge, self.derivatives.blocks[line.edge.used.id].across
        tests = list(conditions)
        if across:
            now = self.references.index(across, Moving())
            if line.only is not None:
                tests.append(f"{now}={self.references.index(across, line.only)}")
            match edge.selectors.get(across):
                case Member(index=index):
                    tests.append(f"{now}={self.references.index(across, index)}")
                case Run(first=Member(index=first), last=Member(index=last)):
                    tests.append(f"{now}>={self.references.index(across, first)}")
                    tests.append(f"{now}<={self.references.index(across, last)}")
        for name in edge.user.over:
            lags = edge.reading.lags_along(name)
            if edge.follows(name) and lags and not isinstance(line.at[name], int):
                own = self.references.index(name, line.down.get(name, Moving() if line.only is None else line.only))
                place = shifted(self.references, own, lags)
                if not all(lag.ahead for lag in lags):
                    tests.append(f"{place}<=COUNT({self.derivatives.count_of(name)})")
                if any(lag.ahead for lag in lags):
                    tests.append(f"{place}>=1")
        if not tests:
            return text
        test = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
        return f"IF({test},{text},0)"

    def _computed(self, line: EdgeLine) -> list[str]:
        found = []
        for index, (name, end) in enumerate(self.derivatives.ends(line.edge)):
            compared = "<=" if index % 2 == 0 else ">="
            found.append(f"{self._end_text(name, end, line.at)}{compared}{self._place_of_used(line, name)}")
        return found

    def _end_text(self, name: str, end: Selector, at: Mapping[str, Index]) -> str:
        if isinstance(end, Member):
            return self.references.index(name, end.index)
        assert not isinstance(end, Run | Every)  # noqa: S101  # these are not computed
        return self.references.look_up(name, end, at).index

    def _place_of_used(self, line: EdgeLine, name: str) -> str:
        return self.references.index(name, line.down.get(name, Moving()))

    def _used_at(self, line: EdgeLine) -> dict[str, Index]:
        return {name: line.down.get(name, Moving()) for name in line.edge.used.over}

    # ------------------------------------------------------------ values

    def _flow(self, line: EdgeLine, column: int, right: int | None = None) -> float:
        """Return what flows to a cell of the used row: from all members of a user to the right, or from one."""
        edge = line.edge
        if line.only is not None and column != line.only:
            return 0.0
        block = self.derivatives.blocks[edge.used.id]
        used_places = [line.down.get(name, column if name == block.across else 0) for name in edge.used.over]
        used = self.derivatives.gradients.number(edge.used, used_places)
        user = self.derivatives.blocks[edge.user.id]
        spans = [right] if right is not None else range(user.columns) if line.sums else [0]
        flows = self._flows(edge)
        total = 0.0
        for one in spans:
            indices = self._coordinates(line, column, one)
            shape = self.plan.shape(edge.user)
            if all(0 <= index < count for index, count in zip(indices, shape, strict=True)):
                total += flows.get((self.derivatives.gradients.number(edge.user, indices), used), 0.0)
        return total

    def _coordinates(self, line: EdgeLine, column: int, right: int) -> tuple[int, ...]:
        """Return the user's places: `column` is that of the used row's cell, `right` the user's own to the right."""
        edge = line.edge
        across = self.derivatives.blocks[edge.user.id].across
        found = []
        for name in edge.user.over:
            index = line.at[name]
            if line.sums and name == across:
                found.append(right)
            elif isinstance(index, int):
                found.append(index)
            elif isinstance(index, Moving):
                found.append(column - index.left)
            else:
                now = column if line.only is None else line.only
                lags = edge.reading.lags_along(name)
                steps = [(-1 if lag.ahead else 1) * int(self.derivatives.results.evaluate(lag.lag)) for lag in lags]
                found.append(line.down.get(name, now) + sum(steps))
        return tuple(found)

    def _within_range(self, line: EdgeLine, right: int) -> tuple[int, ...]:
        """Return the user's places in a line of sums: beyond the periods the nearest is read, for nothing."""
        shape = self.plan.shape(line.edge.user)
        return tuple(
            [
                min(max(index, 0), count - 1)
                for index, count in zip(self._coordinates(line, 0, right), shape, strict=True)
            ]
        )

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

    def _whole_flow(self, edge: Edge) -> Array:
        adjoint = self.derivatives.gradients.of_row(self.derivatives.adjoints, edge.user)
        try:
            local = self.derivatives.results.evaluate(edge.factor, edge.user.over)
        except (ArithmeticError, ValueError):
            local = np.nan
        reads = np.isnan(np.asarray(edge.user.value)) if edge.user.given else True
        flow: Array = np.where((adjoint != 0) & reads, adjoint * np.asarray(local, dtype=np.float64), 0.0)
        return flow

    def _places(self, edge: Edge, name: str, end: Selector) -> Array:
        shape = self.plan.shape(edge.user)
        if isinstance(end, Member):
            return np.full(shape, float(end.index))
        numbers = np.asarray(self.plan.row(name).value)
        found = place_of(self.derivatives.results.evaluate(end, edge.user.over), numbers)  # type: ignore[arg-type]
        return np.broadcast_to(found, shape).astype(np.float64)
