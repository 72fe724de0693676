"""One cell of a row, and what a reader calls it and what its formula reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.language.tree import Aggregate, Member, Name, Node, Number, Pick, Text, rebuilt
from engine.language.unparse import text
from engine.model.names import cell_id, days_id, is_made, member_of
from engine.plan.plan import Plan, Row


@dataclass(frozen=True, slots=True)
class Cell:
    """A row at one member: `number` counts its cells, the last dimension fastest."""

    id: str
    number: int = 0


def label_of(plan: Plan, cell: Cell) -> str:
    """Return what a reader calls a cell: the label of its row, with its member."""
    row = plan.row(cell.id)
    member = ", ".join(plan.model.member(row.over, cell.number)) if row.over else ""
    return f"{row.label} · {member}" if member else row.label


def cell_name(plan: Plan, cell: Cell) -> str:
    """Return what a reader calls a cell: ``price``, ``share[YouTube]``, ``units[H100, 2027]``."""
    row = plan.row(cell.id)
    return cell_id(row.id, plan.model.member(row.over, cell.number)) if row.over else row.id


def written_name(plan: Plan, cell: Cell) -> str:
    """Return what a reader calls a cell; of a row that no author wrote, its formula."""
    row = plan.row(cell.id)
    if row.kind != "working" or row.expression is None:
        return cell_name(plan, cell)
    formula = text(as_written(plan, row.expression))
    if (place := row.place) is not None:
        points, (x, *_) = place.argument, place.parameters
        formula = f"the point of {text(as_written(plan, points))} for {text(as_written(plan, x))}"
    member = member_of(cell_name(plan, cell))
    return f"{formula} for {member}" if member else formula


def cell_at(plan: Plan, row: Row, indices: Sequence[int]) -> Cell:
    """Return the cell of a row at indices, counted from 0, along each of its dimensions."""
    shape = plan.shape(row)
    return Cell(row.id, int(np.ravel_multi_index(tuple(indices), shape)) if shape else 0)


def as_written(plan: Plan, node: Node) -> Node:
    """Return a formula in its author's words."""
    return in_words(lambda id_: plan.rows[plan.index[id_]] if id_ in plan.index else None, node, plan.short)


def in_words(row_of: Callable[[str], Row | None], node: Node, short: Mapping[Node, Node] | None = None) -> Node:
    """Return a formula in its author's words: literals and aggregated expressions in place of rows without a name.

    `short` has what an author wrote shortly by what a plan says for it.
    """
    node = (short or {}).get(node, node)
    row = row_of(node.id) if isinstance(node, Name | Pick) else None
    if row is not None and row.kind == "constant" and isinstance(row.value, float):
        return Number(row.value, f"{row.value:.15g}")
    if row is not None and (named := _dimension_name(row, node)) is not None:
        return named
    if row is not None and row.kind == "working" and row.expression is not None:
        return in_words(row_of, row.expression, short)
    return rebuilt(node, lambda below: in_words(row_of, below, short))


def _dimension_name(row: Row, node: Node) -> Node | None:
    """Return how an author names what a row of a dimension holds: a member, a group, or the days of a calendar."""
    (along,) = row.over if len(row.over) == 1 else ("",)
    match node:
        case Pick(id=id_, selectors=(Member(text=member, quoted=True),)) if id_ == along:
            return Text(member)
        case Name(id=id_) if id_ == days_id(along):
            return Aggregate("days", Name(along))
        case Name(id=id_) if is_made(id_) and row.quantity is None and id_.endswith(f"_of_{along}_"):
            return Name(id_.removesuffix(f"_of_{along}_"))
    return None
