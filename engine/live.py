"""A scenario that is edited: one input at a time, and only what is downstream is computed again."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import isfinite

from engine.evaluate import Results, bounds_problem, compiled_row, refuse_change, shown
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
        self._users: list[list[int]] = [[] for _ in self._values]
        index = self._plan.index
        for id_, used in self._plan.model.feeds.items():
            for name in used:
                self._users[index[name]].append(index[id_])
        self._compiled: dict[int, Callable[[list[float]], None]] = {}

    def __getitem__(self, id_: str) -> float:
        """Return a quantity's value in its declared unit."""
        place = self._plan.index[id_]
        return shown(self._values[place], self._plan.rows[place])

    def results(self) -> Results:
        """Return the values as they are now; later edits do not change them."""
        return Results(self._plan, self._case, list(self._values), dict(self._changed))

    def set(self, id_: str, value: float) -> list[str]:
        """Change an input, in its declared unit, and return the ids whose values changed, in order of calculation."""
        refuse_change(self._plan, id_, value)
        place = self._plan.index[id_]
        stored = value / self._plan.rows[place].unit.shown
        before = {place: self._values[place]}
        self._values[place] = stored
        if stored != before[place]:
            self._recompute(place, before)
            self._keep_bounds(before)
        self._changed[id_] = value
        rows = self._plan.rows
        return [rows[changed].id for changed in before if self._values[changed] != before[changed]]

    def _recompute(self, place: int, before: dict[int, float]) -> None:
        """Compute what is downstream, each row once and after all that feeds it; `before` gathers the old values."""
        values = self._values
        # Places are in the order of calculation, so the smallest that waits is ready.
        waiting = list(self._users[place])
        waiting.sort()
        while waiting:
            current = heappop(waiting)
            if current in before:
                continue
            before[current] = old = values[current]
            try:
                self._row(current)(values)
                if not isfinite(values[current]):
                    raise OverflowError
            except (ArithmeticError, ValueError):
                self._undo(before, current)
            if values[current] != old:
                for user in self._users[current]:
                    heappush(waiting, user)

    def _keep_bounds(self, before: dict[int, float]) -> None:
        now = Results(self._plan, self._case, self._values, self._changed)
        for place in before:
            row = self._plan.rows[place]
            problem = bounds_problem(now, row) if row.kind == "formula" else None
            if problem is not None:
                self._restore(before)
                raise ModelError([problem])

    def _row(self, place: int) -> Callable[[list[float]], None]:
        if place not in self._compiled:
            self._compiled[place] = compiled_row(self._plan, self._plan.rows[place])
        return self._compiled[place]

    def _restore(self, before: dict[int, float]) -> None:
        for place, value in before.items():
            self._values[place] = value

    def _undo(self, before: dict[int, float], broken: int) -> None:
        self._restore(before)
        row = self._plan.rows[broken]
        message = f"'{row.id}' would have no finite value in the scenario '{self._case.id}'"
        path = row.quantity.path if row.quantity is not None else ()
        raise ModelError([error("not-finite", message, self._plan.model.at(*path), "nothing was changed")])
