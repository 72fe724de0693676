"""What quantities are drafted as, before equations are solved and rows are in order: the records of that step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from engine.plan.plan import Row, Test
from engine.planning.equations import Equation
from engine.planning.lowering import needs
from engine.planning.lowering.needs import NOTHING, Needs
from engine.problems import Problem
from engine.units.conversions import Conversion


class Draft(NamedTuple):
    """What a quantity comes to: its rows, () for the one of its own id, what is said of it, and what it needs."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    equation: Equation | None = None
    needs: Needs = NOTHING


PLAIN: Final = Draft()


@lru_cache(maxsize=1_000)
def converting(conversions: tuple[str, ...]) -> Draft:
    """Return the draft of a row that needs conversions alone."""
    return Draft(needs=needs.converting(conversions))


@dataclass(slots=True)
class Drafted:
    """What a model comes to before its equations are solved: rows, equations by id, tests, and problems.

    `own` has, by id, the drafts of quantities that are not plain.
    """

    rows: list[Row] = field(default_factory=list)
    equations: dict[str, Equation] = field(default_factory=dict)
    tests: list[Test] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    own: dict[str, Draft] = field(default_factory=dict)
    conversions: Mapping[str, Conversion] = field(default_factory=dict)
