"""Conditions as a person types them: on one number, "rent <= 10 kUSD", or a check of the model by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from engine.language.numbers.arrays import alike, less
from engine.language.tree import names
from engine.plan.assignments import comparison
from engine.plan.cells import Cell
from engine.plan.plan import Plan, Test
from engine.plan.selection import one_cell
from engine.uncertainty.reasons import cell_values
from engine.uncertainty.statements.checks import holds as check_holds
from engine.uncertainty.summaries.tallies import Truths

# What compares at 15 significant digits, as formulas do; what has no value holds nowhere.
_HOLDS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "lt": lambda a, b: less(a, b) == 1,
    "gt": lambda a, b: less(b, a) == 1,
    "le": lambda a, b: less(b, a) == 0,
    "ge": lambda a, b: less(a, b) == 0,
    "eq": lambda a, b: alike(a, b) == 1,
    "ne": lambda a, b: alike(a, b) == 0,
}
_SIGNS: Final = {"<": "lt", ">": "gt", "<=": "le", ">=": "ge", "==": "eq", "!=": "ne"}


class Condition(Protocol):
    """What holds in a case or not; without a value it does not. `text` is what asks for it, `rows` what it reads."""

    @property
    def text(self) -> str:
        """Return the text that asks for it."""

    @property
    def rows(self) -> tuple[str, ...]:
        """Return the rows that it reads."""

    def holds(self, plan: Plan, values: Sequence[Any], cases: int) -> Truths:
        """Return in which cases it holds, among the values of all rows, as stored."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of a cell with a value in its stored unit."""

    text: str
    cell: Cell
    function: str
    value: float

    @property
    def rows(self) -> tuple[str, ...]:
        """Return the row that it is of."""
        return (self.cell.id,)

    def holds(self, plan: Plan, values: Sequence[Any], cases: int) -> Truths:
        """Return in which cases it holds, among the values of all rows, as stored."""
        return np.asarray(_HOLDS[self.function](cell_values(plan, values, self.cell, cases), self.value))


@dataclass(frozen=True, slots=True)
class Checked:
    """A check of the model, which holds where it does at every member."""

    text: str
    test: Test

    @property
    def rows(self) -> tuple[str, ...]:
        """Return the rows that its sides are computed from."""
        sides = self.test.comparison.left, self.test.comparison.right, self.test.magnitude
        return tuple(dict.fromkeys([name for side in sides if side is not None for name in names(side)]))

    def holds(self, plan: Plan, values: Sequence[Any], cases: int) -> Truths:
        """Return in which cases it holds, among the values of all rows, as stored."""
        return check_holds(plan, self.test, values, cases)


def condition(plan: Plan, text: str, option: str) -> Condition:
    """Return the condition that a text asks for; `option` is what it was given with. Raises ModelError."""
    for test in plan.tests:
        if test.check.id == text.strip() and not test.equation:
            return Checked(text.strip(), test)
    name, sign, value = comparison(plan, text, option)
    cell = one_cell(plan, name, f'{option} "{{}} {sign} {value:.15g}"')
    return Comparison(text.strip(), cell, _SIGNS[sign], value / plan.row(cell.id).unit.scale)
