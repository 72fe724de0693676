"""Whether the model reproduces the figures that its sources print, and whether its checks hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import isfinite, nan
from typing import NamedTuple

import numpy as np

from engine.analysis.published import RELATIVE, Figure, _figure_problem, figures
from engine.language.numbers.scalars import less
from engine.language.tree import Name, Node, Pick
from engine.model.dimensions import Dimension
from engine.model.names import map_id, unknown_of
from engine.plan.evaluate import Results
from engine.plan.plan import Plan, Test
from engine.problems import Problem, error, some


@dataclass(frozen=True, slots=True)
class Judged:
    """A check at one member: its two sides, in the unit that the left one is shown in, and whether it holds."""

    member: tuple[str, ...]
    passed: bool
    left: float | None
    right: float | None
    tolerance: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check, judged at each member of what it is over; one that is over nothing is judged once.

    Where it compares members, as in ``gpu == "B200"``, these are of the dimension `compared`, and sides are codes.
    """

    test: Test
    cells: tuple[Judged, ...]
    compared: Dimension | None = None

    @property
    def passed(self) -> bool:
        """Return whether it holds for every member."""
        return all(cell.passed for cell in self.cells)

    def sides(self, cell: Judged) -> tuple[float | str | None, float | str | None]:
        """Return both sides at a member as a reader is told them: numbers, or the members that are compared."""
        return self._told(cell.left), self._told(cell.right)

    def _told(self, side: float | None) -> float | str | None:
        return side if side is None or self.compared is None else self.compared.member_at(side)


class Claim(NamedTuple):
    """Something that holds or does not: a check, or a figure of a source, in a scenario and at a member."""

    id: str
    scenario: str
    member: tuple[str, ...]
    source: str = ""
    value: float = 0.0


def verdicts(results: Results) -> list[Verdict]:
    """Return whether each check of the model holds."""
    return [_verdict(test, results) for test in results.plan.tests]


def claims(plan: Plan, results: Mapping[str, Results]) -> dict[Claim, bool]:
    """Return whether each figure is as marked, and each check holds, in each scenario and at each member."""
    judged = [figure for figure in figures(plan, results) if figure.status != "not applicable"]
    found = {_of_figure(figure): figure.status != "failed" for figure in judged}
    for scenario, result in results.items():
        for verdict in verdicts(result):
            found |= {_of_check(scenario, verdict, cell): cell.passed for cell in verdict.cells}
    return found


def problems(plan: Plan, results: Mapping[str, Results], known: Collection[Claim] = ()) -> list[Problem]:
    """Return a problem for each figure that does not reproduce, or does though disputed, and each check that fails.

    `known` are claims that are not to be told.
    """
    wrong = [figure for figure in figures(plan, results) if figure.status == "failed"]
    found = [_figure_problem(plan, figure) for figure in wrong if _of_figure(figure) not in known]
    failing: dict[str, list[tuple[str, Verdict]]] = {}
    for scenario, result in results.items():
        for whole in verdicts(result):
            told = [cell for cell in whole.cells if cell.passed or _of_check(scenario, whole, cell) not in known]
            verdict = replace(whole, cells=tuple(told))
            if not verdict.passed:
                failing.setdefault(verdict.test.check.id, []).append((scenario, verdict))
    return [*found, *[_check_problem(plan, *cases[0], [case for case, _ in cases[1:]]) for cases in failing.values()]]


def _of_figure(figure: Figure) -> Claim:
    published = figure.published
    return Claim(figure.quantity.id, figure.scenario, published.at, published.source, float(published.value))


def _of_check(scenario: str, verdict: Verdict, cell: Judged) -> Claim:
    # No quantity has a dot in its id.
    return Claim(f"checks.{verdict.test.check.id}", scenario, cell.member)


def _verdict(test: Test, results: Results) -> Verdict:
    members = results.plan.model.members(test.over)
    try:
        sides = [
            np.ravel(results.evaluate(side, test.over)).tolist()
            for side in (test.comparison.left, test.comparison.right)
        ]
        sizes = [abs(left) + abs(right) for left, right in zip(*sides, strict=True)]
        if test.magnitude is not None:
            sizes = np.ravel(results.evaluate(test.magnitude, test.over)).tolist()
    except (ArithmeticError, ValueError):
        sides, sizes = [[nan] * len(members)] * 2, [nan] * len(members)
    cells = tuple([_judged(test, *cell) for cell in zip(members, *sides, sizes, strict=True)])
    return Verdict(test, cells, _compared(test, results.plan))


def _compared(test: Test, plan: Plan) -> Dimension | None:
    """Return the dimension whose members both sides of a check are, where these are texts; None for numbers."""
    left, right = (_members(side, plan) for side in (test.comparison.left, test.comparison.right))
    return left if left is not None and right is not None and left.id == right.id and not left.numbers else None


def _members(side: Node, plan: Plan) -> Dimension | None:
    """Return the dimension whose member a side of a comparison is: its own name, a group's, or a choice; or None."""
    if not isinstance(side, Name | Pick):
        return None
    row, dimensions = plan.row(side.id), plan.model.dimension
    if row.quantity is not None:
        return plan.chosen_from(row)
    groups = [one for one in plan.model.dimensions for fine in row.over if one.of and side.id == map_id(one.id, fine)]
    return dimensions.get(side.id) or next(iter(groups), None)


def _judged(test: Test, member: tuple[str, ...], left: float, right: float, size: float) -> Judged:
    if not isfinite(left - right):
        return Judged(member, passed=False, left=None, right=None, tolerance=None)
    tolerance = test.tolerance
    if tolerance is None:
        tolerance = RELATIVE * size
    show = test.unit.scale
    passed = _holds(test.comparison.function, left, right, tolerance)
    return Judged(member, passed, left * show, right * show, tolerance * show)


def _holds(function: str, left: float, right: float, tolerance: float) -> bool:
    match function:
        case "le":
            return not less(right + tolerance, left)
        case "ge":
            return not less(left, right - tolerance)
        case "eq":
            return not less(tolerance, abs(left - right))
        case "ne":
            return less(tolerance, abs(left - right))
        case "lt":
            return less(left, right)
    return less(right, left)


def _unsolved(plan: Plan, scenario: str, verdict: Verdict) -> Problem:
    """Return what to say of an equation that its closed form does not solve: where it was split, no branch holds."""
    first = next(cell for cell in verdict.cells if not cell.passed)
    owner = unknown_of(verdict.test.check.id)
    where = f" for {', '.join(first.member)}" if first.member else ""
    message = f"the equation of '{owner}' has no solution in the scenario '{scenario}'{where}"
    hint = "change the assumptions, or the equation: its closed form holds for none of its branches"
    return error(
        "equation",
        f"{message}\n{verdict.test.check.test.text.strip()}",
        plan.model.at(*verdict.test.equation),
        hint,
    )


def _check_problem(plan: Plan, scenario: str, verdict: Verdict, others: list[str]) -> Problem:
    check = verdict.test.check
    if verdict.test.equation:
        return _unsolved(plan, scenario, verdict)
    at = plan.model.at("checks", check.id, "test")
    failing = [cell for cell in verdict.cells if not cell.passed]
    first = failing[0]
    where = f" for {', '.join(first.member)}" if first.member else ""
    also = f"\nand in the scenario{'s' if len(others) > 1 else ''} {some(others)}" if others else ""
    if first.left is None or first.right is None:
        message = (
            f"the check '{check.id}' has no finite value in the scenario '{scenario}'{where}\n{check.test.text}{also}"
        )
        return error("check", message, at, "guard it, such as (a / b if b > 0 else 0)")
    unit = verdict.test.unit.suffix
    left, right = (side if isinstance(side, str) else f"{side:.15g}" for side in verdict.sides(first))
    more = f"\nand for {len(failing) - 1} more" if len(failing) > 1 else ""
    message = (
        f"the check '{check.id}' fails in the scenario '{scenario}'{where}: {check.label}\n"
        f"{check.test.text}\n"
        f"left {left}{unit}, right {right}{unit}{more}{also}"
    )
    return error("check", message, at, "mend the model, or the check")
