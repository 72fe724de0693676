"""The solution that an equation has: where sympy finds several, the one that bounds leave in every scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.language.branches import substitute
from engine.language.solving import Solution
from engine.language.tree import Node
from engine.language.unparse import text
from engine.model.bounds import breach
from engine.model.model import Quantity
from engine.plan.cells import as_written
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Array, Plan, shown
from engine.planning.equations import Closed
from engine.planning.terms import magnitude
from engine.problems import ModelError, Problem, error

Choice = Mapping[str, tuple[Solution, ...]]

_MOST_TRIALS: Final = 64
_NEAR: Final = 1e-9


def choose(closed: Mapping[str, Closed], planned: Callable[[Choice], Plan]) -> Plan:
    """Return the plan in which every equation has the one solution within its bounds; `planned` makes one of a choice.

    Raises ModelError where none or several are left in some scenario, with all of them.
    """
    ways = [dict(zip(closed, way, strict=True)) for way in product(*[forms.choices for forms in closed.values()])]
    first = planned(ways[0])
    if all(len(forms.branches) == 1 and len(forms.branches[0]) == 1 for forms in closed.values()):
        return first
    left: list[Plan] = []
    problems: list[Problem] = []
    for choice in ways[:_MOST_TRIALS]:
        plan = first if choice is ways[0] else planned(choice)
        tried = _solve(plan, closed)
        if tried is None:
            continue
        left.append(plan)
        problems = problems or [
            problem for id_, forms in closed.items() for problem in _others(plan, tried, id_, forms, choice[id_])
        ]
    if problems:
        raise ModelError(problems)
    if left:
        return left[0]
    several = [forms for forms in closed.values() if any(len(way) > 1 for way in forms.branches)]
    if several:
        raise ModelError([_none(first, forms) for forms in several])
    # With one solution a branch, whatever is wrong is said when the model is computed.
    return first


def _solve(plan: Plan, closed: Mapping[str, Closed]) -> list[Results] | None:
    """Return the results of every scenario; None where some equation is not solved in one of them."""
    try:
        tried = [evaluate(plan, case.id) for case in plan.cases]
    except ModelError:
        return None
    solved = all(np.all(_holds(results, forms)) for results in tried for forms in closed.values())
    return tried if solved else None


def _holds(results: Results, forms: Closed, value: Node | None = None) -> NDArray[np.bool_]:
    """Return where an equation holds, with a value in place of the unknown: the one it has where none is given."""
    id_, plan = forms.equation.id, results.plan
    over = plan.row(id_).over
    # The unknown is one term, whatever its own formula is made of: what cancels in there is its error.
    terms = magnitude(plan.row, forms.left, forms.right, opaque=(id_,))
    left, right, *sizes = [
        _value(results, side if value is None else substitute(side, id_, value), over)
        for side in (forms.left, forms.right, *(() if terms is None else (terms,)))
    ]
    size = sizes[0] if sizes else abs(left) + abs(right)
    return np.isfinite(size) & (abs(left - right) <= _NEAR * size)


def _value(results: Results, node: Node, over: tuple[str, ...]) -> Array:
    shape = results.plan.model.shape(over)
    try:
        return np.broadcast_to(np.asarray(results.evaluate(node, over), dtype=np.float64), shape)
    except (ArithmeticError, ValueError):
        return np.full(shape, np.nan)


def _others(plan: Plan, tried: Sequence[Results], id_: str, forms: Closed, taken: Sequence[Solution]) -> list[Problem]:
    """Return a problem where another solution solves an equation too, and is another number."""
    quantity = plan.row(id_).quantity
    assert quantity is not None  # noqa: S101  # every equation is a quantity's
    for results in tried:
        own = np.asarray(results.values[plan.index[id_]])
        for way in forms.branches:
            for solution in way:
                if solution in taken and len(forms.branches) == 1:
                    continue
                value = _value(results, solution.value, plan.row(id_).over)
                apart = abs(value - own) > _NEAR * np.maximum(abs(value), abs(own))
                stands = apart & _holds(results, forms, solution.value) & _within(plan, quantity, value)
                for condition in solution.conditions:
                    stands = stands & (np.nan_to_num(_value(results, condition, plan.row(id_).over)) != 0)
                if np.any(stands):
                    return [_several(plan, results, forms)]
    return []


def _within(plan: Plan, quantity: Quantity, values: Array) -> NDArray[np.bool_]:
    row = plan.row(quantity.id)
    cells = [
        np.isfinite(value) and breach(quantity, shown(value, row), number) is None
        for number, value in enumerate(np.ravel(values).tolist())
    ]
    return np.array(cells).reshape(np.shape(values))


def _several(plan: Plan, results: Results, forms: Closed) -> Problem:
    message = f"the equation of '{forms.equation.id}' has several solutions in the scenario '{results.case.id}'"
    hint = f"give '{forms.equation.id}' a min or a max that only one of them keeps, in every scenario"
    return error("equation", f"{message}\n{_listed(plan, results, forms)}", forms.equation.at, hint)


def _none(plan: Plan, forms: Closed) -> Problem:
    message = f"no solution of the equation of '{forms.equation.id}' is within its bounds in every scenario"
    values = [as_written(plan, solution.value) for way in forms.branches for solution in way]
    solutions = [f"{forms.equation.id} = {text(value)}" for value in values]
    hint = "change its min and max, or the equation; a scenario may ask for another solution than the others"
    return error("equation", "\n".join([message, *solutions]), forms.equation.at, hint)


def _listed(plan: Plan, results: Results, forms: Closed) -> str:
    row = plan.row(forms.equation.id)
    unit = row.unit.suffix
    lines = []
    for way in forms.branches:
        for solution in way:
            value = float(np.ravel(_value(results, solution.value, row.over))[0])
            told = f"{shown(value, row):.6g}{unit}" if np.isfinite(value) else "no number"
            lines.append(f"{row.id} = {text(as_written(plan, solution.value))}, which is {told}")
    return "\n".join(lines)
