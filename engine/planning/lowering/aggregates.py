"""Aggregates over rows: an expression that is aggregated, or looked up far back, gets a working row of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from engine.language.functions import AGGREGATES, COUNT
from engine.language.tree import (
    ONE,
    ZERO,
    Aggregate,
    Call,
    Every,
    Member,
    Name,
    Node,
    Number,
    Pick,
    Previous,
    Run,
    Selector,
    rebuilt,
)
from engine.planning.lowering import desugaring, guesses
from engine.planning.lowering.working import WORKING, Working, WorkingRows
from engine.planning.resolution.shapes import Over
from engine.units.inference import Measure, Measures
from engine.units.unit import PURE, Atoms

# From here on a table looks a lag up; up to here it points to the cell.
LONGEST_STEP: Final = 2
# 1 + the lower bound of a rate, and 1 + the upper one; None where it has not both.
Bounds = tuple[float, float] | None


def lower(
    rows: WorkingRows, owner: str, over: Over, tree: Node, measures: Measures, *, bounds: Bounds = None
) -> tuple[Node, tuple[Working, ...], Mapping[Node, Node]]:
    """Return a formula whose aggregates and lags read rows alone, and the working rows that are new with it.

    `over` is what the formula is over: its working rows begin with these dimensions; `bounds` are those of a rate
    that is the whole formula. Beside them stands, for each part that says at length what its author wrote shortly,
    what that was.
    """
    pass_ = _Pass(rows, owner, over, measures, (tree, bounds))
    return pass_.lower(tree), tuple(pass_.new), pass_.short


def total(
    rows: WorkingRows, row: str, over: Over, tree: Aggregate, measures: Measures
) -> tuple[Node, tuple[Working, ...], Mapping[Node, Node]]:
    """Return the formula of a row that is a running total and no more: it adds to its own period before."""
    argument, working, short = lower(rows, row, over, tree.argument, measures)
    made = desugaring.running_total(row, argument, tree.over[0])
    return made, working, {**short, made: replace(tree, argument=argument)}


class _Pass:
    """The pass over one formula, leaves first."""

    def __init__(
        self, rows: WorkingRows, owner: str, near: Over, measures: Measures, bounded: tuple[Node, Bounds]
    ) -> None:
        self.rows = rows
        self.owner = owner
        self.near = near
        self.measures = measures
        self.whole, self.bounds = bounded
        # What must hold for the part that is being lowered to have a say.
        self.asked: tuple[Node, ...] = ()
        self.new: list[Working] = []
        self.short: dict[Node, Node] = {}

    def lower(self, node: Node) -> Node:
        if isinstance(node, Name | Number):
            return node
        lowered = self.below(node)
        match node, lowered:
            case Aggregate(), Aggregate():
                made = self.aggregate(node, lowered)
                if made != lowered and (node.where is not None or node.by or node.function not in AGGREGATES):
                    self.short[made] = lowered
                return made
            case Previous(argument=measured), Previous(argument=argument, lag=lag):
                is_step = isinstance(lag, Number) and lag.value <= LONGEST_STEP
                if not is_step and not isinstance(argument, Name):
                    return replace(lowered, argument=self.name(argument, self.measures[measured]))
        return lowered

    def below(self, node: Node) -> Node:
        """Return a formula with its parts lowered; what has a say in some cases alone is asked for in these."""
        match node:
            case Call(function="if", arguments=(test, then, otherwise)):
                asked = self.lower(test)
                return Call("if", (asked, self.within(asked, then), self.within(Call("not", (asked,)), otherwise)))
            case Aggregate(argument=argument, where=Call() | Name() | Pick() as where) if node.function != COUNT:
                asked = self.lower(where)
                return replace(node, argument=self.within(asked, argument), where=asked)
        return rebuilt(node, self.lower)

    def within(self, asked: Node, node: Node) -> Node:
        """Return a part of a formula, lowered, that has a say where a condition holds."""
        before = self.asked
        self.asked = (*before, asked)
        lowered = self.lower(node)
        self.asked = before
        return lowered

    def aggregate(self, measured: Aggregate, node: Aggregate) -> Node:  # noqa: PLR0911  # one return a function
        """Return an aggregate of rows alone; `measured` is the same before its parts were lowered."""
        if node.function == "count" and node.where is None:
            return replace(node, argument=node.parameters[0]) if node.by else desugaring.counted(node.over)
        if node.where is not None and node.function in {"sum", "count", "mean"}:
            return self.added(measured, desugaring.added_where(node, self.rows.shapes))
        measure = self.measures[measured.argument]
        if node.function == "cumsum":
            return self.name(node, measure)
        row = self.row_of(node, measure)
        if node.function in {"lookup", "step"}:
            return self.curve(measured, replace(node, argument=row))
        if node.function == "xirr":
            return self.guessed(measured, self.dated(replace(node, argument=row), measure), measure)
        if node.function == "irr":
            return self.guessed(measured, replace(node, argument=row), measure)
        if node.function in {"first", "last"}:
            return self.end(row, replace(node, argument=row))
        if node.function in {"npv", "xnpv"} and self.rows.model.across(self.rows.shapes.of(row)) != node.over[0]:
            # Flows stand beside each other, as dates do and as a spreadsheet splits off the first one.
            row = self.name(row, measure)
        is_calendar = bool(node.by) and bool(self.rows.model.dimension[node.by[0]].periods)
        if node.function in {"min", "max"} and (node.where is not None or (node.by and not is_calendar)):
            return self.extreme(replace(node, argument=row), measure)
        return replace(node, argument=row)

    def added(self, measured: Aggregate, made: Node) -> Node:
        """Return sums of choices over working rows: of what is added up in its unit, or of ones."""
        if isinstance(made, Call) and made.function in {"div", "mul"}:
            return rebuilt(made, lambda part: self.added(measured, part))
        if not isinstance(made, Aggregate) or made.function == "count":
            return made
        is_count = isinstance(made.argument, Call) and made.argument.arguments[1:] == (ONE, ZERO)
        atoms = PURE if is_count or measured.function == "count" else self.measures[measured.argument].atoms
        return replace(made, argument=self.name(made.argument, Measure(made.argument, atoms)))

    def extreme(self, node: Aggregate, measure: Measure) -> Node:
        """Return the smallest or largest of what is asked for, by a working row in which the rest has no say."""
        chosen = desugaring.better(node, node.argument)
        row = self.name(chosen, Measure(chosen, measure.atoms))
        found = Aggregate(node.function, row, node.over)
        is_static = node.where is None and self.rows.model.by_id.get(node.parameters[0].id) is None  # type: ignore[union-attr]
        if is_static:
            return found
        return self.lower_made(desugaring.with_some(found, node, self.rows.shapes))

    def lower_made(self, node: Node) -> Node:
        """Return what stands in place of an author's words with the working rows that it needs."""
        if isinstance(node, Aggregate) and isinstance(node.argument, Call):
            return replace(node, argument=self.name(node.argument, Measure(node.argument, PURE)))
        return node if isinstance(node, Name | Number) else rebuilt(node, self.lower_made)

    def guessed(self, measured: Aggregate, node: Aggregate, measure: Measure) -> Aggregate:
        """Return a rate with where a spreadsheet begins to look for it, by working rows."""

        def row(part: Node, atoms: Atoms, label: str) -> Name:
            return self.name(part, Measure(part, atoms), label)

        def constant(value: float, label: str) -> Name:
            quantity = self.rows.model.by_id.get(self.owner)
            return self.rows.constants.name(
                self.owner, value, f"{label} of {quantity.label if quantity else self.owner}"
            )

        if measured is self.whole and self.bounds is not None:
            return replace(node, guess=guesses.between(node, self.bounds, row, constant, measure.atoms))
        return replace(node, guess=guesses.by_shape(node, row, constant))

    def dated(self, node: Aggregate, measure: Measure) -> Aggregate:
        """Return a rate over two working rows, flows and dates from the first flow on: spreadsheets need it first."""
        dimension = self.rows.model.dimension[node.over[0]]
        if (within := desugaring.within_run(node.row, dimension, self.rows.shapes)) is not None:
            # Flows of 0 have no say in a rate, so that what is before and behind the run counts as that.
            node = replace(node, argument=self.name(within, measure))
        first = desugaring.first_flow(node.argument, dimension)
        asked = self.name(first.argument, Measure(first.argument, PURE))
        begin = self.name(replace(first, argument=asked), Measure(first, PURE))
        row = node.row
        moved, place = desugaring.moved_up(row, begin, dimension, self.rows.shapes)
        flows = self.name(moved, Measure(measure.source, measure.atoms))
        (starts,) = node.parameters
        assert isinstance(starts, Name)  # noqa: S101  # the dates of a calendar
        dates = desugaring.picked(starts, dimension.id, place, self.rows.shapes)
        return replace(node, argument=flows, parameters=(self.name(dates, Measure(starts, PURE)),))

    def curve(self, measured: Aggregate, node: Aggregate) -> Node:
        """Return the value of a curve; the place of x among its points is a row of its own."""
        x, values = node.parameters
        at = self.row(node.argument, self.measures[measured.argument])
        named = self.row(values, self.measures[measured.parameters[1]])
        kind = f"place_{node.function}"
        dimension = self.rows.model.dimension[node.over[0]]
        found = Aggregate(kind, at, node.over, parameters=(x, Name(dimension.id)), ends=node.ends)
        self.short[found] = node
        asked = desugaring.where_asked(found, self.asked, desugaring.code_of_first(dimension))
        self.short[asked] = node
        code = self.name(asked, Measure(node, PURE))
        if node.function == "step":
            return desugaring.picked(named, dimension.id, code, self.rows.shapes)
        behind = Call("add", (code, desugaring.step_of(dimension)))
        return desugaring.between(node, (code, behind), self.rows.shapes, at, named)

    def row_of(self, node: Aggregate, measure: Measure) -> Name | Pick:
        """Return what an aggregate points to, which has a say where its condition holds."""
        before = self.asked
        self.asked = before if node.where is None else (*before, node.where)
        found = self.row(node.argument, measure)
        self.asked = before
        return found

    def row(self, node: Node, measure: Measure) -> Name | Pick:
        """Return what an aggregate points to: a row, members of one, or the working row of anything else."""
        if isinstance(node, Name) or (isinstance(node, Pick) and _is_plain(node)):
            return node
        if isinstance(node, Pick) and any(isinstance(selector, Run) for selector in node.selectors):
            return self.run(node, measure)
        return self.name(node, measure)

    def run(self, pick: Pick, measure: Measure) -> Pick:
        """Return a run of a row whose other members are computed: a working row looks these up first."""
        whole = Pick(pick.id, tuple([Every() if isinstance(s, Run) else s for s in pick.selectors]))
        working = self.name(whole, measure)
        over = self.rows.shapes.over
        runs = {n: s for n, s in zip(over[pick.id], pick.selectors, strict=True) if isinstance(s, Run)}
        return Pick(working.id, tuple([runs.get(name, Every()) for name in over[working.id]]))

    def end(self, row: Name | Pick, node: Aggregate) -> Node:
        """Return the first or the last member of a row, of a run of one, of a group, or where a condition holds."""
        (dimension,) = node.over
        known = self.rows.model.dimension[dimension]
        is_calendar = bool(node.by) and bool(self.rows.model.dimension[node.by[0]].periods)
        if node.by and node.where is None and (node.function == "first" or is_calendar):
            return node
        if node.by or node.where is not None:
            place = desugaring.place_of_end(node, known)
            argument = self.row(place.argument, Measure(place.argument, PURE))
            found: Node = replace(place, argument=argument)
            if node.by and not is_calendar:
                found = self.extreme(replace(place, argument=argument), Measure(place.argument, PURE))
            return desugaring.picked(row, dimension, found, self.rows.shapes)
        return self.outermost(row, dimension, first=node.function == "first")

    def outermost(self, row: Name | Pick, dimension: str, *, first: bool) -> Pick:
        """Return the first or the last member of a row, or of a run of one."""
        over = self.rows.shapes.over[row.id]
        selectors = row.selectors if isinstance(row, Pick) else (Every(),) * len(over)
        members = self.rows.model.dimension[dimension].members
        index = 0 if first else len(members) - 1
        found: list[Selector] = []
        for name, selector in zip(over, selectors, strict=True):
            if name != dimension:
                found.append(selector)
            elif isinstance(selector, Run):
                end = selector.first if first else selector.last
                found.append(Every() if end is None else end)
            else:
                found.append(Member(members[index], index))
        return Pick(row.id, tuple(found))

    def name(self, node: Node, measure: Measure, label: str = WORKING) -> Name:
        if self.asked and self.rows.can_fail(node):
            # A cell without a value is wrong where nobody asks for it, too.
            written, node = node, desugaring.where_asked(node, self.asked)
            self.short[node] = written
        working = self.rows.find(node)
        if working is None:
            working = self.rows.add(self.owner, self.near, node, measure, label)
            self.new.append(working)
        return Name(working.id)


def _is_plain(pick: Pick) -> bool:
    """Return whether a table can point to the members that a pick is of."""
    return all(isinstance(selector, Every | Member | Run) for selector in pick.selectors)
