"""The results that are shown first: a model's outputs, of those over dimensions a few members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from engine.plan.cells import Cell, cell_at, cell_name
from engine.plan.plan import RESULTS, Numbers, Plan, Row
from engine.plan.selection import locate
from engine.problems import ModelError, error

_MOST_MEMBERS: Final = 8

_MOST_OUTPUTS: Final = 8


@dataclass(frozen=True, slots=True)
class Output:
    """One cell of a result: `number` counts the row's cells, the last dimension fastest."""

    row: Row
    number: int
    member: tuple[str, ...]

    @classmethod
    def of(cls, plan: Plan, cell: Cell) -> Output:
        """Return the output that is a cell of the plan."""
        row = plan.row(cell.id)
        return cls(row, cell.number, plan.model.member(row.over, cell.number))

    @property
    def label(self) -> str:
        """Return what a reader calls it."""
        return f"{self.row.label} · {', '.join(self.member)}" if self.member else self.row.label

    @property
    def cell(self) -> Cell:
        """Return which cell of the plan it is."""
        return Cell(self.row.id, self.number)

    def name(self, plan: Plan) -> str:
        """Return what formulas call it."""
        return cell_name(plan, self.cell)

    def value(self, plan: Plan, values: Sequence[Numbers] | Mapping[int, Numbers]) -> float:
        """Return its value among those of all rows, as stored."""
        return float(np.ravel(values[plan.index[self.row.id]])[self.number])

    def indices(self, plan: Plan) -> dict[str, int]:
        """Return the index of its member along each dimension."""
        pairs = zip(self.row.over, self.member, strict=True)
        return {name: plan.model.dimension[name].indices[text] for name, text in pairs}


def outputs(plan: Plan) -> list[Output]:
    """Return the cells of the results that are shown first."""
    return [Output(row, number, member) for row in headlines(plan) for number, member in shown(plan, row)]


def shown(plan: Plan, row: Row) -> list[tuple[int, tuple[str, ...]]]:
    """Return the members of a headline: all where they are few, else those of the last period, else the last."""
    cells = list(enumerate(plan.members(row)))
    across = plan.model.across(row.over)
    if len(cells) > _MOST_MEMBERS and plan.model.dimension[across].ordered:
        last = plan.model.dimension[across].members[-1]
        cells = [(number, member) for number, member in cells if member[row.over.index(across)] == last]
    return cells if len(cells) <= _MOST_MEMBERS else cells[-1:]


def picked(plan: Plan, names: Iterable[str]) -> list[tuple[Row, int | None]]:
    """Return the rows that are named, each whole (None) or with the number of one cell; raise ModelError."""
    found = []
    for name in names:
        row, indices = locate(plan, name)
        found.append((row, None if indices is None else cell_at(plan, row, indices).number))
    return list(dict.fromkeys(found))


def outputs_of(plan: Plan, names: Iterable[str]) -> list[Cell]:
    """Return the cells of outputs by name, members in square brackets; of a row over dimensions all its members.

    Without names they are the model's outputs, or else the results that nothing uses. Raises ModelError.
    """
    rows = [locate(plan, name) for name in names] or [(row, None) for row in headlines(plan)]
    cells: dict[Cell, None] = {}
    for row, indices in rows:
        if indices is None and row.over:
            cells |= dict.fromkeys([Cell(row.id, number) for number in range(plan.model.size(row.over))])
        else:
            cells[cell_at(plan, row, indices or ())] = None
    return list(cells)


def numbers_of(plan: Plan, names: Iterable[str], what: str) -> list[Cell]:
    """Return the cells that `outputs_of` does, without the choices among the model's outputs: members have no `what`.

    Raises ModelError for a choice that is named.
    """
    wanted = list(names)
    cells = outputs_of(plan, wanted)
    if wanted:
        for cell in cells:
            refuse_choice(plan, cell, what)
    return [cell for cell in cells if plan.chosen_from(plan.row(cell.id)) is None]


def refuse_choice(plan: Plan, cell: Cell, what: str) -> None:
    """Raise ModelError for a cell of a choice, whose members have no `what`."""
    if plan.chosen_from(plan.row(cell.id)) is not None:
        message = f"'{cell_name(plan, cell)}' is a choice, and its members have no {what}"
        raise ModelError([error("choice", message, plan.model.at(), "name a number that depends on it")])


def headlines(plan: Plan) -> list[Row]:
    """Return the model's outputs; where it names none, the results that feed nothing else."""
    if plan.model.outputs:
        return [plan.row(id_) for id_ in plan.model.outputs]
    if plan not in _ends:
        used = {id_ for used in _feeds(plan) for id_ in used}
        ends = [plan.row(quantity.id) for quantity in plan.model.quantities if quantity.id not in used]
        _ends[plan] = [row for row in ends if row.kind in RESULTS][:_MOST_OUTPUTS]
    return list(_ends[plan])


def _feeds(plan: Plan) -> Iterable[Iterable[str]]:
    """Return what each row is computed from, but for its own value: over nothing, that is what its author wrote."""
    if plan.model.dimensions or any(quantity.is_equation for quantity in plan.model.quantities):
        return [[id_ for id_ in row.uses if id_ != row.id] for row in plan.rows]
    return plan.model.feeds.values()


# Every command asks several times, and each row's formula would be looked through for each.
_ends: WeakKeyDictionary[Plan, list[Row]] = WeakKeyDictionary()
