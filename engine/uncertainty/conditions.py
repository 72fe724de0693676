"""Conditions on one number, as a person types them: "rent <= 10 kUSD"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.language.numbers.arrays import alike, less
from engine.plan.assignments import comparison
from engine.plan.cells import Cell
from engine.plan.plan import Array, Plan
from engine.plan.selection import one_cell

# What compares at 15 significant digits, as formulas do; what has no value holds nowhere.
_HOLDS: Final[Mapping[str, Callable[[Any, float], Any]]] = {
    "<": lambda a, b: less(a, b) == 1,
    ">": lambda a, b: less(b, a) == 1,
    "<=": lambda a, b: less(b, a) == 0,
    ">=": lambda a, b: less(a, b) == 0,
    "==": lambda a, b: alike(a, b) == 1,
    "!=": lambda a, b: alike(a, b) == 0,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of a cell with a value in its stored unit, and the text that asks for it."""

    text: str
    cell: Cell
    sign: str
    value: float

    def holds(self, values: Array) -> NDArray[np.bool_]:
        """Return in which cases it holds; it does not where there is no value."""
        found: NDArray[np.bool_] = np.asarray(_HOLDS[self.sign](values, self.value))
        return found


def condition(plan: Plan, text: str, option: str) -> Condition:
    """Return the condition that a text asks for; `option` is what it was given with. Raises ModelError."""
    name, sign, value = comparison(plan, text, option)
    cell = one_cell(plan, name, f'{option} "{{}} {sign} {value:.15g}"')
    return Condition(text.strip(), cell, sign, value / plan.row(cell.id).unit.scale)
