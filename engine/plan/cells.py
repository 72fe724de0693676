"""One cell of a row, and what a reader calls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.language.tree import Aggregate
from engine.language.unparse import text
from engine.model.names import cell_id, member_of
from engine.plan.plan import Plan, Row


@dataclass(frozen=True, slots=True)
class Cell:
    """A row at one member: `number` counts its cells, the last dimension fastest."""

    id: str
    number: int = 0


def label_of(plan: Plan, cell: Cell) -> str:
    """Return what a reader calls a cell: the label of its row, with its member."""
    row = plan.row(cell.id)
    member = ", ".join(plan.members(row)[cell.number]) if row.over else ""
    return f"{row.label} · {member}" if member else row.label


def cell_name(plan: Plan, cell: Cell) -> str:
    """Return what a reader calls a cell: ``price``, ``share[YouTube]``, ``units[H100, 2027]``."""
    row = plan.row(cell.id)
    if not row.over:
        return row.id
    indices = np.unravel_index(cell.number, plan.shape(row))
    members = [plan.model.dimension[name].members[int(index)] for name, index in zip(row.over, indices, strict=True)]
    return cell_id(row.id, members)


def written_name(plan: Plan, cell: Cell) -> str:
    """Return what a reader calls a cell; of a row that no author wrote, its formula."""
    row = plan.row(cell.id)
    if row.kind != "working" or row.expression is None:
        return cell_name(plan, cell)
    formula = text(plan.as_written(row.expression))
    if row.is_place and isinstance(row.expression, Aggregate):
        points, (x, *_) = row.expression.argument, row.expression.parameters
        formula = f"the point of {text(plan.as_written(points))} for {text(plan.as_written(x))}"
    member = member_of(cell_name(plan, cell))
    return f"{formula} for {member}" if member else formula


def cell_at(plan: Plan, row: Row, indices: Sequence[int]) -> Cell:
    """Return the cell of a row at indices, counted from 0, along each of its dimensions."""
    shape = plan.shape(row)
    return Cell(row.id, int(np.ravel_multi_index(tuple(indices), shape)) if shape else 0)
