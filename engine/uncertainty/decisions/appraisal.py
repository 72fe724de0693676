"""Decisions under uncertainty: what each option is worth, and the most that it is worth to know more before.

The expected value of perfect information (EVPI) is what the best option of each case is better, on average, than the
option that is best on average; of one input (EVPPI), what the option that is best for what is known of it is (Raiffa
and Schlaifer, Applied Statistical Decision Theory, 1961).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.model.model import Decision
from engine.plan.cells import Cell
from engine.plan.plan import Array
from engine.progress import steps
from engine.uncertainty.decisions.options import Computed, computed
from engine.uncertainty.decisions.regression import expected
from engine.uncertainty.figures import Figure, mean
from engine.uncertainty.points import SCRAMBLES
from engine.uncertainty.simulation import Simulation
from engine.uncertainty.special import stdtrit
from engine.uncertainty.summaries.tallies import Truths

# Values that are alike to so many digits are of options that are as good.
_ALIKE: Final = 1e-12
_T975: Final = float(stdtrit(SCRAMBLES - 1, 0.975))


@dataclass(frozen=True, slots=True)
class Option:
    """What an option is worth on average, and the chance that it is the best; those that are as good share theirs."""

    mean: Figure
    best: Figure


@dataclass(frozen=True, slots=True)
class Worth:
    """What it is worth to know something before, at most, and its 95 % interval; NaN for none, never below 0."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Appraisal:
    """A decision as it is judged, in the declared unit of its value: what is worth most to know stands first.

    `best` is the best option on average, None where no case has a value in every option; `missing` is the share of
    those that have none in one.
    """

    decision: Decision
    output: Cell
    options: Mapping[str, Option]
    best: str | None
    evpi: Worth
    evppi: Mapping[str, Worth]
    missing: float


def appraise(found: Simulation) -> dict[str, Appraisal]:
    """Return the decisions of a model by id, over the cases of a simulation, also of those that it did not count.

    Raises ModelError for a decision with more than 100 options, or with more draws than there are points for.
    """
    return {one.id: _appraisal(found, one, computed(found, one)) for one in found.plan.model.decisions}


def _appraisal(found: Simulation, decision: Decision, own: Computed) -> Appraisal:
    names = found.plan.model.options(decision)
    known = np.all(np.isfinite(own.values), axis=0)
    values = np.where(known, own.values, 0.0)
    means = [mean(one, known) for one in values]
    goodness = values if decision.goal == "max" else -values
    is_best = goodness >= np.max(goodness - _ALIKE * np.abs(goodness), axis=0)
    shares = is_best / is_best.sum(axis=0)
    options = {
        name: Option(average, mean(share, known)) for name, average, share in zip(names, means, shares, strict=True)
    }
    missing = 1 - float(known.mean())
    if not np.any(known):
        none = Worth(*[float("nan")] * 3)
        return Appraisal(decision, own.output, options, None, none, dict.fromkeys(own.inputs, none), missing)
    first = int(np.argmax([one.sum() for one in goodness]))
    gains = np.delete(goodness, first, axis=0) - goodness[first]
    evpi = _worth(gains, gains, known)
    every = {
        id_: _worth(expected(own.inputs[id_], gains, known), gains, known)
        for id_ in steps("decisions", list(own.inputs))
    }
    ordered = dict(sorted(every.items(), key=lambda one: (-one[1].value, one[0])))
    return Appraisal(decision, own.output, options, names[first], evpi, ordered, missing)


def _worth(foreseen: Array, gains: Array, known: Truths) -> Worth:
    """Return what it is worth to change to the option whose gain is foreseen to be the largest, where one is above 0.

    Both are (other options, scrambles, cases). The gain that counts is the one of the case, which what is foreseen
    has not seen: what it foresees by chance gains nothing on average.
    """
    chosen = np.argmax(foreseen, axis=0)[None]
    is_changed = np.take_along_axis(foreseen, chosen, axis=0)[0] > 0
    gained = mean(np.where(is_changed, np.take_along_axis(gains, chosen, axis=0)[0], 0.0), known)
    half = _T975 * gained.error
    return Worth(*[max(0.0, one) for one in (gained.value, gained.value - half, gained.value + half)])
