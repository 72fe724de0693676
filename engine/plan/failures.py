"""What to say of a row that has no finite value: the member, the reason, and the numbers that it is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Final

import numpy as np

from engine.language.tree import Aggregate, Call, nodes
from engine.language.unparse import text
from engine.model.names import member_of
from engine.plan.cells import Cell, as_written, cell_name, written_name
from engine.plan.plan import Case, Numbers, Plan, Row, shown
from engine.plan.reading.cell_formulas import CellFormula, formula_at
from engine.plan.reading.reasons import OutsideError, reason_of
from engine.problems import Problem, error, listed

_SHOWN: Final = 12
_ASK: Final = "ask first how many there are, as in mean(x, by=region) if count(by=region) > 0 else 0"


def row_problem(
    plan: Plan, case: Case, rows: Sequence[Row], values: Sequence[Numbers], reason: Exception | None
) -> Problem:
    """Return a problem for the first cell, of rows that are computed together, without a value of its own."""
    for cell in _broken(plan, rows, values):
        try:
            formula = formula_at(plan, values, cell)
        except OutsideError as outside:
            if not all(map(isfinite, outside.read.values())):
                continue
            return _no_value(plan, case, cell, str(outside), outside.read, hint=outside.hint)
        if formula is not None and all(map(isfinite, formula.numbers)):
            read = dict(zip(formula.reads.values(), formula.numbers, strict=True))
            return _no_value(plan, case, cell, _of_none(plan, values, cell) or _why(formula), read)
    words = reason_of(reason) if reason is not None else "a part of it is too large"
    return _no_value(plan, case, Cell(rows[0].id), words, {})


def _broken(plan: Plan, rows: Sequence[Row], values: Sequence[Numbers]) -> Iterator[Cell]:
    """Yield the cells without a value, period by period where rows are over several."""
    if len(rows) == 1 and not rows[0].over:
        yield Cell(rows[0].id)
        return
    found = []
    for order, row in enumerate(rows):
        array = np.broadcast_to(values[plan.index[row.id]], plan.shape(row))
        axis = plan.model.across(row.over)
        for indices in np.argwhere(~np.isfinite(array)):
            number = int(np.ravel_multi_index(tuple(indices), array.shape))
            period = int(indices[row.over.index(axis)]) if axis else 0
            found.append((period, order, number, row.id))
    for _, _, number, id_ in sorted(found):
        yield Cell(id_, number)


def _of_none(plan: Plan, values: Sequence[Numbers], cell: Cell) -> str:
    """Return in words which aggregate of a cell has no members to take together; empty where all have some."""
    row = plan.row(cell.id)
    for node in nodes(row.expression) if row.expression is not None else ():
        asked = plan.short.get(node)
        # What is of some members alone is divided by how many there are, or by 0 for none.
        if isinstance(asked, Aggregate) and isinstance(node, Call) and node.function == "div":
            try:
                count = formula_at(plan, values, cell, of=node.arguments[1])
                is_none = count is not None and count.value() == 0
            except (ArithmeticError, ValueError):
                is_none = False
            if is_none:
                return _no_members(plan, cell, asked)
    return ""


def _no_members(plan: Plan, cell: Cell, asked: Aggregate) -> str:
    (fine, *more) = asked.over
    which = f"no member of '{fine}'" if not more else f"no members of {listed(asked.over)}"
    if asked.by:
        row = plan.row(cell.id)
        at = dict(zip(row.over, np.unravel_index(cell.number, plan.shape(row)), strict=True))
        which += f" belongs to {plan.model.dimension[asked.by[0]].members[int(at[asked.by[0]])]}"
    if asked.where is None:
        return which
    condition = text(as_written(plan, asked.where))
    return f"{condition} holds of {which.replace(' belongs to', ' that belongs to')}"


def _why(formula: CellFormula) -> str:
    try:
        value = formula.value()
    except (ArithmeticError, ValueError) as problem:
        return reason_of(problem)
    return "a part of it is too large" if isfinite(value) else "the result is too large"


def _shown(plan: Plan, row: Row, stored: float) -> str:
    dimension = plan.chosen_from(row)
    return f"{shown(stored, row):.15g}{row.unit.suffix}" if dimension is None else dimension.member_at(stored)


def _no_value(
    plan: Plan, case: Case, cell: Cell, reason: str, read: Mapping[Cell, float], *, hint: str = ""
) -> Problem:
    row = plan.row(cell.id)
    check = next((test for test in plan.model.checks if row.id.startswith(f"check_{test.id}_")), None)
    quantity = row.quantity or (plan.model.by_id.get(row.note) if check is None else None)
    operands = []
    for cell_read, stored in read.items():
        used = plan.row(cell_read.id)
        # A member that a formula names stands in it.
        is_named = used.kind == "dimension" and used.over[0] in plan.model.dimension
        is_named = is_named and not plan.model.dimension[used.over[0]].is_time
        if used.kind != "constant" and not is_named:
            operands.append(f"  {written_name(plan, cell_read)} = {_shown(plan, used, stored)}")
    if len(operands) > _SHOWN:
        operands = [*operands[: _SHOWN - 1], f"  ... and {len(operands) - _SHOWN + 1} more"]
    member = member_of(cell_name(plan, cell))
    written = dict(quantity.written) if quantity is not None else {}
    author = (
        check.test
        if check is not None
        else written.get("") or next((f for key, f in written.items() if key in member.split(", ")), None)
    )
    name = cell_name(plan, cell)
    if row.kind == "working":
        name = row.note
        # The point of a curve has no formula in the author's words but that of the whole row.
        reason = reason if row.place is not None else f"{reason}, in {written_name(plan, cell)}"
    written_text = "" if row.expression is None else text(as_written(plan, row.expression))
    lines = [
        f"'{name}' has no finite value in the scenario '{case.id}': {reason}",
        *([] if row.expression is None else [written_text if author is None else author.text.strip()]),
        *operands,
    ]
    if "division by zero" in reason:
        hint = "guard it, such as (a / b if b > 0 else 0)"
    hint = _ASK if "no member" in reason and "is no member" not in reason else hint
    if row.kind == "equation":
        hint = "its equation has no solution there"
    path = (*quantity.path, quantity.formula_key) if quantity is not None else ()
    path = ("checks", check.id, "test") if check is not None else path
    return error("not-finite", "\n".join(lines), plan.model.at(*path), hint)
