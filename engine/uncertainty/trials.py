"""The few trials that a workbook computes live: the same probabilities in every scenario, and what comes of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from engine.model.names import row_of
from engine.plan.drawn.correlations import correlations
from engine.plan.drawn.draws import Draw, Shape
from engine.plan.drawn.names import Declared, declared_draws, draws_of
from engine.plan.plan import Array, Case, Plan
from engine.uncertainty.cone import Cone
from engine.uncertainty.copula import Copula
from engine.uncertainty.points import MOST_DRAWS, Points
from engine.uncertainty.sampling import Sampling, sampling

# So many digits of a probability are enough, and read easily.
DIGITS: Final = 9
_LEAST: Final = 10.0**-DIGITS


@dataclass(frozen=True, slots=True)
class Trials:
    """What is drawn in any scenario, by name in the order of the plan, and the cells that each draw is of."""

    plan: Plan
    draws: dict[str, Declared]

    @property
    def rows(self) -> list[str]:
        """Return the rows that are drawn, or of which cells are."""
        return list(dict.fromkeys(map(row_of, self.draws)))

    def probabilities(self, count: int) -> Array:
        """Return the first points of the first scramble of seed 1, of shape (draws, trials), as draws go together."""
        points = Points(len(self.draws)).part(0, 0, count)
        nothing = Shape("", ())
        named = [Draw(row_of(name), (), nothing, number, name) for number, name in enumerate(self.draws)]
        joined = Copula(correlations(self.plan.model, named)).joined(points)
        return np.clip(np.round(joined, DIGITS), _LEAST, 1 - _LEAST)

    def values(
        self, case: Case, probabilities: Array, rows: Collection[str], unbounded: dict[int, Array] | None = None
    ) -> list[Any]:
        """Return the values of all rows as stored in a scenario, trials first or one for all.

        What feeds `rows` is computed; `unbounded` is filled, by their index, with results before their bounds are held
        against them.
        """
        drawn = self._sampling(case)
        cone = Cone(self.plan, case.id, {}, rows, drawn.rows, unbounded=unbounded)
        inputs = drawn.inputs(probabilities, {id_: cone.fixed(id_) for id_ in cone.drawn})
        return cone.values(inputs, probabilities.shape[1])

    def _sampling(self, case: Case) -> Sampling:
        """Return what is drawn in a scenario, by the numbers that draws have in all of them."""
        numbers = {name: number for number, name in enumerate(self.draws)}
        own = sampling(self.plan, case)
        draws = tuple([replace(draw, number=numbers[draw.name]) for draw in own.draws])
        return Sampling(self.plan, draws, own.held, Copula(()))


def trials(plan: Plan) -> Trials | None:
    """Return what is drawn of a plan; None where nothing is, or more than there are points for."""
    draws: dict[str, Declared] = {}
    for row in plan.inputs:
        quantity = row.quantity
        if quantity is not None and draws_of(quantity) and row.id not in plan.lags:
            draws |= declared_draws(plan.model, quantity)
    return Trials(plan, draws) if 0 < len(draws) <= MOST_DRAWS else None


def of_trial(values: Sequence[Any], plan: Plan, id_: str, count: int) -> Array:
    """Return the values of a row's cells, of shape (cells, trials)."""
    row = plan.row(id_)
    own = np.asarray(values[plan.index[id_]], np.float64)
    whole = np.broadcast_to(own, (count, *plan.shape(row))) if own.ndim > len(row.over) else own[None]
    return np.broadcast_to(whole.reshape(whole.shape[0], -1), (count, plan.model.size(row.over))).T
