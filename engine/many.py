"""A plan in numbers for many cases at once: the same formulas over numpy arrays, with one leading axis for the cases.

A case without a finite value is NaN there and downstream, where `engine.evaluate` raises for its one case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.array_arithmetic import HELPERS
from engine.evaluate import known_case, refuse_change
from engine.expression import Node, fold
from engine.plan import Plan

Array = NDArray[np.float64]
_Program = Callable[[list[Any]], None]

# How each function is written over arrays; the words stand for the helpers below, and for numpy's own functions.
ARRAYS: Final[Mapping[str, str]] = {
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "mul": "({0} * {1})",
    "div": "divide({0}, {1})",
    "pow": "power({0}, {1})",
    "neg": "(-{0})",
    "lt": "less({0}, {1})",
    "le": "negate(less({1}, {0}))",
    "gt": "less({1}, {0})",
    "ge": "negate(less({0}, {1}))",
    "eq": "alike({0}, {1})",
    "ne": "negate(alike({0}, {1}))",
    "and": "both({0}, {1})",
    "or": "either({0}, {1})",
    "not": "negate({0})",
    "if": "choose({0}, {1}, {2})",
    "min": "least({all})",
    "max": "most({all})",
    "round": "rounded({all})",
    "abs": "abs({0})",
    **{
        name: f"within(numpy.{word}, {{0}})"
        for name, word in {
            "sqrt": "sqrt", "exp": "exp", "log": "log", "log10": "log10", "log2": "log2",
            "floor": "floor", "ceil": "ceil",
            "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
            "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
        }.items()
    },
}  # fmt: skip


@dataclass(frozen=True)
class ManyResults:
    """Many cases' numbers. ``results["price"]`` is an array in the declared unit, one value a case."""

    plan: Plan = field(repr=False)
    cases: int
    values: list[Any] = field(repr=False)

    def __getitem__(self, id_: str) -> Array:
        """Return a quantity's values, of shape (cases,), in its declared unit; KeyError for an id that is not there."""
        place = self.plan.index[id_]
        values: Array = np.broadcast_to(self.values[place] * self.plan.rows[place].unit.shown, (self.cases,))
        return values


def evaluate_many(plan: Plan, changes: Mapping[str, ArrayLike], scenario: str | None = None) -> ManyResults:
    """Return the results of many cases: `changes` gives, for each input that varies, its values in the declared unit.

    All arrays have the same length; the other inputs are those of the scenario. Raises ModelError for values that are
    out of the input's bounds, and ValueError for arrays of different lengths. Bounds of results are not looked at.
    """
    columns = {id_: np.asarray(values, dtype=np.float64) for id_, values in changes.items()}
    shapes = {column.shape for column in columns.values()}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        message = "each input that varies needs one value a case"
        raise ValueError(message)
    for id_, column in columns.items():
        # Bounds are intervals, so that the ends and, for whole numbers, the first broken one tell for all.
        broken = column[column != np.floor(column)][:1]
        for value in (*broken, column.min(initial=np.inf), column.max(initial=-np.inf)):
            if column.size:
                refuse_change(plan, id_, float(value))
    values: list[Any] = [np.float64(row.value if row.value is not None else 0.0) for row in plan.rows]
    for id_, value in plan.overrides(known_case(plan, scenario)).items():
        values[plan.index[id_]] = np.float64(value)
    for id_, column in columns.items():
        values[plan.index[id_]] = column / plan.row(id_).unit.shown
    with np.errstate(all="ignore"):
        _program(plan)(values)
    return ManyResults(plan, next(iter(shapes))[0] if shapes else 1, values)


_programs: WeakKeyDictionary[Plan, _Program] = WeakKeyDictionary()


def _program(plan: Plan) -> _Program:
    if plan not in _programs:
        lines = [
            f" v[{place}] = finite({_spell(row.expression, plan.index)})"
            for place, row in enumerate(plan.rows)
            if row.expression is not None
        ]
        space: dict[str, Any] = {**HELPERS, "numpy": np, "abs": abs, "__builtins__": {}}
        # The text is spelled from checked trees: indices, numbers and the table's own words, none of the author's.
        exec(compile("\n".join(["def run(v):", *lines, " return"]), "<plan>", "exec"), space)  # noqa: S102
        _programs[plan] = space["run"]
    return _programs[plan]


def _spell(node: Node, position: Mapping[str, int]) -> str:
    def call(function: str, arguments: tuple[str, ...]) -> str:
        return ARRAYS[function].format(*arguments, all=", ".join(arguments))

    return fold(node, lambda number: f"numpy.float64({number.value!r})", lambda id_: f"v[{position[id_]}]", call)
