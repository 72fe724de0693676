"""A plan in steps: what would be a long formula, or one of many decisions, reads working rows that stand above it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import Final

from engine.language.tree import Call, Name, Node, rebuilt
from engine.plan.plan import Plan, Row, Test
from engine.planning import recurrences
from engine.planning.resolution.shapes import Shapes
from engine.units.inference import Inference
from engine.units.mismatch import UnitMismatch
from engine.units.unit import Atoms, Unit
from exports.workbook.formulas.addresses import Index, Moving
from exports.workbook.formulas.fallible import fallible
from exports.workbook.formulas.stepwise.candidates import (
    ONE,
    ZERO,
    Step,
    apart,
    decided,
    is_logic,
    replaced,
)
from exports.workbook.formulas.stepwise.sizes import DEEPEST, GIVEN, LONGEST, LONGEST_CHECK, Sizes, Spot, is_short
from exports.workbook.layout.geometry import SheetName
from exports.workbook.layout.rows import Layout

# A step is worth a line of its own from here on.
_SHORTEST: Final = 18
# New lines move the others down, and references get longer.
_ROUNDS: Final = 5
_MOST_STEPS: Final = 30


def in_steps(plan: Plan) -> Plan:
    """Return a plan whose formulas a spreadsheet spells shortly; the same plan where they are short."""
    for _ in range(_ROUNDS):
        stepped = _Round(plan).made()
        if stepped is plan:
            break
        plan = stepped
    return plan


def is_step(row: Row) -> bool:
    """Return whether a row is a step of another's formula."""
    return row.kind == "working" and re.search(r"_step[0-9]+_$", row.id) is not None


def without_steps(plan: Plan, node: Node) -> Node:
    """Return a formula in which what was taken out of it as a step stands again."""
    if isinstance(node, Name) and node.id in plan.index and is_step(plan.row(node.id)):
        expression = plan.row(node.id).expression
        assert expression is not None  # noqa: S101  # steps are computed
        return without_steps(plan, _decided(expression))
    return rebuilt(node, lambda below: without_steps(plan, below))


def _decided(node: Node) -> Node:
    """Return the comparison that a step holds as 1 or 0."""
    if isinstance(node, Call) and node.function == "if" and node.arguments[1:] == (ONE, ZERO):
        return node.arguments[0]
    return node


class _Round:
    """One pass over the formulas of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.sheet: SheetName = "Model"
        # The steps that have no place yet.
        self.new: set[str] = set()
        self._sizes: dict[SheetName, Sizes] = {}
        self.shapes = Shapes(plan.model)
        self.shapes.over |= {row.id: row.over for row in plan.rows}
        self.atoms = {row.id: row.unit.atoms for row in plan.rows}
        self.inference = Inference(plan.units, self.atoms, self.shapes.over)
        self.counts: dict[str, int] = {}
        for row in plan.rows:
            if is_step(row):
                owner = row.id.rpartition("_step")[0]
                self.counts[owner] = self.counts.get(owner, 0) + 1

    @cached_property
    def layout(self) -> Layout:
        """Return where everything stands before this round."""
        return Layout(self.plan)

    @cached_property
    def fallible(self) -> set[str]:
        """Return the rows that may have no value, and the checks: trials compute their sides, whatever these read."""
        return {*fallible(self.plan), *[test.check.id for test in self.plan.tests]}

    @property
    def sizes(self) -> Sizes:
        """Return the sizes of formulas on the sheet that is looked at."""
        if self.sheet not in self._sizes:
            self._sizes[self.sheet] = Sizes(self.layout, self.sheet, self.fallible, self.new)
        return self._sizes[self.sheet]

    @cached_property
    def known(self) -> dict[Node, str]:
        """Return the rows by what they compute: what is computed already is read, and not computed again."""
        return {
            row.expression: row.id for row in reversed(self.plan.rows) if row.expression is not None and not row.given
            and row.kind != "part" and isinstance(row.expression, Call) and self.layout.block(row.id).sheet == "Model"
        }  # fmt: skip

    def made(self) -> Plan:
        """Return the plan with the steps of this round, or the same one."""
        rows: list[Row] = []
        for row in self.plan.rows:
            changed, steps = self.row(row) if row.expression is not None else (row, [])
            rows += [*steps, changed]
        tests = []
        self.sheet = "Checks"
        for test in self.plan.tests:
            changed_test, steps = self.test(test)
            tests.append(changed_test)
            rows += steps
        is_same = all(
            one is other for one, other in zip((*rows, *tests), (*self.plan.rows, *self.plan.tests), strict=False)
        )
        if is_same and len(rows) == len(self.plan.rows):
            return self.plan
        return _ordered(replace(self.plan, tests=tuple(tests)), rows)

    def row(self, row: Row) -> tuple[Row, list[Row]]:
        """Return a row with the steps that its formula takes."""
        assert row.expression is not None  # noqa: S101  # only what is computed is asked for
        longest, deepest = (LONGEST - GIVEN, DEEPEST - 1) if row.given else (LONGEST, DEEPEST)
        if is_short(self.plan, row.expression, longest, deepest):
            return row, []
        block = self.layout.block(row.id)
        if block.sheet != "Model":
            return row, []
        at: dict[str, Index] = {name: len(self.plan.model.dimension[name].members) - 1 for name in row.over}
        if block.across in at:
            at[block.across] = Moving()
        note = row.note if row.kind == "working" else row.quantity.id if row.quantity is not None else row.id
        last = block.column + block.columns - 1
        spot = Spot(row.id, note, row.label, row.over, at, last, longest, deepest, is_sure=not row.given)
        expression, steps = self.split(row.expression, spot)
        return (row if expression == row.expression else replace(row, expression=expression)), steps

    def test(self, test: Test) -> tuple[Test, list[Row]]:
        """Return a check with the steps that its sides take, and the sum that its tolerance is relative to."""
        at: dict[str, Index] = {name: len(self.plan.model.dimension[name].members) - 1 for name in test.over}
        # On Trials its sides ask for what has no value, and are twice as long.
        longest = LONGEST if self.sizes.is_drawn else LONGEST_CHECK
        spot = Spot(test.check.id, test.check.id, test.check.label, test.over, at, 1, longest, DEEPEST, is_sure=True)
        compared = test.comparison
        left, before = self.split(compared.left, spot)
        right, after = self.split(compared.right, spot)
        magnitude, around = (None, []) if test.magnitude is None else self.split(test.magnitude, spot)
        steps = [*before, *after, *around]
        if (left, right, magnitude) == (compared.left, compared.right, test.magnitude):
            return test, []
        return replace(test, comparison=replace(compared, left=left, right=right), magnitude=magnitude), steps

    def split(self, node: Node, spot: Spot) -> tuple[Node, list[Row]]:
        """Return a formula that is short, and the steps that it reads."""
        found: dict[str, Row] = {}
        self.sizes.references.owner = spot.owner
        for _ in range(_MOST_STEPS):
            whole = self.sizes.of(node, spot)
            if whole is None:
                break
            is_long, is_deep = whole[0] > spot.longest, whole[1] > spot.deepest
            if not (is_long or is_deep):
                break
            for step in self.choose(node, spot, is_deep=is_deep):
                before = len(found)
                made = self.with_step(node, step, spot, found)
                if made is not None and self.is_simpler(made, whole, spot):
                    node = made
                    break
                if len(found) > before:
                    self.forget(found.popitem()[1])
            else:
                break
        return node, list(found.values())

    def forget(self, row: Row) -> None:
        """Forget a step that made nothing simpler."""
        assert row.expression is not None  # noqa: S101  # steps are computed
        self.new.remove(row.id)
        del self.known[row.expression]
        self.counts[row.id.rpartition("_step")[0]] -= 1

    def is_simpler(self, node: Node, before: tuple[int, int], spot: Spot) -> bool:
        """Return whether a formula is shorter than before, or nests fewer decisions."""
        size = self.sizes.of(node, spot)
        return size is not None and (size[0] < before[0] or size[1] < before[1])

    def with_step(self, node: Node, step: Step, spot: Spot, found: dict[str, Row]) -> Node | None:
        """Return a formula that reads a step; None where the unit of that is not known."""
        name = self.add(spot, step, found)
        if name is None:
            return None
        return replaced(node, step.source, name, step.path)

    def add(self, spot: Spot, step: Step, found: dict[str, Row]) -> Node | None:
        """Add a step, and return what the formula has in its place; None where its unit is not known."""
        is_comparison = is_logic(step.source)
        expression = step.expression
        known = self.known.get(expression)
        if known is not None and self.is_before(known, spot.owner):
            return Call("ne", (Name(known), ZERO)) if is_comparison else Name(known)
        try:
            atoms = self.inference.measure(spot.owner, step.source)
        except (UnitMismatch, KeyError, ValueError):
            return None
        shape = self.shapes.of(expression)
        over = (*[name for name in spot.over if name in shape], *[name for name in shape if name not in spot.over])
        self.counts[spot.owner] = count = self.counts.get(spot.owner, 0) + 1
        id_ = f"{spot.owner}_step{count}_"
        found[id_] = Row(id_, f"{spot.label} · step {count}", _unit(self.plan, atoms), "working", None, expression,
                         None, over, note=spot.note)  # fmt: skip
        self.new.add(id_)
        self.shapes.over[id_], self.atoms[id_] = over, atoms
        self.known[expression] = id_
        return Call("ne", (Name(id_), ZERO)) if is_comparison else Name(id_)

    def is_before(self, id_: str, owner: str) -> bool:
        """Return whether a row may be read by another: it is a new step, or stands before it."""
        index = self.plan.index
        return id_ not in index or owner not in index or index[id_] < index[owner]

    def choose(self, node: Node, spot: Spot, *, is_deep: bool) -> list[Step]:
        """Return the steps that a formula may take, first what makes it simpler by most."""
        sure = [step for part in apart(node, self.plan, is_sure=spot.is_sure)
                if part != node and (step := Step(part)).expression != node]  # fmt: skip
        ranked = self.ranked(sure, spot, is_deep=is_deep)
        cases = self.ranked(list(decided(node, self.plan)) if spot.is_sure else [], spot, is_deep=is_deep)
        is_simpler = bool(ranked) and (not is_deep or self.nests(ranked[0], spot))
        return [*ranked, *cases] if is_simpler else [*cases, *ranked]

    def ranked(self, steps: list[Step], spot: Spot, *, is_deep: bool) -> list[Step]:
        """Return the steps that are short themselves, the longest first; of a formula that is deep the deep ones."""
        sizes = [(step, self.sizes.of(step.expression, spot, LONGEST)) for step in dict.fromkeys(steps)]
        short = [(step, size) for step, size in sizes
                 if size is not None and _SHORTEST <= size[0] <= LONGEST and size[1] <= DEEPEST]  # fmt: skip
        return [step for step, _ in sorted(short, key=lambda one: (-min(one[1][1], 1) if is_deep else 0, -one[1][0]))]

    def nests(self, step: Step, spot: Spot) -> bool:
        """Return whether a decision is in a step."""
        size = self.sizes.of(step.source, spot)
        return size is not None and size[1] > 0


def _unit(plan: Plan, atoms: Atoms) -> Unit:
    return Unit(plan.units.text(atoms) or "1", atoms)


def _ordered(plan: Plan, rows: list[Row]) -> Plan:
    """Return a plan of rows in the order of calculation."""
    loops = plan.loops
    if plan.model.dimensions:
        constants = [row for row in rows if row.kind == "constant"]
        others = {row.id: row for row in rows if row.kind != "constant"}
        order, loops, _ = recurrences.order_rows(plan.model, others)
        rows = [*constants, *[others[id_] for id_ in order or ()]]
    index = {row.id: number for number, row in enumerate(rows)}
    return replace(plan, rows=tuple(rows), index=index, loops=loops)
