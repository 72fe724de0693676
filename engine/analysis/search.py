"""The values of one input at which an output is a number, searched for where no closed form gives them."""

from __future__ import annotations

from math import floor, isclose, isfinite, log10, nan
from typing import Final

import numpy as np

from engine.model.bounds import breach
from engine.model.dimensions import cell as of_cell
from engine.plan.batch import evaluate_many, outside
from engine.plan.cells import Cell, cell_name
from engine.plan.evaluate import Results
from engine.plan.plan import RESULTS, Array, Plan, Row
from engine.problems import ModelError, Problem, error

NEAR: Final = 1e-9
_POINTS: Final = 129
_ROUNDS: Final = 12
_WIDEST: Final = 1e12
_MOST_BRACKETS: Final = 6
_EDGE_ROUNDS: Final = 5
_SHORT: Final = 12
_DIGITS: Final = 15
_ROUNDING: Final = 4e-15
_TOUCHES: Final = 1e-12
_TINY: Final = 1e-280


class Search:
    """The output as a function of one cell of the input, and where it is the target."""

    def __init__(self, results: Results, output: Cell, target: float, by: Cell) -> None:
        self.results, self.output, self.target, self.by = results, output, target, by
        self.plan: Plan = results.plan
        self.row: Row = self.plan.row(by.id)
        self.name = cell_name(self.plan, by)
        self.now = results.cells(by.id)[by.number]
        self.feeding = self.plan.feeding(output.id)

    def is_allowed(self, value: float) -> bool:
        """Return whether the input may take a value."""
        assert self.row.quantity is not None  # noqa: S101  # asked first
        return isfinite(value) and breach(self.row.quantity, value, self.by.number) is None

    def at(self, values: Array) -> Array:
        """Return the output for values of the input; NaN where it has none, or what feeds it is out of bounds."""
        if self.by.id in self.plan.lags and len(values) > 1:
            return np.array([self.at(values[index : index + 1])[0] for index in range(len(values))])
        changes = {key: np.array([value] * len(values)) for key, value in self.results.changed.items()}
        many = evaluate_many(self.plan, changes | {self.name: values}, self.results.case.id, self.feeding)
        found = np.array(many[self.output.id]).reshape(len(values), -1)[:, self.output.number]
        for broken in outside(many, self.feeding).values():
            found[broken] = nan
        return found

    def values(self) -> list[float]:
        """Return where the output passes the target, searched for ever more closely, the nearest to the present first.

        Raises ModelError where it does not, or does in a jump alone.
        """
        points, values = self._surveyed()
        brackets = self._brackets(points, values)
        if not brackets:
            points, values = self._approached(points, values)
            brackets = self._brackets(points, values)
        if not brackets:
            touched = self._touched(points, values)
            if not touched:
                raise ModelError([self._unreachable(points, values)])
            return touched
        usual = float(np.nanmedian(abs(values - self.target)))
        found: list[float] = []
        jump: tuple[Array, Array] | None = None
        # What passes the target at a pole or in a jump does not reach it there, but may further on.
        for bracket in brackets[:_MOST_BRACKETS]:
            before = abs(self.at(np.array(bracket)) - self.target)
            ends, reached = self._narrowed(bracket)
            near = 1e-7 * max(abs(self.target), min(float(np.min(before)), usual))
            value = self._shortest(ends, reached, near)
            if value is None or float(np.min(abs(reached - self.target))) > float(np.max(before)):
                jump = jump or (ends, reached)
            elif not any(isclose(value, known, rel_tol=NEAR, abs_tol=NEAR * abs(self.now)) for known in found):
                found.append(value)
        if not found:
            found = self._touched(points, values)
        if not found:
            assert jump is not None  # noqa: S101  # there was a bracket
            raise ModelError([self._jumps(*jump)])
        return found

    def _surveyed(self) -> tuple[Array, Array]:
        """Return values of the input and the output there; close together also where it ceases to have a value."""
        points = self._spread(*self._bounds())
        values = self.at(points)
        for _ in range(_EDGE_ROUNDS):
            edges = np.flatnonzero(np.isfinite(values[:-1]) != np.isfinite(values[1:]))
            nearest = edges[np.argsort(abs(points[edges] - self.now), kind="stable")][:_MOST_BRACKETS]
            if not len(nearest):
                break
            between = self._tried(np.concatenate([np.linspace(points[at], points[at + 1], _POINTS) for at in nearest]))
            points, order = np.unique(np.concatenate([points, between]), return_index=True)
            values = np.concatenate([values, self.at(between)])[order]
        return points, values

    def _approached(self, points: Array, values: Array) -> tuple[Array, Array]:
        """Return more values of the input, close together where the output is nearest to the target: beside a pole."""
        for _ in range(_EDGE_ROUNDS):
            best = int(np.nanargmin(abs(values - self.target))) if np.any(np.isfinite(values)) else 0
            ends = points[max(0, best - 1)], points[min(len(points) - 1, best + 1)]
            between = self._tried(np.linspace(*ends, _POINTS))
            points, order = np.unique(np.concatenate([points, between]), return_index=True)
            values = np.concatenate([values, self.at(between)])[order]
        return points, values

    def _shortest(self, ends: Array, reached: Array, near: float) -> float | None:
        """Return the value with the fewest digits that is as good as the better end of a narrow bracket; None for none.

        3000 and not 2999.9999999999986, where the output does not tell them apart.
        """
        best = int(np.argmin(abs(reached - self.target)))
        if not abs(float(reached[best]) - self.target) <= near or self._is_underflow(ends, reached):
            return None
        tried = [value for digits in range(1, _SHORT + 1) for value in _rounded(float(ends[best]), digits)]
        tried += [float(f"{ends[best]:.{_DIGITS}g}") + 0.0, float(ends[best])]
        tried = [value for value in dict.fromkeys(tried) if self.is_allowed(value)]
        if not tried:
            return None
        apart = abs(self.at(np.array(tried)) - self.target)
        enough = max(abs(float(reached[best]) - self.target), _ROUNDING * max(abs(self.target), near))
        return next((value for value, far in zip(tried, apart.tolist(), strict=True) if far <= enough), None)

    def _is_underflow(self, ends: Array, reached: Array) -> bool:
        """Return whether the output is 0 only because it is too small for a float, far from where the input is 0."""
        is_tiny = self.target == 0 and 0 < float(np.max(abs(reached))) < _TINY
        return is_tiny and bool(np.max(abs(ends)) > _ROUNDING)

    def _touched(self, points: Array, values: Array) -> list[float]:
        """Return where the output touches the target and turns: places at which it comes close, looked at closer."""
        apart = abs(values - self.target)
        inner = np.flatnonzero((apart[1:-1] <= apart[:-2]) & (apart[1:-1] <= apart[2:])) + 1
        nearest = inner[np.argsort(abs(points[inner] - self.now), kind="stable")][:_MOST_BRACKETS]
        enough = _TOUCHES * max(abs(self.target), abs(float(self.at(np.array([self.now]))[0]) - self.target))
        found = []
        for at in nearest.tolist():
            low, high = points[at - 1], points[at + 1]
            for _ in range(_ROUNDS):
                closer = self._tried(np.linspace(low, high, _POINTS))
                best = int(np.nanargmin(abs(self.at(closer) - self.target)))
                low, high = closer[max(0, best - 1)], closer[min(len(closer) - 1, best + 1)]
            ends, reached = closer[[best, best]], self.at(closer[[best, best]])
            value = None if self._is_far(reached) else self._shortest(ends, reached, enough)
            if value is not None and self._is_sharp(ends[0], enough):
                found.append(value)
        return found

    def _is_far(self, reached: Array) -> bool:
        return not bool(np.all(np.isfinite(reached)))

    def _is_sharp(self, at: float, enough: float) -> bool:
        """Return whether the output is elsewhere beside a value: a tail that comes ever closer touches nothing."""
        beside = self.at(np.array([at - (abs(at) or 1.0) * 1e-3, at + (abs(at) or 1.0) * 1e-3]))
        return bool(np.any(abs(beside - self.target) > enough))

    def _narrowed(self, bracket: tuple[float, float]) -> tuple[Array, Array]:
        """Return the ends of a bracket that is as narrow as numbers are, and the output there."""
        for _ in range(_ROUNDS):
            points = self._tried(np.linspace(*bracket, _POINTS))
            closer = self._bracket(points, self.at(points))
            if closer is None or closer == bracket:
                break
            bracket = closer
        ends = np.array(bracket)
        return ends, self.at(ends)

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
            np.unique([point for point in np.round(points) if self.is_allowed(point)])
            if self.row.quantity.whole
            else points
        )

    def _bracket(self, points: Array, values: Array) -> tuple[float, float] | None:
        """Return the two points nearest to the present value between which the output passes the target."""
        return next(iter(self._brackets(points, values)), None)

    def _brackets(self, points: Array, values: Array) -> list[tuple[float, float]]:
        """Return the pairs of points between which the output passes the target, nearest to the present value first."""
        side = np.sign(values - self.target)
        known = np.isfinite(values[:-1]) & np.isfinite(values[1:])
        # Where it is the target from one point to the next, one way in is enough.
        enters = (side[:-1] * side[1:] < 0) | ((side[:-1] != 0) & (side[1:] == 0))
        leaves = (side[:-1] == 0) & (side[1:] != 0)
        leaves[1:] &= ~(known[:-1] & ((side[:-2] == 0) | enters[:-1]))
        crosses = np.flatnonzero((enters | leaves) & known)
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
            if self._is_bounded():
                message += ", where the results keep their bounds"
        hint = "choose another input, or another goal; min and max of the input bound what is tried"
        return error("goal", message, self.plan.model.at(), hint)

    def _is_bounded(self) -> bool:
        """Return whether a result that feeds the output has bounds."""
        rows = [self.plan.row(id_) for id_ in self.feeding]
        quantities = [row.quantity for row in rows if row.kind in RESULTS and row.quantity is not None]
        return any(one.min is not None or one.max is not None for one in quantities)

    def _jumps(self, ends: Array, reached: Array) -> Problem:
        output, unit = cell_name(self.plan, self.output), self.plan.row(self.output.id).unit.suffix
        message = f"'{output}' passes {self.target:.15g}{unit} in a jump, and is never that"
        for end, value in zip(ends, reached, strict=True):
            message += f"\nit is {value:.15g}{unit} with {self.name} = {end:.17g}{self.row.unit.suffix}"
        hint = "choose one of these values"
        return error("goal", message, self.plan.model.at(), hint)


def _rounded(value: float, digits: int) -> list[float]:
    """Return a value with so many digits, and the ones below and above: beside a step, one of them reaches the goal."""
    near = float(f"{value:.{digits}g}") + 0.0
    if value == 0:
        return [near]
    step = 10.0 ** (floor(log10(abs(value))) - digits + 1)
    return [near, float(f"{near - step:.{digits}g}") + 0.0, float(f"{near + step:.{digits}g}") + 0.0]
