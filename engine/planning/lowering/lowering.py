"""The passes of a formula, in their order: members found, units inferred, aggregates over rows, literals named.

Each pass takes the formula as the one before left it, and returns it with what it needs beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from engine.language.parse import LONGEST
from engine.language.shapes import PLACES, Shape, filled
from engine.language.tree import Aggregate, Call, Every, Member, Name, Node, Pick, rebuilt
from engine.language.unparse import text
from engine.model.load import MOST_CELLS
from engine.model.model import Formula, Model
from engine.model.names import cell_id
from engine.plan.plan import Row
from engine.planning.lowering import guesses
from engine.planning.lowering.aggregates import Bounds, lower, total
from engine.planning.lowering.constants import Constants
from engine.planning.lowering.names import factors_of, has_time, readable_units
from engine.planning.lowering.needs import NOTHING, Needs, converting
from engine.planning.lowering.working import Working, WorkingRows
from engine.planning.resolution.mistakes import ShapeMismatch
from engine.planning.resolution.resolver import free, resolved
from engine.planning.resolution.shapes import Over, Shapes
from engine.problems import Location, Problem, error
from engine.units.conversions import Conversion
from engine.units.inference import Comparison, Inference, Measures
from engine.units.mismatch import UnitMismatch
from engine.units.registry import Units
from engine.units.unit import Atoms, Unit

# What reads other members, in a model that has no dimensions, must be refused all the same.
_ELSEWHERE: Final = re.compile(
    r"\[|\b(?:sum|mean|prev|next|first|last|count|days|rollup|cumsum|x?npv|x?irr|lookup|step)\s*\(|over|\bby\b|where|['\"]"
)


class WrittenFormula(NamedTuple):
    """A formula as written: what messages call it, whose constants and working rows it has, and where it stands."""

    formula: Formula
    name: str
    owner: str
    rows_owner: str
    over: Over
    at: Location


class Lowered(NamedTuple):
    """A formula as a plan holds it: a tree, or a comparison in a unit; the working rows that it needs; problems.

    Without tree and comparison, the problems say why.
    """

    tree: Node | None = None
    comparison: Comparison | None = None
    unit: Unit | None = None
    over: Over = ()
    rows: tuple[Row, ...] = ()
    problems: Sequence[Problem] = ()


class Lowering:
    """The passes over one model's formulas, with what they share: units, shapes, working rows and constants."""

    def __init__(self, model: Model, units: Units) -> None:
        self.model = model
        self.units = units
        self.unit_of = readable_units(model, units)
        self.shapes = Shapes(model, partial(has_time, units, self.unit_of))
        atoms = {id_: unit.atoms for id_, unit in self.unit_of.items()}
        self.inference = Inference(units, atoms, self.shapes.over, factors_of(model, atoms, self.shapes.over))
        # The conversions that were met since `take` was called.
        self._met = self.inference.met
        self.constants = Constants()
        self.working = WorkingRows(model, self.shapes, self.constants)
        # Most models are over nothing; what is true of all their formulas need not be asked of each.
        self._is_dimensional = bool(model.dimensions)
        self._has_parts = any(quantity.formulas for quantity in model.quantities)
        self._cells = 0
        # By shape and units the tree, and the conversions that are in it.
        self._alike: dict[tuple[Shape, Atoms, tuple[Atoms, ...]], tuple[Node | None, tuple[str, ...]]] = {}
        # What parts of formulas say at length, as their authors wrote it; and the rows of dimensions that are read.
        self.short: dict[Node, Node] = {}
        self.maps: set[str] = set()
        self._new_short: dict[Node, Node] = {}

    @property
    def has_room(self) -> bool:
        """Return whether working rows have no more cells than they may have."""
        return self._cells <= MOST_CELLS

    def take(self, owner: str) -> Needs:
        """Return what the formulas of a quantity, lowered since the last call, need of what all share."""
        if not self._met and not self._is_dimensional and owner not in self.constants.by_owner:
            return NOTHING
        conversions, constants = tuple(dict.fromkeys(self._met)), self.constants.of(owner)
        self._met.clear()
        if not self._is_dimensional:
            return Needs(conversions, constants) if constants else converting(conversions)
        needs = Needs(conversions, constants, *self.working.take(), frozenset(self.shapes.used), self._new_short)
        self.maps |= needs.maps
        self.short |= needs.short
        self.shapes.used, self._new_short = set(), {}
        return needs

    def adopt(self, owner: str, needs: Needs, conversions: Mapping[str, Conversion]) -> None:
        """Take what the formulas of a quantity needed in a plan before, which had these conversions."""
        for id_ in needs.conversions:
            self.inference.meet(id_, conversions[id_])
        if not any(needs[1:]):
            return
        self.constants.adopt(owner, needs.constants)
        self.working.adopt(owner, needs.working)
        self._cells += sum([self.model.size(working.over) for _, working in needs.working])
        self.maps |= needs.maps
        self.short |= needs.short

    def formula(self, written: WrittenFormula, unit: Unit) -> Lowered:
        """Return the formula of a quantity in its unit."""
        if not self._is_known(written.formula):
            return Lowered()
        try:
            tree = self._resolved(written)
            converted, measures = self.inference.formula(written.name, tree, unit)
        except (UnitMismatch, ShapeMismatch) as problem:
            return _refused(problem, written)
        if not measures:
            lowered, problems = self._named(written, converted, len(written.formula.text))
            return Lowered(lowered, problems=problems)
        bounds = self._rate_bounds(written, converted, unit)
        (lowered,), rows, problems = self._rows_and_constants(written, (converted,), measures, bounds)
        return Lowered(lowered, rows=rows, problems=problems)

    def alike(self, formula: Formula, unit: Unit) -> Node | None:
        """Return what a formula comes to as all of its shape do whose names have the same units; None for no such."""
        if formula.shape is None or self._is_dimensional or not self._is_known(formula):
            return None
        atoms = tuple([self.inference.atoms[word] for word in formula.words])
        key = formula.shape, unit.atoms, atoms
        if key not in self._alike:
            before = len(self._met)
            tree = self._lowered_shape(formula.shape, unit, atoms)
            self._alike[key] = tree, tuple(self._met[before:])
            del self._met[before:]
        tree, met = self._alike[key]
        self._met += met
        if tree is formula.shape.tree:
            return formula.tree
        return None if tree is None else filled(tree, formula.words)

    def _lowered_shape(self, shape: Shape, unit: Unit, atoms: tuple[Atoms, ...]) -> Node | None:
        """Return a shape with its conversions; None where its formulas must be looked at one by one."""
        places = dict(zip(PLACES, atoms, strict=False))
        self.inference.atoms |= places
        try:
            tree, _ = self.inference.formula("", shape.tree, unit)
        except UnitMismatch:
            return None
        finally:
            for place in places:
                del self.inference.atoms[place]
        if not self.constants.leaves(tree):
            return None
        return shape.tree if tree == shape.tree else tree

    def equation(self, written: WrittenFormula) -> Lowered:
        """Return what a quantity must satisfy, both sides in one unit."""
        if not self._is_known(written.formula):
            return Lowered()
        try:
            compared, measures = self.inference.test(written.name, self._resolved(written))
        except (UnitMismatch, ShapeMismatch) as problem:
            return _refused(problem, written)
        return self._compared(written, compared, measures, self._unit(compared))

    def test(self, written: WrittenFormula) -> Lowered:
        """Return the test of a check, over whatever its sides are over, in the unit that these are shown in."""
        if not self._is_known(written.formula):
            return Lowered()
        try:
            tree, over = free(self.shapes, written.name, _tree(written.formula))
            compared, measures = self.inference.test(written.name, tree)
        except (UnitMismatch, ShapeMismatch) as problem:
            return _refused(problem, written)
        left = tree.arguments[0] if isinstance(tree, Call) else tree
        unit = self.unit_of[left.id] if isinstance(left, Name | Pick) else self._unit(compared)
        return self._compared(written._replace(over=over), compared, measures, unit)

    def solution(self, owner: str, tree: Node) -> tuple[Node, list[Problem]]:
        """Return a formula that no author wrote, with its literals as constants."""
        at = self.model.at(*self.model.by_id[owner].path)
        return self.constants.lower(owner, tree, at, length=LONGEST, is_written=False)

    def _is_known(self, formula: Formula) -> bool:
        """Return whether a formula could be read, and all that it uses has a unit; what lacks one has been said."""
        return formula.tree is not None and all([name in self.unit_of for name in formula.names])  # noqa: C419  # a list is faster here

    def _resolved(self, written: WrittenFormula) -> Node:
        tree = _tree(written.formula)
        if self._is_dimensional or _ELSEWHERE.search(written.formula.text):
            return resolved(self.shapes, written.name, tree, written.over)
        return tree

    def _compared(self, written: WrittenFormula, compared: Comparison, measures: Measures, unit: Unit) -> Lowered:
        (left, right), rows, problems = self._rows_and_constants(written, (compared.left, compared.right), measures)
        comparison = Comparison(compared.function, left, right, compared.atoms)
        return Lowered(None, comparison, unit, written.over, rows, problems)

    def _rows_and_constants(
        self, written: WrittenFormula, sides: Sequence[Node], measures: Measures, bounds: Bounds = None
    ) -> tuple[list[Node], tuple[Row, ...], Sequence[Problem]]:
        """Return sides that read rows and constants alone, the working rows that are new, and problems."""
        working: list[Working] = []
        plain = list(sides)
        if measures:
            for number, side in enumerate(sides):
                if self._is_total(written, side):
                    assert isinstance(side, Aggregate)  # noqa: S101  # as just asked
                    plain[number], new, short = total(self.working, written.name, written.over, side, measures)
                else:
                    plain[number], new, short = lower(
                        self.working, written.rows_owner, written.over, side, measures, bounds=bounds
                    )
                working += new
                self._new_short |= {
                    self._named(written, at, 0)[0]: self._named(written, to, 0)[0] for at, to in short.items()
                }
        named = [self._named(written, side, len(written.formula.text)) for side in plain]
        made = [self._working_row(written, one) for one in working]
        problems = [problem for _, found in (*named, *made) for problem in found]
        return [side for side, _ in named], tuple([row for row, _ in made]), problems

    def _rate_bounds(self, written: WrittenFormula, tree: Node, unit: Unit) -> Bounds:
        """Return the bounds between which the whole formula of a quantity looks for a rate."""
        quantity = self.model.by_id.get(written.owner)
        periods = self.model.size(tree.over) if isinstance(tree, Aggregate) else 1
        return guesses.growth_bounds(tree, quantity, unit, periods)

    def _is_total(self, written: WrittenFormula, tree: Node) -> bool:
        """Return whether the whole formula of a quantity is a running total: it needs no row beside its own."""
        quantity = self.model.by_id.get(written.name)
        is_formula = quantity is not None and not quantity.is_equation
        return is_formula and isinstance(tree, Aggregate) and tree.function == "cumsum"

    def _named(self, written: WrittenFormula, tree: Node, length: int) -> tuple[Node, Sequence[Problem]]:
        """Return a formula with its literals as constants, and warnings."""
        own = self._with_parts(tree) if self._has_parts else tree
        return self.constants.lower(written.owner, own, written.at, length=length)

    def _with_parts(self, node: Node) -> Node:
        """Return a formula in which a member with a formula of its own is the row of that: it may feed the others."""
        return rebuilt(self._part(node) if isinstance(node, Pick) else node, self._with_parts)

    def _part(self, pick: Pick) -> Name | Pick:
        quantity = self.model.by_id.get(pick.id)
        if quantity is None or not quantity.formulas:
            return pick
        index = quantity.over.index(quantity.formulas_over)
        selector = pick.selectors[index]
        if not isinstance(selector, Member):
            return pick
        rest = (*pick.selectors[:index], *pick.selectors[index + 1 :])
        name = cell_id(pick.id, (selector.text,))
        return Name(name) if all(isinstance(other, Every) for other in rest) else Pick(name, rest)

    def _working_row(self, written: WrittenFormula, working: Working) -> tuple[Row, Sequence[Problem]]:
        user = self.model.by_id.get(written.owner)
        label = f"{working.label} {user.label if user is not None else text(working.source)}"
        unit = Unit(self.units.text(working.atoms) or "1", working.atoms)
        node, problems = self._named(written, working.node, LONGEST)
        before = self._cells
        self._cells += self.model.size(working.over)
        if before <= MOST_CELLS < self._cells:
            message = f"the working rows of the model have more than {MOST_CELLS:,} cells"
            hint = "aggregate in steps, over fewer dimensions at once"
            problems = [*problems, error("size", message, written.at, hint)]
        return Row(working.id, label, unit, "working", None, node, None, working.over, note=written.owner), problems

    def _unit(self, compared: Comparison) -> Unit:
        return Unit(self.units.text(compared.atoms) or "1", compared.atoms)


def _tree(formula: Formula) -> Node:
    assert formula.tree is not None  # noqa: S101  # nothing else is lowered
    return formula.tree


def _refused(problem: UnitMismatch | ShapeMismatch, written: WrittenFormula) -> Lowered:
    code = "units" if isinstance(problem, UnitMismatch) else "dimension"
    return Lowered(problems=(error(code, problem.message, written.at, problem.hint),))
