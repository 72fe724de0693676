"""What is told of the cases of a range of points, merged of what is told of its halves.

Ranges are those of a binary tree over the points of a scramble: each begins at a multiple of its length, a power of
two. What is told of one is made of its halves in their order, whoever computed these, so that it is the same to the
last bit however the work is shared out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.plan.plan import Array
from engine.uncertainty.summaries import moments, samples
from engine.uncertainty.summaries.moments import Moments
from engine.uncertainty.summaries.samples import Levels

Truths = NDArray[np.bool_]


class Part(NamedTuple):
    """Points of a scramble: `first` to before `last`."""

    scramble: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What is told of the cases of a part: how many are counted, and in how many of these each condition holds.

    By output the moments and a sample of its values, the largest number in all cases, and why cases have no value.
    """

    part: Part
    counted: int
    hits: NDArray[np.int64]
    moments: Moments
    samples: tuple[Levels, ...]
    largest: Array
    why: tuple[Counter[str], ...]


def tally(part: Part, values: Array, holds: Truths, counted: Truths, why: Sequence[Counter[str]]) -> Tally:
    """Return what is told of values (outputs, cases), NaN for none, and of where conditions hold, among some cases."""
    own = np.where(counted & np.isfinite(values), values, np.nan)
    known = np.isfinite(own)
    return Tally(
        part,
        int(counted.sum()),
        (holds & counted).sum(axis=-1),
        moments.moments(own),
        tuple([(np.sort(one[has]),) for one, has in zip(own, known, strict=True)]),
        np.max(abs(values), axis=-1, initial=0.0, where=np.isfinite(values)),
        tuple(why),
    )


def joined(one: Tally, other: Tally) -> Tally:
    """Return what is told of two halves."""
    part = Part(one.part.scramble, one.part.first, other.part.last)
    # Neighbours, and the whole of neighbouring scrambles, err to either side.
    second = (part.first // (part.last - part.first) + part.scramble) % 2
    pairs = zip(one.samples, other.samples, strict=True)
    return Tally(
        part,
        one.counted + other.counted,
        one.hits + other.hits,
        moments.joined(one.moments, other.moments),
        tuple([samples.joined(*pair, second) for pair in pairs]),
        np.maximum(one.largest, other.largest),
        tuple([own + more for own, more in zip(one.why, other.why, strict=True)]),
    )


def gathered(tallies: Iterable[Tally]) -> list[Tally]:
    """Return what is told of ranges in their order, with all halves joined that are there."""
    found: list[Tally] = []
    for new in tallies:
        found.append(new)
        while len(found) > 1 and _are_halves(found[-2].part, found[-1].part):
            other, one = found.pop(), found.pop()
            found.append(joined(one, other))
    return found


def _are_halves(one: Part, other: Part) -> bool:
    length = one.last - one.first
    return (
        one.scramble == other.scramble
        and one.last == other.first
        and other.last - other.first == length
        and one.first % (2 * length) == 0
    )
