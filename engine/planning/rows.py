"""Quantities, dimensions and checks as rows and tests: each formula through its passes, what fails as a problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import numpy as np

from engine.language.tree import ZERO, Aggregate, Call, Name
from engine.model.data import DataGrid, as_decimal
from engine.model.dimensions import DEFAULT, Grid
from engine.model.model import Check, Formula, Model, Quantity
from engine.model.names import cell_id, member_of, solved_id
from engine.plan.plan import Array, Numbers, Row, Test
from engine.planning.dimension_rows import dimension_rows
from engine.planning.drafts import PLAIN, Draft, Drafted, converting
from engine.planning.equations import Equation
from engine.planning.known import Known
from engine.planning.lowering.lowering import Lowering, WrittenFormula
from engine.planning.lowering.needs import NOTHING
from engine.planning.own_members import at_own_member
from engine.planning.terms import magnitude
from engine.problems import KeyPath, error
from engine.units.inference import Comparison
from engine.units.unit import PURE, Unit


def draft(lowering: Lowering, known: Known | None) -> Drafted:
    """Return the rows of dimensions and quantities, the tests of checks, and the working rows that these need.

    What is `known` of quantities is taken as it is.
    """
    model, units = lowering.model, lowering.unit_of
    drafted = Drafted(conversions=lowering.inference.conversions)
    for quantity in model.quantities:
        if quantity.id not in units:
            continue
        made = known.draft(quantity) if known is not None else None
        if known is not None and made is not None:
            drafted.rows += _taken(lowering, quantity, made, known, drafted)
        else:
            drafted.rows += _anew(lowering, quantity, units[quantity.id], known, drafted)
    rows = {row.id: row for row in drafted.rows}
    drafted.tests += [_substitution(lowering, equation, rows) for equation in drafted.equations.values()]
    drafted.tests += [test for row in rows.values() if isinstance(row.expression, Aggregate) for test in _rate(row)]
    for check in model.checks:
        drafted.tests += _check(lowering, check, drafted, rows)
    lowering.take("")
    drafted.rows = [*dimension_rows(model, lowering.shapes, lowering.maps, units), *drafted.rows]
    return drafted


def stored(value: Decimal | Grid[Decimal] | None, unit: Unit, shape: tuple[int, ...] = ()) -> Numbers:
    """Return a value in its declared unit as it is stored: percent becomes a fraction, and what is not given NaN."""
    if isinstance(value, DataGrid):
        return (_hundredths(value.numbers) if unit.percent else value.numbers).reshape(shape)
    if isinstance(value, Grid):
        cells = [np.nan if cell is None else float(cell / 100 if unit.percent else cell) for cell in value.cells]
        return np.array(cells).reshape(shape)
    assert value is not None  # noqa: S101  # asked only of what has a value
    one = float(value / 100 if unit.percent else value)
    return np.full(shape, one) if shape else one


def _hundredths(numbers: Array) -> Array:
    """Return numbers over 100, each the nearest to what its digits say."""
    return np.array([one if np.isnan(one) else float(as_decimal(one) / 100) for one in numbers.tolist()])


def _taken(lowering: Lowering, quantity: Quantity, made: Draft, known: Known, drafted: Drafted) -> list[Row]:
    """Return the rows that a quantity had in the plan before, and take what else it came to."""
    if made is not PLAIN:
        lowering.adopt(quantity.id, made.needs, known.drafted.conversions)
        made = _told_in(lowering.model, made)
        drafted.problems += made.problems
        drafted.own[quantity.id] = made
        if made.equation is not None:
            drafted.equations[quantity.id] = made.equation
    rows = made.rows or (known.row(quantity),)
    return [
        row if row.quantity is None or row.quantity is quantity else replace(row, quantity=quantity) for row in rows
    ]


def _told_in(model: Model, made: Draft) -> Draft:
    """Return a draft whose problems stand in the text of a model."""
    if not made.problems and made.equation is None:
        return made
    problems = [replace(one, location=one.location and model.at(*one.location.path)) for one in made.problems]
    equation = made.equation and replace(made.equation, at=model.at(*made.equation.at.path))
    return made._replace(problems=tuple(problems), equation=equation)


def _anew(lowering: Lowering, quantity: Quantity, unit: Unit, known: Known | None, drafted: Drafted) -> list[Row]:
    """Return the rows of a quantity, and keep what else it comes to."""
    said = len(drafted.problems)
    rows = _quantity(lowering, quantity, unit, drafted)
    needs = lowering.take(quantity.id)
    is_one_row = len(rows) == 1 and rows[0].kind != "equation"
    draft = PLAIN
    if not is_one_row or len(drafted.problems) > said or (needs is not NOTHING and any(needs[1:])):
        problems, equation = tuple(drafted.problems[said:]), drafted.equations.get(quantity.id)
        draft = Draft(() if is_one_row else tuple(rows), problems, equation, needs)
    elif needs is not NOTHING:
        draft = converting(needs.conversions)
    if draft is not PLAIN:
        drafted.own[quantity.id] = draft
    if known is not None:
        known.compare(quantity, draft)
    return rows


def _quantity(lowering: Lowering, quantity: Quantity, unit: Unit, drafted: Drafted) -> list[Row]:
    """Return the rows of a quantity; none where its formula fails."""
    if quantity.is_input or (quantity.value is not None and not quantity.over):
        value = stored(quantity.value, unit, lowering.model.shape(quantity.over))
        return [Row(quantity.id, quantity.label, unit, "input", value, quantity=quantity, over=quantity.over)]
    if quantity.formulas:
        return _by_member(lowering, quantity, unit, drafted)
    return [] if quantity.formula is None else _whole(lowering, quantity, quantity.formula, unit, drafted)


def _whole(lowering: Lowering, quantity: Quantity, formula: Formula, unit: Unit, drafted: Drafted) -> list[Row]:
    """Return the rows of a quantity with one formula for all of it."""
    tree = None if quantity.is_equation else lowering.alike(formula, unit)
    rows: tuple[Row, ...] = ()
    if tree is None:
        at = lowering.model.at(*quantity.path, quantity.formula_key)
        written = WrittenFormula(formula, quantity.id, quantity.id, quantity.id, quantity.over, at)
        if quantity.is_equation:
            return _equation(lowering, quantity, written, unit, drafted)
        lowered = lowering.formula(written, unit)
        drafted.problems += lowered.problems
        tree, rows = lowered.tree, lowered.rows
    if tree is None:
        return []
    row = Row(quantity.id, quantity.label, unit, "formula", None, tree, quantity, quantity.over)
    return [*rows, row if quantity.value is None else _begun(lowering, row, quantity)]


def _begun(lowering: Lowering, row: Row, quantity: Quantity) -> Row:
    """Return a row whose first periods have values of their own."""
    value: Array = np.asarray(stored(quantity.value, row.unit, lowering.model.shape(row.over)))
    along = lowering.model.across(row.over)
    axis = row.over.index(along)
    given = int(np.isfinite(np.moveaxis(value, axis, 0).reshape(value.shape[axis], -1)[:, 0]).sum())
    return Row(row.id, row.label, row.unit, row.kind, value, row.expression, quantity, row.over,
               given=given, given_over=along)  # fmt: skip


def _by_member(lowering: Lowering, quantity: Quantity, unit: Unit, drafted: Drafted) -> list[Row]:
    """Return a row for each member with a formula, then the row that they make up."""
    rest = tuple([name for name in quantity.over if name != quantity.formulas_over])
    rows: list[Row] = []
    told: set[KeyPath] = set()
    for member, formula in quantity.formulas:
        at = lowering.model.at(*quantity.formula_place(member))
        name = cell_id(quantity.id, (member,))
        own = formula
        if formula.key == DEFAULT and formula.tree is not None:
            own = replace(formula, tree=at_own_member(lowering.model, quantity, member, formula.tree), shape=None)
        lowered = lowering.formula(WrittenFormula(own, name, quantity.id, quantity.id, rest, at), unit)
        if at.path not in told:
            # What is wrong with one formula of several members is told once.
            drafted.problems += lowered.problems
            told.update([at.path] if lowered.problems else [])
        if lowered.tree is not None:
            label = f"{quantity.label} · {member}"
            rows += [*lowered.rows, Row(name, label, unit, "part", None, lowered.tree, quantity, rest)]
    parts = tuple([row.id for row in rows if row.kind == "part"])
    if len(parts) < len(quantity.formulas):
        return []
    whole = Row(quantity.id, quantity.label, unit, "formula", None, None, quantity, quantity.over, parts=parts)
    return [*rows, whole]


def _equation(
    lowering: Lowering, quantity: Quantity, written: WrittenFormula, unit: Unit, drafted: Drafted
) -> list[Row]:
    """Return the row of an unknown, still without a formula, and note its equation."""
    lowered = lowering.equation(written)
    drafted.problems += lowered.problems
    if lowered.comparison is not None and lowered.unit is not None:
        sides = lowered.comparison
        drafted.equations[quantity.id] = Equation(quantity.id, sides.left, sides.right, lowered.unit, written.at)
    return [*lowered.rows, Row(quantity.id, quantity.label, unit, "equation", quantity=quantity, over=quantity.over)]


def _substitution(lowering: Lowering, equation: Equation, rows: Mapping[str, Row]) -> Test:
    """Return the check that the solution of an equation, put into it, makes both sides equal."""
    quantity = lowering.model.by_id[equation.id]
    assert quantity.formula is not None  # noqa: S101  # it is what was read
    left, right = equation.left, equation.right
    check = Check(solved_id(equation.id), f"Solved: {quantity.label}", quantity.formula)
    comparison = Comparison("eq", left, right, equation.unit.atoms)
    size = magnitude(rows.get, left, right, opaque=(equation.id,))
    return Test(check, comparison, size, None, equation.unit, quantity.over, equation.at.path)


def _rate(row: Row) -> Iterator[Test]:
    """Yield the check that flows are worth nothing at a rate: spreadsheets find it by trying."""
    node, quantity = row.expression, row.quantity
    if not isinstance(node, Aggregate) or node.function not in {"irr", "xirr"} or quantity is None:
        return
    formula = quantity.formula_for(tuple(member_of(row.id).split(", "))) if row.kind == "part" else quantity.formula
    assert formula is not None  # noqa: S101  # it is what was read
    node = replace(node, guess=None)
    worth = replace(node, function=node.function.replace("irr", "npv"), parameters=(Name(row.id), *node.parameters))
    most, least = (replace(node, function=end, parameters=()) for end in ("max", "min"))
    largest = Call("max", (most, Call("neg", (least,))))
    check = Check(solved_id(row.id), f"Worth nothing at the rate: {row.label}", formula)
    comparison = Comparison("eq", worth, ZERO, PURE)
    yield Test(check, comparison, largest, None, Unit("1", PURE), row.over, (*quantity.path, "formula"))


def _check(lowering: Lowering, check: Check, drafted: Drafted, rows: Mapping[str, Row]) -> Iterator[Test]:
    """Yield the test of a check, unless it fails."""
    at = lowering.model.at("checks", check.id, "test")
    lowered = lowering.test(WrittenFormula(check.test, check.id, check.id, f"check_{check.id}", (), at))
    drafted.rows += lowered.rows
    comparison, unit = lowered.comparison, lowered.unit
    if comparison is not None and check.tolerance is not None and comparison.function in {"lt", "gt"}:
        message = f"the check '{check.id}' has a tolerance, and < and > hold strictly"
        where = lowering.model.at("checks", check.id, "tolerance")
        drafted.problems.append(error("check", message, where, "write <= or >="))
    drafted.problems += lowered.problems
    if comparison is not None and unit is not None:
        tolerance = None if check.tolerance is None else float(stored(check.tolerance, unit))
        size = magnitude(rows.get, comparison.left, comparison.right)
        yield Test(check, comparison, size, tolerance, unit, lowered.over)
