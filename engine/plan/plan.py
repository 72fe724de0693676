"""The records of a plan: rows, scenarios, tests, and the loops in which rows feed each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from engine import graph
from engine.language.tree import Aggregate, Call, Name, Node, Previous, names, nodes
from engine.model.dimensions import Dimension
from engine.model.model import BASE, Check, Model, Quantity
from engine.problems import KeyPath, Problem
from engine.units.inference import Comparison
from engine.units.registry import Units
from engine.units.unit import Unit

Array = NDArray[np.float64]
Numbers = float | Array
RowKind = Literal["input", "formula", "equation", "constant", "working", "part", "dimension"]
RESULTS: Final = frozenset({"formula", "equation"})
PLACES: Final = frozenset({"place_lookup", "place_step"})
# What says where a spreadsheet begins to look for a rate: no result depends on it.
GUESSES: Final = frozenset({"received_over_paid", "mean_receipt", "mean_payment", "nearer_growth"})


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row of the calculation: an input, a formula, or a constant that conversions and literals are lifted to.

    `over` names its dimensions; a row without any is one number. `value` (inputs and constants) is as stored: a share
    of 50 percent is 0.5; an array of the row's shape where it is over something. A row whose first periods are given
    has an expression for the rest; `given` says how many, along `given_over`. A row with a formula a member has
    `parts`, one row each.
    """

    id: str
    label: str
    unit: Unit
    kind: RowKind
    value: float | Array | None = None
    expression: Node | None = None
    quantity: Quantity | None = None
    over: tuple[str, ...] = ()
    note: str = ""
    given: int = 0
    given_over: str = ""
    parts: tuple[str, ...] = ()

    def given_values(self, values: Numbers) -> Numbers:
        """Return the values that are given, NaN for those that the formula goes on with."""
        return values if self.value is None or not self.given else np.where(np.isnan(self.value), np.nan, values)

    @property
    def is_set(self) -> NDArray[np.bool_]:
        """Return which of its cells, in one line, hold a value of their own."""
        return np.asarray(~np.isnan(np.ravel(np.nan if self.value is None else self.value)), dtype=np.bool_)

    @property
    def uses(self) -> tuple[str, ...]:
        """Return the ids of the rows that it is computed from."""
        if self.expression is None:
            return self.parts
        formula = None if self.quantity is None else self.quantity.formula
        return formula.names if formula is not None and formula.tree is self.expression else names(self.expression)

    @property
    def place(self) -> Aggregate | None:
        """Return what says at which point of a curve something stands, where that is asked for; None for others."""
        match self.expression:
            case (Aggregate() as found) | Call(function="if", arguments=(_, Aggregate() as found, _)):
                return found if found.function in PLACES else None
        return None

    @property
    def is_computed(self) -> bool:
        """Return whether it has a formula."""
        return self.expression is not None or bool(self.parts)


@dataclass(frozen=True, slots=True)
class Loop:
    """Rows that feed each other through `prev`: computed together, period by period; in order within a period.

    Through `next` they are computed `ahead` first: from the last period to the first.
    """

    over: str
    steps: tuple[LoopStep, ...]
    ahead: bool = False

    def periods(self, count: int) -> range:
        """Return the periods in the order in which they are computed."""
        return range(count - 1, -1, -1) if self.ahead else range(count)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the rows in the loop, those of loops inside it too."""
        return tuple([id_ for step in self.steps for id_ in (step.ids if isinstance(step, Loop) else (step,))])


LoopStep = str | Loop


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A scenario: those that it starts from (none: the values as written), its own values as stored, and its factors.

    Of a row over dimensions arrays, NaN where the scenario does not set or scale a member.
    """

    id: str
    label: str
    parents: tuple[str, ...]
    own: Mapping[str, Numbers]
    note: str = ""
    scale: Mapping[str, Numbers] = field(default_factory=dict)

    @property
    def is_base(self) -> bool:
        """Return whether it stands for the values as written."""
        return not self.parents

    def sets(self, id_: str, number: int) -> bool:
        """Return whether it has a value of its own for a cell of an input."""
        return _cell(self.own.get(id_), number) is not None

    def factor(self, id_: str, number: int) -> float | None:
        """Return what it multiplies a cell of an input by; None where it does not."""
        return _cell(self.scale.get(id_), number)


@dataclass(frozen=True, slots=True)
class Test:
    """A check with both sides in the stored unit of the left one; tolerance None means relative to `magnitude`.

    `magnitude` is the sum of the absolute terms of both sides, None where the sides are the terms.
    `equation` is where the equation stands that a check by substitution is of.
    """

    check: Check
    comparison: Comparison
    magnitude: Node | None
    tolerance: float | None
    unit: Unit
    over: tuple[str, ...] = ()
    equation: KeyPath = ()


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
    loops: tuple[Loop, ...] = ()
    short: Mapping[Node, Node] = field(default_factory=dict, repr=False)

    def __deepcopy__(self, _memo: dict[int, object]) -> Self:
        """Return the plan itself: nothing of it changes."""
        return self

    def row(self, id_: str) -> Row:
        """Return the row of an id."""
        return self.rows[self.index[id_]]

    def scale(self, id_: str, other: Plan, other_id: str) -> float | None:
        """Return what a row's stored value is multiplied by to be in the unit of another plan's row.

        None where the units are of different kinds.
        """
        unit, wanted = self.row(id_).unit, other.row(other_id).unit
        if unit.atoms == wanted.atoms and self.model.units == other.model.units:
            return 1.0
        try:
            if self.units.dimension(unit.atoms) != other.units.dimension(wanted.atoms):
                return None
            return float(self.units.factor(unit.atoms) / other.units.factor(wanted.atoms))
        except ValueError:
            return None

    @property
    def first_case(self) -> Case:
        """Return the scenario shown first."""
        return self.case(self.model.scenario or self.cases[0].id)

    def case(self, id_: str) -> Case:
        """Return a scenario; KeyError where there is none. ``base`` is the one that sets nothing."""
        if id_ == BASE:
            return next(case for case in self.cases if case.is_base)
        return self._cases_by_id[id_]

    @cached_property
    def _cases_by_id(self) -> dict[str, Case]:
        return {case.id: case for case in self.cases}

    @cached_property
    def inputs(self) -> tuple[Row, ...]:
        """Return the rows with values of their own to change: inputs, and those that begin with values."""
        return tuple([row for row in self.rows if row.value is not None and row.kind not in {"constant", "dimension"}])

    @cached_property
    def lags(self) -> frozenset[str]:
        """Return the inputs that say how far `prev` and `next` look."""
        trees = [row.expression for row in self.rows if row.expression is not None] if self.model.dimensions else []
        looking = [node for tree in trees for node in nodes(tree) if isinstance(node, Previous)]
        return frozenset([node.lag.id for node in looking if isinstance(node.lag, Name)])

    def upstream(self, *ids: str) -> set[str]:
        """Return the rows that rows are computed from, with themselves."""
        return graph.reached(lambda id_: self.row(id_).uses, *ids)

    def feeding(self, *ids: str) -> set[str]:
        """Return what `upstream` does, and with one member's own formula the whole row that it is of."""
        found: set[str] = set()
        waiting = list(ids)
        while waiting:
            new = self.upstream(*waiting) - found
            found |= new
            wholes = [self.row(id_).quantity for id_ in new if self.row(id_).kind == "part"]
            waiting = [whole.id for whole in wholes if whole is not None and whole.id not in found]
        return found

    def lineage(self, case: Case) -> list[Case]:
        """Return the scenario and those that it starts from, nearest first, in the order of Python's base classes.

        Raises Contradiction for one that is composed of several which no order keeps.
        """
        above = graph.lineage(case.id, case.parents, self._lineages)[1:] if case.parents else []
        return [case, *[self.case(id_) for id_ in above]]

    @cached_property
    def _lineages(self) -> dict[str, list[str]]:
        return graph.linearize({case.id: case.parents for case in self.cases})

    def overrides(self, case: Case) -> dict[str, Numbers]:
        """Return what a scenario changes of the values as written, as stored; the nearer scenario comes after."""
        merged: dict[str, Numbers] = {}
        for ancestor in reversed(self.lineage(case)):
            for id_, value in ancestor.own.items():
                is_one = isinstance(value, float)
                merged[id_] = value if is_one else np.where(np.isnan(value), self._before(merged, id_), value)
            for id_, factor in ancestor.scale.items():
                merged[id_] = _scaled(self._before(merged, id_), factor)
        return merged

    def _before(self, merged: Mapping[str, Numbers], id_: str) -> Numbers:
        value = merged.get(id_, self.row(id_).value)
        assert value is not None  # noqa: S101  # only what has a value is changed
        return value

    def chosen_from(self, row: Row) -> Dimension | None:
        """Return the dimension whose members a row's values are the codes of; None for numbers."""
        if (place := row.place) is not None:
            return self.model.dimension[place.over[0]]
        return self.model.dimension[row.quantity.choice] if row.quantity is not None and row.quantity.choice else None

    def shape(self, row: Row) -> tuple[int, ...]:
        """Return how many members a row has along each of its dimensions."""
        return self.model.shape(row.over)

    def members(self, row: Row) -> list[tuple[str, ...]]:
        """Return the members of a row's cells, the last dimension fastest; one empty tuple for a single number."""
        return self.model.members(row.over)

    def across(self, row: Row) -> str:
        """Return the dimension of a row that runs across in tables, '' for none: none with a formula a member."""
        parted = row.quantity.formulas_over if row.quantity is not None and row.parts else ""
        return self.model.across(tuple([name for name in row.over if name != parted]))


def _cell(values: Numbers | None, number: int) -> float | None:
    """Return one of several values, or the one for all; None where there is none."""
    if values is None:
        return None
    value = float(values if isinstance(values, float) else np.ravel(values)[number])
    return None if np.isnan(value) else value


def _scaled(before: Numbers, factor: Numbers) -> Numbers:
    """Return values times their factors, where they have one: at 15 digits, since 10 * 1.1 is 11.000000000000002."""
    products = before * np.where(np.isnan(factor), 1.0, factor)
    rounded = [float(f"{product:.15g}") for product in np.ravel(products).tolist()]
    return np.array(rounded).reshape(products.shape) if products.shape else rounded[0]


def shown(value: float, row: Row) -> float:
    """Return a stored value as it is shown: in the declared unit, a fraction in percent."""
    # Division, since 0.07 * 100 is 7.000000000000001; 15 digits are what a reader is shown anyway.
    # Adding 0 turns a negative zero, which no spreadsheet shows, into the ordinary one.
    return float(f"{value * row.unit.scale:.15g}") + 0.0 if row.unit.percent else value + 0.0
