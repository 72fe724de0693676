"""Quantities and checks as rows: conversions written in, bare numbers lifted to constants, aggregates given rows."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

import numpy as np

from engine.language.parse import LONGEST
from engine.language.tree import Call, Name, Node, Pick
from engine.language.unparse import text
from engine.model.dimensions import Dimension, Grid
from engine.model.load import MOST_CELLS
from engine.model.model import Check, Formula, Model, Quantity
from engine.plan.plan import Array, Numbers, Row, Test
from engine.planning.aggregates import Aggregating
from engine.planning.constants import Lifting, part_id
from engine.planning.equations import Equation, balanced
from engine.planning.resolve import ShapeMismatch, free, resolved
from engine.planning.shapes import Over, Shapes
from engine.problems import Location, ModelError, Problem, error
from engine.units.conversions import Conversion
from engine.units.inference import Comparison, Inference
from engine.units.mismatch import UnitMismatch
from engine.units.registry import Units
from engine.units.unit import PURE, Unit

# What reads other members, in a model that has no dimensions, must be refused all the same.
_ELSEWHERE: Final = re.compile(r"\[|\b(?:sum|mean|prev|first|last)\s*\(|over")


def stored(value: Decimal | Grid[Decimal] | None, unit: Unit, shape: tuple[int, ...] = ()) -> Numbers:
    """Return a value in its declared unit as it is stored: percent becomes a fraction, and what is not given NaN."""
    if isinstance(value, Grid):
        cells = [np.nan if cell is None else float(cell / 100 if unit.percent else cell) for cell in value.cells]
        return np.array(cells).reshape(shape)
    assert value is not None  # noqa: S101  # asked only of what has a value
    one = float(value / 100 if unit.percent else value)
    return np.full(shape, one) if shape else one


class Drafting:
    """Turns quantities into rows one by one; what cannot be turned becomes a problem."""

    def __init__(self, model: Model, units: Units) -> None:
        self.model = model
        self.units = units
        self.problems: list[Problem] = []
        self.known = self.readable_units()
        # Most models are over nothing; what is true of all their formulas need not be asked of each.
        self.dimensional = bool(model.dimensions)
        self.shapes = Shapes(model)
        self.lifting = Lifting(model, self.shapes, self.problems)
        self.aggregating = Aggregating(model, self.shapes)
        self.inference = Inference(units, {id_: unit.atoms for id_, unit in self.known.items()}, self.aggregating)
        self.equations: dict[str, Equation] = {}
        self.drawn: set[str] = set()
        self.cells = 0

    def readable_units(self) -> dict[str, Unit]:
        found: dict[str, Unit] = {}
        texts = [(quantity.id, quantity.unit) for quantity in self.model.quantities]
        texts += [(dimension.id, dimension.unit) for dimension in self.model.dimensions]
        for id_, written in texts:
            try:
                found[id_] = self.units.parse(written)
            except ValueError:  # the check of units has said it
                continue
        return found

    def rows(self) -> list[Row]:
        """Return the rows of dimensions that count and of quantities, with the working rows that these need."""
        drafted = [
            _dimension_row(d, self.known[d.id]) for d in self.model.dimensions if d.numbers and d.id in self.known
        ]
        for quantity in self.model.quantities:
            drafted += self.quantity(quantity)
        return drafted

    def quantity(self, quantity: Quantity) -> list[Row]:  # noqa: PLR0911  # one return a kind
        unit = self.known.get(quantity.id)
        if unit is None:
            return []
        if quantity.is_input or (quantity.value is not None and not quantity.over):
            return [Row(quantity.id, quantity.label, unit, "input", stored(quantity.value, unit, self.shape(quantity)),
                        quantity=quantity, over=quantity.over)]  # fmt: skip
        if quantity.formulas:
            return self.by_member(quantity, unit)
        if quantity.formula is None:
            return []
        at = self.model.at(*quantity.path, quantity.formula_key)
        if quantity.is_equation:
            self.equation(quantity, quantity.formula, (unit, quantity.over), at)
            unsolved = Row(quantity.id, quantity.label, unit, "equation", quantity=quantity, over=quantity.over)
            return [*self.working_rows(quantity.id, at), unsolved]
        expression = self.expression(quantity.id, quantity.id, quantity.formula, (unit, quantity.over), at)
        if expression is None:
            return []
        given, along = 0, ""
        value: Array | None = None
        if quantity.value is not None:
            value = np.asarray(stored(quantity.value, unit, self.shape(quantity)))
            along = self.model.across(quantity.over)
            axis = quantity.over.index(along)
            given = int(np.isfinite(np.moveaxis(value, axis, 0).reshape(value.shape[axis], -1)[:, 0]).sum())
        row = Row(
            quantity.id, quantity.label, unit, "formula", value, expression, quantity, quantity.over,
            given=given, given_over=along,
        )  # fmt: skip
        return [*self.working_rows(quantity.id, at), row]

    def by_member(self, quantity: Quantity, unit: Unit) -> list[Row]:
        """Return a row for each member with a formula, then the row that they make up."""
        rest = tuple([name for name in quantity.over if name != quantity.formulas_over])
        parts: list[Row] = []
        for member, formula in quantity.formulas:
            at = self.model.at(*quantity.path, "formula", member)
            name = part_id(quantity.id, member)
            expression = self.expression(name, quantity.id, formula, (unit, rest), at)
            if expression is not None:
                label = f"{quantity.label} · {member}"
                parts += [*self.working_rows(quantity.id, at),
                          Row(name, label, unit, "part", None, expression, quantity, rest)]  # fmt: skip
        ids = tuple([row.id for row in parts if row.kind == "part"])
        if len(ids) < len(quantity.formulas):
            return []
        return [
            *parts,
            Row(quantity.id, quantity.label, unit, "formula", None, None, quantity, quantity.over, parts=ids),
        ]

    def expression(
        self, name: str, owner: str, formula: Formula, declared: tuple[Unit, Over], at: Location
    ) -> Node | None:
        """Return a formula's tree with conversions and constants; None, with the problem noted, where it has none."""
        unit, over = declared
        if formula.tree is None or not self.all_known(formula):
            return None
        try:
            expression = self.inference.formula(name, self.shaped(name, owner, formula, over), unit)
        except (UnitMismatch, ShapeMismatch) as problem:
            self.complain(problem, at)
            return None
        return self.lifting.lifted(owner, expression, at, len(formula.text))

    def equation(self, quantity: Quantity, formula: Formula, declared: tuple[Unit, Over], at: Location) -> None:
        """Note what a quantity must satisfy, both sides in one unit; a problem where it cannot be asked."""
        if formula.tree is None or not self.all_known(formula):
            return
        try:
            compared = self.inference.test(quantity.id, self.shaped(quantity.id, quantity.id, formula, declared[1]))
        except (UnitMismatch, ShapeMismatch) as problem:
            self.complain(problem, at)
            return
        left, right = [
            self.lifting.lifted(quantity.id, side, at, len(formula.text)) for side in (compared.left, compared.right)
        ]
        unit = Unit(self.units.text(compared.atoms) or "1", compared.atoms)
        self.equations[quantity.id] = Equation(quantity.id, left, right, unit, at)

    def shaped(self, name: str, owner: str, formula: Formula, over: Over) -> Node:
        """Return a formula's tree with every member found; raise ShapeMismatch where it is over something else."""
        assert formula.tree is not None  # noqa: S101  # asked by both that call
        has_shape = self.dimensional or _ELSEWHERE.search(formula.text)
        tree = resolved(self.shapes, name, formula.tree, over) if has_shape else formula.tree
        self.aggregating.begin(owner, over)
        return tree

    def complain(self, problem: UnitMismatch | ShapeMismatch, at: Location) -> None:
        code = "units" if isinstance(problem, UnitMismatch) else "dimension"
        self.problems.append(error(code, problem.message, at, problem.hint))

    def working_rows(self, owner: str, at: Location) -> list[Row]:
        """Return the working rows that formulas needed since the last time."""
        new = [working for id_, working in self.aggregating.workings.items() if id_ not in self.drawn]
        rows = []
        for working in new:
            self.drawn.add(working.id)
            self.cells += self.model.size(working.over)
            user = self.model.by_id.get(owner)
            label = f"Working row of {user.label if user is not None else text(working.source)}"
            unit = Unit(self.units.text(working.atoms) or "1", working.atoms)
            node = self.lifting.lifted(owner, working.node, at, LONGEST)
            rows.append(Row(working.id, label, unit, "working", None, node, None, working.over, note=owner))
        if self.cells > MOST_CELLS:
            message = f"the working rows of the model have more than {MOST_CELLS:,} cells"
            raise ModelError(
                [*self.problems, error("size", message, at, "aggregate in steps, over fewer dimensions at once")]
            )
        return rows

    def shape(self, quantity: Quantity) -> tuple[int, ...]:
        return self.model.shape(quantity.over)

    def tests(self) -> tuple[list[Row], tuple[Test, ...]]:
        """Return the checks with both sides in one unit, and the working rows that they need."""
        rows: list[Row] = []
        tests = [self.substitution(equation) for equation in self.equations.values()]
        for check in self.model.checks:
            test = self.test(check)
            if test is not None:
                tests.append(test)
            rows += self.working_rows(check.id, self.model.at("checks", check.id, "test"))
        return rows, tuple(tests)

    def substitution(self, equation: Equation) -> Test:
        """Return the check that the solution of an equation, put into it, makes both sides equal."""
        quantity = self.model.by_id[equation.id]
        assert quantity.formula is not None  # noqa: S101  # it is what was read
        left, right = balanced(equation.left, equation.right)
        check = Check(f"{equation.id}_solved_", f"Solved: {quantity.label}", quantity.formula)
        comparison = Comparison("eq", left, right, equation.unit.atoms)
        return Test(check, comparison, None, equation.unit, quantity.over, equation.at.path)

    def conversions(self) -> None:
        """Make the conversions that were met constants of the plan."""
        for id_, conversion in self.inference.conversions.items():
            self.lifting.constants.setdefault(id_, _conversion_row(id_, conversion))

    def test(self, check: Check) -> Test | None:
        tree = check.test.tree
        if tree is None or not self.all_known(check.test):
            return None
        at = self.model.at("checks", check.id, "test")
        try:
            tree, over = free(self.shapes, check.id, tree)
            self.aggregating.begin(f"check_{check.id}", over)
            compared = self.inference.test(check.id, tree)
        except (UnitMismatch, ShapeMismatch) as problem:
            self.complain(problem, at)
            return None
        unit = self.side_unit(tree, compared)
        if check.tolerance is not None and compared.function in {"lt", "gt"}:
            message = f"the check '{check.id}' has a tolerance, and < and > hold strictly"
            where = self.model.at("checks", check.id, "tolerance")
            self.problems.append(error("check", message, where, "write <= or >="))
        sides = (compared.left, compared.right)
        left, right = [self.lifting.lifted(check.id, side, at, len(check.test.text)) for side in sides]
        tolerance = None if check.tolerance is None else float(stored(check.tolerance, unit))
        return Test(check, Comparison(compared.function, left, right, compared.atoms), tolerance, unit, over)

    def side_unit(self, tree: Node, compared: Comparison) -> Unit:
        """Return the unit that a check's sides are shown in: the left one's own where it is a quantity."""
        left = tree.arguments[0] if isinstance(tree, Call) else tree
        if isinstance(left, Name | Pick):
            return self.known[left.id]
        return Unit(self.units.text(compared.atoms) or "1", compared.atoms)

    def all_known(self, formula: Formula) -> bool:
        return all([name in self.known for name in formula.names])  # noqa: C419  # a list is faster here


def _conversion_row(id_: str, conversion: Conversion) -> Row:
    unit = Unit(conversion.unit, PURE)
    return Row(id_, conversion.label, unit, "constant", conversion.value, note="conversion of units")


def _dimension_row(dimension: Dimension, unit: Unit) -> Row:
    numbers = np.array([float(number) for number in dimension.numbers])
    return Row(dimension.id, dimension.label, unit, "dimension", numbers, over=(dimension.id,), note=dimension.note)
