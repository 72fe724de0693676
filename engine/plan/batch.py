"""A plan in numbers for many cases at once: the same formulas over numpy arrays, with one leading axis for the cases.

A case without a finite value is NaN there and downstream, where `engine.plan.evaluate` raises for its one case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike

from engine.language.generated import function
from engine.model.bounds import breach, breaches
from engine.plan.array_code import ArraySpelling
from engine.plan.cells import Cell, cell_name
from engine.plan.plan import RESULTS, Array, Plan, Row
from engine.plan.program import STATEMENTS, array_space, steps
from engine.plan.selection import codes_of, composed_case, locate, refuse_change

_Program = Callable[[list[Any], tuple[int, ...]], None]


@dataclass(frozen=True)
class ManyResults:
    """Many cases' numbers. ``results["price"]`` is an array in the declared unit, one value a case.

    Of a row over dimensions it is of shape (cases, members of the first, ...).
    """

    plan: Plan = field(repr=False)
    cases: int
    values: list[Any] = field(repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what they are pickled as: values by id, whatever the order of the rows is where they are read."""
        values = {row.id: value for row, value in zip(self.plan.rows, self.values, strict=True)}
        return _again, (self.plan, self.cases, values)

    def __getitem__(self, id_: str) -> Array:
        """Return a quantity's values, cases first, in its declared unit; KeyError for an id that is not there."""
        index = self.plan.index[id_]
        row = self.plan.rows[index]
        values: Array = np.broadcast_to(self.values[index] * row.unit.scale, (self.cases, *self.plan.shape(row)))
        return values


def _again(plan: Plan, cases: int, values: Mapping[str, Any]) -> ManyResults:
    """Return results that were pickled."""
    return ManyResults(plan, cases, [values[row.id] for row in plan.rows])


def evaluate_many(
    plan: Plan,
    changes: Mapping[str, ArrayLike],
    scenario: str | None = None,
    outputs: Iterable[str] | None = None,
) -> ManyResults:
    """Return the results of many cases: `changes` gives, for each input that varies, its values in the declared unit.

    Keys are ids, or members as in ``share[YouTube]``. All arrays have the same length; an array for a row over
    dimensions holds one value a case for all members, or has the row's shape behind the axis of cases. The other
    inputs are those of the scenario. Raises ModelError for values that are out of the input's bounds, and ValueError
    for arrays of different lengths. Bounds of results are not looked at: ask `outside`. Where `outputs` are named, only
    the rows that feed them are computed; all others are NaN.
    """
    columns = {
        key: np.asarray(codes_of(plan, locate(plan, key)[0], values), dtype=np.float64)
        for key, values in changes.items()
    }
    lengths = {column.shape[0] if column.ndim else -1 for column in columns.values()}
    if len(lengths) > 1 or -1 in lengths:
        message = "each input that varies needs one value a case"
        raise ValueError(message)
    count = next(iter(lengths), 1)
    values: list[Any] = [np.asarray(row.value if row.value is not None else np.nan) for row in plan.rows]
    for id_, value in plan.overrides(composed_case(plan, scenario)).items():
        values[plan.index[id_]] = np.asarray(value)
    for key, column in columns.items():
        row, cells = locate(plan, key)
        if row.id in plan.lags and count and np.ptp(column):
            message = f"the lag '{row.id}' cannot vary between cases that are computed at once"
            raise ValueError(message)
        _refuse(plan, row, cells, column)
        index = plan.index[row.id]
        values[index] = _changed(plan, row, cells, values[index], column)
        if row.id in plan.lags and count:
            values[index] = np.asarray(values[index].flat[0])
    compute_many(plan, values, count, outputs)
    return ManyResults(plan, count, values)


def outside(many: ManyResults, ids: Iterable[str]) -> dict[str, Array]:
    """Return, of those results that break their bounds in some case, in which cases they do: there they have no value.

    `ids` are of rows that were computed.
    """
    found = {}
    for id_ in ids:
        row = many.plan.row(id_)
        if row.kind in RESULTS and row.quantity is not None:
            broken = breaches(row.quantity, many[id_].reshape(many.cases, -1))
            if np.any(broken):
                found[id_] = np.any(broken, axis=1)
    return found


def tell_outside(many: ManyResults, id_: str, case: int) -> str:
    """Return what a result is in a case in which it is out of its bounds, and which bound that breaks."""
    row = many.plan.row(id_)
    assert row.quantity is not None  # noqa: S101  # what has bounds is a quantity
    for number, value in enumerate(np.ravel(many[id_][case]).tolist()):
        broken = breach(row.quantity, value, number) if np.isfinite(value) else None
        if broken is not None:
            return f"'{cell_name(many.plan, Cell(id_, number))}' is {value:.6g}{row.unit.suffix}, which {broken.words}"
    return f"'{id_}' is out of its bounds"


def compute_many(plan: Plan, values: list[Any], count: int, outputs: Iterable[str] | None = None) -> None:
    """Fill in the rows that are computed, or those that feed some outputs; inputs are there, cases first."""
    with np.errstate(all="ignore"):
        _program(plan, outputs)(values, (count,))


def _refuse(plan: Plan, row: Row, cells: tuple[int, ...] | None, column: Array) -> None:
    shape = plan.shape(row) if cells is None else ()
    if column.shape[1:] not in {(), shape}:
        message = f"'{row.id}' takes one value a case, or an array of shape {(len(column), *shape)}"
        raise ValueError(message)
    if plan.chosen_from(row) is not None:
        for code in np.unique(column):
            refuse_change(plan, row, cells, float(code))
        return
    # Bounds are intervals, so that the ends and, for whole numbers, the first broken one tell for all.
    for by_case in column.reshape(len(column), -1).T if column.size else ():
        broken = by_case[by_case != np.floor(by_case)][:1]
        for value in (*broken, by_case.min(), by_case.max()):
            if column.ndim == 1:
                refuse_change(plan, row, cells, float(value))
    if column.ndim > 1:
        for case in (column.min(axis=0), column.max(axis=0)):
            refuse_change(plan, row, cells, case)


def _changed(plan: Plan, row: Row, cells: tuple[int, ...] | None, before: Any, column: Array) -> Any:  # noqa: ANN401  # arrays
    stored = column / row.unit.scale
    if not row.over:
        return stored
    shape = plan.shape(row)
    wide = np.array(np.broadcast_to(before, (len(column), *shape)))
    given = ~np.isnan(wide)
    if cells is None:
        wide[:] = stored.reshape(len(column), *(stored.shape[1:] or (1,) * len(shape)))
    else:
        np.moveaxis(wide, 0, -1)[cells] = stored
    return np.where(given, wide, np.nan)


_programs: WeakKeyDictionary[Plan, dict[frozenset[str] | None, _Program]] = WeakKeyDictionary()


def _program(plan: Plan, outputs: Iterable[str] | None) -> _Program:
    key = None if outputs is None else frozenset(outputs)
    programs = _programs.setdefault(plan, {})
    if key not in programs:
        programs[key] = _compiled(plan, steps(plan) if key is None else _feeding(plan, key))
    return programs[key]


def _feeding(plan: Plan, outputs: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the steps that outputs need: of rows that are computed together all, where one of them is needed."""
    needed = plan.upstream(*outputs)
    return [ids for ids in steps(plan) if not needed.isdisjoint(ids)]


def _compiled(plan: Plan, ordered: Iterable[tuple[str, ...]]) -> _Program:
    spelling = ArraySpelling(plan, many=True)
    pieces: list[_Program] = []
    lines: list[str] = []
    loops = {loop.ids: loop for loop in plan.loops}
    for ids in ordered:
        lines += spelling.loop(loops[ids]) if ids in loops else spelling.statements(plan.row(ids[0]))
        if len(lines) >= STATEMENTS:
            pieces.append(_piece(plan, lines))
            lines = []
    pieces.append(_piece(plan, lines))

    def program(values: list[Any], cases: tuple[int, ...]) -> None:
        for piece in pieces:
            piece(values, cases)

    return program


def _piece(plan: Plan, lines: list[str]) -> _Program:
    piece: _Program = function("v, n", lines, array_space(plan))
    return piece
