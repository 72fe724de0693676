"""Gradients: the derivatives of one output by every input, chained backwards over the graph (reverse accumulation).

Local derivatives come from the formulas, so that they are exact but for the rounding of floats. The chain rule is a
sparse triangular system, solved from the output back: an adjoint is passed on along each edge once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from engine.analysis.jacobian import CellNumbers, Cells, Edges, edges_of
from engine.analysis.reverse import sweep_of
from engine.language.derivatives import TooLarge
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.plan import Array, Loop, Plan, Row
from engine.problems import ModelError, error


class Gradients:
    """The derivatives at one point: of any cell by all inputs."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.plan = results.plan
        with _told(self.plan):
            self._sweep = sweep_of(self.plan)
        self._cells = Cells.of(self.plan)
        if self._sweep is None:
            # What cannot be differentiated is told at once.
            _chain(self.plan)

    @cached_property
    def _edges(self) -> tuple[list[int], list[int], list[float]]:
        """Return the cells that read, those that are read and the derivatives, every user before what it uses."""
        chain, values = _chain(self.plan), self.results.values
        flat = self._cells.flat(values)
        with np.errstate(all="ignore"):
            weighed = [edges.weigh(values, flat) for edges in chain.edges]
        used = np.concatenate([cells for cells, _ in weighed])[chain.order] if weighed else np.empty(0, np.intp)
        weights = np.concatenate([weights for _, weights in weighed])[chain.order] if weighed else np.empty(0)
        weights[~np.isfinite(weights)] = np.nan
        return chain.users, used.tolist(), weights.tolist()

    def without(self, pairs: Collection[tuple[str, str]]) -> Gradients:
        """Return the same as if some rows, the first of each pair by its id, did not read some others."""
        found = copy(self)
        users, used, weights = map(np.array, self._edges)
        for user_id, used_id in pairs:
            read, own = (self._cells.row(self.plan.row(id_)) for id_ in (used_id, user_id))
            weights[np.isin(users, own) & np.isin(used, read)] = 0.0
        found._sweep, found._edges = None, (*self._edges[:2], weights.tolist())  # noqa: SLF001  # of the same class
        return found

    def adjoints(self, cell: Cell) -> Array:
        """Return the derivative of a cell by every cell of the plan, as stored, in one line."""
        start = self._cells.begins[self.plan.index[cell.id]] + cell.number
        if self._sweep is not None and (swept := self._sweep.adjoints(self.results.values, start)) is not None:
            return np.array(swept)
        adjoints = [0.0] * self._cells.count
        adjoints[start] = 1.0
        for user, used, weight in zip(*self._edges, strict=True):
            adjoint = adjoints[user]
            if adjoint:
                adjoints[used] += adjoint * weight
        return np.array(adjoints)

    def flows(self, adjoints: Array) -> dict[tuple[int, int], float]:
        """Return what flows along each edge: by the numbers of the cells of user and used, in one line, the product."""
        users, used, weights = self._edges
        with np.errstate(all="ignore"):
            passed = adjoints[users]
            flows = np.where(passed != 0, passed * np.array(weights), 0.0).tolist()
        found: dict[tuple[int, int], float] = {}
        for pair, flow in zip(zip(users, used, strict=True), flows, strict=True):
            found[pair] = found.get(pair, 0.0) + flow
        return found

    def of_row(self, adjoints: Array, row: Row) -> Array:
        """Return the adjoints of a row, in its shape."""
        return adjoints[self._cells.row(row)]

    def number(self, row: Row, indices: Sequence[int | CellNumbers]) -> int | CellNumbers:
        """Return the number of a row's cell in the line of all cells; of several at once, in arrays."""
        number: int | CellNumbers = 0
        for index, count in zip(indices, self.plan.shape(row), strict=True):
            number = number * count + index
        return self._cells.begins[self.plan.index[row.id]] + number

    def dependent(self, adjoints: Array) -> dict[str, NDArray[np.bool_]]:
        """Return, for each row that an output depends on at this point, which of its cells."""
        dependent = adjoints != 0
        rows = zip(self.plan.rows, self._cells.begins, [*self._cells.begins[1:], self._cells.count], strict=True)
        return {
            row.id: dependent[begin:end].reshape(self.plan.shape(row))
            for row, begin, end in rows
            if np.any(dependent[begin:end])
        }

    def by_input(self, adjoints: Array, cell: Cell) -> dict[str, float | Array]:
        """Return a cell's adjoints by input, in declared units: per percent for a share.

        Of an input over dimensions an array of its shape; NaN where there is no derivative. What a formula goes on with
        counts as 0.
        """
        output = self.plan.row(cell.id).unit.scale
        found: dict[str, float | Array] = {}
        for row in self.plan.inputs:
            begin = self._cells.begins[self.plan.index[row.id]]
            if not row.over:
                found[row.id] = float(adjoints[begin]) * output / row.unit.scale
                continue
            shape = self.plan.shape(row)
            whole = adjoints[begin : begin + int(np.prod(shape))].reshape(shape) * (output / row.unit.scale)
            found[row.id] = np.where(np.isnan(np.asarray(row.value)), 0.0, whole) if row.given else whole
        return found


def gradient(results: Results, cell: Cell) -> Mapping[str, float | Array]:
    """Return the derivative of one cell by each input, in declared units, as `Gradients.by_input` does."""
    gradients = Gradients(results)
    return gradients.by_input(gradients.adjoints(cell), cell)


def gradients(results: Results) -> Gradients | None:
    """Return the derivatives at one point; None where some formula is too long to be differentiated."""
    try:
        return Gradients(results)
    except ModelError:
        return None


@dataclass(frozen=True)
class _Chain:
    """What is worked out once a plan: its edges, and an order in which every user comes before what it uses."""

    edges: Sequence[Edges]
    order: CellNumbers
    users: list[int]


@contextmanager
def _told(plan: Plan) -> Iterator[None]:
    """Tell of a formula that is too long to be differentiated as of a problem of the model."""
    try:
        yield
    except TooLarge as problem:
        message = f"a formula of the model cannot be differentiated: {problem}"
        hint = "split the longest formula into quantities of their own"
        raise ModelError([error("derivative", message, plan.model.at(), hint)]) from None


_chains: WeakKeyDictionary[Plan, _Chain] = WeakKeyDictionary()


def _chain(plan: Plan) -> _Chain:
    if plan not in _chains:
        cells = Cells.of(plan)
        with _told(plan):
            edges = edges_of(cells)
        users = np.concatenate([one.users for one in edges]) if edges else np.empty(0, np.intp)
        order = np.argsort(-_ranks(cells)[users], kind="stable")
        _chains[plan] = _Chain(edges, order, users[order].tolist())
    return _chains[plan]


def _ranks(cells: Cells) -> CellNumbers:
    """Return a number for each cell that is larger than those of the cells that it is computed from."""
    ranks = np.arange(cells.count)
    plan = cells.plan
    if not plan.loops:
        return ranks
    # Cells are in the order of rows already; those of a loop are put into the order of its periods among themselves.
    for loop in plan.loops:
        own = [cells.row(plan.row(id_)) for id_ in loop.ids]
        keys = dict(zip(loop.ids, [np.zeros((0, *part.shape), dtype=np.intp) for part in own], strict=True))
        _keyed(plan, loop, keys)
        depth = max(len(key) for key in keys.values())
        wide = np.concatenate(
            [
                np.concatenate([key, np.zeros((depth - len(key), *key.shape[1:]), dtype=np.intp)]).reshape(depth, -1)
                for key in keys.values()
            ],
            axis=1,
        )
        numbers = np.concatenate([part.ravel() for part in own])
        ranks[numbers[np.lexsort(wide[::-1])]] = np.sort(numbers)
    return ranks


def _keyed(plan: Plan, loop: Loop, keys: dict[str, CellNumbers]) -> None:
    """Give each cell of a loop its period, then its place within it: by these it is computed."""
    for index, step in enumerate(loop.steps):
        ids = step.ids if isinstance(step, Loop) else (step,)
        for id_ in ids:
            row = plan.row(id_)
            shape = plan.shape(row)
            axis = row.over.index(loop.over)
            periods = np.array(loop.periods(shape[axis]))
            period = np.broadcast_to(periods.reshape((-1,) + (1,) * (len(shape) - axis - 1)), shape)
            keys[id_] = np.concatenate([keys[id_], period[None], np.full((1, *shape), index)])
        if isinstance(step, Loop):
            _keyed(plan, step, keys)
