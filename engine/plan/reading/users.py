"""Which rows read which: looked for once of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

from engine import graph
from engine.plan.plan import Plan

_known: WeakKeyDictionary[Plan, Mapping[str, Sequence[str]]] = WeakKeyDictionary()


def users(plan: Plan) -> Mapping[str, Sequence[str]]:
    """Return the rows that read each row that is read, one that has parts as a reader of these."""
    if plan not in _known:
        _known[plan] = graph.users_of({row.id: (*row.uses, *row.parts) for row in plan.rows})
    return _known[plan]


def moved(plan: Plan, *ids: str) -> set[str]:
    """Return the rows that are computed from some, with these."""
    readers = users(plan)
    return graph.reached(lambda id_: readers.get(id_, ()), *ids)
