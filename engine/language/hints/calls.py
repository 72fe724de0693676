"""What is said of a call with fewer or more arguments than a function takes."""

from __future__ import annotations

from collections.abc import Sequence


def miscounted(name: str, count: int, wanted: str) -> str:
    """Return the message about a call with so many arguments of a function that takes others."""
    return f"'{name}' has {count} argument{'' if count == 1 else 's'}, and takes {wanted}"


def shift_hint(function: str, given: Sequence[str], named: Sequence[str]) -> str:
    """Return how a look along a dimension is written: with its own arguments where one stands behind a name."""
    edge, direction = ("end", "ahead") if function == "next" else ("start", "back")
    if len(given) == 1 and named:
        return f"write {function}({given[0]}, {named[0]}): the {edge} stands without a name"
    return f"write {function}(a, {edge}), or {function}(a, {edge}, lag) to look further {direction}"
