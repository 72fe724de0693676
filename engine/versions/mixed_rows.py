"""The rows of a mixture: what changed in both versions, and the row that takes one of them by a mask."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from engine.language.tree import ZERO, Call, Every, Member, Name, Node, Number, Pick, with_names
from engine.model.names import member_of, row_of, with_row
from engine.plan.plan import Plan, Row
from engine.units.unit import PURE, Unit

Version = Literal["old", "new"]
_SCALED: Final = "scaled"


def versioned(id_: str, version: str) -> str:
    """Return the id of a row as one version has it."""
    return f"{id_}@{version}"


def unversioned(name: str) -> tuple[str, str]:
    """Return the id of a row, and which version's it is; '' for the row of both."""
    id_, _, version = name.partition("@")
    return id_, version


def mask_id(number: int) -> str:
    """Return the id of the row that says which version a group has."""
    return versioned("", str(number))


@dataclass(frozen=True)
class MixedRows:
    """The rows of both versions; `groups` share a mask each, `scales` take old values to the new unit.

    `apart` are rows that have another shape or kind of unit now: nothing chooses between these, but their users do.
    """

    old: Plan
    new: Plan
    scales: Mapping[str, float]
    apart: Collection[str]
    groups: Sequence[Collection[str]]

    @cached_property
    def inside(self) -> dict[str, int]:
        """Return the number of the group of each row that is in one."""
        return {id_: number for number, group in enumerate(self.groups) for id_ in group}

    def rows(self) -> dict[str, Row]:
        """Return the rows by id, in no order of calculation."""
        rows: dict[str, Row] = {}
        for number in range(len(self.groups)):
            name = mask_id(number)
            rows[name] = Row(name, name, Unit("1", PURE), "input", 0.0)
        for version, plan in (("new", self.new), ("old", self.old)):
            for row in plan.rows:
                owner = owner_of(row)
                if owner not in plan.index:
                    # The working rows of checks feed no result.
                    continue
                if version == "old" and owner in self.new.index and owner not in self.inside and row.kind != "constant":
                    # What did not change is computed as it is now.
                    continue
                made = self._version(row, version, self.inside.get(owner))  # type: ignore[arg-type]  # one of the two
                rows[made.id] = made
        for id_, number in self.inside.items():
            rows.update(self._chosen(id_, number))
        for id_, scale in self.scales.items():
            if scale != 1.0 and id_ not in self.inside:
                rows.update(self._scaled(id_, scale))
        return rows

    def _version(self, row: Row, version: Version, group: int | None) -> Row:
        """Return a row as one version has it, with what it uses by the names that this has in the mixture."""
        plan = self.old if version == "old" else self.new

        def named(id_: str) -> str:
            used = plan.row(id_)
            owner = owner_of(used)
            if used.kind == "constant":
                return versioned(id_, "old") if version == "old" else id_
            if owner in self.inside and (group == self.inside[owner] or used.kind == "working"):
                return versioned(id_, version)
            if version == "old" and self._is_scaled(id_):
                # The old version reads it in its own unit, whichever version it is of.
                return versioned(id_, _SCALED if id_ in self.inside else "old")
            return id_

        name = row.id
        if group is None and version == "new" and all(named(id_) == id_ for id_ in row.uses):
            # Most rows are what they were, and are shared.
            return row
        expression = None if row.expression is None else with_names(row.expression, named)
        if group is not None or (version == "old" and row.kind == "constant"):
            name = versioned(row.id, version)
        return replace(row, id=name, expression=expression, parts=tuple(map(named, row.parts)))

    def _is_scaled(self, id_: str) -> bool:
        return self.scales.get(id_, 1.0) != 1.0

    def _chosen(self, id_: str, number: int) -> Iterator[tuple[str, Row]]:
        """Yield the row that takes one version or the other, where what uses it can take either."""
        if id_ in self.apart or id_ not in self.old.index or id_ not in self.new.index:
            only = "new" if id_ in self.new.index else "old"
            if id_ not in self.apart:
                row = (self.new if only == "new" else self.old).row(id_)
                yield id_, _formula(row, Name(versioned(id_, only)))
            return
        yield from self._picked(id_)
        before: Node = Name(versioned(id_, "old"))
        scale = self.scales[id_]
        if scale != 1.0:
            before = Call("mul", (before, Number(scale, repr(scale))))
            yield from self._scaled(id_, scale, versioned(id_, _SCALED))
        test = Call("gt", (Name(mask_id(number)), ZERO))
        yield id_, _formula(self.new.row(id_), Call("if", (test, Name(versioned(id_, "new")), before)))

    def _picked(self, id_: str) -> Iterator[tuple[str, Row]]:
        """Yield the rows of single members' formulas, as members of the row that takes one version or the other."""
        for plan in (self.new, self.old):
            row, quantity = plan.row(id_), plan.row(id_).quantity
            for part in row.parts if quantity is not None else ():
                assert quantity is not None  # noqa: S101  # just asked
                over = quantity.formulas_over
                text = member_of(plan.row(part).id)
                member = Member(text, self.new.model.dimension[over].indices[text])
                selectors = tuple([member if name == over else Every() for name in row.over])
                yield part, _formula(plan.row(part), Pick(id_, selectors), part)

    def _scaled(self, id_: str, scale: float, name: str = "") -> Iterator[tuple[str, Row]]:
        """Yield a row in its old unit, as old formulas read it."""
        name = name or versioned(id_, "old")
        yield name, _formula(self.new.row(id_), Call("div", (Name(id_), Number(scale, repr(scale)))), name)


def owner_of(row: Row) -> str:
    """Return the quantity that a row belongs to: itself, or the one whose working row or member's formula it is."""
    if row.kind == "working":
        return row.note or row.id
    if row.kind == "part":
        return row_of(row.id)
    return row.id


def plan_with_names(plan: Plan, names: Mapping[str, str]) -> Plan:
    """Return a plan with other ids for some of its rows; `names` gives them by their ids in it."""
    if not names:
        return plan

    def named(id_: str) -> str:
        # One member's own formula is a row of its own: price[North].
        base = row_of(id_)
        return with_row(id_, names.get(base, base))

    rows = tuple(
        [
            replace(
                row,
                id=named(row.id),
                expression=None if row.expression is None else with_names(row.expression, named),
                note=named(row.note) if row.kind == "working" else row.note,
                parts=tuple(map(named, row.parts)),
            )
            for row in plan.rows
        ]
    )
    cases = tuple(
        [
            replace(
                case,
                own={named(id_): value for id_, value in case.own.items()},
                scale={named(id_): factor for id_, factor in case.scale.items()},
            )
            for case in plan.cases
        ]
    )
    return replace(plan, rows=rows, index={row.id: position for position, row in enumerate(rows)}, cases=cases)


def _formula(row: Row, expression: Node, name: str = "") -> Row:
    return Row(name or row.id, row.label, row.unit, "formula", expression=expression, over=row.over)
