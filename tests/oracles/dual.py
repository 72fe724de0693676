"""Dual numbers, and the naive reader over them: derivatives by definition."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.language.tree import Aggregate, Call, Node
from engine.model.model import Model
from tests.oracles.naive import At, Naive

SIZES = {"box": 1.0, "kbox": 1000.0, "1": 1.0, "percent": 0.01}
Slope = NDArray[np.float64] | float


class Dual(float):
    """A number and its derivatives by every cell of every input."""

    slope: Slope

    def __new__(cls, value: float, slope: Slope = 0.0) -> Self:
        """Make one; a plain number has the derivatives that are given, or none."""
        made = super().__new__(cls, value)
        made.slope = slope
        return made

    def __add__(self, other: float) -> Dual:
        """Return the sum."""
        return Dual(float(self) + float(other), self.slope + slope(other))

    def __radd__(self, other: float) -> Dual:
        """Return the sum."""
        return self + other

    def __neg__(self) -> Dual:
        """Return the opposite."""
        return Dual(-float(self), -1.0 * self.slope)

    def __sub__(self, other: float) -> Dual:
        """Return the difference."""
        return Dual(float(self) - float(other), self.slope - slope(other))

    def __rsub__(self, other: float) -> Dual:
        """Return the difference."""
        return -self + other

    def __mul__(self, other: float) -> Dual:
        """Return the product."""
        return Dual(float(self) * float(other), self.slope * float(other) + float(self) * slope(other))

    def __rmul__(self, other: float) -> Dual:
        """Return the product."""
        return self * other

    def __truediv__(self, other: float) -> Dual:
        """Return the quotient."""
        value = float(self) / float(other)
        return Dual(value, (self.slope - value * slope(other)) / float(other))

    def __rtruediv__(self, other: float) -> Dual:
        """Return the quotient."""
        return Dual(other) / self

    def __abs__(self) -> Dual:
        """Return the value without its sign."""
        return self if self >= 0 else -self

    def __lt__(self, other: float) -> bool:
        """Return whether it is less at 15 digits."""
        return float(self) < float(other) and f"{float(self):.14e}" != f"{float(other):.14e}"

    def __gt__(self, other: float) -> bool:
        """Return whether it is more at 15 digits."""
        return float(self) > float(other) and f"{float(self):.14e}" != f"{float(other):.14e}"


def slope(value: float) -> Slope:
    return getattr(value, "slope", 0.0)


class Forward(Naive):
    """The naive reader over dual numbers."""

    def __init__(self, model: Model, scenario: str, seeds: dict[tuple[str, tuple[int, ...]], int]) -> None:
        super().__init__(model, SIZES, scenario)
        self.seeds = seeds
        self.unit = np.eye(len(seeds))

    def _cell(self, id_: str, places: tuple[int, ...]) -> float:
        if (id_, places) not in self.seeds:
            return super()._cell(id_, places)
        return Dual(super()._cell(id_, places), self.unit[self.seeds[id_, places]])

    def value(self, node: Node, at: At) -> float:
        match node:
            case Call(function="add" | "sub" | "mul" | "div" | "neg" | "abs" | "min" | "max" as name, arguments=given):
                values = [self.value(argument, at) for argument in given]
                values[0] = values[0] if isinstance(values[0], Dual) else Dual(values[0])
                return {
                    "add": lambda: values[0] + values[1],
                    "sub": lambda: values[0] - values[1],
                    "mul": lambda: values[0] * values[1],
                    "div": lambda: values[0] / values[1],
                    "neg": lambda: -values[0],
                    "abs": lambda: abs(values[0]),
                    "min": lambda: min(values),
                    "max": lambda: max(values),
                }[name]()
            case Aggregate(function="min" | "max" as name):
                values = self.values(node, at)
                end = float((min if name == "min" else max)(values))
                tied = [value for value in values if float(value) == end]
                return Dual(end, sum([slope(value) for value in tied]) / len(tied))
        return super().value(node, at)
