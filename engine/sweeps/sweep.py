"""A model computed for many cases: the numbers that `solve` has for each, and why a case has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from engine.model.bounds import breach
from engine.plan.batch import ManyResults, evaluate_many, outside
from engine.plan.cells import Cell, written_name
from engine.plan.plan import Array, Case, Plan, shown
from engine.plan.selection import composed_case
from engine.problems import ModelError, error
from engine.progress import steps
from engine.sweeps.columns import Columns, refuse
from engine.uncertainty.reasons import cell_values, reasons
from engine.work.workers import Threads, Workers

MOST_NUMBERS: Final = 2**24
_MOST_AT_ONCE: Final = 16_000_000
_BLOCK: Final = 8_192
Settings = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Sweep:
    """Many cases: what varies, and by output, in declared units, a value a case, NaN for none, and why there is none.

    `values` are of shape (outputs, cases); `case` is the scenario where the cases have none of their own.
    """

    plan: Plan = field(repr=False)
    case: Case
    columns: Columns = field(repr=False)
    outputs: tuple[Cell, ...]
    values: Array = field(repr=False)
    why: tuple[Mapping[str, int], ...] = field(repr=False)


class _Block(NamedTuple):
    """Some cases of one scenario, in which no lag varies, and where they stand among all."""

    scenario: str
    columns: dict[str, Array]
    places: Any


class _Found(NamedTuple):
    """The outputs of a block, (outputs, cases), in declared units, and why some have none."""

    values: Array
    why: list[Counter[str]]


def sweep(
    plan: Plan,
    outputs: Sequence[Cell],
    columns: Columns,
    scenario: str | None = None,
    changes: Settings | None = None,
    *,
    workers: Workers | None = None,
) -> Sweep:
    """Return outputs in every case: what `columns` have is set, on top of a scenario and of `changes` that all share.

    Values are in declared units, and the same whoever the `workers` are, by default threads. A case in which a result
    that feeds an output has no value, or is out of its bounds, has no such output. Raises ModelError for values that
    inputs cannot have, for what is given twice, and for more than 16,777,216 numbers.
    """
    settings = dict(changes or {})
    if not outputs or not columns.count:
        message = "there is nothing to compute" if columns.count else "nothing varies from case to case"
        hint = "name the outputs that are meant" if columns.count else "give cases, or inputs with their values"
        raise ModelError([error("sweep", message, plan.model.at(), hint)])
    if len(outputs) * columns.count > MOST_NUMBERS:
        message = (
            f"{len(outputs):,} outputs in {columns.count:,} cases are more than the {MOST_NUMBERS:,} that are kept"
        )
        raise ModelError([error("size", message, plan.model.at(), "name fewer outputs, or single members")])
    refuse(plan, columns, settings)
    case = composed_case(plan, scenario)
    blocks = list(_blocks(plan, columns, case.id))
    work = _Work(plan, settings, tuple(outputs))
    results = (workers or Threads()).results(work.found, blocks)
    values = np.full((len(outputs), columns.count), np.nan)
    why: list[Counter[str]] = [Counter() for _ in outputs]
    for block in steps(f"{columns.count:,} cases", blocks):
        found = next(results)
        values[:, block.places] = found.values
        for known, more in zip(why, found.why, strict=True):
            known.update(more)
    told = tuple([dict(sorted(one.items(), key=lambda pair: (-pair[1], pair[0]))) for one in why])
    return Sweep(plan, case, columns, tuple(outputs), values, told)


def _blocks(plan: Plan, columns: Columns, scenario: str) -> list[_Block]:
    """Return the cases in blocks, in which the scenario and what says how far a formula looks back are the same."""
    size = sum(plan.model.size(row.over) for row in plan.rows)
    most = max(1, min(_BLOCK, _MOST_AT_ONCE // size))
    fixed = [values for name, values in columns.inputs.items() if name in plan.lags]
    groups: dict[tuple[Any, ...], list[int]] = {}
    if not fixed and not columns.scenarios:
        groups[(scenario,)] = list(range(columns.count))
    else:
        scenarios = columns.scenarios or (scenario,) * columns.count
        for place, key in enumerate(zip(scenarios, *[values.tolist() for values in fixed], strict=True)):
            groups.setdefault(key, []).append(place)
    found = []
    for (named, *_), places in groups.items():
        for begin in range(0, len(places), most):
            own = np.array(places[begin : begin + most])
            found.append(_Block(named, {name: values[own] for name, values in columns.inputs.items()}, own))
    return found


@dataclass(frozen=True, slots=True)
class _Work:
    """Computes blocks. It may be pickled, with the plan as its text."""

    plan: Plan
    changes: dict[str, Any]
    outputs: tuple[Cell, ...]

    def found(self, block: _Block) -> _Found:
        """Return the outputs of a block."""
        plan, count = self.plan, len(block.places)
        shared = {name: np.repeat(np.asarray(value)[None], count, axis=0) for name, value in self.changes.items()}
        rows = list(dict.fromkeys([cell.id for cell in self.outputs]))
        many = evaluate_many(plan, {**shared, **block.columns}, block.scenario, rows)
        broken = outside(many, plan.upstream(*rows))
        each = [self._told(many, broken, cell) for cell in self.outputs]
        return _Found(np.array([own for own, _ in each]).reshape(-1, count), [why for _, why in each])

    def _told(self, many: ManyResults, broken: Mapping[str, Array], cell: Cell) -> tuple[list[float], Counter[str]]:
        """Return an output in each case, and why it is not there, of results and where they are out of their bounds."""
        plan, count = self.plan, many.cases
        own = np.array(cell_values(plan, many.values, cell, count))
        why: Counter[str] = Counter()
        upstream = plan.upstream(cell.id)
        out = np.zeros(count, dtype=bool)
        for id_ in [row.id for row in plan.rows if row.id in broken and row.id in upstream]:
            first = broken[id_].astype(bool) & ~out
            if np.any(first):
                why[_words(many, id_, int(np.argmax(first)))] += int(first.sum())
            out |= first
        without = ~np.isfinite(own) & ~out
        if np.any(without):
            why.update(reasons(plan, many.values, cell, without))
        row = plan.row(cell.id)
        return [shown(value, row) for value in np.where(out, np.nan, own).tolist()], why


def _words(many: ManyResults, id_: str, case: int) -> str:
    """Return which result is out of its bounds in a case, and which bound that breaks."""
    quantity = many.plan.row(id_).quantity
    for number, value in enumerate(np.ravel(many[id_][case]).tolist()):
        broken = breach(quantity, value, number) if quantity is not None and np.isfinite(value) else None
        if broken is not None:
            return f"{written_name(many.plan, Cell(id_, number))} {broken.words}"
    return f"{id_} is out of its bounds"
