"""The value of one input at which an output reaches a target: in closed form where there is one, else in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, isfinite, nan
from typing import Final, Literal

import numpy as np

from engine.analysis.inlining import TooLongToInline, Unrolled
from engine.language.branches import NotSolvable
from engine.language.solving import Solution, solve_for
from engine.language.tree import Name, names
from engine.model.bounds import breach
from engine.model.dimensions import cell as of_cell
from engine.plan.batch import evaluate_many
from engine.plan.cells import Cell, cell_name, value_of
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Array, Plan, Row
from engine.problems import ModelError, Problem, error

_NEAR: Final = 1e-9
_POINTS: Final = 129
_ROUNDS: Final = 12
_WIDEST: Final = 1e12
_MOST_CELLS: Final = 2_000
_MOST_BRACKETS: Final = 12


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
        self.plan: Plan = results.plan
        self.row: Row = self.plan.row(by.id)
        self.name = cell_name(self.plan, by)
        self.now = results.cells(by.id)[by.number]

    def refuse_what_cannot_be(self) -> None:
        at = self.plan.model.at()
        if self.row not in self.plan.inputs or not self.row.is_set[self.by.number]:
            message = f"'{self.name}' is computed, and a goal is reached by an input"
            hint = "name one of the inputs that it is computed from"
            raise ModelError([error("goal", message, at, hint)])
        if self.by.id not in self.plan.upstream(self.output.id):
            message = f"'{cell_name(self.plan, self.output)}' does not depend on '{self.name}'"
            hint = f"see what it depends on: sensitivity {self.output.id}"
            raise ModelError([error("goal", message, at, hint)])
        if not isfinite(self.target):
            raise ModelError([error("goal", f"the goal {self.target} is no number that can be reached", at)])

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
            tree = unrolled.write_out(output, depends.__contains__)
            branches = solve_for(tree, Name(output), self.name)
        except (TooLongToInline, NotSolvable):
            return None
        found: dict[float, Solution] = {}
        for solution in [solution for way in branches for solution in way]:
            value = self._reached(unrolled, output, solution)
            if value is not None and not any(isclose(value, known, rel_tol=_NEAR) for known in found):
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
        return value if self._is_allowed(value) and self._is_near(self._at(np.array([value]))[0]) else None

    def _is_allowed(self, value: float) -> bool:
        assert self.row.quantity is not None  # noqa: S101  # asked first
        return isfinite(value) and breach(self.row.quantity, value, self.by.number) is None

    def _is_near(self, value: float) -> bool:
        scale = max(abs(self.target), abs(self.results.cells(self.output.id)[self.output.number]) * 1e-6)
        return bool(abs(value - self.target) <= _NEAR * scale)

    def _at(self, values: Array) -> Array:
        """Return the output for values of the input; NaN where it has none."""
        if self.by.id in self.plan.lags and len(values) > 1:
            return np.array([self._at(values[index : index + 1])[0] for index in range(len(values))])
        changes = {key: np.array([value] * len(values)) for key, value in self.results.changed.items()}
        many = evaluate_many(self.plan, changes | {self.name: values}, self.results.case.id, [self.output.id])
        return np.asarray(many[self.output.id]).reshape(len(values), -1)[:, self.output.number]

    def in_numbers(self) -> Goal:
        """Return the value at which the output passes the target, searched for ever more closely."""
        low, high = self._bounds()
        points = self._spread(low, high)
        values = self._at(points)
        brackets = self._brackets(points, values)
        if not brackets:
            raise ModelError([self._unreachable(points, values)])
        jump: tuple[Array, Array] | None = None
        # What passes the target at a pole or in a jump does not reach it there, but may further on.
        for bracket in brackets[:_MOST_BRACKETS]:
            wide = abs(self._at(np.array(bracket)) - self.target)
            ends, reached = self._narrowed(bracket)
            best = int(np.nanargmin(abs(reached - self.target)))
            value = float(f"{ends[best]:.15g}") + 0.0
            near = 1e-7 * max(abs(self.target), float(np.min(wide)))
            if self._is_allowed(value) and abs(float(reached[best]) - self.target) <= near:
                return Goal(self.output, self.target, self.by, value, "", (), "numeric")
            jump = jump or (ends, reached)
        assert jump is not None  # noqa: S101  # there was a bracket
        raise ModelError([self._jumps(*jump)])

    def _narrowed(self, bracket: tuple[float, float]) -> tuple[Array, Array]:
        """Return the ends of a bracket that is as narrow as numbers are, and the output there."""
        for _ in range(_ROUNDS):
            points = self._tried(np.linspace(*bracket, _POINTS))
            closer = self._bracket(points, self._at(points))
            if closer is None or closer == bracket:
                break
            bracket = closer
        ends = np.array(bracket)
        return ends, self._at(ends)

    def _bounds(self) -> tuple[float, float]:
        assert self.row.quantity is not None  # noqa: S101  # asked first
        number = self.by.number
        least, most = of_cell(self.row.quantity.min, number), of_cell(self.row.quantity.max, number)
        return (-np.inf if least is None else float(least)), (np.inf if most is None else float(most))

    def _spread(self, low: float, high: float) -> Array:
        """Return values from one bound to the other, close together near the present one."""
        scale = abs(self.now) or 1.0
        steps = np.geomspace(1e-6, _WIDEST, 4 * _POINTS) * scale
        points = np.concatenate([self.now - steps, [self.now], self.now + steps, np.linspace(-1, 1, 5) * scale])
        if isfinite(low) and isfinite(high):
            points = np.concatenate([points, np.linspace(low, high, _POINTS)])
        return self._tried(np.unique(np.clip(points, low, high)))

    def _tried(self, points: Array) -> Array:
        """Return those of some values that the input may take."""
        assert self.row.quantity is not None  # noqa: S101  # asked first
        return (
            np.unique([point for point in np.round(points) if self._is_allowed(point)])
            if self.row.quantity.whole
            else points
        )

    def _bracket(self, points: Array, values: Array) -> tuple[float, float] | None:
        """Return the two points nearest to the present value between which the output passes the target."""
        return next(iter(self._brackets(points, values)), None)

    def _brackets(self, points: Array, values: Array) -> list[tuple[float, float]]:
        """Return the pairs of points between which the output passes the target, nearest to the present value first."""
        side = np.sign(values - self.target)
        crosses = np.flatnonzero((side[:-1] * side[1:] <= 0) & np.isfinite(values[:-1]) & np.isfinite(values[1:]))
        middle = (points[crosses] + points[crosses + 1]) / 2
        nearest = crosses[np.argsort(abs(middle - self.now), kind="stable")]
        return [(float(points[index]), float(points[index + 1])) for index in nearest.tolist()]

    def _unreachable(self, points: Array, values: Array) -> Problem:
        known = np.isfinite(values)
        output, unit = cell_name(self.plan, self.output), self.plan.row(self.output.id).unit.suffix
        message = f"'{output}' does not reach {self.target:.15g}{unit} by '{self.name}' alone"
        if np.any(known):
            seen, reached = points[known], values[known]
            ends = f"from {reached.min():.6g} to {reached.max():.6g}{unit}"
            message += (
                f"\nwith '{self.name}' between {seen[0]:.6g} and {seen[-1]:.6g}{self.row.unit.suffix} it is {ends}"
            )
        hint = "choose another input, or another goal; min and max of the input bound what is tried"
        return error("goal", message, self.plan.model.at(), hint)

    def _jumps(self, ends: Array, reached: Array) -> Problem:
        output, unit = cell_name(self.plan, self.output), self.plan.row(self.output.id).unit.suffix
        message = f"'{output}' passes {self.target:.15g}{unit} in a jump, and is never that"
        for end, value in zip(ends, reached, strict=True):
            message += f"\nit is {value:.15g}{unit} with {self.name} = {end:.17g}{self.row.unit.suffix}"
        hint = "choose one of these values"
        return error("goal", message, self.plan.model.at(), hint)


def _read(solution: Solution) -> set[str]:
    return {name for tree in (solution.value, *solution.conditions) for name in names(tree)}
