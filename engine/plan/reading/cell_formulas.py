"""The formula of one cell: every member settled, aggregates as numbers, and the cells that it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

import numpy as np

from engine.language.generated import expression
from engine.language.numbers.along import ALONG, how_to_mend, why_none
from engine.language.numbers.cashflows import DAYS_A_YEAR
from engine.language.numbers.scalars import HELPERS, round_half_away, spell
from engine.language.tree import (
    ONE,
    ZERO,
    Aggregate,
    Call,
    Every,
    Member,
    Name,
    Node,
    Number,
    Pick,
    Previous,
    Run,
    Selector,
    fold,
)
from engine.model.dimensions import beyond
from engine.plan.array_code import rate_bounds
from engine.plan.cells import Cell, cell_name
from engine.plan.plan import Array, Numbers, Plan, Row
from engine.plan.reading.reasons import OutsideError, reason_of

_REDUCES: dict[str, Callable[[Any], Any]] = {"sum": np.sum, "mean": np.mean, "min": np.min, "max": np.max, "count": len}
_TERMS: Final = frozenset({"sum", "mean", "min", "max"})


def value_of(tree: Node, values: Mapping[str, float]) -> float:
    """Return the value of a formula over named numbers; ArithmeticError or ValueError where it has none."""
    spelled = spell(tree, {name: index for index, name in enumerate(values)})
    return float(expression("v", spelled, HELPERS)(list(values.values())))


@dataclass
class CellFormula:
    """A cell's formula: a tree over single numbers whose names are those of cells, and the cells by these names."""

    tree: Node
    reads: dict[str, Cell] = field(default_factory=dict)
    numbers: list[float] = field(default_factory=list)

    def value(self) -> float:
        """Return the cell's value; ArithmeticError or ValueError where it has none."""
        return value_of(self.tree, dict(zip(self.reads, self.numbers, strict=True)))


def formula_at(
    plan: Plan, values: Sequence[Numbers], cell: Cell, *, whole: bool = False, of: Node | None = None
) -> CellFormula | None:
    """Return a cell's formula, or only the part `of` it; None for an input, and for a period whose value is given.

    Of a choice only what is chosen is read, and an aggregate is a number, unless the `whole` formula is asked for.
    Raises OutsideError where it picks a member that is not there.
    """
    row = plan.row(cell.id)
    indices = map(int, np.unravel_index(cell.number, plan.shape(row))) if row.over else []
    at = dict(zip(row.over, indices, strict=True))
    if row.given and at[row.given_over] < row.given:
        return None
    if row.parts:
        part = plan.row(row.parts[0])
        (parted,) = set(row.over) - set(part.over)
        row = plan.row(row.parts[at.pop(parted)])
    if row.expression is None:
        return None
    reading = _Reading(plan, values, rate_bounds(row), whole=whole)
    tree = reading.tree(of or row.expression, at)
    return CellFormula(tree, reading.reads, reading.numbers)


class _Reading:
    """Settles the members of one formula."""

    def __init__(
        self, plan: Plan, values: Sequence[Numbers], bounds: tuple[float, ...] = (), *, whole: bool = False
    ) -> None:
        self.whole = whole
        self.plan = plan
        self.values = values
        self.reads: dict[str, Cell] = {}
        self.numbers: list[float] = []
        self.bounds = bounds

    def tree(self, node: Node, at: Mapping[str, int]) -> Node:
        """Return a formula over cells; of a choice, only what is chosen is read, since the rest need not be there."""
        if isinstance(node, Call):
            if node.function == "if":
                return self.choice(node, at)
            return Call(node.function, tuple([self.tree(argument, at) for argument in node.arguments]))

        def other(inner: Aggregate | Previous | Pick) -> Node:
            match inner:
                case Aggregate():
                    return self.aggregate(inner, at)
                case Previous():
                    return self.previous(inner, at)
            return self.read(inner.id, inner.selectors, at)

        return fold(
            node,
            lambda number: number,
            lambda id_: self.read(id_, (Every(),) * len(self.plan.row(id_).over), at),
            Call,
            other,
        )

    def choice(self, node: Call, at: Mapping[str, int]) -> Node:
        test = self.tree(node.arguments[0], at)
        if self.whole:
            try:
                return Call("if", (test, *[self.tree(branch, at) for branch in node.arguments[1:]]))
            except OutsideError:  # what is asked for first, so that it is never read
                pass
        try:
            chosen = 1 if CellFormula(test, self.reads, self.numbers).value() else 2
        except (ArithmeticError, ValueError):
            return Call("if", (test, ZERO, ZERO))
        branches: list[Node] = [ZERO, ZERO]
        branches[chosen - 1] = self.tree(node.arguments[chosen], at)
        return Call("if", (test, *branches))

    def read(self, id_: str, selectors: Sequence[Selector], at: Mapping[str, int]) -> Node:
        row = self.plan.row(id_)
        indices = [
            at[name] if isinstance(selector, Every) else self.index(name, selector, at)
            for name, selector in zip(row.over, selectors, strict=True)
        ]
        return self.cell(row, indices)

    def cell(self, row: Row, indices: Sequence[int]) -> Name:
        if row.kind == "part" and row.quantity is not None:
            # A reader knows the row of one member's own formula as a member of the whole.
            whole = self.plan.row(row.quantity.id)
            at = dict(zip(row.over, indices, strict=True))
            index = whole.parts.index(row.id)
            row, indices = whole, [at.get(name, index) for name in whole.over]
        shape = self.plan.shape(row)
        cell = Cell(row.id, int(np.ravel_multi_index(tuple(indices), shape)) if shape else 0)
        name = cell_name(self.plan, cell)
        if name not in self.reads:
            self.reads[name] = cell
            self.numbers.append(float(np.ravel(self.values[self.plan.index[row.id]])[cell.number]))
        return Name(name)

    def index(self, name: str, selector: Member | Run | Node | Every, at: Mapping[str, int]) -> int:
        if isinstance(selector, Member):
            return selector.index
        assert not isinstance(selector, Run | Every)  # noqa: S101  # these are read by aggregates
        member = self.number(selector, at)
        dimension = self.plan.model.dimension[name]
        if not dimension.is_whole:
            member = round_half_away(member, 10)
        found = [index for index, code in enumerate(dimension.codes) if code == member]
        if not found:
            raise OutsideError(*beyond(dimension, member))
        return found[0]

    def number(self, node: Node, at: Mapping[str, int]) -> float:
        """Return what a formula comes to, and remember the cells that it reads."""
        inner = _Reading(self.plan, self.values)
        formula = CellFormula(inner.tree(node, at), inner.reads, inner.numbers)
        for name, number in zip(formula.reads, formula.numbers, strict=True):
            if name not in self.reads:
                self.reads[name] = formula.reads[name]
                self.numbers.append(number)
        read = dict(zip(formula.reads.values(), formula.numbers, strict=True))
        try:
            value = formula.value()
        except OutsideError:
            raise
        except (ArithmeticError, ValueError) as problem:
            raise OutsideError(reason_of(problem), read=read) from None
        if not isfinite(value):
            raise OutsideError(reason_of(OverflowError()), read=read)
        return value

    def previous(self, node: Previous, at: Mapping[str, int]) -> Node:
        lag = int(self.number(node.lag, {}))
        place = at[node.over] + (lag if node.ahead else -lag)
        if not 0 <= place < len(self.plan.model.dimension[node.over].members):
            return self.tree(node.start, at)
        return self.tree(node.argument, {**at, node.over: place})

    def aggregate(self, node: Aggregate, at: Mapping[str, int]) -> Node:
        """Return the aggregate as a number, and remember the cells: a hundred terms are no tree to look at."""
        if node.by:
            return self.grouped(node, at)
        argument = node.row
        row = self.plan.row(argument.id)
        selectors = argument.selectors if isinstance(argument, Pick) else (Every(),) * len(row.over)
        spans: list[range] = []
        for name, selector in zip(row.over, selectors, strict=True):
            count = len(self.plan.model.dimension[name].members)
            if isinstance(selector, Run):
                assert selector.first is not None  # noqa: S101  # open ends have been filled in
                assert selector.last is not None  # noqa: S101
                spans.append(range(self.index(name, selector.first, at), self.index(name, selector.last, at) + 1))
            elif name in node.over and isinstance(selector, Every):
                spans.append(range(count))
            else:
                index = at[name] if isinstance(selector, Every) else self.index(name, selector, at)
                spans.append(range(index, index + 1))
        grid = np.stack(np.meshgrid(*spans, indexing="ij"), -1).reshape(-1, len(spans))
        found = [self.cell(row, [int(index) for index in indices]) for indices in grid]
        if not found and node.function != "sum":
            message = f"it takes the {node.function} of a run that ends before it begins"
            raise OutsideError(message)
        if self.whole and found and node.function in _TERMS:
            return _written_out(node.function, found)
        first = spans[row.over.index(node.over[0])].start
        if self.whole and node.function in {"npv", "xnpv"}:
            return self.discounted(node, found, at, first)
        return self.reduced(node, found, at, first)

    def discounted(self, node: Aggregate, found: list[Name], at: Mapping[str, int], first: int) -> Node:
        """Return a present value as a sum over its flows."""
        growth = Call("add", (ONE, self.tree(node.parameters[0], at)))
        times = np.arange(len(found), dtype=float)
        if node.function == "xnpv":
            starts = self.beside(node.parameters[1], node.over, at)[first:]
            times = (starts[: len(found)] - starts[0]) / DAYS_A_YEAR
        total: Node = found[0]
        for flow, time in zip(found[1:], times[1:].tolist(), strict=True):
            factor = growth if time == 1 else Call("pow", (growth, Number(time, f"{time:.15g}")))
            total = Call("add", (total, Call("div", (flow, factor))))
        return total

    def grouped(self, node: Aggregate, at: Mapping[str, int]) -> Node:
        """Return the aggregate over the members of a finer dimension that belong to this one."""
        ((fine,), (group,), (codes,)) = node.over, node.by, node.parameters
        assert isinstance(codes, Name)  # noqa: S101  # a row of codes
        if self.plan.row(codes.id).kind == "input":
            # Which members a choice puts here can be changed; a map stands as it is.
            for index in range(len(self.plan.model.dimension[fine].members)):
                self.read(codes.id, (Every(),), {fine: index})
        own = self.plan.model.dimension[group].codes[at[group]]
        places = np.flatnonzero(np.ravel(self.values[self.plan.index[codes.id]]) == own)
        row = self.plan.row(node.row.id)
        selectors = node.row.selectors if isinstance(node.row, Pick) else (Every(),) * len(row.over)
        read = [self.read(row.id, selectors, {**at, fine: int(index)}) for index in places]
        found = [name for name in read if isinstance(name, Name)]
        if not found and node.function not in {"sum", "count"}:
            message = f"no member of '{fine}' belongs to {self.plan.model.dimension[group].members[at[group]]}"
            raise OutsideError(message)
        if node.function in {"first", "last"}:
            return found[0 if node.function == "first" else -1]
        if self.whole and found and node.function != "count":
            return _written_out(node.function, found)
        return self.reduced(node, found, at)

    def reduced(self, node: Aggregate, found: list[Name], at: Mapping[str, int], first: int = 0) -> Node:
        """Return the number that a function takes cells together to."""
        numbers = dict(zip(self.reads, self.numbers, strict=True))
        cells = np.array([numbers[name.id] for name in found])
        if node.function in _REDUCES:
            value = float(_REDUCES[node.function](cells)) if found else 0.0
            return Number(value, f"{value:.15g}")
        beside = tuple([self.beside(parameter, node.over, at) for parameter in node.parameters])
        beside = tuple([one[first : first + len(found)] if one.ndim else one for one in beside])
        bounds = self.bounds if node.function in {"irr", "xirr"} else ()
        ends = (node.ends,) if node.function.startswith("place_") else ()
        value = float(ALONG[node.function](cells, *beside, *bounds, *ends))
        if not np.isfinite(value):
            given = node.function, cells, (*beside, *map(np.asarray, bounds))
            raise OutsideError(why_none(*given, node.ends), how_to_mend(*given))
        return Number(value, f"{value:.15g}")

    def beside(self, node: Node, along: tuple[str, ...], at: Mapping[str, int]) -> Array:
        """Return what stands beside a row: a number, or as many as the row has."""
        row = self.plan.row(node.id) if isinstance(node, Name) else None
        if row is not None and set(along) <= set(row.over):
            values = np.broadcast_to(self.values[self.plan.index[row.id]], self.plan.shape(row))
            return np.asarray(values[tuple([slice(None) if name in along else at[name] for name in row.over])])
        return np.asarray(self.number(node, at))


def _written_out(function: str, cells: list[Name]) -> Node:
    """Return an aggregate as a formula over its cells."""
    if function in {"min", "max"}:
        return Call(function, tuple(cells))
    total: Node = cells[0]
    for one in cells[1:]:
        total = Call("add", (total, one))
    count = len(cells)
    return Call("div", (total, Number(float(count), str(count)))) if function == "mean" else total
