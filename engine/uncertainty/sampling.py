"""The draws of a scenario: from points of a cube to values of inputs, by their shapes and how they go together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.model.names import row_of
from engine.plan.cells import Cell, cell_name
from engine.plan.drawn.correlations import correlations
from engine.plan.drawn.draws import Draw, drawn
from engine.plan.plan import Array, Case, Plan
from engine.plan.selection import locate
from engine.problems import ModelError, error
from engine.uncertainty.copula import Copula
from engine.uncertainty.points import MOST_DRAWS
from engine.uncertainty.quantiles import quantile

SET = "set by hand"


@dataclass(frozen=True, slots=True)
class HeldCells:
    """A row, or cells of one, with a range that is not drawn: by its name, and why."""

    name: str
    row: str
    reason: str


@dataclass(frozen=True)
class Sampling:
    """What is drawn of a plan in a scenario, what is held, and how draws go together by their numbers."""

    plan: Plan
    draws: tuple[Draw, ...]
    held: tuple[HeldCells, ...]
    copula: Copula

    @property
    def dimensions(self) -> int:
        """Return how many numbers one case takes."""
        return max([draw.number + 1 for draw in self.draws], default=0)

    @property
    def rows(self) -> set[str]:
        """Return the rows that are drawn, or of which cells are."""
        return {draw.row for draw in self.draws}

    def names(self, rows: Collection[str]) -> dict[int, tuple[str, str]]:
        """Return the name and the row of each draw of some rows, by its number."""
        return {draw.number: (draw.name, draw.row) for draw in self.draws if draw.row in rows}

    def inputs(self, points: Array, fixed: Mapping[str, Array]) -> dict[str, Array]:
        """Return the values of drawn rows as stored, cases first, for points of shape (dimensions, cases).

        `fixed` has the rows that are asked for, with the values of the cells that are not drawn.
        """
        joined = self.copula.joined(points)
        drawn = [draw for draw in self.draws if draw.row in fixed]
        return self.assembled(drawn, [self.values(draw, joined[draw.number]) for draw in drawn], fixed)

    def values(self, draw: Draw, probabilities: Array) -> Array:
        """Return the values of a draw as stored, at probabilities."""
        return quantile(draw.shape, probabilities, self.plan.row(draw.row).unit.scale)

    def assembled(self, draws: Sequence[Draw], values: Sequence[Array], fixed: Mapping[str, Array]) -> dict[str, Array]:
        """Return the values of rows, cases first, from those of their draws; `fixed` as above."""
        found: dict[str, Array] = {}
        for draw, own in zip(draws, values, strict=True):
            if not self.plan.row(draw.row).over:
                found[draw.row] = own
                continue
            if draw.row not in found:
                # Cells first, so that each is filled in one go.
                found[draw.row] = np.repeat(fixed[draw.row].reshape(-1, 1), len(own), axis=1)
            found[draw.row][list(draw.cells)] = own
        for id_, wide in found.items():
            row = self.plan.row(id_)
            if row.over:
                found[id_] = np.moveaxis(wide.reshape(*self.plan.shape(row), -1), -1, 0)
        return found


def sampling(plan: Plan, case: Case, changed: Collection[str] = ()) -> Sampling:
    """Return what is drawn in a scenario, where inputs that are `changed` by hand are held; ModelError for too many."""
    found = drawn(plan, case)
    held = [_held(plan, one.row, one.cells, one.reason) for one in found.held]
    draws = []
    for draw in found.draws:
        row = plan.row(draw.row)
        fixed = {cell for name in changed if row_of(name) == draw.row for cell in _cells(plan, name)}
        kept = tuple([cell for cell in draw.cells if cell not in fixed])
        if draw.row in plan.lags:
            held.append(_held(plan, draw.row, draw.cells, "a lag, which is the same in all cases"))
        elif len(kept) < len(draw.cells):
            held.append(_held(plan, row.id, tuple(set(draw.cells) & fixed), SET))
        if kept and draw.row not in plan.lags:
            draws.append(replace(draw, cells=kept))
    numbers = {number: place for place, number in enumerate(dict.fromkeys([draw.number for draw in draws]))}
    if len(numbers) > MOST_DRAWS:
        message = f"{len(numbers):,} numbers are drawn a case, and {MOST_DRAWS:,} are the most"
        hint = "give a range once for a whole row, or leave out the distribution of what matters little"
        raise ModelError([error("size", message, plan.model.at(), hint)])
    draws = [replace(draw, number=numbers[draw.number]) for draw in draws]
    return Sampling(plan, tuple(draws), tuple(held), Copula(correlations(plan.model, draws)))


def _cells(plan: Plan, name: str) -> list[int]:
    """Return the cells that a name is of."""
    row, indices = locate(plan, name)
    if indices is None:
        return list(range(plan.model.size(row.over)))
    return [int(np.ravel_multi_index(indices, plan.shape(row)))]


def _held(plan: Plan, id_: str, cells: Sequence[int], reason: str) -> HeldCells:
    row = plan.row(id_)
    name = id_ if len(cells) == plan.model.size(row.over) else cell_name(plan, Cell(id_, cells[0]))
    return HeldCells(name + (f" and {len(cells) - 1} more" if name != id_ and len(cells) > 1 else ""), id_, reason)
