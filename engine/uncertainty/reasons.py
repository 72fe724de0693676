"""Why some cases have no value: where each loses it, and what happens there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.language.tree import Call, Name, nodes
from engine.model.bounds import breach
from engine.plan.cells import Cell, written_name
from engine.plan.plan import Array, Plan
from engine.plan.reading.cell_formulas import CellFormula, formula_at, value_of
from engine.plan.reading.reasons import OutsideError, reason_of

_MOST_KINDS: Final = 8
_DEEPEST: Final = 10_000
REST: Final = "other reasons"


def reasons(plan: Plan, values: Sequence[Any], cell: Cell, without: NDArray[np.bool_]) -> Counter[str]:
    """Return in how many of the cases in which a cell is `without` a value what is the reason, in words.

    A case is followed from the cell down to the one that loses the value first; the cases in which that one loses it
    too, of operands that all have one, count as alike.
    """
    found: Counter[str] = Counter()
    left = without.copy()
    for _ in range(_MOST_KINDS):
        if not np.any(left):
            return found
        case = int(np.argmax(left))
        root = _root(plan, [_of_case(plan, index, one, case) for index, one in enumerate(values)], cell)
        alike = left & ~np.isfinite(cell_values(plan, values, root.cell, len(left)))
        for used in root.reads:
            alike &= np.isfinite(cell_values(plan, values, used, len(left)))
        found[root.why] += int(alike.sum()) or 1
        left &= ~alike
        left[case] = False
    found[REST] += int(left.sum())
    return +found


def cell_values(plan: Plan, values: Sequence[Any] | Mapping[int, Any], cell: Cell, cases: int) -> Array:
    """Return the values of one cell in all cases, as stored."""
    row = plan.row(cell.id)
    own = np.asarray(values[plan.index[cell.id]])
    has_cases = own.ndim > len(row.over)
    found = own.reshape(own.shape[0] if has_cases else 1, -1)
    found = found[:, cell.number if found.shape[1] > 1 else 0]
    return np.broadcast_to(found, (cases,))


def _of_case(plan: Plan, index: int, values: Any, case: int) -> Any:  # noqa: ANN401  # a number or an array
    row = plan.rows[index]
    own = np.asarray(values)
    if own.ndim > len(row.over):
        own = own[case if own.shape[0] > 1 else 0]
    return np.broadcast_to(own, plan.shape(row)) if row.over else float(own)


class _Root(NamedTuple):
    """The cell in which a case loses its value, what happens there, and the cells that it reads."""

    cell: Cell
    why: str
    reads: tuple[Cell, ...] = ()


def _root(plan: Plan, values: Sequence[Any], cell: Cell) -> _Root:
    for _ in range(_DEEPEST):
        try:
            formula = formula_at(plan, values, cell)
        except OutsideError as outside:
            lost = [one for one, number in outside.read.items() if not _is_known(number)]
            if lost:
                cell = lost[0]
                continue
            return _Root(cell, f"{written_name(plan, cell)}: {outside}", tuple(outside.read))
        if formula is None:
            break
        lost = [
            one for one, number in zip(formula.reads.values(), formula.numbers, strict=True) if not _is_known(number)
        ]
        if not lost:
            return _Root(cell, _why(plan, cell, formula), tuple(formula.reads.values()))
        cell = lost[0]
    return _Root(cell, f"{written_name(plan, cell)} has no value")


def _is_known(number: float) -> bool:
    return bool(np.isfinite(number))


def _why(plan: Plan, cell: Cell, formula: CellFormula) -> str:
    name, row = written_name(plan, cell), plan.row(cell.id)
    known = dict(zip(formula.reads, formula.numbers, strict=True))
    try:
        value = formula.value()
    except ZeroDivisionError:
        for node in nodes(formula.tree):
            if isinstance(node, Call) and node.function == "div" and value_of(node.arguments[1], known) == 0:
                by = node.arguments[1]
                return (
                    f"{written_name(plan, formula.reads[by.id])} is 0"
                    if isinstance(by, Name)
                    else f"{name} divides by 0"
                )
        return f"{name} divides by 0"
    except (ArithmeticError, ValueError) as trouble:
        return f"{name}: {reason_of(trouble)}"
    broken = breach(row.quantity, value * row.unit.scale, cell.number) if row.quantity is not None else None
    return f"{name} {broken.words}" if broken is not None else f"{name} is too large"
