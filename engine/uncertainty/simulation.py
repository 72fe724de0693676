"""A plan under its uncertainty: many cases of its draws, and what is told of its outputs over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np

from engine.plan.cells import Cell
from engine.plan.plan import Array, Case, Plan
from engine.problems import ModelError, Problem, error, some
from engine.uncertainty.cases import Asked, Cases, Computed
from engine.uncertainty.figures import Figure, Figures, chance, figures
from engine.uncertainty.points import SCRAMBLES, Points
from engine.uncertainty.reasons import cell_values
from engine.uncertainty.run import Run
from engine.uncertainty.sampling import SET, HeldCells
from engine.uncertainty.statements.conditions import Condition
from engine.uncertainty.summaries.samples import KEPT, Sample, sample
from engine.uncertainty.summaries.tallies import Tally
from engine.work.workers import Threads, Workers

SAMPLES: Final = 16_384
FEWEST: Final = 1_024
MOST: Final = 2**30
# A gigabyte.
MOST_NUMBERS: Final = 2**27
# Where it is asked how sure figures are, and not how many cases there are.
SUREST: Final = 2**22


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
    """What came of a simulation: `tallies` has what is told of each scramble, from which all figures are made.

    The cases themselves are not kept; `computed` and `draws` compute them again.
    """

    cases: Cases = field(repr=False)
    samples: int
    wanted: int
    spreads: tuple[Spread, ...]
    targets: tuple[Target, ...]
    given: Target | None
    held: tuple[HeldCells, ...]
    tallies: Sequence[Tally] = field(repr=False)

    @property
    def plan(self) -> Plan:
        """Return the plan that is simulated."""
        return self.cases.plan

    @property
    def case(self) -> Case:
        """Return the scenario."""
        return self.cases.case

    @property
    def is_whole(self) -> bool:
        """Return whether all cases were computed, and none left out by an interrupt."""
        return self.samples == self.wanted

    @property
    def counted(self) -> int:
        """Return how many cases are counted: all, or those in which what is given holds."""
        return sum(one.counted for one in self.tallies)

    def sample(self, output: int) -> Sample:
        """Return the values of an output, by its number, in the cases that are counted, or a sample of them."""
        return sample([one.samples[output] for one in self.tallies])

    def computed(self) -> Computed:
        """Return the outputs in all cases, scramble by scramble; ModelError where they are too many numbers."""
        self._refuse(len(self.spreads))
        return self.cases.all(self.samples // SCRAMBLES)

    def draws(self) -> dict[str, Array]:
        """Return what was drawn, by name, a value a case, in declared units, in the order of `computed`.

        Raises ModelError where they are too many numbers.
        """
        cases = self.cases
        points = Points(cases.sampling.dimensions, cases.seed)
        count = self.samples // SCRAMBLES
        found: dict[str, list[Array]] = {}
        rows = {id_: cases.cone.fixed(id_) for id_ in cases.cone.drawn}
        self._refuse(sum(draw.row in rows for draw in cases.sampling.draws))
        for scramble in range(SCRAMBLES):
            inputs = cases.sampling.inputs(points.part(scramble, 0, count), rows)
            for draw in cases.sampling.draws:
                if draw.row in inputs:
                    row = self.plan.row(draw.row)
                    own = cell_values(
                        self.plan, {self.plan.index[row.id]: inputs[row.id]}, Cell(row.id, draw.cells[0]), count
                    )
                    if len(found.setdefault(draw.name, [])) == scramble:
                        found[draw.name].append(own * row.unit.scale)
        return {name: np.concatenate(parts) for name, parts in found.items()}

    def _refuse(self, columns: int) -> None:
        if columns * self.samples > MOST_NUMBERS:
            message = f"{columns:,} values in {self.samples:,} cases are more than the {MOST_NUMBERS:,} that are kept"
            hint = "ask for fewer cases, or for figures alone, which need none of them"
            raise ModelError([error("size", message, self.plan.model.at(), hint)])


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
    workers: Workers | None = None,
) -> Simulation:
    """Return what the draws of a scenario make of outputs, over `samples` cases: a power of two, at least 1,024.

    With `sure` there are as many as make every percentile's error at most that share of the way from the 5th to the
    95th, `samples` at most. What `changes` sets is held. It is the same to the last bit whoever the `workers` are, by
    default threads. An interrupt ends it with the cases that are computed, where there are any. Raises ModelError where
    nothing that is asked for depends on a draw.
    """
    if message := refused_samples(samples):
        raise ModelError([error("samples", message, plan.model.at())])
    if not outputs:
        message = "the model has no result that stands at an end"
        raise ModelError([error("no-draws", message, plan.model.at(), "name the outputs that are meant")])
    # Of more cases than that there is a sample of each output.
    kept = 1 << max(0, (MOST_NUMBERS // len(outputs)).bit_length() - 1)
    most = MOST if kept >= KEPT * SCRAMBLES else kept
    if samples > most and (sure is None or most < FEWEST):
        count = f"{len(outputs):,} output{'' if len(outputs) == 1 else 's'} in {samples:,} cases"
        message = f"{count} are more than the {MOST_NUMBERS:,} numbers that are kept"
        raise ModelError([error("size", message, plan.model.at(), "name fewer outputs, or single members")])
    samples = min(samples, most)
    settings = tuple([(name, _plain(value)) for name, value in (changes or {}).items()])
    cases = Cases(plan, scenario, settings, Asked(tuple(outputs), tuple(targets), given), seed)
    held = tuple([one for one in cases.sampling.held if one.row in set(cases.cone.ids)])
    if not cases.cone.drawn:
        raise ModelError([_nothing_drawn(plan, cases.asked.rows, held)])
    run = Run(cases, samples, workers or Threads())
    first = min(samples, FEWEST if sure is not None else SAMPLES) // SCRAMBLES
    try:
        while True:
            run.extend(first)
            if run.done >= samples or (sure is not None and _is_sure(run, sure)):
                break
            first = 2 * run.count
    except KeyboardInterrupt:
        if not run.count:
            raise
        return _told(run, samples, held)
    return _told(run, run.done, held)


def _plain(value: Any) -> Any:  # noqa: ANN401  # a number, or an array of any shape
    """Return numbers as they can be compared and sent: along each dimension a tuple."""
    return tuple(map(_plain, value)) if np.ndim(value) else float(value)


def _is_sure(run: Run, share: float) -> bool:
    """Return whether the error of every percentile is at most a share of the spread."""
    each = [figures(run.tallies, number) for number in range(len(run.cases.asked.outputs))]
    # Where no case has a value no more of them are of use, unless those that are counted are few.
    none = run.cases.asked.given is None
    return all(one.sureness <= share or (none and one.missing == 1) for one in each)


def _told(run: Run, wanted: int, held: tuple[HeldCells, ...]) -> Simulation:
    """Return what is told of the cases so far."""
    cases, tallies = run.cases, run.tallies
    every = list(Threads().results(partial(figures, tallies), range(len(cases.asked.outputs))))
    spreads = [
        Spread(cell, own, dict(sorted(why.items(), key=lambda one: (-one[1], one[0]))), cases.cone.depends(cell.id))
        for cell, own, why in zip(cases.asked.outputs, every, run.why, strict=True)
    ]
    counted = np.array([one.counted for one in tallies])
    hits = np.array([one.hits for one in tallies]).T
    targets = [Target(one, chance(own, counted)) for one, own in zip(cases.asked.targets, hits, strict=False)]
    given = None
    if cases.asked.given is not None:
        given = Target(cases.asked.given, chance(counted, np.full(SCRAMBLES, run.count)))
    return Simulation(cases, run.done, wanted, tuple(spreads), tuple(targets), given, held, tallies)


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
    elif held and not ranged:
        hint = f"what is drawn else is held, as it is {held[0].reason}: '{held[0].name}'"
    elif ranged:
        hint = f'say how their ranges are filled, as in distribution = "triangular": {some(ranged)}'
    else:
        inputs = [row for row in plan.inputs if row.id in plan.upstream(*ids)]
        name = inputs[0].id if inputs else "price"
        hint = f"declare what is uncertain, as in range = [2, 4] and distribution = \"normal\" of '{name}'"
    return error("no-draws", message, plan.model.at(), hint)
