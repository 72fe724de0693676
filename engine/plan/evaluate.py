"""A plan in numbers: straight-line Python, compiled once a plan, for one scenario at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from engine.language.tree import Node
from engine.memory import collector_paused
from engine.model.bounds import breach
from engine.plan.cells import Cell
from engine.plan.failures import row_problem
from engine.plan.plan import RESULTS, Array, Case, Numbers, Plan, Row, shown
from engine.plan.program import Program, side
from engine.plan.selection import Change, codes_of, composed_case, locate, members_of, refuse_change
from engine.problems import ModelError, Problem, error

if TYPE_CHECKING:
    from engine.units.catalog.registry import PintQuantity


@dataclass(frozen=True)
class Results:
    """One scenario's numbers. ``results["price"]`` is a float in the declared unit: 50 for 50 percent.

    Of a row over dimensions it is an array of the row's shape, of a choice the code of its member. `values` are all of
    them as stored.
    """

    plan: Plan = field(repr=False)
    case: Case
    values: Sequence[Numbers] = field(repr=False)
    changed: Mapping[str, float | Array] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what they are pickled as: values by id, whatever the order of the rows is where they are read."""
        values = {row.id: value for row, value in zip(self.plan.rows, self.values, strict=True)}
        return _again, (self.plan, self.case.id, values, dict(self.changed))

    def __getitem__(self, id_: str) -> Any:  # noqa: ANN401  # a float or an array, as the row is
        """Return a quantity's value in its declared unit; KeyError for an id that is not there."""
        index = self.plan.index[id_]
        row, value = self.plan.rows[index], self.values[index]
        if not row.over:
            return shown(float(value), row)
        return np.array([shown(cell, row) for cell in np.ravel(value).tolist()]).reshape(np.shape(value))

    def cells(self, id_: str) -> list[float]:
        """Return a quantity's values in its declared unit, the last dimension fastest; one for a single number."""
        return [float(cell) for cell in np.ravel(self[id_])]

    def told(self, id_: str) -> list[float] | list[str]:
        """Return what `cells` does as a reader is told it: of a choice among texts, its members."""
        return members_of(self.plan, self.plan.row(id_), self.cells(id_))

    def at(self, cell: Cell) -> float:
        """Return the value of one cell, as stored."""
        return float(np.ravel(self.values[self.plan.index[cell.id]])[cell.number])

    def quantity(self, id_: str) -> PintQuantity:
        """Return a quantity's value as a pint quantity in its declared unit."""
        return self.plan.units.quantity(self[id_], self.plan.row(id_).unit)

    def evaluate(self, node: Node, over: tuple[str, ...] = ()) -> Numbers:
        """Return the value of an expression over the plan's rows, as stored; ArithmeticError or ValueError for none."""
        return side(self.plan, node, over)(self.values)


def _again(plan: Plan, scenario: str, values: Mapping[str, Numbers], changed: Mapping[str, float | Array]) -> Results:
    """Return results that were pickled."""
    return Results(plan, composed_case(plan, scenario), [values[row.id] for row in plan.rows], changed)


def evaluate(plan: Plan, scenario: str | None = None, changes: Mapping[str, Change] | None = None) -> Results:
    """Return the results of a scenario (the model's first, if none is named).

    `changes` replaces inputs, in their declared units: by id, one value for all members or an array of the row's shape,
    or by member, as in ``{"share[YouTube]": 5}``; a choice is changed to a member, by its text or its code. Raises
    ModelError where a row is not finite or is outside its bounds, and for a scenario or an input that is not there.
    """
    case = composed_case(plan, scenario)
    values = _inputs(plan, plan.overrides(case))
    changed: dict[str, float | Array] = {}
    problems: list[Problem] = []
    for key, given in (changes or {}).items():
        try:
            row, cells = locate(plan, key)
            value = codes_of(plan, row, given)
            refuse_change(plan, row, cells, value)
        except ModelError as wrong:  # all of them are said at once
            problems += wrong.problems
            continue
        index = plan.index[row.id]
        values[index] = with_change(values[index], cells, value, row)
        changed[key] = float(value) if isinstance(value, int | float) else np.asarray(value)
    if problems:
        raise ModelError(problems)
    problems, broken = _run(plan, case, values)
    results = Results(plan, case, values, changed)
    # What has a value and is outside its bounds may be why something else has none.
    problems += _out_of_bounds(results, broken)
    if problems:
        raise ModelError(problems)
    return results


def with_change(
    before: Numbers, cells: tuple[int, ...] | None, value: float | Sequence[float] | Array, row: Row
) -> Numbers:
    """Return a row's values with a change, given in the declared unit, at the member that `cells` is, or at all."""
    if not row.over:
        return float(np.asarray(value)) / row.unit.scale
    changed = np.array(before)
    given = ~np.isnan(changed)
    changed[(...,) if cells is None else cells] = np.asarray(value, dtype=np.float64) / row.unit.scale
    # What a formula goes on with is not there to be changed.
    return np.where(given, changed, np.nan)


def _inputs(plan: Plan, overrides: Mapping[str, Numbers]) -> list[Numbers]:
    values = list(prepared(plan).written)
    for id_, value in overrides.items():
        values[plan.index[id_]] = value
    return values


def _run(plan: Plan, case: Case, values: list[Numbers]) -> tuple[list[Problem], set[str]]:
    """Fill in the formulas' values; return a problem for each row that has none, and the rows that lack one for it."""
    return ([], set()) if prepared(plan).compute(values) else _row_by_row(plan, case, values)


@dataclass(frozen=True)
class Prepared:
    """What is worked out once a plan: its program, its values as written, and which rows are arrays or have bounds."""

    program: Program
    written: list[Numbers]
    bounded: list[Row]
    arrays: list[int]
    singles: list[int]

    def compute(self, values: list[Numbers]) -> bool:
        """Fill in the formulas' values where those of the inputs are there; return whether all are surely finite."""
        try:
            for piece in self.program.pieces:
                piece(values)
            # The sum of finite numbers is finite, but for sums that overflow; then the slow way finds nothing.
            if not self.arrays:
                return -inf < sum(values) < inf  # type: ignore[return-value]  # floats alone
            sums = [np.sum(values[index]) for index in self.arrays]
            return isfinite(sum(sums + [values[index] for index in self.singles]))
        except (ArithmeticError, ValueError):
            return False


_plans: WeakKeyDictionary[Plan, Prepared] = WeakKeyDictionary()


def prepared(plan: Plan) -> Prepared:
    """Return what is worked out once for a plan."""
    found = _plans.get(plan)
    if found is None:
        found = _plans[plan] = _prepare(plan, None)
    return found


def _prepare(plan: Plan, before: Program | None) -> Prepared:
    arrays = [index for index, row in enumerate(plan.rows) if row.over]
    singles = [index for index, row in enumerate(plan.rows) if not row.over] if arrays else []
    written = [row.value if row.value is not None else 0.0 for row in plan.rows]
    bounded = [row for row in plan.rows if _has_bounds(row)]
    with collector_paused():
        return Prepared(Program(plan, before), written, bounded, arrays, singles)


def prepare_after(plan: Plan, before: Plan) -> None:
    """Prepare a plan where the one before it was, with what is compiled of rows that both have."""
    if before in _plans and plan not in _plans:
        _plans[plan] = _prepare(plan, _plans[before].program)


def _has_bounds(row: Row) -> bool:
    quantity = row.quantity
    if row.kind not in RESULTS or quantity is None:
        return False
    return row.unit.percent or quantity.whole or quantity.min is not None or quantity.max is not None


def _row_by_row(plan: Plan, case: Case, values: list[Numbers]) -> tuple[list[Problem], set[str]]:
    """Return a problem for each row that has no finite value though all that it uses have one, and all without one."""
    problems: list[Problem] = []
    broken: set[str] = set()
    program = prepared(plan).program
    for number, ids in enumerate(program.steps):
        rows = [plan.row(id_) for id_ in ids]
        used = {name for row in rows for name in row.uses}
        if not broken.isdisjoint(used):
            broken |= set(ids)
            continue
        reason: Exception | None = None
        try:
            program.step(plan, number)(values)
        except (ArithmeticError, ValueError) as trouble:
            reason = trouble
        if reason is not None or not all(np.all(np.isfinite(values[plan.index[id_]])) for id_ in ids):
            broken |= set(ids)
            problems.append(row_problem(plan, case, rows, values, reason))
    return problems, broken


def _out_of_bounds(results: Results, without: Collection[str]) -> list[Problem]:
    found = [bounds_problem(results, row) for row in prepared(results.plan).bounded if row.id not in without]
    return [problem for problem in found if problem is not None]


def bounds_problem(results: Results, row: Row) -> Problem | None:
    """Return what is wrong with a computed row's value: outside its bounds, or too large to be shown in percent."""
    quantity = row.quantity
    if quantity is None:
        return None
    plan, scenario = results.plan, results.case.id
    members: list[tuple[str, ...]] = []
    for number, value in enumerate(results.cells(row.id)):
        broken = breach(quantity, value, number) if isfinite(value) else None
        if isfinite(value) and broken is None:
            continue
        members = members or plan.members(row)
        name = f"{row.id}[{', '.join(members[number])}]" if row.over else row.id
        if broken is None:
            message = f"'{name}' has no finite value in percent in the scenario '{scenario}'"
            return error("not-finite", message, plan.model.at(*quantity.path))
        unit = "" if quantity.unit == "1" else f" {quantity.unit}"
        message = f"'{name}' is {value:.15g}{unit} in the scenario '{scenario}', which {broken.words}"
        at = plan.model.at(*quantity.path, broken.key)
        return error("bounds", message, at, "change the bound, or what it is computed from")
    return None
