"""The formulas of edges, and their values for the output that is chosen first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.language.numbers.scalars import add_up
from engine.language.tree import ONE, Member, Name, Node, Run
from engine.plan.evaluate import Results
from exports.style.a1 import letter
from exports.workbook.formulas.addresses import MARK, At, Index, Looked, Moving, choose, require_fixed
from exports.workbook.formulas.derivatives.edges import EdgeLine, count_of, place_now, shifted
from exports.workbook.formulas.derivatives.places import Derivatives
from exports.workbook.formulas.derivatives.shares import Shares
from exports.workbook.formulas.derivatives.steps import fits
from exports.workbook.formulas.derivatives.values import FlowValues
from exports.workbook.formulas.excel import LONGEST, ExcelLimit
from exports.workbook.formulas.stepwise.candidates import is_total
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.geometry import LIVE, Block, at_place

_ROOM: Final = 40


@dataclass(frozen=True, slots=True)
class EdgeFormula:
    """A line's formula for `along`, without its equals sign, its values by column, and the total in the live column."""

    text: str
    values: Mapping[int, float]
    total: tuple[str, float] | None = None


class Flows:
    """Spells the lines of edges and of sums."""

    @classmethod
    def of(cls, cases: Cases, results: Results, first: int) -> Flows:
        """Return the lines, from one of Sensitivity on, without those that a spreadsheet cannot hold."""
        flows = cls(Derivatives(cases, results, first))
        too_long = flows.too_long()
        return cls(Derivatives(cases, results, first, too_long)) if too_long else flows

    def __init__(self, derivatives: Derivatives) -> None:
        self.derivatives = derivatives
        self.references = derivatives.references
        self.shares = Shares(derivatives)
        self.values = FlowValues(derivatives)
        self._texts: dict[int, str] = {}

    def too_long(self) -> frozenset[tuple[str, str]]:
        """Return the pairs of user and used between which some formula is more than a spreadsheet can hold."""
        found: set[tuple[str, str]] = set()
        for _, line in self.derivatives.lines:
            pair = line.edge.user.id, line.edge.used.id
            if pair in found:
                continue
            try:
                texts = [self._long(one) for one in line.each or (line,)]
                if not line.each:
                    texts += [self.shares.end(line, name, end) for name, end, _ in line.edge.ends]
            except ExcelLimit:
                texts = [" " * LONGEST]
            # The letters of columns further to the right are longer.
            if max(map(len, texts)) + _ROOM >= LONGEST:
                found.add(pair)
        return frozenset(found)

    def edge(self, number: int, line: EdgeLine) -> EdgeFormula:
        """Return a line of the list of edges."""
        block = self.derivatives.blocks[line.edge.used.id]
        if line.sums and not block.across:
            return self._summed(number, line, self._long(line), self.values.flow_from(line, 0))
        values = dict(enumerate(self.values.flow(line), start=block.column))
        if not line.sums:
            return EdgeFormula(self._long(line), values)
        return EdgeFormula(self._from_sum(line, self.derivatives.sums[number]), values)

    def sum(self, number: int, line: EdgeLine) -> EdgeFormula:
        """Return what flows from each member of a user to the right, to be summed."""
        values = self.values.whole(line) if line.only is None else self.values.flow_from(line, line.only)
        return self._summed(number, line, self._long(line), values)

    def ends(self, line: EdgeLine) -> Iterator[EdgeFormula]:
        """Yield the places, from 1, of the ends of what each member of a user reads."""
        user = self.derivatives.blocks[line.edge.user.id]
        for name, end, _ in line.edge.ends:
            values = dict(enumerate(self.values.place(line, name, end), start=user.column))
            yield EdgeFormula(self.shares.end(line, name, end), values)

    def _summed(self, number: int, line: EdgeLine, text: str, values: Sequence[float]) -> EdgeFormula:
        """Return a line in the columns of the user, with its sum in the live column."""
        user = self.derivatives.blocks[line.edge.user.id]
        cells = f"${letter(user.column)}{number}:${letter(user.column + user.columns - 1)}{number}"
        return EdgeFormula(text, dict(enumerate(values, start=user.column)), (f"=SUM({cells})", add_up(values)))

    def _long(self, line: EdgeLine) -> str:
        """Return the formula of the edge itself, wherever it stands: the longest of a line's, which is spelled once."""
        key = id(line)
        if key not in self._texts:
            is_total = line.sums and line.only is None and self.derivatives.blocks[line.edge.used.id].across
            self._texts[key] = self._short(line, self._taken if is_total else self._text)
        return self._texts[key]

    def _short(self, line: EdgeLine, spell: Callable[[EdgeLine, str], str]) -> str:
        """Return a formula that a reader takes in, if need be with the flow or its derivative in a line of its own."""
        block, edge = self.derivatives.block_of(line), line.edge
        flow = self._flow(line, self.references.with_constants(edge.factor))
        found = spell(line, flow)
        if fits(found, block):
            return found

        def local(node: Node) -> Mapping[int, float]:
            return self.values.local(line, node)

        factor = self.references.shortened(self.references.with_constants(edge.factor), line, block, local)
        if factor != ONE and not isinstance(factor, Name):
            factor = self.references.whole(factor, line, block, local(edge.factor))
        flow = self._flow(line, factor)
        found = spell(line, flow)
        if fits(found, block) or flow == found:
            return found
        return spell(line, self.references.add(line, block, flow, self.values.undivided(line)))

    def _taken(self, line: EdgeLine, flow: str) -> str:
        """Return what flows from a user to each of the members that it reads, but for their shares."""
        return flow + self.shares.count(line)

    def _text(self, line: EdgeLine, flow: str) -> str:
        """Return what flows along an edge: where the used row's member is one that is read, its share of the flow."""
        tests = [
            f"{self.shares.end(line, name, end)}{compared}{self.references.index(name, line.used_at[name])}"
            for name, end, compared in line.edge.ends
        ]
        return self._within(line, self.shares.share(line, self._taken(line, flow)), tests)

    def _flow(self, line: EdgeLine, factor: Node) -> str:
        """Return the adjoint of the user times a derivative."""
        edge = line.edge
        adjoint = self._adjoint(line)
        if factor == ONE and not edge.user.given:
            return adjoint
        # Where nothing flows it does not matter that the derivative of something else is an error.
        flow = f"{adjoint}*{self.references.text(factor, line)}"
        flows, is_safe = adjoint, is_total(factor, self.derivatives.plan) and not self.references.has_parts(factor)
        if edge.user.given:
            # A period whose value is given reads nothing.
            reads = f"NOT(ISNUMBER({self.references.value(self.derivatives.layout.given(edge.user.id), line.at)}))"
            flow, flows = f"{reads}*{flow}" if is_safe else flow, f"AND({reads},{adjoint}<>0)"
        return flow if is_safe else f"IF({flows},{flow},0)"

    def _adjoint(self, line: EdgeLine) -> str:
        """Return the adjoint of the user, of which only periods to one side are named: others would make a circle."""
        block, edge = self.derivatives.blocks[line.edge.user.id], line.edge
        for name, index in line.at.items():
            lags = edge.reading.lags_along(name)
            if isinstance(index, Looked) and name not in edge.finer and len({lag.ahead for lag in lags}) == 1:
                far = "+".join([self.references.spell(lag.lag, {})[0] for lag in lags])
                found = self._far(block, {**line.at, name: line.used_at[name]}, name, far, ahead=lags[0].ahead)
                if found:
                    return found
        return self.references.value(block, line.at)

    def _far(self, block: Block, at: At, name: str, far: str, *, ahead: bool) -> str:  # see _adjoint
        """Return a cell some periods behind a place, or before it where what is read lies ahead; '' for no such way."""
        index, count = at[name], len(self.derivatives.plan.model.dimension[name].members)
        if name != block.across and isinstance(index, int):
            places = range(index - 1, -1, -1) if ahead else range(index + 1, count)
            cells = [self.references.at_block(block, {**at, name: place}) for place in places]
            return choose(Looked(f"MIN({far},{len(cells)})"), cells)[0] if cells else "0"
        if name != block.across or not all(isinstance(at[down], int) for down in block.down):
            return ""
        number = block.line(tuple([require_fixed(at[down]) for down in block.down]))
        if ahead:
            area = f"${letter(block.column - 1)}${number}:{self._column(block, index, -1)}${number}"
            return at_place(area, "1", f"{self.references.index(name, index)}-({far})+1")
        area = f"{self._column(block, index, 1)}${number}:${letter(block.column + count)}${number}"
        return at_place(area, "1", far)

    def _column(self, block: Block, index: Index, steps: int) -> str:
        """Return the column some steps to the right of a place."""
        if isinstance(index, Moving):
            return f"{MARK}{index.left - steps}{MARK}"
        return f"${letter(block.column + require_fixed(index) + steps)}"

    def _from_sum(self, line: EdgeLine, number: int) -> str:
        """Return what flows to a member of the used row from the members of a user in a line of their own."""
        total = f"${letter(LIVE)}${number}"
        if line.each:
            return self._of_each(line, number)
        if line.edge.ends:
            user = self.derivatives.blocks[line.edge.user.id]
            left, right = letter(user.column), letter(user.column + user.columns - 1)
            inside = []
            for index, (name, _, compared) in enumerate(line.edge.ends):
                cells = f"${left}${number + 1 + index}:${right}${number + 1 + index}"
                inside.append(f"({cells}{compared}{self.references.index(name, line.used_at[name])})")
            total = f"SUMPRODUCT({'*'.join(inside)}*${left}${number}:${right}${number})"
        return self._within(line, self.shares.share(line, total), [])

    def _of_each(self, line: EdgeLine, number: int) -> str:
        """Return the total of the line that is for the member of a column, among those from a line of sums on."""
        across = self.derivatives.blocks[line.edge.used.id].across
        now = self.references.index(across, Moving())
        column, last = letter(LIVE), number + len(line.each) - 1
        totals = f"${column}${number}:${column}${last}"
        first, end = (one.only or 0 for one in (line.each[0], line.each[-1]))
        if len(line.each) == len(self.derivatives.plan.model.dimension[across].members):
            return at_place(totals, now, "1")
        if first == end:
            return f"IF({now}={self.references.index(across, first)},${column}${number},0)"
        tests = f"{now}>={self.references.index(across, first)},{now}<={self.references.index(across, end)}"
        return f"IF(AND({tests}),{at_place(totals, f'{now}-{first}', '1')},0)"

    def _within(self, line: EdgeLine, text: str, conditions: list[str]) -> str:
        """Return a text where the used row's member is one that is read, else 0."""
        edge, across = line.edge, self.derivatives.blocks[line.edge.used.id].across
        tests = list(conditions)
        if across and line.only is None:
            now = self.references.index(across, Moving())
            match edge.selectors.get(across):
                case Member(index=index):
                    tests.append(f"{now}={self.references.index(across, index)}")
                case Run(first=Member(index=first), last=Member(index=last)):
                    tests.append(f"{now}>={self.references.index(across, first)}")
                    tests.append(f"{now}<={self.references.index(across, last)}")
        for name in edge.user.over:
            lags = edge.reading.lags_along(name)
            if edge.is_known(name) and lags and not isinstance(line.at[name], int):
                own = place_now(self.references, edge, name, line.used_at)
                place = shifted(self.references, own.index, lags)
                if not all(lag.ahead for lag in lags):
                    tests.append(f"{place}<=COUNT({count_of(self.references, name)})")
                if any(lag.ahead for lag in lags):
                    tests.append(f"{place}>=1")
        if not tests:
            return text
        test = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
        return f"IF({test},{text},0)"
