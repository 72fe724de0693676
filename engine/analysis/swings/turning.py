"""Inputs one at a time over their range: what outputs are at both ends, and whether they go further in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Final

import numpy as np

from engine.analysis.swings.ranges import ends_of, fill_gaps
from engine.language.numbers.scalars import round_half_away
from engine.plan.batch import evaluate_many, outside, tell_outside
from engine.plan.cells import Cell
from engine.plan.evaluate import Results
from engine.plan.live import Live
from engine.plan.plan import Array, Row
from engine.problems import ModelError

# Each turn is a calculation: of more members only a few are turned alone.
MOST_APART: Final = 1_000
_FEW: Final = 5
# What differs by less ties: a last bit must not decide which members are named.
_DIGITS: Final = 12
# Where to look between the ends, as shares of the way; an output that is straight at the first is looked at no more.
_FIRST: Final = (0.25, 0.5, 0.75)
_REST: Final = (0.125, 0.375, 0.625, 0.875)
_ROUNDS: Final = 24
_STRAIGHT: Final = 1e-9
_GOLDEN: Final = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Inside:
    """A place within a range at which an output goes beyond both ends, or has no value (None); `at` by cell."""

    at: tuple[float, ...]
    output: float | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What the outputs are while one input, or one member of it, is at an end of its range; None for no value.

    `number` is the cell of a member, None for all of them; `inside` has for each output where it goes further between
    the ends, the lowest place before the highest, then one without a value. `broken` are the results that are out of
    their bounds at the low and at the high end, with what they are there.
    """

    number: int | None
    low: tuple[float, ...]
    high: tuple[float, ...]
    at_low: list[float | None]
    at_high: list[float | None]
    inside: list[tuple[Inside, ...]]
    broken: tuple[Mapping[str, str], Mapping[str, str]]

    def of(self, index: int) -> Turned:
        """Return what one output is at both ends, and between."""
        return Turned(self.low, self.high, self.at_low[index], self.at_high[index], self.inside[index], self.broken)


@dataclass(frozen=True, slots=True)
class Turned:
    """What one output is while one input goes from end to end, as in `Turn`."""

    low: tuple[float, ...]
    high: tuple[float, ...]
    at_low: float | None
    at_high: float | None
    inside: tuple[Inside, ...]
    broken: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the outputs are with each member of a choice, by its code: NaN for no value. `cells` of it are set."""

    number: int | None
    cells: int
    outputs: Mapping[float, list[float]]

    def of(self, index: int) -> Turned:
        """Return what one output is, from the member with the lowest to that with the highest."""
        values = {code: found[index] for code, found in self.outputs.items()}
        known = [code for code, value in values.items() if isfinite(value)]
        gaps = tuple([Inside((code,) * self.cells, None) for code in values if code not in known])
        low, high = (
            (min(known, key=values.__getitem__), max(known, key=values.__getitem__))
            if known
            else (min(values), max(values))
        )
        return Turned((low,) * self.cells, (high,) * self.cells, _known(values[low]), _known(values[high]), gaps)


class Turning:
    """Sets one input at a time to its ends and between them, and back; what all outputs are there is kept."""

    def __init__(self, results: Results, outputs: Sequence[Cell], swing: float) -> None:
        self.results, self.outputs, self.swing = results, outputs, swing
        self.live = Live(results)
        self.feeding = [results.plan.upstream(output.id) for output in outputs]
        self._ends: dict[str, tuple[Array, Array]] = {}
        self._made: dict[Cell | str, Turn | Chosen] = {}

    def turns(self, row: Row, slopes: Array) -> list[Turn | Chosen]:
        """Return the turns of an input: of all its members at once, then of each.

        Of very many, of the few that move an output most, by its derivatives.
        """
        given = np.flatnonzero(row.is_set).tolist()
        apart: list[int] = given if row.over else []
        if len(apart) > MOST_APART:
            low, high = self._span(row)
            apart = [] if _is_choice(row) else _leading(abs(slopes * (high - low)))
        return [self._kept(row, None, given), *[self._kept(row, number, [number]) for number in apart]]

    def _kept(self, row: Row, number: int | None, cells: list[int]) -> Turn | Chosen:
        key = row.id if number is None else Cell(row.id, number)
        if key not in self._made:
            self._made[key] = self._chosen(row, number, cells) if _is_choice(row) else self._turn(row, number, cells)
        return self._made[key]

    def _span(self, row: Row) -> tuple[Array, Array]:
        if row.id not in self._ends:
            self._ends[row.id] = ends_of(self.results, row, self.swing)
        return self._ends[row.id]

    def _chosen(self, row: Row, number: int | None, cells: list[int]) -> Chosen:
        assert row.quantity is not None  # noqa: S101  # it is a choice
        codes = self.results.plan.model.dimension[row.quantity.choice].codes
        size = len(row.is_set)
        return Chosen(number, len(cells), {code: self.at(row, cells, np.full(size, code))[0] for code in codes})

    def _turn(self, row: Row, number: int | None, cells: list[int]) -> Turn:
        span = _Span(self, row, cells, *self._span(row))
        inside = span.inside()
        at_low, at_high = ([_known(value) for value in span.at(share)] for share in (0.0, 1.0))
        broken = span.broken[span.place(0.0)], span.broken[span.place(1.0)]
        return Turn(number, span.place(0.0), span.place(1.0), at_low, at_high, inside, broken)

    def at(self, row: Row, cells: list[int], side: Array) -> tuple[list[float], Mapping[str, str]]:
        """Return the outputs with some cells of an input set, NaN for no value, and the results out of their bounds."""
        changed = np.array(self.results.cells(row.id))
        changed[cells] = side[cells]
        shape = self.results.plan.shape(row)
        setting = fill_gaps(row, changed).reshape(shape)
        try:
            self.live.set(row.id, setting if shape else float(setting))
        except ModelError:
            return self._elsewhere(row, setting)
        found = [float(np.ravel(self.live[one.id])[one.number]) for one in self.outputs]
        self.live.undo()
        return found, {}

    def _elsewhere(self, row: Row, setting: Array) -> tuple[list[float], Mapping[str, str]]:
        """Return the outputs where some row has no value or breaks its bounds: what these feed has none either."""
        changes = {name: np.array([value]) for name, value in self.results.changed.items()}
        ids = set().union(*self.feeding)
        case = evaluate_many(self.results.plan, changes | {row.id: setting[None]}, self.results.case.id, ids)
        broken = {id_: tell_outside(case, id_, 0) for id_ in outside(case, ids)}
        values = [float(np.ravel(case[one.id][0])[one.number]) for one in self.outputs]
        found = [
            value if isfinite(value) and feeds.isdisjoint(broken) else nan
            for value, feeds in zip(values, self.feeding, strict=True)
        ]
        return found, broken


class _Span:
    """The outputs along the way of some cells of an input from their low ends (0) to their high ones (1)."""

    def __init__(self, turning: Turning, row: Row, cells: list[int], low: Array, high: Array) -> None:
        self.turning, self.row, self.cells = turning, row, cells
        self.low, self.high = low, high
        self.known: dict[tuple[float, ...], list[float]] = {}
        self.broken: dict[tuple[float, ...], Mapping[str, str]] = {}

    def values(self, share: float) -> Array:
        values = self.low + (self.high - self.low) * share if share < 1 else self.high.copy()
        if self.row.quantity is not None and self.row.quantity.whole:
            values = np.array([round_half_away(value) for value in values.tolist()])
        return values

    def place(self, share: float) -> tuple[float, ...]:
        return tuple(self.values(share)[self.cells].tolist())

    def at(self, share: float) -> list[float]:
        place = self.place(share)
        if place not in self.known:
            self.known[place], self.broken[place] = self.turning.at(self.row, self.cells, self.values(share))
        return self.known[place]

    def inside(self) -> list[tuple[Inside, ...]]:
        """Return for each output what a look between the ends finds."""
        count = len(self.turning.outputs)
        feeds = [index for index in range(count) if self.row.id in self.turning.feeding[index]]
        found: list[tuple[Inside, ...]] = [()] * count
        if self.place(0.0) == self.place(1.0):
            return found
        shares: tuple[float, ...] = (0.0, *_FIRST, 1.0)
        if not all(self._is_straight(index, shares) for index in feeds):
            shares = tuple(sorted({*shares, *_REST}))
        for index in feeds:
            found[index] = tuple(self._extremes(index, shares))
        return found

    def _is_straight(self, index: int, shares: Sequence[float]) -> bool:
        values = np.array([self.at(share)[index] for share in shares])
        line = values[0] + (values[-1] - values[0]) * np.array(shares)
        return bool(np.all(abs(values - line) <= _STRAIGHT * np.max(abs(values))))

    def _extremes(self, index: int, shares: Sequence[float]) -> list[Inside]:
        values = [self.at(share)[index] for share in shares]
        if not isfinite(values[0]) or not isfinite(values[-1]):
            return []
        gaps = [share for share, value in zip(shares, values, strict=True) if not isfinite(value)]
        known = [value for value in values if isfinite(value)]
        spread = max(known) - min(known)
        found = []
        for sign in (-1.0, 1.0):
            if max(sign * value for value in known) > max(sign * values[0], sign * values[-1]) + _STRAIGHT * spread:
                share, growth = self._furthest(index, sign, shares)
                if growth > spread:
                    gaps.append(share)
                else:
                    found.append(Inside(self.place(share), self.at(share)[index]))
        return [*found, *[Inside(self.place(gap), None) for gap in gaps[:1]]]

    def _furthest(self, index: int, sign: float, shares: Sequence[float]) -> tuple[float, float]:
        """Return the share at which an output is largest, and how much it grew in the latter half of the search.

        By the golden section around the largest that is known. At a pole it goes on growing.
        """

        def of(share: float) -> float:
            value = sign * self.at(share)[index]
            return value if isfinite(value) else -inf

        best = max(range(len(shares)), key=lambda number: of(shares[number]))
        low, high = shares[max(0, best - 1)], shares[min(len(shares) - 1, best + 1)]
        share, halfway = shares[best], nan
        for round_ in range(_ROUNDS):
            left, right = high - (high - low) * _GOLDEN, low + (high - low) * _GOLDEN
            share = max((share, left, right), key=of)
            low, high = (low, right) if of(left) > of(right) else (left, high)
            halfway = of(share) if round_ == _ROUNDS // 2 else halfway
        return share, of(share) - halfway


def _is_choice(row: Row) -> bool:
    return row.quantity is not None and bool(row.quantity.choice)


def _leading(moved: Array) -> list[int]:
    """Return the few cells that move an output most, the most first; of such that tie with one left out none."""
    moved = np.nan_to_num(moved)
    if not moved.any():
        return []
    shares = np.round(moved / moved.max(), _DIGITS)
    first, *others = np.argsort(-shares, kind="stable")[: _FEW + 1].tolist()
    return [number for number in (first, *others[:-1]) if shares[number] > shares[others[-1]]]


def _known(value: float) -> float | None:
    return value if isfinite(value) else None
