"""The value of one input at which an output reaches a target: in closed form where there is one, else in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, isfinite, nan
from typing import Final, Literal

import numpy as np

from engine.analysis.inlining import TooLongToInline, Unrolled
from engine.analysis.search import NEAR, Search
from engine.language.branches import NotSolvable
from engine.language.solving import Solution, solve_for
from engine.language.tree import Name, names
from engine.model.bounds import breach
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results, evaluate
from engine.plan.outputs import refuse_choice
from engine.plan.reading.cell_formulas import value_of
from engine.problems import ModelError, error

_MOST_CELLS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Goal:
    """An input's value, in its declared unit, at which an output is the target.

    `formula` is the closed form over names of cells, as stored, in which the output's name stands for the target; ''
    for a number that was searched for. `conditions` must hold for it; `others` are further values that do it.
    """

    output: Cell
    target: float
    input: Cell
    value: float
    formula: str
    conditions: tuple[str, ...]
    method: Literal["closed form", "numeric"]
    others: tuple[float, ...] = ()


def goal(results: Results, output: Cell, target: float, by: Cell) -> Goal:
    """Return the value of one cell of an input at which a cell of an output is `target`, both in declared units.

    Raises ModelError where the output does not depend on the input, or does not reach the target within its bounds.
    """
    seeking = _Seeking(results, output, target, by)
    seeking.refuse_what_cannot_be()
    found = seeking.in_closed_form() or seeking.in_numbers()
    seeking.refuse_what_the_model_refuses(found)
    return found


class _Seeking:
    """One search."""

    def __init__(self, results: Results, output: Cell, target: float, by: Cell) -> None:
        self.results, self.output, self.target, self.by = results, output, target, by
        search = self.search = Search(results, output, target, by)
        self.plan, self.row, self.name, self.now = search.plan, search.row, search.name, search.now

    def refuse_what_cannot_be(self) -> None:
        at = self.plan.model.at()
        refuse_choice(self.plan, self.output, "goal")
        if self.row not in self.plan.inputs or not self.row.is_set[self.by.number]:
            message = f"'{self.name}' is computed, and a goal is reached by an input"
            hint = "name one of the inputs that it is computed from"
            raise ModelError([error("goal", message, at, hint)])
        if self.row.quantity is not None and self.row.quantity.choice:
            message = f"'{self.name}' is a choice, with no values between its members that could reach a goal"
            hint = f"see what each member gives: sensitivity {self.output.id}; or reach the goal by a number"
            raise ModelError([error("goal", message, at, hint)])
        if self.by.id not in self.plan.upstream(self.output.id):
            message = f"'{cell_name(self.plan, self.output)}' does not depend on '{self.name}'"
            hint = f"see what it depends on: sensitivity {self.output.id}"
            raise ModelError([error("goal", message, at, hint)])
        if not isfinite(self.target):
            raise ModelError([error("goal", f"the goal {self.target} is no number that can be reached", at)])
        quantity = self.plan.row(self.output.id).quantity
        if quantity is not None and (broken := breach(quantity, self.target, self.output.number)):
            name, unit = cell_name(self.plan, self.output), self.plan.row(self.output.id).unit.suffix
            message = f"the goal {name} = {self.target:.15g}{unit} {broken.words}: the model refuses it"
            raise ModelError([error("goal", message, at, "choose another goal, or change the bound")])

    def refuse_what_the_model_refuses(self, found: Goal) -> None:
        """Raise ModelError where the value reaches the goal, and some result is out of its bounds or has no value."""
        try:
            evaluate(self.plan, self.results.case.id, {**self.results.changed, self.name: found.value})
        except ModelError as refused:
            message = (
                f"'{self.name}' = {found.value:.15g}{self.row.unit.suffix} reaches the goal, but the model refuses it"
            )
            reasons = "\n".join([problem.message for problem in refused.problems])
            raise ModelError([error("goal", f"{message}\n{reasons}", self.plan.model.at())]) from None

    def in_closed_form(self) -> Goal | None:
        """Return the value that a closed form gives, where it is within bounds and the model agrees; None for none."""
        unrolled = Unrolled(self.results)
        output = unrolled.name(self.output)
        try:
            depends = self._depending(unrolled, output)
            if output not in depends:
                # As a lag, or in a computed member, it is read by no formula of a cell.
                return None
            if any(map(unrolled.is_closed, depends)):
                return None
            tree = unrolled.write_out(output, depends.__contains__)
            branches = solve_for(tree, Name(output), self.name)
        except (TooLongToInline, NotSolvable):
            return None
        found: dict[float, Solution] = {}
        for solution in [solution for way in branches for solution in way]:
            value = self._reached(unrolled, output, solution)
            if value is not None and not any(isclose(value, known, rel_tol=NEAR) for known in found):
                found[value] = solution
        if not found:
            return None
        nearest, *others = sorted(found, key=lambda value: abs(value - self.now))
        solution = found[nearest]
        conditions = tuple([unrolled.text(condition) for condition in solution.conditions])
        formula = unrolled.text(solution.value)
        return Goal(
            self.output, self.target, self.by, nearest, formula, conditions, "closed form", tuple(sorted(others))
        )

    def in_numbers(self) -> Goal:
        """Return the nearest value that a search finds, if it can be one at which the model has results."""
        values = self.search.values()
        nearest = next((value for value in values if self._is_taken(value)), values[0])
        others = sorted([value for value in values if value != nearest])
        return Goal(self.output, self.target, self.by, nearest, "", (), "numeric", tuple(others))

    def _is_taken(self, value: float) -> bool:
        try:
            evaluate(self.plan, self.results.case.id, {**self.results.changed, self.name: value})
        except ModelError:
            return False
        return True

    def _depending(self, unrolled: Unrolled, output: str) -> set[str]:
        """Return the cells between the input and the output that depend on the input, with the output."""
        order: list[str] = []
        seen: set[str] = set()
        waiting: list[tuple[str, bool]] = [(output, False)]
        while waiting:
            name, is_done = waiting.pop()
            if is_done:
                order.append(name)
                continue
            if name in seen:
                continue
            seen.add(name)
            if len(seen) > _MOST_CELLS:
                message = f"'{output}' is computed from more than {_MOST_CELLS:,} cells"
                raise TooLongToInline(message)
            waiting.append((name, True))
            waiting += [(read, False) for read in unrolled.reads(name) if read not in seen]
        found: set[str] = set()
        for name in order:
            if name == self.name or not found.isdisjoint(unrolled.reads(name)):
                found.add(name)
        return found - {self.name} if output != self.name else found

    def _reached(self, unrolled: Unrolled, output: str, solution: Solution) -> float | None:
        """Return a solution's value where its conditions and bounds hold, and the model itself gives the target."""
        stored = {name: unrolled.value(name) for name in {*_read(solution), output} if name in unrolled.cells}
        stored[output] = self.target / self.plan.row(self.output.id).unit.scale
        try:
            value = value_of(solution.value, stored) * self.row.unit.scale
        except (ArithmeticError, ValueError):
            return None
        value = float(f"{value:.15g}") + 0.0 if isfinite(value) else nan
        return value if self.search.is_allowed(value) and self._is_near(self.search.at(np.array([value]))[0]) else None

    def _is_near(self, value: float) -> bool:
        scale = max(abs(self.target), abs(self.results.cells(self.output.id)[self.output.number]) * 1e-6)
        return bool(abs(value - self.target) <= NEAR * scale)


def _read(solution: Solution) -> set[str]:
    return {name for tree in (solution.value, *solution.conditions) for name in names(tree)}
