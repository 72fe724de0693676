"""Which inputs the spread of an output comes from: Sobol' indices and Shapley effects, also of inputs that go together.

First order: the share of the variance that knowing an input alone would take away (Saltelli et al. 2010); total: the
share that is left where all others are known (Jansen 1999); Shapley effects share the whole variance out among the
inputs (Owen 2014; Goda, A simple algorithm for global sensitivity analysis with Shapley effects, 2021). Inputs that go
together are drawn again given the others (Song, Nelson and Staum 2016), each case in an order of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.plan.cells import Cell
from engine.plan.plan import Array
from engine.problems import ModelError, error
from engine.progress import steps
from engine.uncertainty.cases import block_size, parts_of
from engine.uncertainty.drivers.conditional import Places, Walk, drawn_again
from engine.uncertainty.points import MOST_DRAWS, SCRAMBLES, Points
from engine.uncertainty.reasons import cell_values
from engine.uncertainty.simulation import MOST_NUMBERS, Simulation
from engine.uncertainty.special import ndtr, ndtri
from engine.uncertainty.summaries.tallies import Part
from engine.work.workers import Threads

CASES: Final = 8_192
_BLOCK: Final = 4_096
# Of what is divided by its largest value, the spread that is but one of last bits.
_EQUAL: Final = 1e-15
_Z975: Final = float(ndtri(0.975))


@dataclass(frozen=True, slots=True)
class Index:
    """A share of the variance of an output, and half the width of its 95 % interval."""

    value: float
    half: float


@dataclass(frozen=True, slots=True)
class Driver:
    """An input, all its draws together, and its shares of the variance of an output."""

    name: str
    first: Index
    total: Index
    shapley: Index


def drivers(found: Simulation, cases: int = CASES) -> dict[Cell, tuple[Driver, ...]]:
    """Return for each output the drawn inputs that feed it, the largest Shapley effect first; none without a spread.

    For k inputs an output is computed (2 k + 1) times in so many cases, and once more for each input that goes together
    with others. Cases in which one of these has no value are left out. Raises ModelError for more draws than there are
    points for.
    """
    dimensions = found.cases.sampling.dimensions
    if dimensions > MOST_DRAWS // 2:
        message = f"{dimensions:,} numbers are drawn a case, and {MOST_DRAWS // 2:,} are the most for drivers"
        raise ModelError([error("size", message, found.plan.model.at(), "leave the drivers out")])
    walking = _Walking(found)
    numbers = 3 * cases * len(walking.names) * len(walking.outputs)
    if numbers > MOST_NUMBERS:
        message = f"the drivers are more than the {MOST_NUMBERS:,} numbers that are kept"
        raise ModelError([error("size", message, found.plan.model.at(), "name fewer outputs, or single members")])
    # Each case has a matrix of its own.
    most = min(_BLOCK, block_size(found.cases.cone, 2 * dimensions + 2 * len(walking.joined) ** 2))
    blocks = parts_of(0, max(1, cases // SCRAMBLES), most)
    results = Threads().results(walking.terms, blocks)
    terms = [next(results) for _ in steps("drivers", blocks)]
    whole = _Terms(*[np.concatenate(each, axis=-1) for each in zip(*[one.every for one in terms], strict=True)])
    told = {}
    for number, spread in enumerate(found.spreads):
        feeding = found.plan.upstream(spread.output.id)
        own = [one for one in whole.of(number, walking.names) if one.name in feeding]
        told[spread.output] = tuple(sorted(own, key=lambda one: (-one.shapley.value, one.name)))
    return told


@dataclass(frozen=True, slots=True)
class _Terms:
    """What indices are means of, by output and case: the output twice, independent, and by input what is of it."""

    base: Array
    other: Array
    again: Array
    alone: Array
    shares: Array

    @property
    def every(self) -> tuple[Array, ...]:
        return self.base, self.other, self.again, self.alone, self.shares

    def of(self, output: int, names: Sequence[str]) -> list[Driver]:
        """Return the indices of each input."""
        base, other, again, alone, shares = [one[output] for one in self.every]
        known = np.isfinite(base) & np.isfinite(other)
        known &= np.all(np.isfinite(again) & np.isfinite(alone) & np.isfinite(shares), axis=0)
        base, other, again, alone, shares = [one[..., known] for one in (base, other, again, alone, shares)]
        if base.size < SCRAMBLES or np.ptp(base) <= _EQUAL:
            return []
        centred = base - (base.mean() + other.mean()) / 2
        variance = centred**2
        return [
            Driver(
                name,
                _index(alone[number], variance),
                _index((base - again[number]) ** 2 / 2, variance),
                _index(shares[number], variance),
            )
            for number, name in enumerate(names)
        ]


def _index(terms: Array, variance: Array) -> Index:
    """Return a ratio of means with the half width of its interval, by its first-order expansion."""
    whole = float(variance.mean())
    value = float(terms.mean()) / whole
    return Index(value, _Z975 * float(np.std(terms - value * variance, ddof=1)) / whole / len(terms) ** 0.5)


def _centre(values: Array) -> Array:
    """Return the mean of each line over what has a value, as a column."""
    known = np.isfinite(values)
    sums = np.sum(np.where(known, values, 0.0), axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(known.sum(axis=1, keepdims=True), 1))


class _Walking:
    """Computes the terms of some cases."""

    def __init__(self, found: Simulation) -> None:
        cases = found.cases
        self.plan, self.cone, self.sampling, self.seed = cases.plan, cases.cone, cases.sampling, cases.seed
        self.outputs = [one.output for one in found.spreads]
        # Shares are the same for whatever an output is measured in, and squares of the very large are no numbers.
        largest = np.max([one.largest for one in found.tallies], axis=0)[:, None]
        scales = np.array([[self.plan.row(cell.id).unit.scale] for cell in self.outputs])
        self.sizes = np.where(largest > 0, largest / scales, 1.0)
        self.fixed = {id_: self.cone.fixed(id_) for id_ in self.cone.drawn}
        self.draws = [draw for draw in self.sampling.draws if draw.row in self.fixed]
        self.names = list(dict.fromkeys([draw.row for draw in self.draws]))
        self.points = Points(2 * self.sampling.dimensions, self.seed)
        rows = {draw.number: draw.row for draw in self.sampling.draws}
        # What goes together with an input that is not asked about moves it too, so that it stays what it is.
        joined = [number for number in self.sampling.copula.numbers if rows[number] in self.fixed]
        places = [self.sampling.copula.numbers.index(number) for number in joined]
        self.joined, self.matrix = joined, self.sampling.copula.matrix[np.ix_(places, places)]
        self.groups = np.array([self.names.index(rows[number]) for number in joined], dtype=np.intp)
        self.is_joined = [draw.number in set(joined) for draw in self.draws]
        self.owners = np.array([self.names.index(draw.row) for draw in self.draws], dtype=np.intp)

    def terms(self, parts: Sequence[Part]) -> _Terms:
        """Return the terms of the cases of some parts."""
        points = np.concatenate([self.points.part(*part) for part in parts], axis=1)
        base, fresh = points[: self.sampling.dimensions], points[self.sampling.dimensions :]
        order = np.concatenate([self._orders(part) for part in parts])
        scores, again = ndtri(base[self.joined]), ndtri(fresh[self.joined])
        if self.joined:
            scores = np.linalg.cholesky(self.matrix) @ scores
        now = self._values(base, scores)
        new = self._values(fresh, again)
        first = self._computed(now)
        shares = np.empty((len(self.outputs), len(self.names), points.shape[1]))
        last, stepped = first, list(now)
        walk = Walk(self.matrix, scores, again, self.groups, order) if self.joined else None
        for turn in range(len(self.names)):
            owner = order[:, turn]
            joined = walk.step(turn) if walk is not None else scores
            stepped = self._mixed(stepped, new, owner, joined)
            after = self._computed(stepped)
            np.put_along_axis(
                shares,
                np.broadcast_to(owner, (len(self.outputs), 1, len(owner))),
                ((first - (last + after) / 2) * (last - after))[:, None],
                axis=1,
            )
            last = after
        return _Terms(first, last, *self._alone((now, new), (scores, again), (first, last)), shares)

    def _alone(
        self, values: tuple[list[Array], list[Array]], both: tuple[Array, Array], outputs: tuple[Array, Array]
    ) -> tuple[Array, Array]:
        """Return each output with each input alone drawn again, and the terms of the first-order indices.

        Of each pair the first is of the cases as they are, and the second of fresh ones.
        """
        (now, new), (scores, again), (first, last) = values, both, outputs
        shape = len(self.outputs), len(self.names), first.shape[1]
        changed, alone = np.empty(shape), np.empty(shape)
        centre = _centre((first + last) / 2)
        for number in range(len(self.names)):
            places = np.flatnonzero(self.groups == number)
            owner = np.full(first.shape[1], number)
            if not places.size:
                changed[:, number] = self._computed(self._mixed(now, new, owner, scores))
                # Of two that share this input alone the one is the fresh case.
                alone[:, number] = (last - centre) * (changed[:, number] - first)
                continue
            changed[:, number] = self._computed(
                self._mixed(now, new, owner, drawn_again(self.matrix, scores, again, places))
            )
            others = np.flatnonzero(self.groups != number)
            kept = self._mixed(new, now, owner, drawn_again(self.matrix, scores, again, others))
            alone[:, number] = (first - centre) * (self._computed(kept) - last)
        return changed, alone

    def _orders(self, part: Part) -> NDArray[np.intp]:
        """Return the order of the inputs in each case of a part."""
        count = len(self.names)
        random = np.random.default_rng([self.seed, SCRAMBLES + part.scramble])
        every = random.permuted(np.broadcast_to(np.arange(count), (part.last, count)), axis=1)
        return every[part.first :]

    def _values(self, points: Array, scores: Array) -> list[Array]:
        """Return the values of the draws, at points or at scores where they go together."""
        places = {number: place for place, number in enumerate(self.joined)}
        return [
            self.sampling.values(draw, ndtr(scores[places[draw.number]]) if is_joined else points[draw.number])
            for draw, is_joined in zip(self.draws, self.is_joined, strict=True)
        ]

    def _mixed(self, now: list[Array], new: list[Array], owner: Places, scores: Array) -> list[Array]:
        """Return values of which those of one input, which may be another in each case, are new ones."""
        places = {number: place for place, number in enumerate(self.joined)}
        return [
            self.sampling.values(draw, ndtr(scores[places[draw.number]]))
            if is_joined
            else np.where(owner == own, new_, now_)
            for draw, is_joined, own, new_, now_ in zip(self.draws, self.is_joined, self.owners, new, now, strict=True)
        ]

    def _computed(self, values: list[Array]) -> Array:
        """Return the outputs for values of the draws, of shape (outputs, cases)."""
        cases = len(values[0])
        computed = self.cone.values(self.sampling.assembled(self.draws, values, self.fixed), cases)
        found = np.array([cell_values(self.plan, computed, cell, cases) for cell in self.outputs])
        return found / self.sizes
