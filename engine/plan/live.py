"""A scenario that is edited: one input at a time, and only what is downstream is computed again."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial
from math import inf, isfinite
from typing import Any, Final, NamedTuple, NoReturn

import numpy as np

from engine.memory import collector_paused
from engine.plan.evaluate import Results, bounds_problem, prepared, with_change
from engine.plan.plan import Array, Numbers
from engine.plan.selection import Change, codes_of, locate, refuse_change
from engine.problems import ModelError, error

# A step by itself costs as much as many in a row, of arrays as much as a few: where more depend on an edit than so a
# share of all, all are computed.
_FEWEST: Final = 16
_DEARER: Final = 100
_DEARER_ARRAYS: Final = 4


class _Moved(NamedTuple):
    """The ids whose values changed with an edit, the input first; the rows of them with bounds; what takes it back."""

    ids: list[str]
    bounded: list[int]
    restore: Callable[[], None]


class Live:
    """The values of a scenario, kept up to date: an edit costs as much as what depends on it.

    ``live.set("price", 3)`` returns the ids whose values changed, the input first; ``live["rent"]`` is a value in its
    declared unit. An edit that leaves some row without a finite value, or out of its bounds, raises ModelError and
    changes nothing.
    """

    def __init__(self, results: Results) -> None:
        self._plan = results.plan
        self._case = results.case
        self._prepared = prepared(results.plan)
        self._values = list(results.values)
        self._changed = dict(results.changed)
        index = self._plan.index
        self._steps = self._prepared.program.steps
        # As an array, since of 100,000 ids those of a selection are taken at once.
        self._ids = np.array([row.id for row in self._plan.rows], dtype=object)
        self._bounded = dict.fromkeys(sorted([index[row.id] for row in self._prepared.bounded]))
        with collector_paused():
            self._users: list[list[int]] = [[] for _ in self._values]
            for number, ids in enumerate(self._steps):
                for name in dict.fromkeys([name for id_ in ids for name in self._plan.row(id_).uses]):
                    self._users[index[name]].append(number)
        singles = [len(ids) == 1 and not self._plan.row(ids[0]).over for ids in self._steps]
        few = max(_FEWEST, sum(singles) // _DEARER), max(1, (len(singles) - sum(singles)) // _DEARER_ARRAYS)
        # What each step takes of what may be computed one by one; and what is computed so, by the place of an input.
        self._shares = [1 / few[not is_single] for is_single in singles]
        self._cones: dict[int, list[int] | None] = {}
        # What takes the last edit back.
        self._undo: Callable[[], None] = _nothing
        # All values after everything was computed, until something is computed by itself.
        self._kept: Array | None = None

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
        before = self._values[position]
        changed = with_change(before, cells, number, row)
        known = dict(self._changed)
        if _same(changed, before):
            self._undo = partial(self._take_back, _nothing, known)
            self._changed[id_] = number
            return []
        self._values[position] = changed
        moved = self._recompute(position, before)
        self._keep_bounds(moved)
        self._undo = partial(self._take_back, moved.restore, known)
        self._changed[id_] = number
        return moved.ids

    def undo(self) -> None:
        """Take the last edit back, for which nothing is computed; once."""
        self._undo()
        self._undo = _nothing

    def _take_back(self, restore: Callable[[], None], changed: dict[str, Any]) -> None:
        restore()
        self._kept = None
        self._changed = changed

    def _recompute(self, position: int, old: Numbers) -> _Moved:
        """Compute what depends on an input, which was something else; return what changed."""
        if position not in self._cones:
            self._cones[position] = self._cone(position, 1.0)
        cone = self._cones[position]
        if cone is None:
            if (moved := self._all_at_once(position, old)) is not None:
                return moved
            # What is wrong is told by the step that it is wrong in.
            cone = self._cone(position, inf)
        assert cone is not None  # noqa: S101  # there are no more steps
        return self._step_by_step(position, old, cone)

    def _cone(self, position: int, most: float) -> list[int] | None:
        """Return the steps that depend on an input, in the order of calculation; None where their shares are more."""
        found: set[int] = set()
        waiting = self._first(position)
        share = 0.0
        while waiting:
            step = waiting.pop()
            if step not in found:
                found.add(step)
                share += self._shares[step]
                if share > most:
                    return None
                for id_ in self._steps[step]:
                    waiting += self._users[self._plan.index[id_]]
        return sorted(found)

    def _first(self, position: int) -> list[int]:
        """Return the steps that read an input; a row that begins with values reads these."""
        found = list(self._users[position])
        if self._plan.rows[position].given:
            found.append(next(n for n, ids in enumerate(self._steps) if self._plan.rows[position].id in ids))
        return found

    def _all_at_once(self, position: int, old: Numbers) -> _Moved | None:
        """Compute everything; return what changed, None where something has no value then."""
        values, changed = self._values, self._values[position]
        # Kept as an array, since objects that stay alive cost as much again as computing new ones in their place.
        before = list(values) if self._prepared.arrays else _together(values) if self._kept is None else self._kept
        before[position] = old
        self._kept = None

        def restore() -> None:
            values[:] = before if isinstance(before, list) else before.tolist()

        if not self._prepared.compute(values):
            restore()
            values[position] = changed
            return None
        if isinstance(before, list):
            return self._moved([n for n, value in enumerate(before) if not _is_equal(values[n], value)], restore)
        self._kept = _together(values)
        moved = self._kept != before
        return _Moved(self._ids[moved].tolist(), [place for place in self._bounded if moved[place]], restore)

    def _step_by_step(self, position: int, old: Numbers, cone: list[int]) -> _Moved:
        """Compute those steps of a cone that read what has changed; return what changed."""
        values, before, program = self._values, {position: old}, self._prepared.program
        self._kept = None

        def restore() -> None:
            for place, value in before.items():
                values[place] = value

        due = set(self._first(position))
        for step in filter(due.__contains__, cone):
            computed = {self._plan.index[id_]: values[self._plan.index[id_]] for id_ in self._steps[step]}
            before |= {place: value for place, value in computed.items() if place not in before}
            try:
                program.step(self._plan, step, exact=True)(values)
                if not all([_is_finite(values[place]) for place in computed]):  # noqa: C419  # a list is faster here
                    raise OverflowError
            except (ArithmeticError, ValueError):
                restore()
                self._refuse(next(iter(computed)))
            for place, value in computed.items():
                if not _is_equal(values[place], value):
                    due.update(self._users[place])
        return self._moved([place for place, value in before.items() if not _is_equal(values[place], value)], restore)

    def _moved(self, places: list[int], restore: Callable[[], None]) -> _Moved:
        bounded = list(filter(self._bounded.__contains__, places))
        return _Moved([self._plan.rows[place].id for place in places], bounded, restore)

    def _keep_bounds(self, moved: _Moved) -> None:
        if not moved.bounded:
            return
        now = Results(self._plan, self._case, self._values, self._changed)
        for position in moved.bounded:
            problem = bounds_problem(now, self._plan.rows[position])
            if problem is not None:
                moved.restore()
                self._kept = None
                raise ModelError([problem])

    def _refuse(self, broken: int) -> NoReturn:
        row = self._plan.rows[broken]
        message = f"'{row.id}' would have no finite value in the scenario '{self._case.id}'"
        path = row.quantity.path if row.quantity is not None else ()
        raise ModelError([error("not-finite", message, self._plan.model.at(*path), "nothing was changed")])


def _nothing() -> None:
    """Do nothing: there is nothing to take back."""


def _together(values: list[Numbers]) -> Array:
    """Return single numbers as an array."""
    return np.frombuffer(array("d", values))  # type: ignore[type-var]  # floats alone


def _is_finite(value: Numbers) -> bool:
    return isfinite(value) if isinstance(value, float) else bool(np.all(np.isfinite(value)))


def _is_equal(a: Numbers, b: Numbers) -> bool:
    """Return whether two values are one, where all of them are finite but in what is not computed."""
    return a is b or (a == b if isinstance(a, float) else bool(np.all(a == b)))


def _same(a: Numbers, b: Numbers) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return a == b
    return np.array_equal(a, b, equal_nan=True)
