"""The three-way merge of a workbook and a text: what only the workbook changed is taken, what both changed is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

import numpy as np

from engine.model.dimensions import Dimension, Grid
from engine.model.rewriting.targets import Target, find_origin, said
from engine.plan.cells import Cell, label_of
from engine.plan.plan import Plan
from exports.roundtrip.cells import Found, Refused
from exports.roundtrip.input_cells import read_inputs
from exports.roundtrip.registry import Registry
from exports.roundtrip.typed_values import as_declared, same
from exports.workbook.layout.inputs.ranges import NAMES

_GONE: Final = "(a member that the text has no more)"
Side = Literal["", "ours", "theirs"]


@dataclass(frozen=True, slots=True)
class Change:
    """A value that the workbook changed: what it was on export, in the workbook, and in the text; None is inherited.

    `shown` is what it comes to in the text now, inherited or not; `factors` are those of what is inherited, on export
    and in the text. Of a choice and of a map, values are codes of members of `chosen_from`; a map is of no scenario.
    `cells` are how many cells of the input it is of, and `stands_in` says in which line of which data file it stands.
    """

    target: Target
    case: str
    name: str
    label: str
    unit: str
    spot: str
    base: Decimal | None
    theirs: Decimal | None
    ours: Decimal | None
    shown: Decimal
    is_conflict: bool
    factors: tuple[Decimal | None, Decimal | None] = (None, None)
    chosen_from: Dimension | None = None
    cells: int = 1
    stands_in: str = ""

    def member(self, value: Decimal) -> str:
        """Return the member that a value is the code of; of none that the text has, that it is gone."""
        assert self.chosen_from is not None  # noqa: S101  # asked only of choices and maps
        return _GONE if value.is_nan() else self.chosen_from.member_at(value)


@dataclass(frozen=True, slots=True)
class Merged:
    """What comes of a workbook: changes to take, conflicts that nobody decided, what is refused, and notes.

    `newer` counts the values that the text alone changed since the export.
    """

    changes: tuple[Change, ...]
    conflicts: tuple[Change, ...]
    refused: tuple[Refused, ...]
    notes: tuple[str, ...]
    read: int
    newer: int = 0

    @property
    def is_refused(self) -> bool:
        """Return whether nothing is taken before somebody decides."""
        return bool(self.refused or self.conflicts)

    @property
    def wanted(self) -> dict[Target, Decimal | None]:
        """Return what is to be written."""
        return {
            change.target._replace(number=change.target.number + step): change.theirs
            for change in self.changes
            for step in range(change.cells)
        }


def merge_workbook(plan: Plan, registry: Registry, side: Side, *, is_whole: bool = False) -> Merged:
    """Return what a workbook changed; `side` decides conflicts: for the text (ours) or for the workbook (theirs).

    `is_whole` returns all in which it differs from the text, whichever of them changed it.
    """
    cells, refused, notes = read_inputs(plan, registry)
    if is_whole:
        cells = [replace(cell, base=None, was_own=None) for cell in cells]
    merging = _Merging(plan, cells)
    changes = [change for change in merging.changes() if not (change.is_conflict and side == "ours")]
    is_open = [change for change in changes if change.is_conflict and not side]
    if not cells and not refused:
        refused = [Refused(str(registry.book.path), "", "no input of the model was found in the workbook",
                           "name a workbook that was exported from this model")]  # fmt: skip
    return Merged(
        tuple([change for change in changes if change not in is_open]),
        tuple(is_open),
        tuple(refused),
        tuple(notes),
        len(cells),
        merging.newer,
    )


class _Merging:
    def __init__(self, plan: Plan, cells: Sequence[Found]) -> None:
        self.plan = plan
        self.cells = cells
        self.said = said(plan.model)
        self.newer = 0
        self.effective = {case.id: plan.overrides(case) for case in plan.cases}

    def changes(self) -> list[Change]:
        """Return what the workbook changed and the text does not say already."""
        changes = [change for one in self.cells if (change := self._change(one)) is not None]
        # What is typed over a cell is there in place of its factor, whatever that is.
        own = [change.target for change in changes if change.theirs is not None and not change.target.is_factor]
        typed = {target._replace(is_factor=True) for target in own}
        return [change for change in changes if change.target not in typed]

    def _change(self, one: Found) -> Change | None:
        ours = self.said.get(one.target)
        base = ours if one.was_own is None else one.base if one.was_own else None
        if _equal(one.value, base) or _equal(one.value, ours):
            self.newer += not _equal(base, ours) and not _equal(one.value, ours)
            return None
        label, unit, dimension = self._described(one)
        origin = find_origin(self.plan.model, one.target)
        is_factor = one.target.is_factor
        ours_factor = None if is_factor else self.said.get(one.target._replace(is_factor=True))
        factor = None if is_factor else one.factor
        return Change(
            target=one.target,
            case="" if one.target.end or one.target.id in self.plan.model.dimension else self._case(one),
            name=one.name,
            label=label,
            unit=unit,
            spot=one.spot.address,
            base=base,
            theirs=one.value,
            ours=ours,
            shown=self._shown(one),
            is_conflict=not _equal(ours, base) or (one.was_own is not None and not _equal(ours_factor, factor)),
            factors=(factor, ours_factor),
            chosen_from=dimension,
            cells=one.cells,
            stands_in=origin.spot(one.target.number) if origin is not None else "",
        )

    def _described(self, one: Found) -> tuple[str, str, Dimension | None]:
        """Return the label of a cell, its unit, and the dimension whose member it holds; None for a number."""
        model, id_ = self.plan.model, one.target.id
        quantity = model.by_id.get(id_)
        if quantity is None:
            group = model.dimension[id_]
            return f"{group.label} of {model.dimension[group.of].members[one.target.number]}", "", group
        label = label_of(self.plan, Cell(id_, one.target.number))
        if one.target.is_factor:
            return f"{label} · factor", "1", None
        if one.target.end:
            label = label if isinstance(quantity.range, Grid) else quantity.label
            label = f"{label} · {NAMES[one.target.end]}"
        return label, self.plan.row(id_).unit.text, model.dimension.get(quantity.choice)

    def _case(self, one: Found) -> str:
        return one.target.case or next(case.id for case in self.plan.cases if case.is_base)

    def _shown(self, one: Found) -> Decimal:
        if one.target in self.said:
            return self.said[one.target]
        if one.target.is_factor:
            return Decimal(1)
        row = self.plan.row(one.target.id)
        values = self.effective[self._case(one)].get(row.id, row.value)
        return as_declared(float(np.ravel(np.asarray(values))[one.target.number if row.over else 0]), row)


def _equal(a: Decimal | None, b: Decimal | None) -> bool:
    return a is b if a is None or b is None else same(a, b)
