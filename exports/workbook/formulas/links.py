"""Where what a formula only shows comes from: a link to a link is hard to trace."""

from __future__ import annotations

from engine.language.tree import Every, Member, Name, Node, Pick
from engine.plan.plan import Plan, Row
from exports.workbook.formulas.addresses import At, Index


def source(plan: Plan, node: Node, at: At) -> tuple[Node, At]:
    """Return what a formula that only shows a cell shows in the end, and at which members; any other as it is."""
    while isinstance(node, Name | Pick) and _is_link(node):
        row = plan.row(node.id)
        indices = at if isinstance(node, Name) else _members(row, node, at)
        if row.parts:
            row = _part(plan, row, indices)
        if row.given or row.parts or row.expression is None or not _is_link(row.expression):
            break
        node, at = row.expression, {name: indices[name] for name in row.over}
    return node, at


def _is_link(node: Node) -> bool:
    """Return whether a formula is one cell, in the same place or at members that it names, and no more."""
    return isinstance(node, Name) or (
        isinstance(node, Pick) and all(isinstance(one, Every | Member) for one in node.selectors)
    )


def _members(row: Row, pick: Pick, at: At) -> dict[str, Index]:
    pairs = zip(row.over, pick.selectors, strict=True)
    return {name: one.index if isinstance(one, Member) else at[name] for name, one in pairs}


def _part(plan: Plan, row: Row, at: At) -> Row:
    """Return the row of one member's own formula; the whole row where the member is not known."""
    first = plan.row(row.parts[0])
    index = at[next(name for name in row.over if name not in first.over)]
    return plan.row(row.parts[index]) if isinstance(index, int) else row
