"""Two scenarios mixed: which of their differences each mixture has, and how what these add follows from all mixtures.

Exactly by Shapley values where all mixtures fit, else by the mean of two orders, one the reverse of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from engine.plan.evaluate import Results
from engine.plan.plan import Array, Row
from engine.versions.shapley import Masks, every_coalition, shares_of_orders


@dataclass(frozen=True, slots=True)
class Step:
    """A change that comes to a mixture and makes it another: changes and mixtures by their places, from 0.

    `share` is how much of what it adds counts.
    """

    change: int
    before: int
    after: int
    share: float


@dataclass(frozen=True)
class Mixtures:
    """Which changes each mixture has, of shape (mixtures, changes): none in the first, all in the last."""

    masks: Masks
    steps: tuple[Step, ...]
    is_exact: bool

    @property
    def changes(self) -> int:
        """Return how many changes are told apart."""
        return int(self.masks.shape[1])

    def __len__(self) -> int:
        """Return how many mixtures there are."""
        return len(self.masks)


@dataclass(frozen=True)
class Pair:
    """Two scenarios to go from one to the other, and the inputs whose values may differ between them."""

    before: Results
    after: Results
    inputs: tuple[Row, ...]
    mixtures: Mixtures

    @property
    def differing(self) -> list[Row]:
        """Return the inputs that differ."""
        return differing(self.before, self.after, self.inputs)

    def change(self, row: Row) -> int:
        """Return which change an input is, from 1, or 0 where it does not differ; the last change takes all others."""
        found = self.differing
        return min(self.mixtures.changes, found.index(row) + 1) if row in found else 0

    def changes(self) -> dict[str, Array]:
        """Return what each input that differs is in every mixture, in its declared unit: mixtures first."""
        found = {}
        for row in self.differing:
            has = self.mixtures.masks[:, self.change(row) - 1].reshape(-1, *[1] * len(row.over))
            found[row.id] = np.where(has, self.after[row.id], self.before[row.id])
        return found


def differing(one: Results, other: Results, inputs: Sequence[Row]) -> list[Row]:
    """Return the inputs whose values differ between two results."""
    kinds = _kinds([one, other], inputs)
    return [row for row, is_same in zip(inputs, (kinds[0] == kinds[1]).tolist(), strict=True) if not is_same]


def pair_of(results: Sequence[Results], inputs: Sequence[Row], most: int) -> tuple[bool, Pair | None]:
    """Return whether any two scenarios differ, and the values as written with the one that differs most from these.

    None where not so many mixtures as any two of them have are to be made, or where none differ, as of fewer than two.
    """
    if len(results) < 2:  # noqa: PLR2004  # of a large model no scenario may have room
        return False, None
    ordered = sorted(results, key=lambda one: not one.case.is_base)
    kinds = _kinds(ordered, inputs)
    changes = max((int(np.sum(one != other)) for one, other in combinations(kinds, 2)), default=0)
    mixtures = mixtures_of(changes, most) if changes else None
    if mixtures is None:
        return changes > 0, None
    other = ordered[int(np.argmax(np.sum(kinds != kinds[:1], axis=1)))]
    return True, Pair(ordered[0], other, tuple(inputs), mixtures)


def _kinds(results: Sequence[Results], inputs: Sequence[Row]) -> NDArray[np.int64]:
    """Return a number for each value of an input, the same where it is the same: of shape (results, inputs)."""
    found = np.zeros((len(results), len(inputs)), dtype=np.int64)
    for column, row in enumerate(inputs):
        at, known = results[0].plan.index[row.id], dict[bytes, int]()
        for line, one in enumerate(results):
            # 0 and -0 are one number.
            value = np.asarray(row.given_values(one.values[at]), dtype=np.float64) + 0.0
            found[line, column] = known.setdefault(value.tobytes(), len(known))
    return found


def mixtures_of(changes: int, most: int) -> Mixtures | None:
    """Return the mixtures of so many changes: at most so many, or None."""
    if 2**changes <= most:
        return Mixtures(every_coalition(changes), tuple(_exact_steps(changes)), is_exact=True)
    return _two_orders(changes) if 2 * changes <= most else None


def _exact_steps(changes: int) -> Iterator[Step]:
    masks, shares = every_coalition(changes), shares_of_orders(changes)
    for change in range(changes):
        for before in np.flatnonzero(~masks[:, change]).tolist():
            yield Step(change, before, before + (1 << change), float(shares[int(masks[before].sum())]))


def _two_orders(changes: int) -> Mixtures:
    """Return the mixtures of one change after another, then those of the reverse order."""
    first = np.arange(changes)[None, :] < np.arange(changes)[:, None]
    last = first[1:, ::-1]
    masks = np.concatenate([first, last, np.ones((1, changes), dtype=np.bool_)])
    end = len(masks) - 1
    forward = [*range(changes), end]
    backward = [0, *range(changes, end), end]
    steps = [Step(number, forward[number], forward[number + 1], 0.5) for number in range(changes)]
    steps += [Step(changes - 1 - number, backward[number], backward[number + 1], 0.5) for number in range(changes)]
    return Mixtures(masks, tuple(sorted(steps, key=lambda step: step.change)), is_exact=False)
