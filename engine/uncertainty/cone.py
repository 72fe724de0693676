"""The part of a plan that draws move and outputs need, computed for many cases at once.

What the draws do not move is computed once. A result out of its bounds is no value, and what it feeds has none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

import numpy as np

from engine import graph
from engine.language.generated import function
from engine.language.numbers.arrays import Values, alike
from engine.language.numbers.arrays import less as is_less
from engine.model.dimensions import cell
from engine.model.model import Quantity
from engine.plan.array_code import ArraySpelling
from engine.plan.batch import evaluate_many
from engine.plan.plan import RESULTS, Array, Plan, Row
from engine.plan.program import STATEMENTS, array_space, steps

_Piece = Callable[[list[Any], tuple[int, ...]], None]
_ALL: Final = "slice(None)"


class Cone:
    """What feeds some rows of a plan, in a scenario with inputs changed, while the rows `drawn` vary.

    What `unbounded` is given with is filled with the results that have bounds, by index, as they are without these.
    """

    def __init__(
        self,
        plan: Plan,
        scenario: str,
        changed: Mapping[str, Any],
        rows: Iterable[str],
        drawn: Collection[str],
        *,
        unbounded: dict[int, Array] | None = None,
    ) -> None:
        self.plan = plan
        self._unbounded = unbounded
        wanted = tuple(rows)
        needed = plan.upstream(*wanted)
        self.ids = [row.id for row in plan.rows if row.id in needed]
        self.drawn = needed & set(drawn)
        one = {id_: np.asarray(value)[None] for id_, value in changed.items()}
        self._fixed = evaluate_many(plan, one, scenario, wanted).values
        with np.errstate(all="ignore"):
            for piece in self._pieces(needed):
                piece(self._fixed, (1,))
        self._moving = self._pieces(needed & graph.moved({row.id: row.uses for row in plan.rows}, *self.drawn))

    def values(self, inputs: Mapping[str, Array], cases: int) -> list[Any]:
        """Return the values of all rows as stored, cases first or one for all; those drawn are `inputs` by row."""
        values = list(self._fixed)
        for id_, drawn in inputs.items():
            values[self.plan.index[id_]] = drawn
        with np.errstate(all="ignore"):
            for piece in self._moving:
                piece(values, (cases,))
        return values

    def fixed(self, id_: str) -> Array:
        """Return a row's values as stored where nothing is drawn, in its shape."""
        row = self.plan.row(id_)
        return np.asarray(np.broadcast_to(self._fixed[self.plan.index[id_]], (1, *self.plan.shape(row)))[0])

    def depends(self, id_: str) -> bool:
        """Return whether a row is drawn, or computed from what is."""
        return not self.plan.upstream(id_).isdisjoint(self.drawn)

    def _pieces(self, needed: Collection[str]) -> list[_Piece]:
        spelling = _Bounded(self.plan, many=True)
        space = {**array_space(self.plan), "slice": slice, "bounded": _bounded(self.plan, self._unbounded)}
        loops = {loop.ids: loop for loop in self.plan.loops}
        lines: list[str] = []
        pieces: list[_Piece] = []
        for ids in steps(self.plan):
            if not set(ids).isdisjoint(needed):
                lines += spelling.loop(loops[ids]) if ids in loops else spelling.statements(self.plan.row(ids[0]))
                if len(lines) >= STATEMENTS:
                    pieces.append(function("v, n", lines, space))
                    lines = []
        return [*pieces, function("v, n", lines, space)] if lines else pieces


class _Bounded(ArraySpelling):
    """Spells rows whose values out of their bounds are none."""

    def _row(self, row: Row, axes: Any) -> str:  # noqa: ANN401  # its own
        text = super()._row(row, axes)
        if not has_bounds(row):
            return text
        place = "".join(f"{axes.at.get(name, _ALL)}, " for name in row.over)
        return f"bounded({text}, {self.plan.index[row.id]}, ({place}))"


def has_bounds(row: Row) -> bool:
    """Return whether a result out of its bounds is no value."""
    quantity = row.quantity
    return (
        row.kind in RESULTS
        and quantity is not None
        and (quantity.whole or quantity.min is not None or quantity.max is not None)
    )


def _bounded(plan: Plan, unbounded: dict[int, Array] | None = None) -> Callable[[Values, int, tuple[Any, ...]], Values]:
    """Return the function of values, the row that they are of and their place in it: NaN where they break a bound."""
    known: dict[int, tuple[Array, Array]] = {}

    def bounded(values: Values, index: int, place: tuple[Any, ...]) -> Values:
        row = plan.rows[index]
        quantity = row.quantity
        assert quantity is not None  # noqa: S101  # what has bounds is a quantity
        if index not in known:
            known[index] = _ends(plan, row, quantity)
        if unbounded is not None:
            _keep(unbounded, plan, index, place, values)
        low, high = (end[place] for end in known[index])
        shown = values * row.unit.scale
        broken: Any = False
        # At 15 digits, where a number is near its bound or beyond.
        if np.any(shown < low) or np.any(shown > high):
            broken = np.isfinite(low) & (is_less(shown, low) == 1) | np.isfinite(high) & (is_less(high, shown) == 1)
        if quantity.whole and np.any(shown != np.rint(shown)):
            broken = broken | (alike(shown, np.rint(shown)) == 0)
        return np.where(broken, np.nan, values) if np.any(broken) else values

    return bounded


def _keep(unbounded: dict[int, Array], plan: Plan, index: int, place: tuple[Any, ...], values: Values) -> None:
    """Put the values of a row at a place of it beside those at other places, cases first."""
    shape = plan.shape(plan.rows[index])
    found = np.asarray(values, np.float64)
    cases = found.shape[0] if found.ndim > sum(isinstance(one, slice) for one in place) else 1
    before = unbounded.get(index, np.full((1, *shape), np.nan))
    if index not in unbounded or before.shape[0] < cases:
        unbounded[index] = np.broadcast_to(before, (cases, *shape)).copy()
    unbounded[index][(slice(None), *place)] = found


def _ends(plan: Plan, row: Row, quantity: Quantity) -> tuple[Array, Array]:
    """Return the lowest and the highest value of each cell in the declared unit, in the shape of the row."""
    shape = plan.shape(row)
    found = []
    for bound, otherwise in ((quantity.min, -np.inf), (quantity.max, np.inf)):
        each = [cell(bound, number) for number in range(plan.model.size(row.over))]
        found.append(np.array([otherwise if one is None else float(one) for one in each]).reshape(shape))
    return found[0], found[1]
