"""Conditions as a person types them: on one number, "rent <= 10 kUSD", or a check of the model by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.analysis.published import RELATIVE
from engine.language.generated import expression
from engine.language.numbers.arrays import alike, less
from engine.language.tree import names
from engine.plan.array_code import ArraySpelling
from engine.plan.assignments import comparison
from engine.plan.cells import Cell
from engine.plan.plan import Plan, Test
from engine.plan.program import array_space
from engine.plan.selection import one_cell
from engine.uncertainty.reasons import cell_values

Truths = NDArray[np.bool_]
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
        test, function = self.test, self.test.comparison.function

        def side(node: Any) -> Any:  # noqa: ANN401  # a tree, and arrays
            text = ArraySpelling(plan, many=True).sides(node, test.over)
            return expression("v", text, array_space(plan))(values)

        with np.errstate(all="ignore"):
            left, right = side(test.comparison.left), side(test.comparison.right)
            size = abs(left) + abs(right) if test.magnitude is None else side(test.magnitude)
            within = RELATIVE * size if test.tolerance is None else test.tolerance
            if function in {"eq", "ne"}:
                # Apart by no more than is allowed, or by more.
                holds = _HOLDS["le" if function == "eq" else "gt"](abs(left - right), within)
            else:
                allowed = {"le": within, "ge": -within}.get(function, 0.0)
                holds = _HOLDS[function](left, right + allowed)
            holds &= np.isfinite(left - right)
        found = np.broadcast_to(holds, (cases, *plan.model.shape(test.over))) if np.ndim(holds) else holds
        return np.broadcast_to(
            np.all(np.reshape(found, (np.shape(found)[0] if np.ndim(found) else 1, -1)), axis=1), (cases,)
        )


def condition(plan: Plan, text: str, option: str) -> Condition:
    """Return the condition that a text asks for; `option` is what it was given with. Raises ModelError."""
    for test in plan.tests:
        if test.check.id == text.strip() and not test.equation:
            return Checked(text.strip(), test)
    name, sign, value = comparison(plan, text, option)
    cell = one_cell(plan, name, f'{option} "{{}} {sign} {value:.15g}"')
    return Comparison(text.strip(), cell, _SIGNS[sign], value / plan.row(cell.id).unit.scale)
