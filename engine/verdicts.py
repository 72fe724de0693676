"""Whether the model reproduces the figures that its sources print, and whether its checks hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from engine.arithmetic import finite, less
from engine.evaluate import Results
from engine.model import Published, Quantity
from engine.plan import Plan, Test
from engine.problems import Problem, error

Status = Literal["reproduced", "disputed", "failed", "not applicable"]
RELATIVE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure beside the computed value, both in the declared unit."""

    quantity: Quantity
    published: Published
    scenario: str
    computed: float | None
    tolerance: float
    status: Status


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check's two sides, in the unit that the left one is shown in, and whether the statement holds."""

    test: Test
    passed: bool
    left: float | None
    right: float | None
    tolerance: float | None


def figures(plan: Plan, results: Mapping[str, Results]) -> list[Figure]:
    """Return every published figure; `results` holds those of the scenarios by id.

    A figure whose scenario is not among them, or was computed with changed inputs, is not applicable.
    """
    return [
        _figure(plan, quantity, published, results)
        for quantity in plan.model.quantities
        for published in quantity.published
    ]


def half_unit(published: Published) -> float:
    """Return half a unit of the last digit printed; zeros at the end of a number without a point do not count."""
    _, digits, exponent = published.value.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101  # only finite numbers are loaded
    if published.digits is not None:
        last = published.value.adjusted() - published.digits + 1
    elif exponent >= 0 and published.value and "." not in str(published.value):
        text = "".join(map(str, digits))
        last = exponent + len(text) - len(text.rstrip("0"))
    else:
        last = exponent
    return float(Decimal("0.5").scaleb(last))


def verdicts(results: Results) -> list[Verdict]:
    """Return whether each check of the model holds."""
    return [_verdict(test, results) for test in results.plan.tests]


def problems(plan: Plan, results: Mapping[str, Results]) -> list[Problem]:
    """Return a problem for each figure that does not reproduce, or does though disputed, and each check that fails."""
    found = [_figure_problem(plan, figure) for figure in figures(plan, results) if figure.status == "failed"]
    for scenario, result in results.items():
        found += [_check_problem(plan, scenario, verdict) for verdict in verdicts(result) if not verdict.passed]
    return found


def _figure(plan: Plan, quantity: Quantity, published: Published, results: Mapping[str, Results]) -> Figure:
    case = plan.case(published.scenario) if published.scenario else plan.first_case
    result = results.get(case.id)
    printed = float(published.value)
    tolerance = half_unit(published) + RELATIVE * abs(printed)
    if result is None or result.changed:
        return Figure(quantity, published, case.id, None, tolerance, "not applicable")
    computed = result[quantity.id]
    agrees = abs(computed - printed) <= tolerance
    status: Status = "reproduced" if agrees else "failed"
    if published.disputed:
        status = "failed" if agrees else "disputed"
    return Figure(quantity, published, case.id, computed, tolerance, status)


def _verdict(test: Test, results: Results) -> Verdict:
    try:
        left = finite(results.evaluate(test.comparison.left))
        right = finite(results.evaluate(test.comparison.right))
        finite(left - right)
    except (ArithmeticError, ValueError):
        return Verdict(test, passed=False, left=None, right=None, tolerance=None)
    tolerance = test.tolerance
    if tolerance is None:
        tolerance = RELATIVE * max(abs(left), abs(right))
    show = test.unit.shown
    passed = _holds(test.comparison.function, left, right, tolerance)
    return Verdict(test, passed, left * show, right * show, tolerance * show)


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


def _figure_problem(plan: Plan, figure: Figure) -> Problem:
    published, name = figure.published, figure.quantity.id
    unit = "" if figure.quantity.unit == "1" else f" {figure.quantity.unit}"
    if published.disputed:
        message = f"'{name}' reproduces the figure {published.value} that is marked as disputed"
        return error("published", message, plan.model.at(*published.path, "disputed"), "take 'disputed' out")
    message = (
        f"'{name}' does not reproduce a published figure in the scenario '{figure.scenario}'\n"
        f"{published.source} prints  {published.value}{unit}\n"
        f"the model gives  {figure.computed:.15g}{unit}, and may differ by {figure.tolerance:.3g}"
    )
    hint = 'mend the model, or say why the figure is wrong: disputed = "..."; digits = n where fewer or more are exact'
    return error("published", message, plan.model.at(*published.path, "value"), hint)


def _check_problem(plan: Plan, scenario: str, verdict: Verdict) -> Problem:
    check = verdict.test.check
    at = plan.model.at("checks", check.id, "test")
    if verdict.left is None or verdict.right is None:
        message = f"the check '{check.id}' has no finite value in the scenario '{scenario}'\n{check.test.text}"
        return error("check", message, at, "guard it, such as (a / b if b > 0 else 0)")
    unit = "" if verdict.test.unit.text == "1" else f" {verdict.test.unit.text}"
    message = (
        f"the check '{check.id}' fails in the scenario '{scenario}': {check.label}\n"
        f"{check.test.text}\n"
        f"left {verdict.left:.15g}{unit}, right {verdict.right:.15g}{unit}"
    )
    return error("check", message, at, "mend the model, or the check")
