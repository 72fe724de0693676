"""Which change moved how far outputs spread: the shift of each figure, split by Shapley values over what changed.

A change of an input is that of its value and of what it is drawn from; correlations that changed are one change,
and so is what takes its values from one file of data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from engine.plan.cells import cell_name
from engine.plan.plan import Array, Numbers
from engine.uncertainty.cone import Cone
from engine.uncertainty.copula import Copula
from engine.uncertainty.points import SCRAMBLES, Points
from engine.uncertainty.reasons import cell_values
from engine.uncertainty.statements.checks import holds
from engine.versions.attribution import can_mix
from engine.versions.data.shares import by_file
from engine.versions.mixed_rows import mask_id
from engine.versions.mixture import Mixture, Player
from engine.versions.pair import Pair
from engine.versions.shapley import Masks, split
from engine.versions.spreads.shifts import CHANCE, SAMPLES, Shift, Side, percentile, sides, tested

# The values of 64 coalitions are those of all changes up to six; of more a few orders are drawn.
_MOST_EXACT: Final = 6
_ORDERS: Final = 10
# So many numbers are computed at most.
_MOST_NUMBERS: Final = 2_000_000_000
# So many of what is looked at are held at once.
_MOST_HELD: Final = 16_000_000
_CLOSE: Final = 1e-9
_LOST: Final = 1e-12


@dataclass(frozen=True, slots=True)
class ShiftShare:
    """What one change adds to a shift, and its standard error where the split was sampled, else None."""

    player: Player
    share: float
    error: float | None


def share_shifts(pair: Pair, scenario: str, found: Sequence[Shift]) -> list[tuple[ShiftShare, ...]]:
    """Return, for each shift, what every change adds to it, the largest first; none where it cannot be told apart.

    It cannot where no plan can hold both versions, and where a mixture of old and new has other values than these, as
    where a result is out of its bounds, or a check asks for something else now.
    """
    both = sides(pair, scenario)
    shares: list[tuple[ShiftShare, ...]] = [() for _ in found]
    if both is None or not found or pair.reshaped or not can_mix(pair.old, pair.new):
        return shares
    game = _Game(pair, both, found)
    if game.is_too_large:
        return shares
    done = split(game.values, len(game.players), _MOST_EXACT, _ORDERS)
    ends = game.values(np.array([[False] * len(game.players), [True] * len(game.players)]))
    for place, shift in enumerate(found):
        if np.allclose(ends[:, place], [shift.before, shift.after], rtol=_CLOSE, atol=0.0):
            errors = [None] * len(game.players) if done.error is None else done.error[:, place].tolist()
            lines = zip(game.players, done.values[:, place].tolist(), errors, strict=True)
            told = [ShiftShare(one.player, share, error) for one, share, error in lines]
            least = _LOST * max(abs(shift.before), abs(shift.after))
            shares[place] = tuple(
                sorted([one for one in told if abs(one.share) > least], key=lambda one: -abs(one.share))
            )
    return shares


class _Playing(NamedTuple):
    """A change as it is played: groups of formulas, inputs with what they are drawn from, or the correlations."""

    player: Player
    groups: tuple[int, ...] = ()
    inputs: tuple[str, ...] = ()
    has_correlations: bool = False


class _Game:
    """The percentiles of outputs, and the chances of checks, for every coalition of changes."""

    def __init__(self, pair: Pair, both: tuple[Side, Side], shifts: Sequence[Shift]) -> None:
        self.pair, self.both, self.shifts = pair, both, shifts
        self.mixture = Mixture(pair.old, pair.new, pair.names)
        self.points = self._points()
        self.cells = {cell_name(pair.new, cell): cell for cell in both[1].cells}
        moved = {shift.id for shift in shifts}
        self.tests = {id_: test for test in both[1].tests if (id_ := f"checks.{test.check.id}") in moved}
        self.read = list(dict.fromkeys([*[cell.id for cell in self.cells.values()], *tested([*self.tests.values()])]))
        self.players = self._players()

    @property
    def is_too_large(self) -> bool:
        """Return whether there are no changes to tell apart, or too many to compute."""
        if not self.players:
            return True
        count = len(self.players)
        coalitions = 2**count if count <= _MOST_EXACT else _ORDERS * (count + 1)
        cells = sum(int(np.prod(self.mixture.plan.shape(row))) for row in self.mixture.plan.rows)
        return cells * coalitions * SAMPLES > _MOST_NUMBERS

    def values(self, masks: Masks) -> Array:
        """Return the figures of the shifts in coalitions, of shape (coalitions, shifts), as declared."""
        return np.array([self._of_coalition(mask) for mask in masks])

    def _of_coalition(self, mask: Masks) -> list[float]:
        is_new = any(chosen and one.has_correlations for chosen, one in zip(mask, self.players, strict=True))
        has_own = any(one.has_correlations for one in self.players)
        drawn = self._drawn_after if is_new or not has_own else self._drawn_before
        groups, inputs = [one.groups for one in self.players], [one.inputs for one in self.players]
        cases, plan = (self.both[0].case, self.both[1].case), self.mixture.plan
        held = sum(plan.model.size(plan.row(id_).over) for id_ in self.read)
        size = max(1, _MOST_HELD // max(1, held))
        own: dict[str, Array] = {id_: np.empty(SAMPLES) for id_ in (*self.cells, *self.tests)}
        for at in range(0, SAMPLES, size):
            part = slice(at, min(at + size, SAMPLES))
            count = part.stop - at
            drawn_part = tuple([{id_: np.asarray(values)[part] for id_, values in side.items()} for side in drawn])
            wide = np.broadcast_to(mask, (count, len(mask)))
            found = self.mixture.evaluate(groups, inputs, cases, wide, self.read, drawn=(drawn_part[0], drawn_part[1]))
            values: list[Any] = [None] * len(plan.rows)
            for id_, one in zip(self.read, found, strict=True):
                values[plan.index[id_]] = one
            for name, cell in self.cells.items():
                own[name][part] = cell_values(plan, values, cell, count) * plan.row(cell.id).unit.scale
            for id_, test in self.tests.items():
                own[id_][part] = holds(plan, test, values, count)
        return [self._figure(shift, own[shift.id]) for shift in self.shifts]

    @staticmethod
    def _figure(shift: Shift, values: Array) -> float:
        if shift.figure == CHANCE:
            return 100 * float(values.mean())
        return float(percentile(values, float(shift.figure.removeprefix("P"))))

    def _players(self) -> list[_Playing]:
        mixture, cases = self.mixture, (self.both[0].case, self.both[1].case)
        inside = {id_ for player in mixture.players for id_ in player.ids}
        moved = dict.fromkeys([*mixture.moved(*cases), *self._redrawn])
        players = [_Playing(player, groups=(number,)) for number, player in enumerate(mixture.players)]
        own = by_file(self.pair.new, cases[1].id, [id_ for id_ in moved if id_ not in inside])
        players += [_Playing(player, inputs=player.ids) for player in own]
        feeding = mixture.plan.upstream(*self.read)
        felt = [one for one in players if any(mask_id(number) in feeding for number in one.groups)
                or not feeding.isdisjoint(one.inputs)]  # fmt: skip
        if not self._has_one_copula:
            felt.append(_Playing(Player((), "the correlations"), has_correlations=True))
        return felt

    @property
    def _has_one_copula(self) -> bool:
        before, after = (side.sampling.copula for side in self.both)
        return before.numbers == after.numbers and np.array_equal(before.matrix, after.matrix)

    @cached_property
    def _drawn_before(self) -> tuple[Mapping[str, Numbers], Mapping[str, Numbers]]:
        """Return what both versions draw where their draws go together as the old one says."""
        return self._inputs(self.both[0].sampling.copula)

    @cached_property
    def _drawn_after(self) -> tuple[Mapping[str, Numbers], Mapping[str, Numbers]]:
        """Return what both versions draw where their draws go together as the new one says."""
        return self._inputs(self.both[1].sampling.copula)

    @cached_property
    def _redrawn(self) -> list[str]:
        """Return the inputs that are drawn from something else, or in one version alone, by their new names."""
        before, after = self._inputs(Copula(()))
        found = []
        for id_ in dict.fromkeys([*after, *before]):
            if id_ not in self.mixture.plan.index or self.mixture.plan.row(id_).value is None:
                continue
            scale = self.pair.old.scale(self.pair.names.get(id_, id_), self.pair.new, id_)
            is_both = id_ in before and id_ in after and scale is not None
            if not is_both or not np.allclose(np.asarray(before[id_]) * scale, after[id_], rtol=_LOST, atol=0.0):
                found.append(id_)
        return found

    def _inputs(self, copula: Copula) -> tuple[Mapping[str, Numbers], Mapping[str, Numbers]]:
        """Return what both versions draw, by the new names of rows, as stored, cases first."""
        return self._drawn(self.both[0], self.pair.backward, copula), self._drawn(self.both[1], {}, copula)

    def _drawn(self, side: Side, renamed: Mapping[str, str], copula: Copula) -> Mapping[str, Numbers]:
        cone = Cone(side.plan, side.case.id, {}, side.sampling.rows, side.sampling.rows)
        found = replace(side.sampling, copula=copula).inputs(self.points, {id_: cone.fixed(id_) for id_ in cone.drawn})
        return {renamed.get(id_, id_): values for id_, values in found.items()}

    def _points(self) -> Array:
        points = Points(max(side.sampling.dimensions for side in self.both))
        return np.concatenate([points.part(one, 0, SAMPLES // SCRAMBLES) for one in range(SCRAMBLES)], axis=1)
