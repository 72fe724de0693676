"""Why outputs changed between two versions of a model: each change's share, by Shapley values over what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.plan import Array, Case, Plan
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.versions.data.cells import places
from engine.versions.data.shares import CellShares, Part, by_file, largest
from engine.versions.mixed_rows import mask_id
from engine.versions.mixture import Mixture, Parts, Player
from engine.versions.pair import Pair
from engine.versions.reshaping import reshape
from engine.versions.shapley import Masks, Split, owen, split

_CLOSE: Final = 1e-9
_ALL: Final = "the dimensions, or what says how far back a formula looks, changed"


@dataclass(frozen=True, slots=True)
class Attribution:
    """The change of each output in a scenario, in its unit, split among the players: arrays of (players, outputs).

    `error` is the standard error where the split was sampled. `before` and `after` are in the new unit. Of a player
    that is a file of data, by its number, `cells` has what its largest cells add, by Owen values.
    """

    players: tuple[Player, ...]
    outputs: tuple[Cell, ...]
    before: Array
    after: Array
    shares: Array
    error: Array | None
    cells: Mapping[int, CellShares] = field(default_factory=dict)


def attribute(pair: Pair, old: Results, new: Results, outputs: Sequence[Cell]) -> Attribution:
    """Return why outputs changed between two results of a pair's versions; both have them, in units of one kind."""
    if pair.renamed or pair.declared:
        old = replace(old, plan=pair.old)
    return _Splitting(pair, old, new, outputs).split()


class _Playing(NamedTuple):
    """A player as it is played: groups of formulas, inputs, and whether the members of dimensions come with it.

    Of its inputs only some cells are its own where it has `parts`, one for each mixture.
    """

    player: Player
    groups: tuple[int, ...] = ()
    inputs: tuple[str, ...] = ()
    has_members: bool = False
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class _Mixing:
    """Both versions as one plan, with the scenarios and the outputs as that has them."""

    mixture: Mixture
    cases: tuple[Case, Case]
    outputs: tuple[Cell, ...]

    @property
    def moved(self) -> list[str]:
        """Return the inputs whose values differ."""
        return self.mixture.moved(*self.cases)

    @cached_property
    def feeding(self) -> set[str]:
        """Return the rows that the outputs are computed from."""
        return self.mixture.plan.upstream(*{cell.id for cell in self.outputs}) if self.outputs else set()

    def values(self, players: Sequence[_Playing], masks: Masks, parts: Parts) -> Array:
        """Return the outputs in coalitions, of shape (coalitions, outputs), as stored."""
        ids = list(dict.fromkeys([cell.id for cell in self.outputs]))
        groups, inputs = [one.groups for one in players], [one.inputs for one in players]
        found = dict(zip(ids, self.mixture.evaluate(groups, inputs, self.cases, masks, ids, parts=parts), strict=True))
        return np.stack([found[c.id].reshape(len(masks), -1)[:, c.number] for c in self.outputs], axis=1)

    def is_felt(self, one: _Playing) -> bool:
        """Return whether an output depends on a player."""
        return any(mask_id(number) in self.feeding for number in one.groups) or not self.feeding.isdisjoint(one.inputs)


class _Splitting:
    def __init__(self, pair: Pair, old: Results, new: Results, outputs: Sequence[Cell]) -> None:
        self.outputs = tuple(outputs)
        self.new = new
        then = [pair.before(cell) or cell for cell in outputs]
        scales = [old.plan.scale(a.id, new.plan, b.id) for a, b in zip(then, outputs, strict=True)]
        self.before = np.array([old.at(cell) for cell in then]) * np.array(scales, dtype=np.float64)
        self.after = np.array([new.at(cell) for cell in outputs])
        self.shown = np.array([new.plan.row(cell.id).unit.scale for cell in outputs])
        self.reshaped = tuple(sorted(pair.reshaped))
        # Outputs have their new names, and the numbers of their cells in the plan that they are read from.
        narrow = tuple([Cell(b.id, a.number) for a, b in zip(then, outputs, strict=True)])
        self.mixings = _mixings(pair, old, new, (narrow, self.outputs))

    def split(self) -> Attribution:
        """Return the split, with changes merged until every mixture of them has a value."""
        if not self.mixings:
            return self._whole(Player((), _ALL))
        players = self._players()
        changed = tuple(dict.fromkeys([id_ for one in players for id_ in one.player.ids]))
        players = [one for one in players if one.has_members or any(mixing.is_felt(one) for mixing in self.mixings)]
        while True:
            found, masks, values = self._tried(players)
            broken = ~np.all(np.isfinite(values), axis=1)
            if not broken.any() or len(players) <= 1:
                break
            players = _merged(players, masks, broken)
        if not players or not self._holds(players):
            return self._whole(Player(changed, "old and new formulas cannot be mixed")) if changed else self._none()
        error = None if found.error is None else found.error * self.shown
        whole = self._attribution([one.player for one in players], found.values * self.shown, error)
        return replace(whole, cells=self._cells(players))

    def _cells(self, players: list[_Playing]) -> dict[int, CellShares]:
        """Return what the largest cells add of each player that is a file, where more than one of its cells changed."""
        found = {}
        mixing = self.mixings[-1]
        for number, one in enumerate(players):
            if not one.player.data or one.groups:
                continue
            values = {id_: mixing.mixture.values(id_, *mixing.cases) for id_ in one.inputs}
            names, parts = largest(values, self.new, self.outputs)
            others = [player for at, player in enumerate(players) if at != number]
            members = [_Playing(one.player, inputs=one.inputs, parts=self._in_each(part)) for part in parts]
            if len(members) > 1:
                game = partial(self._values, [*others, *members])
                with np.errstate(invalid="ignore"):
                    shares = owen(game, len(others), len(members))
                if np.all(np.isfinite(shares.values)):
                    error = None if shares.error is None else shares.error * self.shown
                    found[number] = CellShares(names, shares.values * self.shown, error)
        return found

    def _in_each(self, part: Part) -> tuple[Part, ...]:
        """Return cells of the new version in each mixture: over the old members, those of the same ones."""
        fewer = [mixing.mixture.new for mixing in self.mixings[:-1]]
        return (
            *[{id_: _same_members(cells, self.new.plan, one, id_) for id_, cells in part.items()} for one in fewer],
            part,
        )

    def _players(self) -> list[_Playing]:
        mixture = self.mixings[0].mixture
        inside = {id_ for player in mixture.players for id_ in player.ids}
        moved = dict.fromkeys([id_ for mixing in self.mixings for id_ in mixing.moved if id_ not in inside])
        players = [_Playing(player, groups=(number,)) for number, player in enumerate(mixture.players)]
        case = self.mixings[-1].cases[1].id
        players += [_Playing(player, inputs=player.ids) for player in by_file(self.new.plan, case, moved)]
        if len(self.mixings) > 1:
            players.append(_Playing(Player(self.reshaped), has_members=True))
        return players

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

    def _values(self, players: list[_Playing], masks: Masks) -> Array:
        """Return the outputs in coalitions: over the old members, or over the new ones where these are in it."""
        parts = [
            {number: one.parts[at] for number, one in enumerate(players) if one.parts}
            for at in range(len(self.mixings))
        ]
        if len(self.mixings) == 1:
            return self.mixings[0].values(players, masks, parts[0])
        index = next(number for number, one in enumerate(players) if one.has_members)
        values = np.empty((len(masks), len(self.outputs)))
        for has_members, mixing in enumerate(self.mixings):
            chosen = masks[:, index] == bool(has_members)
            if chosen.any():
                values[chosen] = mixing.values(players, masks[chosen], parts[has_members])
        return values

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


def _same_members(cells: NDArray[np.bool_], there: Plan, here: Plan, id_: str) -> NDArray[np.bool_]:
    """Return which cells of an input here are those of the same members that are marked there."""
    row = here.row(id_)
    at = places(there.model, here.model, row.over)
    return ((at >= 0) & cells.ravel()[at]).reshape(here.shape(row))


def _merged(players: list[_Playing], masks: Masks, broken: Array) -> list[_Playing]:
    """Return the players with those two as one that leave the fewest mixtures without a value."""
    best, pair = len(masks) + 1, (0, 1)
    for one in range(len(players)):
        for other in range(one + 1, len(players)):
            left = int(np.sum(broken & (masks[:, one] == masks[:, other])))
            if left < best:
                best, pair = left, (one, other)
    first, second = players[pair[0]], players[pair[1]]
    ids = tuple(dict.fromkeys([*first.player.ids, *second.player.ids]))
    together = Player(ids, "a mixture of old and new has no value")
    rest = [player for index, player in enumerate(players) if index not in pair]
    is_with_members = first.has_members or second.has_members
    return [*rest, _Playing(together, first.groups + second.groups, first.inputs + second.inputs, is_with_members)]


def _mixings(pair: Pair, old: Results, new: Results, outputs: tuple[tuple[Cell, ...], ...]) -> tuple[_Mixing, ...]:
    """Return both versions as one plan; as two where dimensions have other members, over the old and over the new ones.

    None where no plan can hold both: where a dimension is gone, formulas look back otherwise, or one version's formulas
    mean nothing over the other's members.
    """
    # A scenario may set how far back formulas look.
    if not can_mix(old.plan, new.plan) or _lags(old) != _lags(new):
        return ()
    if not pair.reshaped:
        return (_Mixing(Mixture(old.plan, new.plan, pair.names), (old.case, new.case), outputs[1]),)
    try:
        fewer = plan(reshape(new.plan.model, old.plan.model, pair.names))
        more = plan(reshape(old.plan.model, new.plan.model, pair.backward))
    except (ModelError, ValueError):
        return ()
    narrow = Mixture(old.plan, fewer, pair.names), (old.case, fewer.case(new.case.id)), outputs[0]
    wide = Mixture(more, new.plan, pair.names), (more.case(old.case.id), new.case), outputs[1]
    if [player.ids for player in narrow[0].players] != [player.ids for player in wide[0].players]:
        return ()
    return _Mixing(*narrow), _Mixing(*wide)


def can_mix(old: Plan, new: Plan) -> bool:
    """Return whether a plan can hold two versions: no dimension is gone, and formulas look back alike."""
    if old.model.dimension.keys() - new.model.dimension.keys():
        return False
    lags = [[np.asarray(plan.row(id_).value).tolist() for id_ in sorted(plan.lags)] for plan in (old, new)]
    return old.lags == new.lags and lags[0] == lags[1]


def _lags(results: Results) -> list[object]:
    return [np.asarray(results.values[results.plan.index[id_]]).tolist() for id_ in sorted(results.plan.lags)]
