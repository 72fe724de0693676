"""Who reads what, cell by cell, with the local derivative: the edges along which adjoints flow from users to used."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis import shares
from engine.language.derivatives import Reading, partials
from engine.language.generated import expression
from engine.language.numbers import arrays
from engine.language.numbers.arrays import ARRAYS
from engine.language.shapes import Outline, outline
from engine.language.tree import ZERO, Aggregate, Call, Every, Member, Name, Node, Previous, Run, Selector, fold
from engine.plan.plan import Array, Numbers, Plan, Row
from engine.plan.program import is_plain, side

CellNumbers = NDArray[np.intp]
_SPACE: Final[dict[str, Any]] = {**arrays.HELPERS, "numpy": np, "abs": abs}


@dataclass(frozen=True)
class Cells:
    """All cells of a plan in one line: where each row begins, and how many there are."""

    plan: Plan
    begins: Sequence[int]
    count: int

    @classmethod
    def of(cls, plan: Plan) -> Cells:
        """Return the cells of a plan, numbered row by row in the order of calculation."""
        if not plan.model.dimensions:
            return cls(plan, range(len(plan.rows)), len(plan.rows))
        begins, count = [], 0
        for row in plan.rows:
            begins.append(count)
            count += plan.model.size(row.over) if row.over else 1
        return cls(plan, begins, count)

    def row(self, row: Row) -> CellNumbers:
        """Return the numbers of a row's cells, in its shape."""
        shape = self.plan.shape(row)
        begin = self.begins[self.plan.index[row.id]]
        return np.arange(begin, begin + int(np.prod(shape))).reshape(shape)

    def flat(self, values: Sequence[Numbers]) -> Array:
        """Return all values in one line."""
        if self.count == len(self.plan.rows):
            return np.array(values, dtype=np.float64)
        shapes = [self.plan.shape(row) for row in self.plan.rows]
        return np.concatenate(
            [np.ravel(np.broadcast_to(value, shape)) for value, shape in zip(values, shapes, strict=True)]
        )


class Edges(ABC):
    """Some edges: `users` are the cells that read, in a fixed order."""

    users: CellNumbers

    @abstractmethod
    def weigh(self, values: Sequence[Numbers], flat: Array) -> tuple[CellNumbers, Array]:
        """Return the cells that are read, and the derivative of each user by them; NaN where there is none."""


def edges_of(cells: Cells) -> list[Edges]:
    """Return every edge of a plan. Raises TooLarge for a formula whose derivative is too long."""
    plan = cells.plan
    found: list[Edges] = []
    shapes: dict[Outline, list[tuple[Row, tuple[str, ...]]]] = {}
    for row in plan.rows:
        if row.parts:
            found.append(_Parts(cells, row))
        elif row.expression is None:
            continue
        elif not row.over and (not plan.model.dimensions or is_plain(row.expression, plan)):
            key, names = outline(row.expression)
            shapes.setdefault(key, []).append((row, names))
        else:
            found += [Across(cells, row, reading, factor) for reading, factor in partials(row.expression).items()]
    # A derivative is derived once for each shape of formula, and computed for all rows of the shape at once.
    found += [_Alike(cells, rows) for rows in shapes.values()]
    return [edges for edges in found if edges.users.size]


class _Alike(Edges):
    """Edges of single numbers whose formulas differ by the names in them alone."""

    def __init__(self, cells: Cells, rows: Sequence[tuple[Row, tuple[str, ...]]]) -> None:
        index, begins = cells.plan.index, cells.begins
        row, names = rows[0]
        assert row.expression is not None  # noqa: S101  # they are gathered by their formulas
        positions = {name: position for position, name in enumerate(names)}
        by_place = {positions[reading.id]: factor for reading, factor in partials(row.expression).items()}
        texts = [_over_arrays(factor, positions) for factor in by_place.values()]
        tuple_of_factors = f"({''.join(f'{text}, ' for text in texts)})"
        self.factors: Callable[[list[Array]], Sequence[Any]] = expression("a", tuple_of_factors, _SPACE)
        self.read = np.array([[begins[index[name]] for name in names] for _, names in rows], dtype=np.intp).T
        self.count = len(rows)
        own = np.array([begins[index[row.id]] for row, _ in rows], dtype=np.intp)
        self.users = np.tile(own, len(by_place))
        self.used = np.concatenate([self.read[position] for position in by_place]) if by_place else np.empty(0, np.intp)

    def weigh(self, values: Sequence[Numbers], flat: Array) -> tuple[CellNumbers, Array]:  # noqa: ARG002  # as above
        found = self.factors([flat[line] for line in self.read])
        weights = np.empty((len(found), self.count))
        for position, factor in enumerate(found):
            weights[position] = factor
        return self.used, weights.ravel()


class _Parts(Edges):
    """The row that the rows of members' own formulas make up."""

    def __init__(self, cells: Cells, row: Row) -> None:
        plan = cells.plan
        first = plan.row(row.parts[0])
        axis = next(position for position, name in enumerate(row.over) if name not in first.over)
        self.users = cells.row(row).ravel()
        self.used = np.stack([cells.row(plan.row(part)) for part in row.parts], axis=axis).ravel()

    def weigh(self, values: Sequence[Numbers], flat: Array) -> tuple[CellNumbers, Array]:  # noqa: ARG002  # as above
        return self.used, np.ones(self.used.size)


class Across(Edges):
    """The edges of one reading of a row over dimensions: axes of the user first, those that are aggregated behind."""

    def __init__(self, cells: Cells, row: Row, reading: Reading, factor: Node) -> None:
        self.cells, self.plan, self.reading = cells, cells.plan, reading
        self.shape = self.plan.shape(row)
        self.over = row.over
        self.user = row
        self.row = self.plan.row(reading.id)
        self.selectors = reading.selectors(self.row.over)
        self.free = reading.free(self.row.over)
        self.wide = (*self.shape, *self.plan.model.shape(self.free))
        self.factor = side(self.plan, factor, self.over)
        own = cells.row(row).reshape(self.shape)
        if row.given:
            own = np.where(np.isnan(np.asarray(row.value)), own, -1)
        users = np.broadcast_to(own.reshape(self.shape + (1,) * len(self.free)), self.wide)
        # A period whose value is given reads nothing.
        self.reads = users >= 0
        self.users = users[self.reads]

    def weigh(self, values: Sequence[Numbers], flat: Array) -> tuple[CellNumbers, Array]:
        positions, inside = self._places(values)
        used = np.broadcast_to(self._numbers(positions), self.wide)
        weights = np.broadcast_to(self._share(values, flat, used, inside), self.wide)
        local = self._local(values).reshape(self.shape + (1,) * len(self.free))
        # Where nothing flows it does not matter that the derivative of something else has no value, or that a run which
        # no period is there for has no members.
        return used[self.reads], np.where((weights == 0) | (local == 0), 0.0, weights * local)[self.reads]

    def _local(self, values: Sequence[Numbers]) -> Array:
        try:
            return np.array(np.broadcast_to(self.factor(values), self.shape), dtype=np.float64)
        except (ArithmeticError, ValueError):
            return np.full(self.shape, np.nan)

    def _numbers(self, positions: list[CellNumbers]) -> CellNumbers:
        begin = self.cells.begins[self.plan.index[self.row.id]]
        number: Any = 0
        for position, count in zip(positions, self.plan.shape(self.row), strict=True):
            number = number * count + np.clip(position, 0, count - 1)
        return np.asarray(begin + number)

    def _places(self, values: Sequence[Numbers]) -> tuple[list[CellNumbers], NDArray[np.bool_]]:
        """Return the index along each dimension of what is read, and which of these are inside runs."""
        inside = np.ones((1,) * len(self.wide), dtype=bool)
        found: list[CellNumbers] = []
        for name, selector in self.selectors.items():
            if name in self.free:
                position = self._axis(len(self.shape) + self.free.index(name))
                if isinstance(selector, Run):
                    first, last = (self._place(name, end, values) for end in (selector.first, selector.last))
                    inside = inside & (position >= first) & (position <= last)
            elif isinstance(selector, Every):
                position = self._axis(self.over.index(name)) - self._lag(name, values)
            else:
                position = self._place(name, selector, values)
            found.append(position)
        return found, inside

    def _axis(self, axis: int) -> CellNumbers:
        return np.arange(self.wide[axis]).reshape((-1,) + (1,) * (len(self.wide) - axis - 1))

    def _lag(self, name: str, values: Sequence[Numbers]) -> int:
        lags = self.reading.lags_along(name)
        return sum([int(side(self.plan, lag)(values)) * (-1 if ahead else 1) for _, lag, ahead in lags])

    def _place(self, name: str, end: Selector | None, values: Sequence[Numbers]) -> CellNumbers:
        if isinstance(end, Member):
            return np.array(end.index)
        assert end is not None  # noqa: S101  # open ends have been filled in
        assert not isinstance(end, Run | Every)  # noqa: S101  # these are not computed
        numbers = np.array(self.plan.model.dimension[name].codes)
        found = np.asarray(arrays.place_of(self._beside(end, values), numbers))
        return found.reshape(self.shape + (1,) * len(self.free)).astype(np.intp)

    def _beside(self, node: Node, values: Sequence[Numbers]) -> Array:
        """Return the value, for each cell of the user, of what stands in a formula beside the row that is read."""
        for along, lag, ahead in self.reading.lags:
            node = Previous(node, ZERO, lag, along, ahead)
        return np.broadcast_to(side(self.plan, node, self.over)(values), self.shape)

    def _wide(self, id_: str, values: Sequence[Numbers]) -> Array:
        """Return a row as it stands beside the one that is read, over the axes of both."""
        row = self.plan.row(id_)
        own = np.broadcast_to(values[self.plan.index[id_]], self.plan.shape(row))
        index = [
            self._axis(len(self.shape) + self.free.index(name)) if name in self.free else self._now(name, values)
            for name in row.over
        ]
        return np.asarray(own[tuple(index)])

    def _now(self, name: str, values: Sequence[Numbers]) -> CellNumbers:
        """Return the index along a dimension of the user, other periods taken into account."""
        axis = self.over.index(name)
        return np.clip(self._axis(axis) - self._lag(name, values), 0, self.shape[axis] - 1)

    def _share(self, values: Sequence[Numbers], flat: Array, used: CellNumbers, inside: NDArray[np.bool_]) -> Array:
        """Return how much of each cell is taken."""
        node = self.reading.node
        if not isinstance(node, Aggregate):
            return np.broadcast_to(inside, self.wide).astype(np.float64)
        if node.by:
            codes, groups = node.parameters[0], np.array(self.plan.model.dimension[node.by[0]].codes)
            assert isinstance(codes, Name)  # noqa: S101  # a row of codes
            inside = inside & (self._wide(codes.id, values) == groups[self._now(node.by[0], values)])
        inside = np.broadcast_to(inside, self.wide)
        if node.function in shares.FLOWS:
            return self._discounted(node, values, flat[used], inside)
        if node.function in {"min", "max"} and (asked := self._asked(node, values, used)) is not None:
            inside = inside & asked
        return shares.of_members(node.function, flat[used], inside, len(self.free))

    def _asked(self, node: Aggregate, values: Sequence[Numbers], used: CellNumbers) -> NDArray[np.bool_] | None:
        """Return which members have a say where a working row puts the worst of all in place of the rest."""
        match self.row.expression:
            case Call(function="if", arguments=(test, row, Aggregate(argument=same, function=other))) if (
                self.row.kind == "working" and row == same and {node.function, other} == {"min", "max"}
            ):
                asked = np.broadcast_to(side(self.plan, test, self.row.over)(values), self.plan.shape(self.row))
                return np.asarray(np.ravel(asked)[used - self.cells.begins[self.plan.index[self.row.id]]] != 0)
        return None

    def _discounted(self, node: Aggregate, values: Sequence[Numbers], flows: Array, inside: NDArray[np.bool_]) -> Array:
        """Return what a flow adds to a present value, or to the rate at which all of them are worth nothing."""
        if node.function in {"npv", "xnpv"}:
            rate = self._beside(node.parameters[0], values)
        elif self.user.expression == node:
            # Between bounds there is a rate for the whole formula of a row alone.
            rate = np.broadcast_to(values[self.plan.index[self.user.id]], self.shape)
        else:
            rate = self._beside(node, values)
        starts = None
        if node.function in {"xnpv", "xirr"}:
            dates = node.parameters[-1]
            assert isinstance(dates, Name)  # noqa: S101  # the days on which periods begin
            starts = np.broadcast_to(self._wide(dates.id, values), self.wide)
        return shares.of_flows(node.function, flows, rate, inside, starts)


def _over_arrays(tree: Node, positions: dict[str, int]) -> str:
    def call(function: str, arguments: tuple[str, ...]) -> str:
        return ARRAYS[function].format(*arguments, all=", ".join(arguments))

    return fold(tree, lambda number: f"numpy.float64({number.value!r})", lambda id_: f"a[{positions[id_]}]", call)
