"""How much of what flows to a row each of its members takes, as formulas: `engine.analysis.shares` has the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import product

from engine.language.tree import ONE, ZERO, Aggregate, Call, Member, Name, Node, Run, Selector
from engine.plan.plan import Row
from exports.workbook.formulas import along, cashflows
from exports.workbook.formulas.addresses import At, Index
from exports.workbook.formulas.derivatives.edges import Edge, EdgeLine, count_of
from exports.workbook.formulas.derivatives.places import Derivatives


class Shares:
    """Spells shares: of means, extremes, ends of groups, present values and rates of return."""

    def __init__(self, derivatives: Derivatives) -> None:
        self.derivatives = derivatives
        self.layout = derivatives.layout
        self.references = derivatives.references

    def end(self, line: EdgeLine, name: str, end: Selector) -> str:
        """Return the place of a computed member, or of an end of a run, where the user stands."""
        if isinstance(end, Member):
            return self.references.index(name, end.index)
        return self.references.look_up(name, self.derivatives.member(line.edge, name, end), line.at).index

    def count(self, line: EdgeLine) -> str:
        """Return what a flow is divided by where the user takes a mean; nothing where it does not."""
        edge = line.edge
        if edge.reading.aggregate != "mean":
            return ""
        if edge.finer:
            (fine,) = edge.free
            return f"/COUNTIF({along.codes_of(self.references, _node(edge))},{self._code(line, fine)})"
        return "".join([f"/{self._count_along(line, name)}" for name in edge.free])

    def _count_along(self, line: EdgeLine, name: str) -> str:
        selector = line.edge.selectors[name]
        if not isinstance(selector, Run):
            return f"COUNT({count_of(self.references, name)})"
        first, last = [self.end(line, name, end) for end in (selector.first, selector.last) if end is not None]
        return f"({last}-{first}+1)"

    def share(self, line: EdgeLine, flow: str) -> str:
        """Return the part of a flow that the used row's member takes; that of a mean is taken off before."""
        match line.edge.reading.aggregate:
            case "first" | "last":
                return self._end_of_group(line, flow)
            case "min" | "max":
                return self._extreme(line, flow)
            case "npv" | "xnpv" | "irr" | "xirr":
                return self._discounted(line, flow)
        return flow

    def _code(self, line: EdgeLine, fine: str) -> str:
        """Return the number of the group that the used row's member belongs to."""
        return self.references.cell(line.edge.codes.id, {fine: line.used_at[fine]})

    def _end_of_group(self, line: EdgeLine, flow: str) -> str:
        node = _node(line.edge)
        (fine,) = node.over
        codes, code = along.codes_of(self.references, node), self._code(line, fine)
        place = f"MATCH({code},{codes},0)"
        if node.function == "last":
            place += f"+COUNTIF({codes},{code})-1"
        return f"IF({self.references.index(fine, line.used_at[fine])}={place},{flow},0)"

    # ------------------------------------------------------------ the smallest and the largest

    def _extreme(self, line: EdgeLine, flow: str) -> str:
        """Return the part of a flow to the smallest or largest; several that are equal take equal parts."""
        edge = line.edge
        own = self.references.value(self.layout.block(edge.used.id), line.used_at)
        if edge.ends or edge.finer:
            inside = self._inside(line)
            better = "<" if edge.reading.aggregate == "min" else ">"
            return f"IF({inside(f'{better}{own}')}=0,{flow}/{inside(f'={own}')},0)"
        extreme = self.references.spell(edge.beside(_node(edge)), line.at)[0]
        asked = self._asked(edge)
        if asked is not None:
            test = self.references.spell(asked, line.used_at)[0]
            return f"IF(AND({test},{own}={extreme}),{flow}/{self._asked_ties(line, asked, extreme)},0)"
        indices = {name: index for name, index in line.used_at.items() if name not in edge.free}
        spans = {name: self._span(edge, name) for name in edge.free}
        areas = self.references.over_block("COUNTIF", self.layout.block(edge.used.id), indices, spans)[0]
        inner = areas.removeprefix("COUNTIF(").removesuffix(")")
        each = [inner] if "(" in inner else inner.split(",")
        ties = "+".join([f"COUNTIF({a},{extreme})" if ":" in a else f"IF({a}={extreme},1,0)" for a in each])
        return f"IF({own}={extreme},{flow}/({ties}),0)"

    def _span(self, edge: Edge, name: str) -> range:
        selector = edge.selectors[name]
        if isinstance(selector, Run) and isinstance(selector.first, Member) and isinstance(selector.last, Member):
            return range(selector.first.index, selector.last.index + 1)
        return range(len(self.derivatives.plan.model.dimension[name].members))

    def _inside(self, line: EdgeLine) -> Callable[[str], str]:
        """Return what counts the members of a group or of a computed run that compare in some way.

        The extreme itself is not compared with: a spreadsheet finds it from the other end, but for its last digits.
        """
        edge = line.edge
        if edge.finer:
            (fine,) = edge.free
            code = self._code(line, fine)
            cells, _, is_beside = along.cells_of(self.references, _node(edge), line.used_at)
            if is_beside:
                codes = along.codes_of(self.references, _node(edge))
                return lambda compared: f"SUMPRODUCT(({codes}={code})*({cells}{compared}))"

            def belongs(at: At) -> str:
                return f"{self.references.cell(edge.codes.id, {fine: at[fine]})}={code}"

            return lambda compared: self._listed(line, belongs, compared)
        ((name, ends),) = {name: [end for over, end, _ in edge.ends if over == name] for name, *_ in edge.ends}.items()
        first, last = (self.end(line, name, end) for end in ends)
        block = self.layout.block(edge.used.id)
        if name not in block.down[:-1]:
            at = {other: index for other, index in line.used_at.items() if other != name}
            cells, inside, _ = self.references.inside_run(block, name, (first, last), at)
            return lambda compared: f"SUMPRODUCT({inside}*({cells}{compared}))"

        def is_in_run(at: At) -> str:
            now = self.references.index(name, at[name])
            return f"{now}>={first},{now}<={last}"

        return lambda compared: self._listed(line, is_in_run, compared)

    def _listed(self, line: EdgeLine, test: Callable[[At], str], compared: str) -> str:
        """Return the number of members that compare in some way, each asked for."""
        block = self.layout.block(line.edge.used.id)
        terms = [f"IF(AND({test(at)},{self.references.value(block, at)}{compared}),1,0)" for at in self._members(line)]
        return f"SUM({','.join(terms)})"

    def _members(self, line: EdgeLine) -> Iterator[At]:
        edge = line.edge
        for indices in product(*[self._span(edge, name) for name in edge.free]):
            yield {**line.used_at, **dict(zip(edge.free, indices, strict=True))}

    def _asked(self, edge: Edge) -> Node | None:
        """Return which members have a say where a working row puts the worst of all in place of the rest."""
        match edge.used.expression:
            case Call(function="if", arguments=(test, row, Aggregate(argument=same, function=other))) if (
                edge.used.kind == "working" and row == same and {edge.reading.aggregate, other} == {"min", "max"}
            ):
                return test
        return None

    def _asked_ties(self, line: EdgeLine, asked: Node, extreme: str) -> str:
        """Return how many of the members that are asked for are the extreme."""
        cells, shape = self._range(line, line.edge.used)
        tests = [self._asked_cells(line, test, shape) for test in _conjuncts(asked)]
        if cells and all(tests):
            return f"SUMPRODUCT({'*'.join(tests)}*({cells}={extreme}))"
        return self._listed(line, lambda at: self.references.spell(asked, at)[0], f"={extreme}")

    def _asked_cells(self, line: EdgeLine, test: Node, shape: tuple[str, ...]) -> str:
        """Return cells that say of each member, in a range of a shape, whether a test holds; '' for none."""
        match test:
            case Call(function="eq", arguments=(Name() as codes, Name(id=group))) if (
                group in self.derivatives.plan.model.dimension
            ):
                cells, own = self._range(line, self.derivatives.plan.row(codes.id))
                return f"({cells}={self.references.cell(group, line.used_at)})" if cells and own == shape else ""
        ones = self._ones.get(test)
        cells, own = ("", ()) if ones is None else self._range(line, ones)
        return cells if own == shape else ""

    @cached_property
    def _ones(self) -> dict[Node, Row]:
        """Return the working rows that are 1 where a test holds, by the test."""
        found: dict[Node, Row] = {}
        for row in self.derivatives.plan.rows:
            match row.expression:
                case Call(function="if", arguments=(test, then, otherwise)) if (then, otherwise) == (ONE, ZERO):
                    found[test] = row
        return found

    def _range(self, line: EdgeLine, row: Row) -> tuple[str, tuple[str, ...]]:
        """Return a row's cells at the members that are taken together, and how these run; '' for several ranges."""
        edge, block = line.edge, self.layout.block(row.id)
        if not set(edge.free) <= set(row.over) <= set(line.used_at):
            return "", ()
        indices = {name: index for name, index in line.used_at.items() if name not in edge.free}
        spans = {name: self._span(edge, name) for name in edge.free}
        cells = self.references.over_block("", block, indices, spans)[0][1:-1]
        shape = ("down", *[name for name in block.down if name in spans], "across", block.across)
        return (cells, shape) if ":" in cells and "," not in cells and "(" not in cells else ("", ())

    # ------------------------------------------------------------ flows at a rate

    def _discounted(self, line: EdgeLine, flow: str) -> str:
        """Return what a flow adds to a present value, or to the rate at which all of them are worth nothing."""
        edge, node = line.edge, _node(line.edge)
        (name,) = node.over
        first = self._span(edge, name)[0]
        if node.function in {"npv", "xnpv"}:
            rate = self.references.spell(edge.beside(node.parameters[0]), line.at)[0]
        elif edge.user.expression == node:
            # Between bounds there is a rate for the whole formula of a row alone.
            rate = self.references.value(self.layout.block(edge.user.id), line.at)
        else:
            rate = self.references.spell(edge.beside(node), line.at)[0]
        now: Index = line.used_at[name]
        if node.function in {"npv", "irr"}:
            time = f"{self.references.index(name, now)}-{first + 1}"
        else:
            dates = node.parameters[-1]
            assert isinstance(dates, Name)  # noqa: S101  # the days on which periods begin
            own, start = (self.references.cell(dates.id, {**line.used_at, name: at}) for at in (now, first))
            time = f"({own}-{start})/{self.references.year}"
        if node.function in {"irr", "xirr"}:
            flow = f"{flow}/{cashflows.fall(self.references, node, rate, line.used_at)[0]}"
        return f"{flow}/(1+{rate})^({time})"


def _conjuncts(test: Node) -> tuple[Node, ...]:
    """Return the tests that must hold all: in a group a condition may stand beside that of belonging to it."""
    match test:
        case Call(function="and", arguments=arguments):
            return arguments
    return (test,)


def _node(edge: Edge) -> Aggregate:
    assert isinstance(edge.reading.node, Aggregate)  # noqa: S101  # asked of what takes members together
    return edge.reading.node
