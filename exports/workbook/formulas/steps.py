"""A plan in steps: what would be a long formula, or one of many decisions, reads working rows that stand above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.language.functions import COMPARISONS, LOGIC
from engine.language.tree import Aggregate, Call, Name, Node, Number, Pick, Previous, Run, computed, names, parts, rebuilt
from engine.plan.plan import Plan, Row, Test
from engine.planning import recurrences
from engine.planning.resolution.shapes import Shapes
from engine.units.inference import Inference
from engine.units.mismatch import UnitMismatch
from engine.units.unit import Atoms, Unit
from exports.reading.formula_text import parts as made_of
from exports.workbook.formulas.addresses import Index, Moving, along
from exports.workbook.formulas.excel import ExcelLimit
from exports.workbook.formulas.references import References
from exports.workbook.layout.geometry import SheetName
from exports.workbook.layout.rows import Layout

# What a reader takes in at once, with room for lines that move down; and of decisions within each other.
_LONGEST, _LONGEST_CHECK, _DEEPEST = 116, 220, 2
# What stands around the formula of a row that begins with given values.
_GIVEN: Final = 45
# A step is worth a line of its own from here on.
_SHORTEST: Final = 18
# New lines move the others down, and references get longer.
_ROUNDS: Final = 5
# These have a value wherever their arguments have one, and so may be computed whether a decision asks for them or not.
_TOTAL: Final = frozenset(
    {"add", "sub", "mul", "neg", "if", "min", "max", "abs", "round", "floor", "ceil", *COMPARISONS, *LOGIC}
)
_TOTAL_AGGREGATES: Final = frozenset({"sum", "min", "max", "mean"})


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
    is_logic = isinstance(node, Call) and node.function == "if" and node.arguments[1:] == (_ONE, _ZERO)
    return node.arguments[0] if is_logic and isinstance(node, Call) else node


_ONE, _ZERO = Number(1.0, "1"), Number(0.0, "0")


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a formula stands: of which row, at which members, in which column, and what it may be at most."""

    owner: str
    note: str
    label: str
    over: tuple[str, ...]
    at: Mapping[str, Index]
    column: int
    longest: int
    deepest: int
    is_sure: bool


class _Round:
    """One pass over the formulas of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.layout = Layout(plan)
        self.references = References(self.layout, "Model")
        self.shapes = Shapes(plan.model)
        self.shapes.over |= {row.id: row.over for row in plan.rows}
        self.inference = Inference(plan.units, {row.id: row.unit.atoms for row in plan.rows}, self.shapes.over)
        self.counts: dict[str, int] = {}
        for row in plan.rows:
            if is_step(row):
                owner = row.id.rpartition("_step")[0]
                self.counts[owner] = self.counts.get(owner, 0) + 1

    def made(self) -> Plan:
        """Return the plan with the steps of this round, or the same one."""
        rows: list[Row] = []
        for row in self.plan.rows:
            changed, steps = self.row(row) if row.expression is not None else (row, [])
            rows += [*steps, changed]
        tests = []
        self.references = References(self.layout, "Checks")
        for test in self.plan.tests:
            changed_test, steps = self.test(test)
            tests.append(changed_test)
            rows += steps
        if len(rows) == len(self.plan.rows):
            return self.plan
        return _ordered(replace(self.plan, tests=tuple(tests)), rows)

    def row(self, row: Row) -> tuple[Row, list[Row]]:
        """Return a row with the steps that its formula takes."""
        assert row.expression is not None  # noqa: S101  # only what is computed is asked for
        block = self.layout.block(row.id)
        if block.sheet != "Model":
            return row, []
        at: dict[str, Index] = {name: len(self.plan.model.dimension[name].members) - 1 for name in row.over}
        if block.across in at:
            at[block.across] = Moving()
        note = row.note if row.kind == "working" else row.quantity.id if row.quantity is not None else row.id
        spot = _Spot(row.id, note, row.label, row.over, at, block.column + block.columns - 1,
                     _LONGEST - (_GIVEN if row.given else 0), _DEEPEST - bool(row.given), is_sure=not row.given)  # fmt: skip
        expression, steps = self.split(row.expression, spot)
        return (replace(row, expression=expression) if steps else row), steps

    def test(self, test: Test) -> tuple[Test, list[Row]]:
        """Return a check with the steps that its sides take, and the sum that its tolerance is relative to."""
        at: dict[str, Index] = {name: len(self.plan.model.dimension[name].members) - 1 for name in test.over}
        spot = _Spot(test.check.id, test.check.id, test.check.label, test.over, at, 1, _LONGEST_CHECK, _DEEPEST, is_sure=True)
        compared = test.comparison
        left, before = self.split(compared.left, spot)
        right, after = self.split(compared.right, spot)
        magnitude, around = (None, []) if test.magnitude is None else self.split(test.magnitude, spot)
        steps = [*before, *after, *around]
        if not steps:
            return test, []
        return replace(test, comparison=replace(compared, left=left, right=right), magnitude=magnitude), steps

    def split(self, node: Node, spot: _Spot) -> tuple[Node, list[Row]]:
        """Return a formula that is short, and the steps that it reads."""
        found: dict[str, Row] = {}
        self.references.owner = spot.owner
        while (whole := self.size(node, spot, found)) is not None:
            is_long, is_deep = whole[0] > spot.longest, whole[1] > spot.deepest
            if not (is_long or is_deep):
                break
            step = self.choose(node, spot, found, is_deep=is_deep)
            if step is None:
                break
            part, source = step
            name = self.add(spot, part, source, found)
            if name is None:
                break
            node = _replaced(node, source, name)
        return node, list(found.values())

    def add(self, spot: _Spot, part: Node, source: Node, found: dict[str, Row]) -> Node | None:
        """Add a step, and return what the formula has in its place; None where its unit is not known."""
        try:
            atoms = self.inference.measure(spot.owner, _inlined(source, found))
        except (UnitMismatch, KeyError, ValueError):
            return None
        shape = self.shapes.of(_inlined(part, found))
        over = (*[name for name in spot.over if name in shape], *[name for name in shape if name not in spot.over])
        self.counts[spot.owner] = count = self.counts.get(spot.owner, 0) + 1
        id_ = f"{spot.owner}_step{count}_"
        expression = Call("if", (part, _ONE, _ZERO)) if _is_logic(source) else part
        found[id_] = Row(id_, f"{spot.label} · step {count}", _unit(self.plan, atoms), "working", None, expression,
                         None, over, note=spot.note)  # fmt: skip
        self.shapes.over[id_] = over
        return Call("ne", (Name(id_), _ZERO)) if _is_logic(source) else Name(id_)

    def choose(self, node: Node, spot: _Spot, found: Mapping[str, Row], *, is_deep: bool) -> tuple[Node, Node] | None:
        """Return the step that makes a formula simpler by most, and what it stands for."""
        best: tuple[tuple[int, int], tuple[Node, Node]] | None = None
        for part in _steps(node, self.plan, is_sure=spot.is_sure):
            size = self.size(part, spot, found)
            if part == node or size is None or not _SHORTEST <= size[0] <= _LONGEST or size[1] > _DEEPEST:
                continue
            rank = (min(size[1], 1) if is_deep else 0, size[0])
            if best is None or rank > best[0]:
                best = rank, (part, part)
        if best is not None and (best[0][0] or not is_deep):
            return best[1]
        return self.branch(node, spot, found) or (best[1] if best is not None else None)

    def branch(self, node: Node, spot: _Spot, found: Mapping[str, Row]) -> tuple[Node, Node] | None:
        """Return a step for what a decision comes to in one case: 0 in the other, in which it may have no value."""
        if not (isinstance(node, Call) and node.function == "if" and spot.is_sure):
            return None
        condition, *branches = node.arguments
        for number in (1, 0):
            source = branches[number]
            arms = (source, _ZERO) if number == 0 else (_ZERO, source)
            part = Call("if", (condition, *arms))
            size = self.size(part, spot, found)
            if isinstance(source, Call) and size is not None and size[0] <= _LONGEST and size[1] <= _DEEPEST:
                return part, source
        return None

    def size(self, node: Node, spot: _Spot, found: Mapping[str, Row]) -> tuple[int, int] | None:
        """Return how long a formula is and how deep its decisions nest; None where a spreadsheet cannot hold it."""
        try:
            text = self.references.spell(_shown(node, found), spot.at)[0]
        except ExcelLimit:
            return None
        text = along(text, spot.column)
        # A step that is new has no place yet, and about the letters of one.
        return len(text) + 1 + 6 * sum(id_ in found for id_ in names(node)), made_of(f"={text}").nested


def _shown(node: Node, found: Mapping[str, Row]) -> Node:
    """Return a formula with a number of the right length for each step that has no place yet."""
    if isinstance(node, Name) and node.id in found:
        return Number(1.0, "1")
    return rebuilt(node, lambda below: _shown(below, found))


def _inlined(node: Node, found: Mapping[str, Row]) -> Node:
    if isinstance(node, Name) and node.id in found:
        expression = found[node.id].expression
        assert expression is not None  # noqa: S101  # steps are computed
        return _inlined(_decided(expression), found)
    if isinstance(node, Call) and node.function == "ne" and isinstance(node.arguments[0], Name):
        step = found.get(node.arguments[0].id)
        if step is not None:
            return _inlined(node.arguments[0], found)
    return rebuilt(node, lambda below: _inlined(below, found))


def _replaced(node: Node, part: Node, name: Node) -> Node:
    return name if node == part else rebuilt(node, lambda below: _replaced(below, part, name))


def _is_logic(node: Node) -> bool:
    return isinstance(node, Call) and (node.function in COMPARISONS or node.function in LOGIC)


def _steps(node: Node, plan: Plan, *, is_sure: bool) -> Iterator[Node]:
    """Yield the parts of a formula that may stand apart; one that is sure is computed whatever is decided."""
    if isinstance(node, Call | Aggregate | Pick | Previous) and (is_sure or _is_total(node)):
        yield node
    if node in plan.short:
        return
    match node:
        case Call(function="if", arguments=(condition, *branches)):
            yield from _steps(condition, plan, is_sure=is_sure)
            for branch in branches:
                yield from _steps(branch, plan, is_sure=False)
        case Call(function=function, arguments=arguments):
            for number, argument in enumerate(arguments):
                yield from _steps(argument, plan, is_sure=is_sure and not (number and function in {"and", "or"}))
        case Aggregate(argument=Pick(selectors=selectors)):
            for selector in selectors:
                for end in computed(selector):
                    yield from _steps(end, plan, is_sure=is_sure)


def _is_total(node: Node) -> bool:
    """Return whether a part of a formula has a value wherever what it reads has one."""
    match node:
        case Name() | Number():
            return True
        case Call(function=function, arguments=arguments):
            return function in _TOTAL and all(map(_is_total, arguments))
        case Aggregate(function=function, argument=argument):
            return function in _TOTAL_AGGREGATES and not node.by and _is_total(argument)
        case Previous(argument=argument, start=start, lag=lag):
            return all(map(_is_total, (argument, start, lag)))
        case Pick(selectors=selectors):
            return not any(computed(selector) for selector in selectors)
    return False


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
