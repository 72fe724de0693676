"""In which of many cases the checks of a plan hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.analysis.published import RELATIVE
from engine.language.generated import expression
from engine.language.numbers.arrays import less
from engine.plan.array_code import ArraySpelling
from engine.plan.plan import Array, Plan, Test
from engine.plan.program import array_space
from engine.uncertainty.summaries.tallies import Truths


def holds(plan: Plan, test: Test, values: Sequence[Any], cases: int) -> Truths:
    """Return in which cases a check holds, at all of its members; it does not where a side has no value.

    `values` are those of all rows as stored, cases first or one for all.
    """
    sides = [test.comparison.left, test.comparison.right, *([] if test.magnitude is None else [test.magnitude])]
    with np.errstate(all="ignore"):
        left, right, *rest = [_evaluated(plan, side, test.over, values) for side in sides]
        size = rest[0] if rest else abs(left) + abs(right)
        tolerance = RELATIVE * size if test.tolerance is None else test.tolerance
        found = np.isfinite(left - right) & _compared(test.comparison.function, left, right, tolerance)
    wide = np.broadcast_to(found, (cases, *plan.model.shape(test.over)))
    every: Truths = np.all(wide.reshape(cases, -1), axis=1)
    return every


def _evaluated(plan: Plan, side: Any, over: tuple[str, ...], values: Sequence[Any]) -> Array:  # noqa: ANN401  # a tree
    text = ArraySpelling(plan, many=True).sides(side, over)
    found: Array = np.asarray(expression("v", text, array_space(plan))(values), dtype=np.float64)
    return found


def _compared(function: str, left: Array, right: Array, tolerance: Array | float) -> Truths:
    """Return what `engine.analysis.verdicts` says of one case at a time."""
    match function:
        case "le":
            found = less(right + tolerance, left) == 0
        case "ge":
            found = less(left, right - tolerance) == 0
        case "eq":
            found = less(tolerance, abs(left - right)) == 0
        case "ne":
            found = less(tolerance, abs(left - right)) == 1
        case "lt":
            found = less(left, right) == 1
        case _:
            found = less(right, left) == 1
    return np.asarray(found)
