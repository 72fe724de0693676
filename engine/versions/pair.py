"""Two versions of a model side by side, and what differs between them, told in one way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from math import isclose
from typing import Final, Literal, Self

import numpy as np

from engine.language.solving import equivalent
from engine.language.tree import Node, unspelled
from engine.model.dimensions import Grid, cell
from engine.model.model import Formula, Model, Quantity
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.references.symbols import Symbol
from engine.text.numerals import readable
from engine.versions.members import Renamed, match_all_members, rename_members
from engine.versions.renaming import called_alike, match_quantities, match_scenarios, with_new_names

DifferenceKind = Literal[
    "assumption", "formula", "added", "removed", "renamed", "moved", "unit", "bounds", "range", "source", "published",
    "check", "scenario", "dimension", "text", "section", "chart", "model", "correlation", "decision", "data",
]  # fmt: skip
Both = tuple[Quantity, Quantity]
Solved = Mapping[str, Results]
ALL: Final = -1
_LOST: Final = 1e-13
_Places = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that changed: of which kind and of what, before and after in words.

    `what` is the key that changed, '' where the kind says it all. `ratio` is new to old of a value, in one unit;
    `is_same` says of a formula whether it is algebraically the same, None where that is open or not asked. `scenario`
    is '' for what is so as written. Nothing before, or after, is what is only in the other version. `more` further
    cells of a row in a data file differ, and are told no more than that.
    """

    kind: DifferenceKind
    id: str
    label: str
    before: str = ""
    after: str = ""
    what: str = ""
    scenario: str = ""
    ratio: float | None = None
    is_same: bool | None = None
    more: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """What both versions set for a quantity, or for a member of it, by its indices; None for one that is not there.

    So many `more` differ that are not told.
    """

    id: str
    label: str
    before: object
    after: object
    indices: _Places = (ALL, ALL)
    more: int = 0


@dataclass(frozen=True)
class Pair:
    """Both versions: `names` and `scenarios` give, by new ids, the old ones where these differ.

    `then` and `now` are results by the new version's scenarios, as far as there are any. The old version calls members
    as the new one does; `renamed` has, by dimension, the new names by those that it had. So it does sources, units,
    dimensions, checks and charts, whose new names by what they were are `declared`.
    """

    old: Plan
    new: Plan
    names: Mapping[str, str]
    scenarios: Mapping[str, str]
    then: Solved
    now: Solved
    renamed: Renamed
    declared: Mapping[Symbol, str]

    @classmethod
    def of(cls, old: Plan, new: Plan, then: Solved | None = None, now: Solved | None = None) -> Self:
        """Return two versions with the names that changed; `then` has the old names of scenarios."""
        model, declared = called_alike(old.model, new.model)
        renamed = match_all_members(model, new.model)
        if renamed or declared:
            old = _renamed(old, rename_members(model, renamed))
            then = {case: replace(one, plan=old) for case, one in (then or {}).items()}
        scenarios = match_scenarios(old.model, new.model)
        back = {before: after for after, before in scenarios.items()}
        results = {back.get(case, case): one for case, one in (then or {}).items()}
        names = match_quantities(old.model, new.model)
        return cls(old, new, names, scenarios, results, now or {}, renamed, declared)

    @cached_property
    def backward(self) -> dict[str, str]:
        """Return the new ids of quantities by the old ones, where these differ."""
        return {before: after for after, before in self.names.items()}

    @cached_property
    def cases(self) -> dict[str, str]:
        """Return the new ids of scenarios by the old ones, where these differ."""
        return {before: after for after, before in self.scenarios.items()}

    @cached_property
    def both(self) -> list[Both]:
        """Return the quantities that both versions have, old and new."""
        known, names = self.old.model.by_id, self.names
        return [(known[old], one) for one in self.new.model.quantities if (old := names.get(one.id, one.id)) in known]

    @cached_property
    def changed(self) -> list[Both]:
        """Return those that are declared otherwise by now, and all where the same words may mean something else."""
        old, new = self.old.model, self.new.model
        is_alike = (old.units, old.dimensions) == (new.units, new.dimensions)
        if self.names or self.scenarios or self.renamed or not is_alike:
            return self.both
        return [(before, after) for before, after in self.both if before is not after and before != after]

    @cached_property
    def reshaped(self) -> frozenset[str]:
        """Return the dimensions whose members are others, or stand in another order."""
        old = self.old.model.dimension
        return frozenset(
            [id_ for id_, one in self.new.model.dimension.items() if id_ in old and old[id_].members != one.members]
        )

    def settings(self, before: Quantity, after: Quantity, then: object, now: object) -> Iterator[Setting]:
        """Yield what is set for a quantity: at once where nothing is by member, else member by member."""
        if not isinstance(then, Grid) and not isinstance(now, Grid):
            yield Setting(after.id, after.label, then, now)
            return
        for member, numbers in self._cells(before, after):
            first, second = (None if n is None else cell(one, n) for one, n in zip((then, now), numbers, strict=True))
            if first is not None or second is not None:
                told = ", ".join(member)
                yield Setting(f"{after.id}[{told}]", f"{after.label} · {told}", first, second, numbers)

    def _cells(self, before: Quantity, after: Quantity) -> Iterator[tuple[tuple[str, ...], _Places]]:
        """Yield members with their indices in both versions, as the new one calls them."""
        new = self.new.model.members(after.over)
        if self.reshaped.isdisjoint(after.over):
            yield from ((member, (number, number)) for number, member in enumerate(new))
            return
        old = {member: number for number, member in enumerate(self.old.model.members(before.over))}
        indices = {member: number for number, member in enumerate(new)}
        for member in dict.fromkeys([*new, *old]):
            yield member, (old.get(member), indices.get(member))

    def before(self, cell: Cell) -> Cell | None:
        """Return which cell of the old version one of the new version was; None where it had none."""
        return self._same_cell(self.new, cell, self.old, self.names.get(cell.id, cell.id))

    def after(self, cell: Cell) -> Cell | None:
        """Return which cell of the new version one of the old version is; None where it has none."""
        return self._same_cell(self.old, cell, self.new, self.backward.get(cell.id, cell.id))

    def _same_cell(self, plan: Plan, cell: Cell, other: Plan, id_: str) -> Cell | None:
        row = plan.row(cell.id)
        if id_ not in other.index or other.row(id_).over != row.over:
            return None
        if self.reshaped.isdisjoint(row.over):
            return Cell(id_, cell.number)
        member, members = plan.model.member(row.over, cell.number), other.members(other.row(id_))
        return Cell(id_, members.index(member)) if member in members else None

    def chosen(self, quantity: Quantity, code: Decimal, *, is_old: bool) -> str:
        """Return the member that a choice's code stands for, by its new name."""
        return (self.old if is_old else self.new).model.dimension[quantity.choice].member_at(code)

    def is_comparable(self, cell: Cell) -> bool:
        """Return whether a cell of the new version was one of the old version, in a unit of the same kind."""
        then = self.before(cell)
        return then is not None and self.old.scale(then.id, self.new, cell.id) is not None

    def are_same(self, before: Decimal, after: Decimal, quantities: Both) -> bool:
        """Return whether two values are one: as decimals, or 0.30 and 30 percent, but for the last digits."""
        sizes = self.sizes(quantities)
        if sizes is not None and sizes[0] == sizes[1]:
            return before == after
        roots = self._roots(before, after, quantities)
        return roots is not None and isclose(roots[0], roots[1], rel_tol=_LOST)

    def ratio(self, before: Decimal, after: Decimal, quantities: Both) -> float | None:
        """Return new to old, None where that says nothing."""
        roots = self._roots(before, after, quantities)
        if roots is None or not roots[0] or roots[0] * roots[1] <= 0:
            return None
        # The factors of units are exact, and their quotient all but so.
        return float(f"{roots[1] / roots[0]:.14g}")

    def _roots(self, before: Decimal, after: Decimal, quantities: Both) -> tuple[float, float] | None:
        """Return two values in root units; None where these are of different kinds."""
        sizes = self.sizes(quantities)
        return None if sizes is None else (float(before) * sizes[0], float(after) * sizes[1])

    def sizes(self, quantities: Both) -> tuple[float, float] | None:
        """Return what one in the old and in the new unit is in root units; None where these are of different kinds."""
        plans = self.old, self.new
        sides = [(plan.units, plan.row(one.id).unit) for plan, one in zip(plans, quantities, strict=True)]
        dimensions = [units.dimension(unit.atoms) for units, unit in sides]
        if dimensions[0] != dimensions[1]:
            return None
        sizes = [float(units.factor(unit.atoms) / unit.scale) for units, unit in sides]
        return sizes[0], sizes[1]

    def units(self, quantities: Both) -> list[str]:
        """Return what stands behind the old and the new number."""
        return [plan.row(one.id).unit.suffix for plan, one in zip((self.old, self.new), quantities, strict=True)]

    def computed(self, quantity: Quantity, scenario: str, index: int, *, is_old: bool) -> Decimal | None:
        """Return the value that a version gives to a member in a scenario; None where it has none, or no single one."""
        results = (self.then if is_old else self.now).get(scenario)
        if results is None or (index == ALL and quantity.over):
            return None
        return Decimal(f"{np.ravel(results[quantity.id])[max(index, 0)]:.15g}")

    def first_case(self, *, is_old: bool) -> str:
        """Return the scenario that a version shows first, by its new id."""
        id_ = (self.old if is_old else self.new).first_case.id
        return self.cases.get(id_, id_) if is_old else id_

    def is_alike(self, before: Formula, after: Formula) -> bool:
        """Return whether two formulas are one already by their letters, which is soon seen."""
        return not self.names and before.text == after.text

    def tree(self, formula: Formula, *, is_old: bool) -> Node | None:
        """Return what a formula says, in the names of the new version; None where it cannot be read."""
        if formula.tree is None:
            return None
        return unspelled(
            with_new_names(formula.tree, lambda id_: self.backward.get(id_, id_)) if is_old else formula.tree
        )


def _renamed(old: Plan, model: Model) -> Plan:
    """Return the plan of a model with other names; the old one where those are none that a model could have."""
    try:
        made = plan(model)
    except ModelError:
        return old
    return made if len(made.rows) == len(old.rows) else old


def is_same(left: Node | None, right: Node | None) -> bool | None:
    """Return whether two formulas are algebraically the same; None where that is open, or one cannot be read."""
    return None if left is None or right is None else equivalent(left, right)


def compare(kind: DifferenceKind, id_: str, label: str, words: Iterable[str], what: str = "") -> Iterator[Difference]:
    """Yield a difference where the words before and after are others."""
    before, after = words
    if before != after:
        yield Difference(kind, id_, label, before, after, what)


@dataclass(frozen=True, slots=True)
class Declared:
    """Something that a model declares beside its quantities: its label, in a few words what it is, and its keys."""

    label: str
    told: str
    keys: Mapping[str, str]


def compare_declarations(
    kind: DifferenceKind, old: Mapping[str, Declared], new: Mapping[str, Declared]
) -> Iterator[Difference]:
    """Yield what differs between declarations of one kind: those in one version only, and else key by key."""
    for id_, before, after in [(id_, old.get(id_), new.get(id_)) for id_ in dict.fromkeys([*new, *old])]:
        if before is not None and after is not None:
            for key, now in after.keys.items():
                yield from compare(kind, id_, after.label, (before.keys[key], now), key)
        elif after is not None:
            yield Difference(kind, id_, after.label, "", after.told)
        elif before is not None:
            yield Difference(kind, id_, before.label, before.told, "")


def number(value: Decimal, unit: str) -> str:
    """Return a value with its unit, as a reader writes it."""
    return f"{readable(value)}{unit}"


def one_line(text: str) -> str:
    """Return a text without the ends of its lines."""
    return " ".join(text.split())
