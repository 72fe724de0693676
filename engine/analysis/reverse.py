"""The reverse sweep over single numbers: adjoints go back formula by formula, each by the function of its shape.

It gives what `engine.analysis.gradients` gives by arrays of all edges, bit by bit, at a few times the cost of an
evaluation, however few formulas share a shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import Final
from weakref import WeakKeyDictionary

from engine.language.derivatives import Reading, partials
from engine.language.functions import LOGIC
from engine.language.generated import function
from engine.language.numbers.scalars import HELPERS, spelled
from engine.language.shapes import Outline, outline
from engine.language.tree import Call, Node, nodes
from engine.memory import collector_paused
from engine.plan.plan import Numbers, Plan

# What Python and numpy compute to the same last bit: the squares are those of derivatives of quotients.
_EXACT: Final = LOGIC | {"add", "sub", "mul", "div", "neg", "abs", "sqrt", "min", "max", "if", "pow"}
_MOST_SHAPES: Final = 4_000
# It takes the values, the adjoints, that of its formula, and the places that the formula reads.
_Back = Callable[..., None]


class Sweep:
    """The formulas of a plan from the last to the first, each with the function that passes its adjoint on."""

    def __init__(self, lines: Sequence[tuple[_Back, int, tuple[int, ...]]]) -> None:
        self._lines = lines

    def adjoints(self, values: Sequence[Numbers], place: int) -> list[float] | None:
        """Return the derivative of one row by every row; None where some derivative has no value."""
        found = [0.0] * len(values)
        found[place] = 1.0
        try:
            for back, own, read in self._lines:
                if adjoint := found[own]:
                    back(values, found, adjoint, *read)
        except (ArithmeticError, ValueError):
            return None
        return found if isfinite(sum(found)) else None


_sweeps: WeakKeyDictionary[Plan, Sweep | None] = WeakKeyDictionary()


def sweep_of(plan: Plan) -> Sweep | None:
    """Return the sweep of a plan; None where it is over dimensions, or has a function that is not exact.

    Raises TooLarge for a formula whose derivative is too long.
    """
    if plan not in _sweeps:
        with collector_paused():
            _sweeps[plan] = None if plan.model.dimensions else _sweep(plan)
    return _sweeps[plan]


def _sweep(plan: Plan) -> Sweep | None:
    alike: dict[Outline, _Back] = {}
    lines: list[tuple[_Back, int, tuple[int, ...]]] = []
    for own, row in enumerate(plan.rows):
        if row.expression is None:
            continue
        key, names = outline(row.expression)
        if key not in alike:
            factors = partials(row.expression)
            if not all(map(_is_exact, factors.values())):
                return None
            alike[key] = _back(names, factors)
        lines.append((alike[key], own, tuple([plan.index[name] for name in names])))
    return Sweep(lines[::-1])


def _back(names: Sequence[str], factors: Mapping[Reading, Node]) -> _Back:
    """Return the function of a shape, from the names of one of its formulas and the derivative by each of them."""
    places = {name: f"a{place}" for place, name in enumerate(names)}
    texts = [(places[one.id], spelled(factor, lambda id_: f"v[{places[id_]}]")[0]) for one, factor in factors.items()]
    return _compiled(tuple(texts), tuple(places.values()))


@lru_cache(maxsize=_MOST_SHAPES)
def _compiled(texts: tuple[tuple[str, str], ...], places: tuple[str, ...]) -> _Back:
    statements = [f"d[{place}] += a * {text}" for place, text in texts]
    back: _Back = function(", ".join(["v, d, a", *places]), statements, HELPERS)
    return back


def _is_exact(factor: Node) -> bool:
    return all(node.function in _EXACT for node in nodes(factor) if isinstance(node, Call))
