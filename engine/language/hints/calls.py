"""What is said of a call with fewer or more arguments than a function takes, or with names that it has not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from engine.language.functions import GROUPED

# What others call how far a look goes, and where it begins.
_LAGS: Final = frozenset({"n", "lag", "lags", "k", "periods", "steps", "shift", "offset", "by", "distance"})


def miscounted(name: str, count: int, wanted: str) -> str:
    """Return the message about a call with so many arguments of a function that takes others."""
    return f"'{name}' has {count} argument{'' if count == 1 else 's'}, and takes {wanted}"


def twice_hint(keyword: str | None, first: str, second: str) -> str:
    """Return how two values of one keyword are written as one."""
    if first == second or keyword not in GROUPED:
        return f"write it once: {keyword}={first}"
    if keyword == "where":
        return f"join them: where={_joined(first)} and {_joined(second)}"
    named = ", ".join([one.strip("[]()") for one in (first, second)])
    return f"write {keyword}=[{named}]"


def shift_hint(function: str, given: Sequence[str], named: Mapping[str, str]) -> str:
    """Return how a look along a dimension is written: with its own arguments where some stand behind names."""
    edge, direction = ("end", "ahead") if function == "next" else ("start", "back")
    named, own = dict(named), list(given)
    over = f", over={named.pop('over')}" if "over" in named else ""
    if len(own) == 2 and named and not _LAGS.intersection(named):  # noqa: PLR2004  # the start is there
        return "the dimension is named by over="
    if not named or len(own) not in {1, 2}:
        return f"write {function}(a, {edge}), or {function}(a, {edge}, lag) to look further {direction}"
    lags = [value for name, value in named.items() if name in _LAGS]
    edges = [value for name, value in named.items() if name not in _LAGS]
    own += (edges[:1] or [edge]) if len(own) == 1 else []
    return f"write {function}({', '.join([*own, *lags[:1]])}{over}): these stand without names"


def members_hint(function: str, term: str, member: str, members: str) -> str:
    """Return how a call over a comprehension, as in ``max(cost[s] for s in site)``, is written."""
    bare = re.sub(rf"\[ ?{re.escape(member)} ?\]", "", term)
    bare = re.sub(rf"(?<=[\[,]) ?{re.escape(member)} ?(?=[\],])", ":", bare)
    return f"a function goes over the members itself: {function}({bare}, over={members})"


def picked_hint(name: str, compared: str, member: str) -> str:
    """Return how what a comparison in brackets holds of is taken; `member` is the one that is asked for, or empty."""
    if member:
        return f"a member is picked by its name alone: {name}[{member}]"
    return f"take the members that it holds of: sum({name}, where={compared})"


def _joined(condition: str) -> str:
    return f"({condition})" if " or " in condition or " if " in condition else condition
