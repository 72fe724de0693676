"""Loops over periods as Python over lists: several times as fast as arrays where a period is one number a row."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from engine.language.numbers.scalars import Spelled, spelled
from engine.language.tree import Aggregate, Call, Member, Name, Node, Number, Pick, Previous, names, nodes
from engine.plan.plan import Loop, Plan

WORDS: Final[dict[str, Any]] = {"array": np.array, "range": range, "int": int}


def is_simple(plan: Plan, loop: Loop) -> bool:
    """Return whether all rows that the loop reads and computes are over its dimension alone, or single numbers."""
    along = (loop.over,)
    for step in loop.steps:
        row = None if isinstance(step, Loop) else plan.row(step)
        if row is None or row.over != along or row.expression is None:
            return False
        if any(plan.row(id_).over not in {(), along} for id_ in names(row.expression)):
            return False
        if not all(_is_simple(node) for node in nodes(row.expression)):
            return False
    return True


def statements(plan: Plan, loop: Loop) -> list[str]:
    """Return the statements that compute a simple loop."""
    count = len(plan.model.dimension[loop.over].members)
    rows = [plan.row(id_) for id_ in loop.ids]
    read = dict.fromkeys([id_ for row in rows if row.expression for id_ in names(row.expression) if plan.row(id_).over])
    index = plan.index
    kept = [row.id for row in rows if row.given]
    lines = [
        f"w{index[id_]} = v[{index[id_]}].tolist()"
        for id_ in dict.fromkeys([*kept, *read])
        if id_ not in loop.ids or id_ in kept
    ]
    lines += [f"w{index[row.id]} = [0.0] * {count}" for row in rows if not row.given]
    lines.append(f"for t in {loop.periods(count)}:")
    for row in rows:
        assert row.expression is not None  # noqa: S101  # asked of is_simple
        guard = f"if t >= {row.given}: " if row.given else ""
        lines.append(f" {guard}w{index[row.id]}[t] = {_spell(plan, row.expression, 't')}")
    return [*lines, *[f"v[{index[row.id]}] = array(w{index[row.id]})" for row in rows]]


def _is_simple(node: Node) -> bool:
    if isinstance(node, Pick):
        return all(isinstance(selector, Member) for selector in node.selectors)
    return isinstance(node, Number | Name | Call | Previous)


def _spell(plan: Plan, node: Node, now: str) -> str:
    def reference(id_: str) -> str:
        index = plan.index[id_]
        return f"w{index}[{now}]" if plan.row(id_).over else f"v[{index}]"

    def other(inner: Aggregate | Previous | Pick) -> Spelled:
        if isinstance(inner, Previous):
            lag = _spell(plan, inner.lag, now)
            start = _spell(plan, inner.start, now)
            count = len(plan.model.dimension[inner.over].members)
            sign, first = ("+", f"{now} >= {count} - {lag}") if inner.ahead else ("-", f"{now} < {lag}")
            other = _spell(plan, inner.argument, f"({now} {sign} int({lag}))")
            return f"({start} if {first} else {other})", True
        assert isinstance(inner, Pick)  # noqa: S101  # as above
        member = inner.selectors[0]
        assert isinstance(member, Member)  # noqa: S101  # as above
        return f"w{plan.index[inner.id]}[{member.index}]", True

    return spelled(node, reference, other)[0]
