"""A plan as compiled Python over a list ``v`` of values: single numbers one by one, rows over dimensions as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from engine.language.generated import expression, function
from engine.language.numbers.along import ALONG
from engine.language.numbers.arrays import HELPERS as ARRAY_HELPERS
from engine.language.numbers.scalars import HELPERS, spell
from engine.language.tree import Call, Name, Node, Number, nodes
from engine.plan import loop_code
from engine.plan.array_code import ArraySpelling
from engine.plan.plan import Loop, Numbers, Plan, Row

Piece = Callable[[list[Numbers]], None]
# One function of 100,000 statements takes half a gigabyte to compile; pieces of 500 take a sixth of that.
STATEMENTS: Final = 500
_PLAIN: Final = (Number, Name, Call)


class Program:
    """A plan's formulas as functions to be called in order, and its steps: the ids that are computed together."""

    def __init__(self, plan: Plan) -> None:
        self.steps = steps(plan)
        self.pieces: list[Piece] = []
        waiting: list[str] = []
        is_array = False
        for ids in self.steps:
            lines, are_arrays = _statements(plan, ids)
            if waiting and (are_arrays != is_array or len(waiting) >= STATEMENTS):
                self.pieces.append(_function(plan, waiting, arrays=is_array))
                waiting = []
            is_array = are_arrays
            waiting += lines
        if waiting:
            self.pieces.append(_function(plan, waiting, arrays=is_array))


def steps(plan: Plan) -> list[tuple[str, ...]]:
    """Return the ids of formulas in order: one at a time, or those of a loop together."""
    loops = {id_: loop for loop in plan.loops for id_ in loop.ids}
    return list(_steps(plan, loops))


def compile_step(plan: Plan, ids: tuple[str, ...]) -> Piece:
    """Return the function that computes one step in a list of all values; NaN in arrays where there is no value."""
    lines, arrays = _statements(plan, ids, exact=False)
    return _function(plan, lines, arrays=arrays)


def side(plan: Plan, node: Node, over: tuple[str, ...] = ()) -> Callable[[Sequence[Numbers]], Numbers]:
    """Return the function that gives an expression's value, an array where it is over something."""
    if not over and is_plain(node, plan):
        return _evaluated(plan, spell(node, plan.index), arrays=False)
    return _evaluated(plan, ArraySpelling(plan, many=False).sides(node, over), arrays=True)


def is_plain(node: Node, plan: Plan) -> bool:
    """Return whether an expression is made of single numbers alone."""
    return all(
        isinstance(part, _PLAIN) and not (isinstance(part, Name) and plan.row(part.id).over) for part in nodes(node)
    )


def array_space(plan: Plan) -> dict[str, Any]:
    """Return the names that statements over arrays may use."""
    numbers = {d.id: np.array(d.codes) for d in plan.model.dimensions}
    words = {"numpy": np, "abs": abs, "int": int, "range": range, "float": float, "numbers": numbers, "n": ()}
    return {**ARRAY_HELPERS, **ALONG, **words}


def _steps(plan: Plan, loops: Mapping[str, Loop]) -> Iterator[tuple[str, ...]]:
    done: set[str] = set()
    for row in plan.rows:
        if not row.is_computed or row.id in done:
            continue
        ids = loops[row.id].ids if row.id in loops else (row.id,)
        if len(ids) > 1 or loops:
            done.update(ids)
        yield ids


def _statements(plan: Plan, ids: tuple[str, ...], *, exact: bool = True) -> tuple[list[str], bool]:
    """Return the statements of a step, and whether they are over arrays; `exact` ones raise where there is no value."""
    loop = next((loop for loop in plan.loops if loop.ids == ids), None) if plan.loops else None
    if loop is not None:
        if exact and loop_code.is_simple(plan, loop):
            return loop_code.statements(plan, loop), False
        return ArraySpelling(plan, many=False).loop(loop), True
    row = plan.row(ids[0])
    if _is_single(plan, row):
        assert row.expression is not None  # noqa: S101  # a single number has no parts
        return [f"v[{plan.index[row.id]}] = {spell(row.expression, plan.index)}"], False
    lines = ArraySpelling(plan, many=False).statements(row)
    return (lines if row.over else [f"{lines[0].replace(' = ', ' = float(', 1)})"]), True


def _is_single(plan: Plan, row: Row) -> bool:
    return not row.over and row.expression is not None and (not plan.model.dimensions or is_plain(row.expression, plan))


def _function(plan: Plan, statements: Sequence[str], *, arrays: bool) -> Piece:
    piece: Piece = function("v", statements, array_space(plan) if arrays else _single_space())
    return _quiet(piece) if arrays else piece


def _quiet(piece: Piece) -> Piece:
    def run(values: list[Numbers]) -> None:
        with np.errstate(all="ignore"):
            piece(values)

    return run


def _single_space() -> dict[str, Any]:
    return {**HELPERS, **loop_code.WORDS}


def _evaluated(plan: Plan, text: str, *, arrays: bool) -> Callable[[Sequence[Numbers]], Numbers]:
    computed = expression("v", text, array_space(plan) if arrays else _single_space())

    def value(values: Sequence[Numbers]) -> Numbers:
        with np.errstate(all="ignore"):
            found: Numbers = computed(values)
            return found

    return value
