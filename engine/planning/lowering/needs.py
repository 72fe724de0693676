"""What the formulas of a quantity need of what all formulas share: it must be there again where they are taken over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from engine.language.tree import Node
from engine.plan.plan import Row
from engine.planning.lowering.working import Working


class Needs(NamedTuple):
    """The ids of conversions in the order in which they were met; the constants and working rows of one owner.

    `working` are those that it made, by what each is of, and `finds_working` says whether it asked for any; `maps` are
    the rows of dimensions that it reads, and `short` what parts of its formulas say at length.
    """

    conversions: tuple[str, ...] = ()
    constants: tuple[Row, ...] = ()
    working: tuple[tuple[Node, Working], ...] = ()
    finds_working: bool = False
    maps: frozenset[str] = frozenset()
    short: Mapping[Node, Node] = {}


NOTHING: Final = Needs()


@lru_cache(maxsize=1_000)
def converting(conversions: tuple[str, ...]) -> Needs:
    """Return the need of conversions alone, which half of all formulas have: of one of a few."""
    return Needs(conversions)
