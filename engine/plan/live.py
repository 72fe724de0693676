"""A scenario that is edited: one input at a time, and only what is downstream is computed again."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

import numpy as np

from engine.plan.evaluate import Results, bounds_problem, with_change
from engine.plan.plan import RESULTS, Numbers
from engine.plan.program import compile_step, steps
from engine.plan.selection import Change, codes_of, locate, refuse_change
from engine.problems import ModelError, error


class Live:
    """The values of a scenario, kept up to date: an edit costs as much as what depends on it.

    ``live.set("price", 3)`` returns the ids whose values changed, the input first; ``live["rent"]`` is a value in its
    declared unit. An edit that leaves some row without a finite value, or out of its bounds, raises ModelError and
    changes nothing.
    """

    def __init__(self, results: Results) -> None:
        self._plan = results.plan
        self._case = results.case
        self._values = list(results.values)
        self._changed = dict(results.changed)
        index = self._plan.index
        self._steps = steps(self._plan)
        self._users: list[list[int]] = [[] for _ in self._values]
        for number, ids in enumerate(self._steps):
            for name in dict.fromkeys([name for id_ in ids for name in self._plan.row(id_).uses]):
                self._users[index[name]].append(number)
        self._compiled: dict[int, Callable[[list[Numbers]], None]] = {}

    def __getitem__(self, id_: str) -> Any:  # noqa: ANN401  # a float or an array, as the row is
        """Return a quantity's value in its declared unit."""
        return Results(self._plan, self._case, self._values)[id_]

    def results(self) -> Results:
        """Return the values as they are now; later edits do not change them."""
        return Results(self._plan, self._case, list(self._values), dict(self._changed))

    def set(self, id_: str, value: Change) -> list[str]:
        """Change an input, or one member of it, in its declared unit: return the ids whose values changed, in order.

        A choice is changed to a member, by its text or its code.
        """
        row, cells = locate(self._plan, id_)
        number = codes_of(self._plan, row, value)
        refuse_change(self._plan, row, cells, number)
        position = self._plan.index[row.id]
        before = {position: self._values[position]}
        self._values[position] = with_change(before[position], cells, number, row)
        if not _same(self._values[position], before[position]):
            self._recompute(position, before)
            self._keep_bounds(before)
        self._changed[id_] = number
        rows = self._plan.rows
        return [rows[changed].id for changed in before if not _same(self._values[changed], before[changed])]

    def _recompute(self, position: int, before: dict[int, Numbers]) -> None:
        """Compute what is downstream, each step once and after all that feeds it; `before` gathers the old values."""
        values = self._values
        # Steps are in the order of calculation, so the smallest that waits is ready.
        waiting = sorted(self._users[position])
        if self._plan.rows[position].given:
            waiting.append(next(n for n, ids in enumerate(self._steps) if self._plan.rows[position].id in ids))
            waiting.sort()
        done: set[int] = set()
        while waiting:
            current = heappop(waiting)
            if current in done:
                continue
            done.add(current)
            positions = [self._plan.index[id_] for id_ in self._steps[current]]
            old = {position: before.setdefault(position, values[position]) for position in positions}
            try:
                self._step(current)(values)
                if not all(np.all(np.isfinite(values[position])) for position in positions):
                    raise OverflowError
            except (ArithmeticError, ValueError):
                self._undo(before, positions[0])
            for place_ in positions:
                if not _same(values[place_], old[place_]):
                    for user in self._users[place_]:
                        if user not in done:
                            heappush(waiting, user)

    def _keep_bounds(self, before: dict[int, Numbers]) -> None:
        now = Results(self._plan, self._case, self._values, self._changed)
        for position in before:
            row = self._plan.rows[position]
            problem = bounds_problem(now, row) if row.kind in RESULTS else None
            if problem is not None:
                self._restore(before)
                raise ModelError([problem])

    def _step(self, number: int) -> Callable[[list[Numbers]], None]:
        if number not in self._compiled:
            self._compiled[number] = compile_step(self._plan, self._steps[number])
        return self._compiled[number]

    def _restore(self, before: dict[int, Numbers]) -> None:
        for position, value in before.items():
            self._values[position] = value

    def _undo(self, before: dict[int, Numbers], broken: int) -> None:
        self._restore(before)
        row = self._plan.rows[broken]
        message = f"'{row.id}' would have no finite value in the scenario '{self._case.id}'"
        path = row.quantity.path if row.quantity is not None else ()
        raise ModelError([error("not-finite", message, self._plan.model.at(*path), "nothing was changed")])


def _same(a: Numbers, b: Numbers) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return a == b
    return np.array_equal(a, b, equal_nan=True)
