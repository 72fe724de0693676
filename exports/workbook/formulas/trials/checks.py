"""The checks of a model as rows: their sides, and whether each holds, so that trials compute them like any result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from engine.analysis.published import RELATIVE
from engine.language.tree import ONE, ZERO, Aggregate, Call, Name, Node, Pick
from engine.plan.plan import Plan, Row, Test
from engine.units.unit import PURE, Unit

_COUNT: Final = Unit("1", PURE)
TOLERANCE: Final = "relative_tolerance_"


def with_checks(plan: Plan) -> tuple[Plan, dict[str, Test]]:
    """Return a plan with a row a check that is 1 where it holds and 0 where not, and the checks by these rows."""
    rows: list[Row] = []
    tests: dict[str, Test] = {}
    for test in plan.tests:
        if not test.equation:
            *_, holds = found = list(_rows(test))
            rows += found
            tests[holds.id] = test
    if any(test.tolerance is None for test in tests.values()):
        rows.insert(0, Row(TOLERANCE, "Relative tolerance of checks", _COUNT, "constant", RELATIVE))
    whole = (*plan.rows, *rows)
    return replace(plan, rows=whole, index={row.id: at for at, row in enumerate(whole)}), tests


def _rows(test: Test) -> Iterator[Row]:
    """Yield the rows of a check: sides that are more than a cell, a tolerance of its own, and last whether it holds."""
    name, label = test.check.id, test.check.label
    sides: list[Node] = []
    for end, side in (("left", test.comparison.left), ("right", test.comparison.right)):
        if isinstance(side, Name | Pick) or (not test.over and side == ZERO):
            sides.append(side)
            continue
        yield Row(f"{name}_{end}_", f"{label}, {end} side", test.unit, "working", None, side, over=test.over)
        sides.append(Name(f"{name}_{end}_"))
    left, right = sides
    if test.tolerance is None:
        size: Node = Call("add", (Call("abs", (left,)), Call("abs", (right,))))
        if test.magnitude is not None:
            yield Row(f"{name}_size_", f"{label}, size", test.unit, "working", None, test.magnitude, over=test.over)
            size = Name(f"{name}_size_")
        tolerance: Node = Call("mul", (Name(TOLERANCE), size))
    elif test.tolerance:
        yield Row(f"{name}_tolerance_", f"Tolerance of: {label}", test.unit, "constant", test.tolerance)
        tolerance = Name(f"{name}_tolerance_")
    else:
        tolerance = ZERO
    holds = Call("if", (_holds(test.comparison.function, left, right, tolerance), ONE, ZERO))
    yield Row(f"{name}_holds_", label, _COUNT, "working", None, holds, over=test.over)
    if test.over:
        every = Aggregate("min", Name(f"{name}_holds_"), test.over)
        yield Row(f"{name}_holds_everywhere_", label, _COUNT, "working", None, every)


def _holds(function: str, left: Node, right: Node, tolerance: Node) -> Node:
    match function:
        case "le":
            return Call("le", (left, Call("add", (right, tolerance))))
        case "ge":
            return Call("ge", (left, Call("sub", (right, tolerance))))
        case "eq":
            return Call("le", (Call("abs", (Call("sub", (left, right)),)), tolerance))
        case "ne":
            return Call("gt", (Call("abs", (Call("sub", (left, right)),)), tolerance))
    return Call(function, (left, right))
