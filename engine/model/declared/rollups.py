"""Rollups: how a quantity is aggregated along time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from engine.model.dimensions import Dimension
from engine.model.table import Fields, kind_of
from engine.problems import did_you_mean, listed, shortened

if TYPE_CHECKING:
    from engine.model.model import Quantity

ROLLUPS: Final = ("sum", "last", "mean", "first", "none")
_MEANT: Final = {
    **dict.fromkeys(("average", "avg", "rate"), "mean"),
    **dict.fromkeys(("stock", "end", "closing", "balance"), "last"),
    **dict.fromkeys(("flow", "total", "add"), "sum"),
    **dict.fromkeys(("begin", "start", "opening"), "first"),
    **dict.fromkeys(("no", "never", "error"), "none"),
}
_HINT: Final = 'a flow has "sum", a stock "last" or "first", a rate "mean"; "none" may not be aggregated'


def read_rollup(table: Fields, dimensions: Sequence[Dimension]) -> tuple[tuple[str, str], ...]:
    """Return how a quantity is aggregated, by dimension of time, '' being all; what is wrong is noted."""
    given: Any = table.table["rollup"]
    owner = shortened(str(table.path[-1]))
    is_over_wrong = any(at.location and at.location.path == (*table.path, "over") for at in table.problems)
    if is_over_wrong or not all(dimension.members for dimension in dimensions):
        return ()  # What is wrong with a dimension has been told.
    times = [dimension.id for dimension in dimensions if dimension.is_time]
    if not times:
        message = f"'{owner}' has a rollup, and is over no time"
        hint = "time is a calendar or a dimension that counts, from one to another: say over which, or delete rollup"
        table.complain("rollup", message, "rollup", hint)
        return ()
    if not isinstance(given, dict):
        function = _function(table, "rollup", owner)
        return (("", function),) if function else ()
    inner = Fields(table.document, (*table.path, "rollup"), given, table.problems)
    found = []
    for name in given:
        if name not in times:
            message = f"'{owner}' has a rollup along '{shortened(name)}', which is no time that it is over"
            inner.complain("rollup", message, name, did_you_mean(name, times) or f"it is over {listed(times)}")
        elif function := _function(inner, name, owner):
            found.append((name, function))
    return tuple(found)


def rollup_of(quantity: Quantity, dimension: str) -> str:
    """Return how a quantity is taken together along a dimension of time; '' where it does not say."""
    declared = dict(quantity.rollup)
    return declared.get(dimension, declared.get("", ""))


def _function(table: Fields, key: str, owner: str) -> str:
    value = table.table[key]
    if isinstance(value, str) and value in ROLLUPS:
        return value
    if not isinstance(value, str):
        table.complain("type", f"the rollup of '{owner}' is {kind_of(value)} and must be a text", key, _HINT)
        return ""
    meant = _MEANT.get(value.lower())
    hint = f"did you mean '{meant}'?" if meant else did_you_mean(value, ROLLUPS) or _HINT
    table.complain("rollup", f"'{owner}' has the rollup '{shortened(value)}', and there is no such", key, hint)
    return ""
