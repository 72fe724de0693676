"""What has a name in a model, and a place at which the name stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.problems import KeyPath

Kind = Literal["quantity", "dimension", "member", "scenario", "unit", "source", "check", "chart", "decision", "data"]
# The kinds that are declared below a table of their own, by its name.
TABLES: Final[Mapping[str, Kind]] = {
    "dimensions": "dimension",
    "scenarios": "scenario",
    "units": "unit",
    "sources": "source",
    "checks": "check",
    "charts": "chart",
    "decisions": "decision",
    "data": "data",
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something that has a name: of what kind, and of a member its dimension too."""

    kind: Kind
    name: str
    dimension: str = ""

    def __str__(self) -> str:
        """Return it as an author writes it: ``price``, ``region[North]``."""
        return f"{self.dimension}[{self.name}]" if self.dimension else self.name


@dataclass(frozen=True, slots=True)
class Reference:
    """A place at which a name stands: the key path of what it is part of, and its first letter and the one behind it.

    A key in quotes is a place with its quotes; in a text the name alone is. `in_formula` tells formulas apart, in which
    the names of members may need quotes of their own.
    """

    symbol: Symbol
    path: KeyPath
    start: int
    end: int
    is_declaration: bool = False
    is_key: bool = False
    in_formula: bool = False
