"""A plan under its uncertainty: many cases of its draws, and what is told of its outputs over all of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import isnan
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.plan.cells import Cell
from engine.plan.plan import Array, Case, Plan
from engine.plan.selection import composed_case
from engine.problems import ModelError, Problem, error, some
from engine.progress import steps
from engine.uncertainty.conditions import Condition
from engine.uncertainty.cone import Cone
from engine.uncertainty.figures import Figure, Figures, Truths, chance, figures
from engine.uncertainty.points import SCRAMBLES, Points
from engine.uncertainty.reasons import cell_values, reasons
from engine.uncertainty.sampling import SET, HeldCells, Sampling, sampling

SAMPLES: Final = 16_384
FEWEST: Final = 1_024
MOST: Final = 2**24
# Where it is asked how sure figures are, and not how many cases there are.
SUREST: Final = 2**22
# So many numbers are held at once, and so many cases at most: what fits into a processor's cache is fast.
_MOST_NUMBERS: Final = 16_000_000
_BLOCK: Final = 16_384
_WORKERS: Final = max(1, min(4, os.cpu_count() or 1))


@dataclass(frozen=True, slots=True)
class Target:
    """A condition, and in which share of cases it holds."""

    condition: Condition
    chance: Figure


@dataclass(frozen=True, slots=True)
class Spread:
    """What is told of one output, in its declared unit, and why cases have no value, with their number."""

    output: Cell
    figures: Figures
    why: Mapping[str, int]
    depends: bool


@dataclass(frozen=True, eq=False)
class Simulation:
    """What came of a simulation: `values` of shape (outputs, cases), in declared units, NaN for none.

    Cases are in the order of the scrambles; `among` says which are counted, None for all.
    """

    plan: Plan = field(repr=False)
    case: Case
    samples: int
    wanted: int
    seed: int
    spreads: tuple[Spread, ...]
    targets: tuple[Target, ...]
    given: Target | None
    held: tuple[HeldCells, ...]
    sampling: Sampling = field(repr=False)
    cone: Cone = field(repr=False)
    values: Array = field(repr=False)
    among: Truths | None = field(repr=False, default=None)

    @property
    def is_whole(self) -> bool:
        """Return whether all cases were computed, and none left out by an interrupt."""
        return self.samples == self.wanted

    def draws(self) -> dict[str, Array]:
        """Return what was drawn, by name, a value a case, in declared units, in the order of `values`."""
        points = Points(self.sampling.dimensions, self.seed)
        count = self.samples // SCRAMBLES
        found: dict[str, list[Array]] = {}
        rows = {id_: self.cone.fixed(id_) for id_ in self.cone.drawn}
        for scramble in range(SCRAMBLES):
            inputs = self.sampling.inputs(points.part(scramble, 0, count), rows)
            for draw in self.sampling.draws:
                if draw.row in inputs:
                    row = self.plan.row(draw.row)
                    own = cell_values(
                        self.plan, {self.plan.index[row.id]: inputs[row.id]}, Cell(row.id, draw.cells[0]), count
                    )
                    if len(found.setdefault(draw.name, [])) == scramble:
                        found[draw.name].append(own * row.unit.scale)
        return {name: np.concatenate(parts) for name, parts in found.items()}


class Asked(NamedTuple):
    """What is asked of a simulation: outputs, targets, and a condition for the cases that are counted."""

    outputs: tuple[Cell, ...]
    targets: tuple[Condition, ...] = ()
    given: Condition | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return all conditions; the last is the one for the cases that are counted, where there is one."""
        return self.targets if self.given is None else (*self.targets, self.given)


class _Part(NamedTuple):
    """Points of a scramble."""

    scramble: int
    first: int
    last: int


def refused_samples(samples: int) -> str:
    """Return why a simulation cannot be of so many cases, and which number is next; '' where it can."""
    if FEWEST <= samples <= MOST and samples & (samples - 1) == 0:
        return ""
    if samples > MOST:
        return f"{samples:,} cases are too many: {MOST:,} are the most"
    following = max(FEWEST, 1 << max(0, samples).bit_length())
    return f"{samples} is no power of two of at least {FEWEST:,}: the next is {following}"


def simulate(
    plan: Plan,
    outputs: Sequence[Cell],
    scenario: str | None = None,
    changes: Mapping[str, float | Array] | None = None,
    *,
    samples: int = SAMPLES,
    sure: float | None = None,
    seed: int = 1,
    targets: Sequence[Condition] = (),
    given: Condition | None = None,
) -> Simulation:
    """Return what the draws of a scenario make of outputs, over `samples` cases: a power of two, at least 1,024.

    With `sure` there are as many as make every percentile's error at most that share of the way from the 5th to the
    95th, `samples` at most. What `changes` sets is held. An interrupt ends it with the cases that are computed, where
    there are any. Raises ModelError where nothing that is asked for depends on a draw.
    """
    if message := refused_samples(samples):
        raise ModelError([error("samples", message, plan.model.at())])
    case = composed_case(plan, scenario)
    drawn = sampling(plan, case, tuple(changes or {}))
    asked = Asked(tuple(outputs), tuple(targets), given)
    rows = dict.fromkeys([cell.id for cell in (*asked.outputs, *[one.cell for one in asked.conditions])])
    cone = Cone(plan, case.id, changes or {}, rows, drawn.rows)
    held = tuple([one for one in drawn.held if one.row in set(cone.ids)])
    if not cone.drawn:
        raise ModelError([_nothing_drawn(plan, list(rows), held)])
    run = _Run(drawn, cone, asked, seed)
    first = min(samples, FEWEST if sure is not None else _BLOCK) // SCRAMBLES
    try:
        while True:
            run.extend(first, samples)
            if run.count * SCRAMBLES >= samples or (sure is not None and run.is_sure(sure)):
                break
            first = 2 * run.count
    except KeyboardInterrupt:
        if not run.count:
            raise
        return run.simulation(case, samples, held)
    return run.simulation(case, run.count * SCRAMBLES, held)


class _Run:
    """The cases so far: so many points of each scramble, and the values of outputs and conditions over them."""

    def __init__(self, drawn: Sampling, cone: Cone, asked: Asked, seed: int) -> None:
        self.plan, self.sampling, self.cone, self.asked = cone.plan, drawn, cone, asked
        self.points, self.seed = Points(drawn.dimensions, seed), seed
        self.rows = {id_: cone.fixed(id_) for id_ in cone.drawn}
        self.count = 0
        self.values = np.empty((len(asked.outputs), SCRAMBLES, 0))
        self.holds = np.empty((len(asked.conditions), SCRAMBLES, 0), dtype=bool)
        self.why: list[Counter[str]] = [Counter() for _ in asked.outputs]

    def extend(self, count: int, samples: int) -> None:
        """Compute points up to `count` of each scramble; an interrupt leaves what was there before."""
        values = np.empty((len(self.asked.outputs), SCRAMBLES, count))
        holds = np.empty((len(self.asked.conditions), SCRAMBLES, count), dtype=bool)
        values[..., : self.count], holds[..., : self.count] = self.values, self.holds
        why = [Counter(one) for one in self.why]
        told = f"{count * SCRAMBLES:,} of {samples:,} cases"
        with ThreadPoolExecutor(_WORKERS) as pool:
            blocks = [pool.submit(self._block, parts, values, holds) for parts in self._blocks(self.count, count)]
            try:
                for block in steps(told, blocks):
                    for known, more in zip(why, block.result(), strict=True):
                        known.update(more)
            finally:
                pool.shutdown(cancel_futures=True)
        self.values, self.holds, self.why, self.count = values, holds, why, count

    def _blocks(self, first: int, last: int) -> list[list[_Part]]:
        size = sum(self.plan.model.size(self.plan.row(id_).over) for id_ in self.cone.ids) + self.sampling.dimensions
        most = max(1, min(_BLOCK, 2 ** int(np.log2(max(1, _MOST_NUMBERS // size)))))
        begins = range(first, last, most)
        parts = [_Part(scramble, at, min(at + most, last)) for scramble in range(SCRAMBLES) for at in begins]
        together = max(1, most // (last - first))
        return [parts[at : at + together] for at in range(0, len(parts), together)]

    def _block(self, parts: list[_Part], values: Array, holds: Truths) -> list[Counter[str]]:
        """Compute some cases, each into its place, and return why those of each output have no value."""
        points = np.concatenate([self.points.part(*part) for part in parts], axis=1)
        cases = points.shape[1]
        computed = self.cone.values(self.sampling.inputs(points, self.rows), cases)
        found = [(cell, cell_values(self.plan, computed, cell, cases)) for cell in self.asked.outputs]
        held = [one.holds(cell_values(self.plan, computed, one.cell, cases)) for one in self.asked.conditions]
        why: list[Counter[str]] = [Counter() for _ in found]
        counted = held[-1] if self.asked.given is not None else np.True_
        for number, (cell, own) in enumerate(found):
            without = ~np.isfinite(own) & counted
            if np.any(without):
                why[number] = reasons(self.plan, computed, cell, without)
            _put(values[number], parts, own * self.plan.row(cell.id).unit.scale)
        for number, one in enumerate(held):
            _put(holds[number], parts, one)
        return why

    @property
    def among(self) -> Truths | None:
        """Return which cases are counted; None for all."""
        return self.holds[-1] if self.asked.given is not None else None

    def is_sure(self, share: float) -> bool:
        """Return whether the error of every percentile is at most a share of the spread."""
        among = self.among
        each = [figures(one, among).sureness for one in self.values]
        return all(isnan(one) or one <= share for one in each)

    def simulation(self, case: Case, wanted: int, held: tuple[HeldCells, ...]) -> Simulation:
        """Return what is told of the cases so far."""
        among = self.among
        spreads = [
            Spread(
                cell,
                figures(own, among),
                dict(sorted(why.items(), key=lambda one: (-one[1], one[0]))),
                self.cone.depends(cell.id),
            )
            for cell, own, why in zip(self.asked.outputs, self.values, self.why, strict=True)
        ]
        return Simulation(
            self.plan,
            case,
            self.count * SCRAMBLES,
            wanted,
            self.seed,
            tuple(spreads),
            tuple([Target(one, chance(own, among)) for one, own in zip(self.asked.targets, self.holds, strict=False)]),
            None if self.asked.given is None or among is None else Target(self.asked.given, chance(among)),
            held,
            self.sampling,
            self.cone,
            self.values.reshape(len(spreads), -1),
            None if among is None else among.ravel(),
        )


def _put(into: NDArray[Any], parts: Sequence[_Part], values: NDArray[Any]) -> None:
    """Put the values of parts, one behind the other, where they belong by scramble."""
    begin = 0
    for part in parts:
        end = begin + part.last - part.first
        into[part.scramble, part.first : part.last] = values[begin:end]
        begin = end


def _nothing_drawn(plan: Plan, ids: Sequence[str], held: Sequence[HeldCells]) -> Problem:
    """Return that no input that outputs depend on is drawn, and what to declare where."""
    message = f"nothing is drawn that {some(ids)} depend{'s' if len(ids) == 1 else ''} on"
    set_by_hand = [one.name for one in held if one.reason == SET]
    ranged = [one.name for one in held if one.reason == "no distribution"]
    outside = [one.name for one in held if one.reason == "outside its range"]
    if set_by_hand:
        hint = f"what is set by hand is held: {some(set_by_hand)}"
    elif outside:
        hint = f"in this scenario these are outside their ranges, and held: {some(outside)}"
    elif ranged:
        hint = f'say how their ranges are filled, as in distribution = "triangular": {some(ranged)}'
    else:
        inputs = [row for row in plan.inputs if row.id in plan.upstream(*ids)]
        name = inputs[0].id if inputs else "price"
        hint = f"declare what is uncertain, as in range = [2, 4] and distribution = \"normal\" of '{name}'"
    return error("no-draws", message, plan.model.at(), hint)
