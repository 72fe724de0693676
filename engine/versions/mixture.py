"""Two versions of a model as one plan: what changed carries both versions, and a mask chooses between them.

So all coalitions of changes, some new and the others old, are cases of one plan, computed together as arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine import graph
from engine.language.tree import unspelled
from engine.plan.batch import compute_many
from engine.plan.plan import Array, Case, Numbers, Plan, Row
from engine.planning import recurrences
from engine.versions.mixed_rows import MixedRows, mask_id, owner_of, plan_with_names, unversioned
from engine.versions.renaming import with_new_names
from engine.versions.shapley import Masks

_LARGEST: Final = 20_000_000
_LOST: Final = 1e-13
# Which cells of inputs are a player's own, by its number.
Parts = Mapping[int, Mapping[str, NDArray[np.bool_]]]
_Played = tuple[Sequence[int], Sequence[str], Mapping[str, NDArray[np.bool_]] | None]
# What the old and the new version set their inputs to.
Both = tuple[Mapping[str, Numbers], Mapping[str, Numbers]]


@dataclass(frozen=True, slots=True)
class Player:
    """Changes that come together: the ids of what changed, and why they cannot be told apart where they are several.

    What takes its values from one file of `data` comes together with that.
    """

    ids: tuple[str, ...]
    reason: str = ""
    data: str = ""


class Mixture:
    """Both versions in one plan, and the players; `renamed` says what the old version calls a row of the new one."""

    def __init__(self, old: Plan, new: Plan, renamed: Mapping[str, str]) -> None:
        self.names = {before: after for after, before in renamed.items()}
        self.old = plan_with_names(old, self.names)
        self.new = new

    @cached_property
    def plan(self) -> Plan:
        """Return the plan of both versions: its masks are inputs."""
        if not self._groups:
            # Only values changed, and what they were is put into the new version's formulas.
            return replace(self.new, tests=(), warnings=())
        rows = self._rows(self._groups)
        order, loops, _ = recurrences.order_rows(self.new.model, rows)
        ordered = tuple([rows[id_] for id_ in order])
        index = {row.id: position for position, row in enumerate(ordered)}
        return replace(self.new, rows=ordered, index=index, loops=loops, tests=(), warnings=())

    @cached_property
    def players(self) -> list[Player]:
        """Return the changes of formulas and shapes, one player a group of rows."""
        found = []
        for group, reason in self._groups:
            # An equation that only goes through what changed is not what changed.
            own = [id_ for id_ in self._formulas if self._is_reworded(id_) or not self._is_resolved(id_)]
            ids = [id_ for id_ in self._both if id_ in group and (id_ in own or id_ in self._apart)]
            ids += [id_ for id_ in self._valued if id_ in group and id_ not in ids]
            found.append(Player(tuple(ids), reason if len(ids) > 1 else ""))
        return found

    @cached_property
    def _scales(self) -> dict[str, float]:
        """Return what takes an old value to the new unit, of rows whose units are of one kind."""
        return {id_: scale for id_ in self._both if (scale := self.old.scale(id_, self.new, id_)) is not None}

    @cached_property
    def _apart(self) -> set[str]:
        """Return the rows that have another shape or kind of unit now."""
        return {
            id_ for id_ in self._both if id_ not in self._scales or self.old.row(id_).over != self.new.row(id_).over
        }

    @cached_property
    def _valued(self) -> dict[str, None]:
        return dict.fromkeys([id_ for id_ in self._both if self._is_valued(id_)])

    @cached_property
    def _mapped(self) -> list[str]:
        """Return the rows that say which member of a group each member belongs to."""
        rows = [row for row in self.new.rows if row.kind == "dimension" and row.value is not None]
        return [row.id for row in rows if row.id in self.old.index and self.old.row(row.id).over == row.over]

    @cached_property
    def _formulas(self) -> list[str]:
        """Return the rows whose formula changed, or their kind."""
        return [id_ for id_ in self._both if id_ not in self._valued and self._is_recast(id_)]

    @cached_property
    def _both(self) -> list[str]:
        rows = [row for row in self.new.rows if row.quantity is not None and row.kind != "part"]
        return [row.id for row in rows if row.id in self.old.index]

    def _is_valued(self, id_: str) -> bool:
        """Return whether a row is an input, or begins with values, in both versions alike."""
        before, after = self.old.row(id_), self.new.row(id_)
        return (
            before.value is not None
            and after.value is not None
            and before.given == after.given
            and before.over == after.over
            and not self._is_recast(id_)
        )

    def _is_recast(self, id_: str) -> bool:
        """Return whether a row's formula changed, or its kind."""
        before, after = self.old.row(id_), self.new.row(id_)
        if before.kind != after.kind or before.over != after.over or before.given != after.given:
            return True
        if before.quantity is None or after.quantity is None:
            return False
        if self._is_resolved(id_):
            return True
        return self._is_reworded(id_)

    def _is_resolved(self, id_: str) -> bool:
        """Return whether an equation has another solution, for whichever of the formulas that it goes through."""
        before, after = self.old.row(id_), self.new.row(id_)
        quantities = [row.quantity for row in (before, after) if row.quantity is not None]
        return any(one.is_equation for one in quantities) and before.expression != after.expression

    def _is_reworded(self, id_: str) -> bool:
        """Return whether the author wrote another formula, or none any more."""
        before, after = self.old.row(id_), self.new.row(id_)
        if before.quantity is None or after.quantity is None or before.kind != after.kind:
            return True
        if not self.names and [*before.quantity.written] == [*after.quantity.written]:
            return False
        # The author's words of the old version have the old names.
        then = [(m, one.tree and unspelled(with_new_names(one.tree, self._now))) for m, one in before.quantity.written]
        return then != [(m, one.tree and unspelled(one.tree)) for m, one in after.quantity.written]

    def _now(self, id_: str) -> str:
        return self.names.get(id_, id_)

    def moved(self, old_case: Case, new_case: Case) -> list[str]:
        """Return the inputs whose values differ in a scenario, whichever way they come about."""
        valued = [*self._valued, *self._mapped]
        set_ = self.old.overrides(old_case), self.new.overrides(new_case)
        return [id_ for id_ in valued if not _same(*self._values(id_, set_))]

    def values(self, id_: str, old_case: Case, new_case: Case) -> tuple[Numbers, Numbers]:
        """Return what an input is set to in both versions, as stored in the new unit."""
        return self._values(id_, (self.old.overrides(old_case), self.new.overrides(new_case)))

    def _values(self, id_: str, set_: Both) -> tuple[Numbers, Numbers]:
        before = set_[0].get(id_, self.old.row(id_).value)
        after = set_[1].get(id_, self.new.row(id_).value)
        assert before is not None  # noqa: S101  # it is valued
        assert after is not None  # noqa: S101
        return np.asarray(before) * self._scales.get(id_, 1.0), after

    @cached_property
    def _groups(self) -> list[tuple[set[str], str]]:
        """Return the rows that carry both versions, in groups that share a mask, with why they are one."""
        users: dict[str, set[str]] = {}
        for version in (self.old, self.new) if self._apart else ():
            for row in version.rows:
                owner = owner_of(row)
                for used in row.uses:
                    users.setdefault(owner_of(version.row(used)), set()).add(owner)
        groups = [({id_}, "") for id_ in self._formulas if id_ not in self._apart]
        reason = "one has another shape or unit now, which the others read"
        groups += [({id_, *users.get(id_, ())}, reason) for id_ in self._apart]
        resolved = [id_ for id_ in self._formulas if self._is_resolved(id_)]
        groups += [({id_, *self._through(id_)}, "an equation goes through them") for id_ in resolved]
        while groups:
            groups = _joined(groups)
            knot = self._knot(groups)
            if knot is None:
                return groups
            groups = [*groups, (knot, "each would feed the other")]
        return []

    def _rows(self, groups: Sequence[tuple[set[str], str]]) -> dict[str, Row]:
        return MixedRows(self.old, self.new, self._scales, self._apart, [group for group, _ in groups]).rows()

    def _through(self, id_: str) -> set[str]:
        """Return the changed formulas that an equation goes through: they use its unknown, and it uses them."""
        found: set[str] = set()
        before = {self._now(k): tuple(map(self._now, used)) for k, used in self.old.model.feeds.items()}
        for feeds in (self.new.model.feeds, before):
            if id_ in feeds:
                above = graph.upstream(feeds, id_)
                found |= {one for one in self._formulas if one in above and id_ in graph.upstream(feeds, one)}
        return found

    def _knot(self, groups: Sequence[tuple[set[str], str]]) -> set[str] | None:
        """Return rows that feed each other where old and new formulas are mixed; None where nothing does."""
        rows = self._rows(groups) if groups else {}
        _, _, problems = recurrences.order_rows(self.new.model, rows)
        if not problems:
            return None
        feeds = {row.id: [used for used in row.uses if used in rows] for row in rows.values()}
        for knot in graph.knots(feeds):
            ids = {unversioned(id_)[0] for id_ in knot}
            ids = {owner_of(self.new.row(id_)) if id_ in self.new.index else id_ for id_ in ids}
            changed = [group for group, _ in groups if not group.isdisjoint(ids)]
            whole = ids.union(*changed) if changed else ids
            if len(knot) > 1 and changed and whole not in [group for group, _ in groups]:
                return whole
        return None

    def evaluate(self, players: Sequence[Sequence[int]], inputs: Sequence[Sequence[str]], cases: tuple[Case, Case],
                  masks: Masks, outputs: Sequence[str], *, drawn: Both = ({}, {}),
                 parts: Parts = MappingProxyType({})) -> list[Array]:  # fmt: skip
        """Return outputs in coalitions, each of shape (coalitions, members...), as stored in the new unit.

        A player is a list of groups by number, and a list of inputs; both are new where the mask says so. `drawn` has
        values of inputs in the old and in the new version, as stored there, one a coalition. Of inputs of a player that
        has `parts`, by its number, only these cells are its own.
        """
        cells = sum(int(np.prod(self.plan.shape(row), dtype=np.int64)) for row in self.plan.rows)
        size = max(1, _LARGEST // max(1, cells))
        starts = range(0, len(masks), size)
        set_ = self.old.overrides(cases[0]), self.new.overrides(cases[1])
        pieces = []
        played = [(*one, parts.get(number)) for number, one in enumerate(zip(players, inputs, strict=True))]
        for at in starts:
            own = [{id_: np.asarray(values)[at : at + size] for id_, values in side.items()} for side in drawn]
            both = {**set_[0], **own[0]}, {**set_[1], **own[1]}
            pieces.append(self._piece(played, both, masks[at : at + size], outputs))
        return [np.concatenate([piece[position] for piece in pieces]) for position in range(len(outputs))]

    def _piece(self, played: Sequence[_Played], set_: Both, masks: Masks, outputs: Sequence[str]) -> list[Array]:
        count = len(masks)
        begun: set[str] = set()
        values: list[Any] = [np.asarray(row.value if row.value is not None else np.nan) for row in self.plan.rows]
        for row in self.plan.rows:
            id_, version = unversioned(row.id)
            if row.value is None or row.kind == "constant":
                continue
            source = set_[0] if version == "old" or id_ not in self.new.index else set_[1]
            if id_ in source:
                values[self.plan.index[row.id]] = np.asarray(source[id_])
        for player, (groups, ids, part) in enumerate(played):
            column = masks[:, player]
            for number in groups:
                values[self.plan.index[mask_id(number)]] = column.astype(np.float64)
            for id_ in ids:
                before, after = self._values(id_, set_)
                if id_ in self.plan.index and self.plan.row(id_).value is not None:
                    shape = self.plan.shape(self.plan.row(id_))
                    wide = column.reshape(count, *(1,) * len(shape))
                    own = wide if part is None else wide & part[id_]
                    # Of one row, several players may have cells.
                    at = self.plan.index[id_]
                    values[at] = np.where(own, after, values[at] if id_ in begun else before)
                    begun.add(id_)
        compute_many(self.plan, values, count, outputs)
        return [
            np.array(np.broadcast_to(values[self.plan.index[id_]], (count, *self.plan.shape(self.plan.row(id_)))))
            for id_ in outputs
        ]


def _joined(groups: Iterable[tuple[set[str], str]]) -> list[tuple[set[str], str]]:
    """Return groups of which no two share a row."""
    found: list[tuple[set[str], str]] = []
    for group, reason in groups:
        rest = []
        for other, why in found:
            if other.isdisjoint(group):
                rest.append((other, why))
            else:
                group, reason = group | other, reason or why  # noqa: PLW2901  # it grows
        found = [*rest, (group, reason)]
    return found


def _same(before: Numbers, after: Numbers) -> bool:
    a, b = np.asarray(before), np.asarray(after)
    if a.shape != b.shape and a.size != b.size and 1 not in {a.size, b.size}:
        return False
    close = np.isclose(a, b, rtol=_LOST, atol=0.0, equal_nan=True)
    return bool(np.all(close))
