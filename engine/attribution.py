"""Why outputs changed between two versions of a model: each change's share, by Shapley values over what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.cells import Cell
from engine.evaluate import Results
from engine.rows import Array, Case, Plan
from engine.shapley import Masks, Split, split
from engine.union import Player, Union

_CLOSE: Final = 1e-9
_ALL: Final = "the members of a dimension, or what says how far back a formula looks, changed"


@dataclass(frozen=True, slots=True)
class Attribution:
    """The change of each output in a scenario, in its unit, split among the players: arrays of (players, outputs).

    `error` is the standard error where the split was sampled. `before` and `after` are in the new unit.
    """

    players: tuple[Player, ...]
    outputs: tuple[Cell, ...]
    before: Array
    after: Array
    shares: Array
    error: Array | None


def attributed(old: Results, new: Results, outputs: Sequence[Cell], renamed: Mapping[str, str]) -> Attribution:
    """Return why outputs changed in a scenario; they exist in both versions, in units of one kind.

    `renamed` gives, for ids of the new version, what the old one calls them.
    """
    splitting = _Splitting(old, new, outputs, renamed)
    return splitting.split()


def comparable(old: Plan, new: Plan, id_: str, renamed: Mapping[str, str]) -> bool:
    """Return whether a row of the new version can be compared, cell by cell, with what the old one calls it."""
    name = renamed.get(id_, id_)
    if name not in old.index:
        return False
    before, after = old.row(name), new.row(id_)
    members = [[plan.model.dimension[one].members for one in row.over] for plan, row in ((old, before), (new, after))]
    is_shaped = before.over == after.over and members[0] == members[1]
    return is_shaped and old.scale(name, new, id_) is not None


class _Splitting:
    def __init__(self, old: Results, new: Results, outputs: Sequence[Cell], renamed: Mapping[str, str]) -> None:
        self.cases: tuple[Case, Case] = (old.case, new.case)
        self.outputs = tuple(outputs)
        self.union = Union(old.plan, new.plan, renamed) if _is_alike(old.plan, new.plan) else None
        then = [Cell(renamed.get(cell.id, cell.id), cell.number) for cell in outputs]
        scales = [old.plan.scale(a.id, new.plan, b.id) for a, b in zip(then, outputs, strict=True)]
        self.before = np.array([old.at(cell) for cell in then]) * np.array(scales, dtype=np.float64)
        self.after = np.array([new.at(cell) for cell in outputs])
        self.shown = np.array([new.plan.row(cell.id).unit.shown for cell in outputs])
        self.changed = self._changed(old.plan, new.plan)

    def _changed(self, old: Plan, new: Plan) -> tuple[str, ...]:
        if self.union is None:
            rows = [row for row in new.rows if row.quantity is not None and row.kind != "part"]
            return tuple([row.id for row in rows if row.id in old.index])
        own = dict.fromkeys([id_ for player in self.union.players for id_ in player.ids])
        return (*own, *[id_ for id_ in self.union.moved(*self.cases) if id_ not in own])

    def split(self) -> Attribution:
        """Return the split, with changes merged until every mixture of them has a value."""
        if self.union is None:
            return self._whole(Player((), _ALL))
        inside = {id_ for player in self.union.players for id_ in player.ids}
        moved = [id_ for id_ in self.union.moved(*self.cases) if id_ not in inside]
        # Each player: its groups of formulas, its inputs, and what it is called.
        players: list[_Playing] = [([number], [], player) for number, player in enumerate(self.union.players)]
        players += [([], [id_], Player((id_,))) for id_ in moved]
        players = self._felt(players)
        while True:
            found, masks, values = self._tried(players)
            broken = ~np.all(np.isfinite(values), axis=1)
            if not broken.any() or len(players) <= 1:
                break
            players = _merged(players, masks, broken)
        if not players or not self._holds(players):
            whole = Player(self.changed, "old and new formulas cannot be mixed")
            return self._whole(whole) if self.changed else self._none()
        error = None if found.error is None else found.error * self.shown
        return self._attribution([player for _, _, player in players], found.values * self.shown, error)

    def _tried(self, players: list[_Playing]) -> tuple[Split, Masks, Array]:
        """Return the split, and the coalitions that it comes from with the outputs in these."""
        seen: list[tuple[Masks, Array]] = []

        def game(masks: Masks) -> Array:
            seen.append((masks, self._values(players, masks)))
            return seen[-1][1]

        with np.errstate(invalid="ignore"):
            found = split(game, len(players))
        masks, values = seen[0]
        return found, masks, values

    def _felt(self, players: list[_Playing]) -> list[_Playing]:
        """Return the players that some output depends on: the others would only double the coalitions."""
        assert self.union is not None  # noqa: S101  # asked before
        feeding = self.union.plan.upstream(*{cell.id for cell in self.outputs}) if self.outputs else set()
        masks = {f"@{number}" for number in range(len(self.union.groups))} & feeding
        return [one for one in players if any(f"@{n}" in masks for n in one[0]) or not feeding.isdisjoint(one[1])]

    def _values(self, players: list[_Playing], masks: Masks) -> Array:
        """Return the outputs in coalitions, of shape (coalitions, outputs), as stored."""
        assert self.union is not None  # noqa: S101  # asked before
        ids = list(dict.fromkeys([cell.id for cell in self.outputs]))
        groups, inputs = [one[0] for one in players], [one[1] for one in players]
        found = dict(zip(ids, self.union.evaluated(groups, inputs, self.cases, masks, ids), strict=True))
        return np.stack([found[c.id].reshape(len(masks), -1)[:, c.number] for c in self.outputs], axis=1)

    def _holds(self, players: list[_Playing]) -> bool:
        """Return whether nothing changed comes to the old version, and all of it to the new one."""
        ends = self._values(players, np.array([[False] * len(players), [True] * len(players)]))
        return bool(np.allclose(ends, [self.before, self.after], rtol=_CLOSE, atol=0.0))

    def _whole(self, player: Player) -> Attribution:
        return self._attribution([player], ((self.after - self.before) * self.shown)[None, :], None)

    def _none(self) -> Attribution:
        return self._attribution([], np.zeros((0, len(self.outputs))), None)

    def _attribution(self, players: list[Player], shares: Array, error: Array | None) -> Attribution:
        before, after = self.before * self.shown, self.after * self.shown
        return Attribution(tuple(players), self.outputs, before, after, shares, error)


_Playing = tuple[list[int], list[str], Player]


def _merged(players: list[_Playing], masks: Masks, broken: Array) -> list[_Playing]:
    """Return the players with those two as one that leave the fewest mixtures without a value."""
    best, pair = len(masks) + 1, (0, 1)
    for one in range(len(players)):
        for other in range(one + 1, len(players)):
            left = int(np.sum(broken & (masks[:, one] == masks[:, other])))
            if left < best:
                best, pair = left, (one, other)
    first, second = players[pair[0]], players[pair[1]]
    ids = tuple(dict.fromkeys([*first[2].ids, *second[2].ids]))
    together = Player(ids, "a mixture of old and new has no value")
    rest = [player for place, player in enumerate(players) if place not in pair]
    return [*rest, ([*first[0], *second[0]], [*first[1], *second[1]], together)]


def _is_alike(old: Plan, new: Plan) -> bool:
    """Return whether one plan can hold both: with the same members, and nothing else than before to look back by."""
    before = {name: dimension.members for name, dimension in old.model.dimension.items()}
    after = {name: dimension.members for name, dimension in new.model.dimension.items()}
    shared = before.keys() & after.keys()
    if any(before[name] != after[name] for name in shared) or before.keys() - after.keys():
        return False
    lags = [[np.asarray(plan.row(id_).value).tolist() for id_ in sorted(plan.lags)] for plan in (old, new)]
    return old.lags == new.lags and lags[0] == lags[1]
