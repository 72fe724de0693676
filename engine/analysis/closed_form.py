"""The closed form of a result: one formula in terms of the inputs, simplified, as one would publish it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from typing import Final

from engine.analysis.inlining import TooLongToInline, Unrolled
from engine.language.branches import NotSolvable
from engine.language.solving import simplify
from engine.language.tree import Call, Node, names, rebuilt, size
from engine.model.dimensions import cell
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.outputs import refuse_choice
from engine.plan.reading.cell_formulas import value_of
from engine.problems import ModelError, error

MOST_ANCESTORS: Final = 25
_MOST_NODES: Final = 300


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """A formula over the names of cells, as stored: a share is a fraction.

    `cells` are those that it names; `stops` the results among them, which it does not open; `settled` the switches, and
    the members of choices, that it was written for. `latex` is '' where sympy could not simplify it. What is too long
    to be written out member by member is its author's formula, with `whole` the quantities over dimensions that it
    reads; and so is what `is_searched`, a rate of return or the value of a curve.
    """

    name: str
    tree: Node
    text: str
    latex: str
    cells: Mapping[str, Cell]
    stops: tuple[str, ...]
    settled: Mapping[str, float | str]
    whole: tuple[str, ...] = ()
    is_searched: bool = False


def closed_form(results: Results, target: Cell) -> ClosedForm:
    """Return the closed form of a cell; beyond some 25 ancestors it stops at named intermediates."""
    refuse_choice(results.plan, target, "closed form")
    unrolled = Unrolled(results)
    name = unrolled.name(target)
    opened = _opened(unrolled, name)
    tree, settled = _written(unrolled, name, opened)
    while opened and (tree is None or size(tree) > _MOST_NODES):
        opened = opened[: len(opened) // 2]
        tree, settled = _written(unrolled, name, opened)
    if tree is None:
        return _as_written(unrolled, name, target)
    tree, latex = _simplified(unrolled, name, tree)
    used = {read: unrolled.cells[read] for read in names(tree)}
    stops = tuple([read for read in used if unrolled.formula(read) is not None])
    return ClosedForm(name, tree, unrolled.text(tree), latex, used, stops, settled)


def _simplified(unrolled: Unrolled, name: str, tree: Node) -> tuple[Node, str]:
    """Return a formula as short as sympy makes it, with its LaTeX; as it is, and without, where it cannot."""
    if size(tree) > _MOST_NODES:
        return tree, ""
    try:
        short, latex = simplify(tree, frozenset([read for read in names(tree) if _is_positive(unrolled, read)]))
        values = {read: unrolled.value(read) for read in names(tree)}
        if isclose(value_of(short, values), unrolled.value(name), rel_tol=1e-9):
            return short, latex
    except (NotSolvable, ArithmeticError, ValueError):
        # What sympy has no word for, or would take too long over, stays as it is written.
        pass
    return tree, ""


def _as_written(unrolled: Unrolled, name: str, target: Cell) -> ClosedForm:
    """Return the formula of a cell as its author wrote it; raise ModelError where the cell is of no quantity."""
    plan = unrolled.plan
    quantity = plan.row(target.id).quantity
    over = plan.row(target.id).over
    formula = None if quantity is None else quantity.formula_for(plan.model.member(over, target.number))
    if formula is None or formula.tree is None:
        message = f"'{name}' has no closed form of a length that can be read or worked with"
        hint = f'see what it is made of: explain "{name}"'
        raise ModelError([error("closed-form", message, plan.model.at(), hint)])
    read = [plan.row(id_) for id_ in names(formula.tree) if id_ in plan.index]
    cells = {row.id: Cell(row.id) for row in read if not row.over and row.kind != "dimension"}
    stops = tuple([row.id for row in read if row.is_computed])
    whole = tuple([row.id for row in read if row.over and row.kind != "dimension"])
    return ClosedForm(name, formula.tree, formula.text.strip(), "", cells, stops, {}, whole, unrolled.is_closed(name))


def _written(unrolled: Unrolled, name: str, opened: list[str]) -> tuple[Node | None, dict[str, float | str]]:
    values: dict[str, float] = {}
    try:
        tree = _settle(unrolled, unrolled.write_out(name, set(opened).__contains__), values)
    except TooLongToInline:
        return None, {}
    settled: dict[str, float | str] = {**values}
    for one in [*values, *_choosing(unrolled, [name, *opened])]:
        quantity = unrolled.plan.row(unrolled.cells[one].id).quantity
        if quantity is not None and quantity.choice:
            settled[one] = unrolled.plan.model.dimension[quantity.choice].member_at(unrolled.value(one))
    return tree, settled


def _choosing(unrolled: Unrolled, opened: list[str]) -> list[str]:
    """Return the choices that say which members formulas read, as they are picked and grouped by them."""
    read: dict[str, None] = {}
    for name in opened:
        formula = unrolled.formula(name)
        read |= dict.fromkeys(formula.reads if formula is not None else ())
    return [one for one in read if _is_choice(unrolled, one)]


def _is_choice(unrolled: Unrolled, name: str) -> bool:
    quantity = unrolled.plan.row(unrolled.cells[name].id).quantity
    return quantity is not None and bool(quantity.choice)


def _settle(unrolled: Unrolled, node: Node, settled: dict[str, float]) -> Node:
    """Return the formula for the switches as they stand, and remember these: nobody publishes a switch."""
    if isinstance(node, Call) and node.function == "if":
        test = node.arguments[0]
        read = names(test)
        if read and all(_is_switch(unrolled, one) for one in read):
            values = {one: unrolled.value(one) for one in read}
            settled |= values
            return _settle(unrolled, node.arguments[1 if value_of(test, values) else 2], settled)
    return rebuilt(node, lambda below: _settle(unrolled, below, settled))


def _is_switch(unrolled: Unrolled, name: str) -> bool:
    row = unrolled.plan.row(unrolled.cells[name].id)
    quantity = row.quantity
    if _is_choice(unrolled, name):
        return True
    number = unrolled.cells[name].number
    is_input = quantity is not None and row.kind == "input" and quantity.whole
    return is_input and (cell(quantity.min, number), cell(quantity.max, number)) == (0, 1)  # type: ignore[union-attr]


def _opened(unrolled: Unrolled, name: str) -> list[str]:
    """Return the results to open, the nearest first: no more than some 25 cells are read on the way."""
    opened: list[str] = []
    seen = {name}
    waiting = [name]
    while waiting:
        current = waiting.pop(0)
        reads = [read for read in unrolled.reads(current) if read not in seen and not unrolled.is_constant(read)]
        if current != name:
            if len(seen) - 1 + len(reads) > MOST_ANCESTORS:
                continue
            if unrolled.is_closed(current):
                continue
            opened.append(current)
        seen.update(reads)
        waiting += [read for read in reads if unrolled.formula(read) is not None]
    return opened


def _is_positive(unrolled: Unrolled, name: str) -> bool:
    quantity = unrolled.plan.row(unrolled.cells[name].id).quantity
    least = None if quantity is None else cell(quantity.min, unrolled.cells[name].number)
    return least is not None and least > 0
