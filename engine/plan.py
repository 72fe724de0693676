"""A checked model: ordered rows with their conversions written out, units erased into plain factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal

from engine import graph
from engine.algebra import Conversion
from engine.atoms import PURE, Unit
from engine.checks import check, cycles
from engine.expression import Call, Name, Node, Number
from engine.inference import Comparison, Inference
from engine.memory import collector_paused
from engine.mismatch import UnitMismatch
from engine.model import AS_WRITTEN, BASE, Check, Formula, Model, Quantity
from engine.problems import Location, ModelError, Problem, error, errors_in, warning
from engine.units import Units, units_of

Kind = Literal["input", "formula", "constant"]

_BARE: Final = frozenset({0.0, 1.0, 2.0, 10.0})
_DEEPEST_PLANNED: Final = 180
# A formula of so few characters cannot nest too deep, with whatever conversions.
_SHALLOW: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the calculation: an input, a formula, or a constant that conversions and literals are lifted to.

    `value` (inputs and constants) is as stored: a share of 50 percent is 0.5. `dimensions` names what it is over;
    a row without any is one number.
    """

    id: str
    label: str
    unit: Unit
    kind: Kind
    value: float | None = None
    expression: Node | None = None
    quantity: Quantity | None = None
    dimensions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario: whose values it starts from (None: the values as written), and its own, as stored."""

    id: str
    label: str
    parent: str | None
    own: Mapping[str, float]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """A check with both sides in the stored unit of the left one; tolerance None means relative."""

    check: Check
    comparison: Comparison
    tolerance: float | None
    unit: Unit


@dataclass(frozen=True, eq=False)
class Plan:
    """What every back end takes: it exists only if no check found an error."""

    model: Model
    units: Units
    rows: tuple[Row, ...]
    cases: tuple[Case, ...]
    tests: tuple[Test, ...]
    warnings: tuple[Problem, ...]
    index: Mapping[str, int] = field(repr=False)

    def row(self, id_: str) -> Row:
        """Return the row of an id."""
        return self.rows[self.index[id_]]

    @property
    def first_case(self) -> Case:
        """Return the scenario shown first."""
        return self.case(self.model.scenario or self.cases[0].id)

    def case(self, id_: str) -> Case:
        """Return a scenario; KeyError where there is none. ``base`` is the one that sets nothing."""
        if id_ == BASE:
            return next(case for case in self.cases if case.parent is None and not case.own)
        return self._cases_by_id[id_]

    @cached_property
    def _cases_by_id(self) -> dict[str, Case]:
        return {case.id: case for case in self.cases}

    def lineage(self, case: Case) -> list[Case]:
        """Return the scenario and those that it starts from, nearest first."""
        line = [case]
        while line[-1].parent is not None:
            line.append(self.case(line[-1].parent))
        return line

    def overrides(self, case: Case) -> dict[str, float]:
        """Return what a scenario changes of the values as written, as stored; the nearer scenario wins."""
        merged: dict[str, float] = {}
        for ancestor in reversed(self.lineage(case)):
            merged.update(ancestor.own)
        return merged


def plan(model: Model) -> Plan:
    """Return the plan of a model; raise ModelError with every problem found where there is an error among them."""
    with collector_paused():
        return _plan(model)


def _plan(model: Model) -> Plan:
    units = units_of(model.units)
    drafting = _Drafting(model, units)
    rows = {row.id: row for row in drafting.rows()}
    tests = drafting.tests()
    order = graph.order(model.feeds)
    problems = [*model.problems, *check(model), *drafting.problems]
    if order is None:
        problems += cycles(model)
    if errors := errors_in(problems):
        # Warnings wait: many of them, such as an input that nothing uses, only follow from an error.
        raise ModelError(errors)
    ordered = (*drafting.constants.values(), *[rows[id_] for id_ in order or ()])
    return Plan(
        model=model,
        units=units,
        rows=ordered,
        cases=_cases(model, rows),
        tests=tests,
        warnings=tuple(problems),
        index={row.id: place for place, row in enumerate(ordered)},
    )


def stored(value: Decimal, unit: Unit) -> float:
    """Return a value in its declared unit as it is stored: percent becomes a fraction."""
    return float(value / 100 if unit.percent else value)


class _Drafting:
    """Turns quantities into rows one by one; what cannot be turned becomes a problem."""

    def __init__(self, model: Model, units: Units) -> None:
        self.model = model
        self.units = units
        self.problems: list[Problem] = []
        self.constants: dict[str, Row] = {}
        self.literals: dict[str, dict[float, str]] = {}
        self.known = self.readable_units()
        self.inference = Inference(units, {id_: unit.atoms for id_, unit in self.known.items()})

    def readable_units(self) -> dict[str, Unit]:
        found: dict[str, Unit] = {}
        for quantity in self.model.quantities:
            try:
                found[quantity.id] = self.units.parse(quantity.unit)
            except ValueError:  # the check of units has said it
                continue
        return found

    def rows(self) -> list[Row]:
        drafted = [row for quantity in self.model.quantities if (row := self.row(quantity)) is not None]
        for id_, conversion in self.inference.conversions.items():
            self.constants[id_] = _conversion_row(id_, conversion)
        return drafted

    def row(self, quantity: Quantity) -> Row | None:
        unit = self.known.get(quantity.id)
        if unit is None:
            return None
        if quantity.value is not None:
            return Row(quantity.id, quantity.label, unit, "input", stored(quantity.value, unit), quantity=quantity)
        formula = quantity.formula
        if formula is None or formula.tree is None or not self.all_known(formula):
            return None
        at = self.model.at(*quantity.path, "formula")
        try:
            expression = self.inference.formula(quantity.id, formula.tree, unit)
        except UnitMismatch as problem:
            self.problems.append(error("units", problem.message, at, problem.hint))
            return None
        expression = self.lifted(quantity.id, expression, at, len(formula.text))
        return Row(quantity.id, quantity.label, unit, "formula", expression=expression, quantity=quantity)

    def tests(self) -> tuple[Test, ...]:
        drafted = [self.test(check) for check in self.model.checks]
        for id_, conversion in self.inference.conversions.items():
            self.constants.setdefault(id_, _conversion_row(id_, conversion))
        return tuple([test for test in drafted if test is not None])

    def test(self, check: Check) -> Test | None:
        tree = check.test.tree
        if tree is None or not self.all_known(check.test):
            return None
        at = self.model.at("checks", check.id, "test")
        try:
            compared = self.inference.test(check.id, tree)
        except UnitMismatch as problem:
            self.problems.append(error("units", problem.message, at, problem.hint))
            return None
        unit = self.side_unit(tree, compared)
        if check.tolerance is not None and compared.function in {"lt", "gt"}:
            message = f"the check '{check.id}' has a tolerance, and < and > hold strictly"
            where = self.model.at("checks", check.id, "tolerance")
            self.problems.append(error("check", message, where, "write <= or >="))
        sides = (compared.left, compared.right)
        left, right = [self.lifted(check.id, side, at, len(check.test.text)) for side in sides]
        tolerance = None if check.tolerance is None else stored(check.tolerance, unit)
        return Test(check, Comparison(compared.function, left, right, compared.atoms), tolerance, unit)

    def side_unit(self, tree: Node, compared: Comparison) -> Unit:
        """Return the unit that a check's sides are shown in: the left one's own where it is a quantity."""
        left = tree.arguments[0] if isinstance(tree, Call) else tree
        if isinstance(left, Name):
            return self.known[left.id]
        return Unit(self.units.text(compared.atoms) or "1", compared.atoms)

    def all_known(self, formula: Formula) -> bool:
        return all([name in self.known for name in formula.names])  # noqa: C419  # a list is faster here

    def lifted(self, owner: str, tree: Node, at: Location, length: int) -> Node:
        """Return the tree with each literal that deserves a name as a constant of its own."""
        if length > _SHALLOW and _depth(tree) > _DEEPEST_PLANNED:
            message = f"the formula of '{owner}' is nested too deep with its conversions"
            self.problems.append(error("formula", message, at, "split it into quantities with names of their own"))
            return tree
        return self.lift(owner, tree, at)

    def lift(self, owner: str, node: Node, at: Location) -> Node:
        if isinstance(node, Name):
            return node
        if isinstance(node, Number):
            return node if node.value in _BARE else self.literal(owner, node, at)
        arguments = list(node.arguments)
        # An exponent, and the digits of round, are a part of how the formula is written.
        is_count = node.function == "pow" or (node.function == "round" and len(arguments) > 1)
        kept = [arguments.pop()] if is_count and _is_literal(arguments[-1]) else []
        lifted = [self.lift(owner, argument, at) for argument in arguments]
        return Call(node.function, (*lifted, *kept))

    def literal(self, owner: str, number: Number, at: Location) -> Name:
        mine = self.literals.setdefault(owner, {})
        if number.value in mine:
            return Name(mine[number.value])
        id_ = mine[number.value] = f"{owner}_{len(mine) + 1}_"
        label = f"{number.text} in the formula of {owner}"
        self.constants[id_] = Row(id_, label, Unit("1", PURE), "constant", number.value, note=owner)
        message = f"'{owner}' has the bare number {number.text} in its {at.path[-1]}"
        self.problems.append(warning("bare-number", message, at, "give it a name, a unit and a source of its own"))
        return Name(id_)


def _conversion_row(id_: str, conversion: Conversion) -> Row:
    unit = Unit(conversion.unit, PURE)
    return Row(id_, conversion.label, unit, "constant", conversion.value, note="conversion of units")


def _is_literal(node: Node) -> bool:
    if isinstance(node, Call):
        return node.function in {"neg", "div"} and all(_is_literal(argument) for argument in node.arguments)
    return isinstance(node, Number)


def _depth(node: Node) -> int:
    if isinstance(node, Call):
        return 1 + max([_depth(argument) for argument in node.arguments])
    return 1


def _cases(model: Model, rows: Mapping[str, Row]) -> tuple[Case, ...]:
    """Return the scenarios; the first that sets nothing stands for the values as written, or one is added."""
    empty = [scenario.id for scenario in model.scenarios if not scenario.set and scenario.extends in {None, BASE}]
    base = BASE if BASE in empty else next(iter(empty), None)
    cases = [] if base is not None else [Case(BASE, AS_WRITTEN, None, {})]
    root = base or BASE
    for scenario in model.scenarios:
        own = {id_: stored(value, rows[id_].unit) for id_, value in scenario.set}
        extends = root if scenario.extends in {None, BASE} else scenario.extends
        cases.append(Case(scenario.id, scenario.label, None if scenario.id == base else extends, own, scenario.note))
    return tuple(cases)
