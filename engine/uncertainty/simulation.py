"""A plan under its uncertainty: many cases of its draws, and what is told of its outputs over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from engine.plan.cells import Cell
from engine.plan.plan import Array, Case, Plan
from engine.plan.selection import composed_case
from engine.problems import ModelError, Problem, error, some
from engine.uncertainty.cases import WORKERS, Asked, Cases
from engine.uncertainty.cone import Cone
from engine.uncertainty.figures import Figure, Figures, Truths, chance, figures
from engine.uncertainty.points import SCRAMBLES, Points
from engine.uncertainty.reasons import cell_values
from engine.uncertainty.sampling import SET, HeldCells, Sampling, sampling
from engine.uncertainty.statements.conditions import Condition

SAMPLES: Final = 16_384
FEWEST: Final = 1_024
MOST: Final = 2**24
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
    """What came of a simulation: `values` of shape (outputs, cases), in declared units, NaN for none.

    Cases are in the order of the scrambles; `among` says which are counted, None for all. `changes` is what is set by
    hand.
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
    changes: Mapping[str, float | Array] = field(repr=False)
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
    if not outputs:
        message = "the model has no result that stands at an end"
        raise ModelError([error("no-draws", message, plan.model.at(), "name the outputs that are meant")])
    most = 1 << max(0, (MOST_NUMBERS // len(outputs)).bit_length() - 1)
    if samples > most and (sure is None or most < FEWEST):
        count = f"{len(outputs):,} output{'' if len(outputs) == 1 else 's'} in {samples:,} cases"
        message = f"{count} are more than the {MOST_NUMBERS:,} numbers that are kept"
        raise ModelError([error("size", message, plan.model.at(), "name fewer outputs, or single members")])
    samples = min(samples, most)
    case = composed_case(plan, scenario)
    drawn = sampling(plan, case, tuple(changes or {}))
    asked = Asked(tuple(outputs), tuple(targets), given)
    read = [name for one in asked.conditions for name in one.rows]
    rows = dict.fromkeys([*[cell.id for cell in asked.outputs], *read])
    cone = Cone(plan, case.id, changes or {}, rows, drawn.rows)
    held = tuple([one for one in drawn.held if one.row in set(cone.ids)])
    if not cone.drawn:
        raise ModelError([_nothing_drawn(plan, list(rows), held)])
    run = Cases(drawn, cone, asked, seed, samples)
    first = min(samples, FEWEST if sure is not None else SAMPLES) // SCRAMBLES
    try:
        while True:
            run.extend(first)
            if run.count * SCRAMBLES >= samples or (sure is not None and _is_sure(run, sure)):
                break
            first = 2 * run.count
    except KeyboardInterrupt:
        if not run.count:
            raise
        return _told(run, case, samples, held, changes or {})
    return _told(run, case, run.count * SCRAMBLES, held, changes or {})


def _is_sure(run: Cases, share: float) -> bool:
    """Return whether the error of every percentile is at most a share of the spread."""
    each = [figures(one, run.among) for one in run.values]
    # Where no case has a value no more of them are of use, unless those that are counted are few.
    none = run.asked.given is None
    return all(one.sureness <= share or (none and one.missing == 1) for one in each)


def _told(
    run: Cases, case: Case, wanted: int, held: tuple[HeldCells, ...], changes: Mapping[str, float | Array]
) -> Simulation:
    """Return what is told of the cases so far."""
    among = run.among
    with ThreadPoolExecutor(WORKERS) as pool:
        every = list(pool.map(lambda own: figures(own, among), run.values))
    spreads = [
        Spread(cell, own, dict(sorted(why.items(), key=lambda one: (-one[1], one[0]))), run.cone.depends(cell.id))
        for cell, own, why in zip(run.asked.outputs, every, run.why, strict=True)
    ]
    return Simulation(
        run.plan,
        case,
        run.count * SCRAMBLES,
        wanted,
        run.seed,
        tuple(spreads),
        tuple([Target(one, chance(own, among)) for one, own in zip(run.asked.targets, run.holds, strict=False)]),
        None if run.asked.given is None or among is None else Target(run.asked.given, chance(among)),
        held,
        run.sampling,
        run.cone,
        changes,
        run.values.reshape(len(spreads), -1),
        None if among is None else among.ravel(),
    )


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
