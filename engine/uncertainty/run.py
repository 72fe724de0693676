"""A simulation under way: how many points of each scramble are computed, and what is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from engine.progress import steps
from engine.uncertainty.cases import Cases, parts_of
from engine.uncertainty.points import SCRAMBLES
from engine.uncertainty.summaries.tallies import Tally, gathered
from engine.work.workers import Workers

# A task is large enough to be worth its way, and small enough that all have some and little is lost.
_MOST: Final = 2**20
_TASKS: Final = 4


class Run:
    """What is told of the cases so far: `tallies` has one for each scramble, once there are any."""

    def __init__(self, cases: Cases, samples: int, workers: Workers) -> None:
        self.cases, self.samples = cases, samples
        self.tallies: Sequence[Tally] = ()
        self._workers = workers

    @property
    def count(self) -> int:
        """Return how many points of each scramble are computed."""
        return self.tallies[0].part.last if self.tallies else 0

    @property
    def done(self) -> int:
        """Return how many cases are computed."""
        return self.count * SCRAMBLES

    @property
    def why(self) -> list[Counter[str]]:
        """Return by output why cases have no value."""
        return [sum(own, Counter[str]()) for own in zip(*[one.why for one in self.tallies], strict=True)]

    def extend(self, count: int) -> None:
        """Compute points up to `count` of each scramble, twice as many; an interrupt leaves what was known before."""
        told = f"{count * SCRAMBLES:,} of {self.samples:,} cases"
        tasks = parts_of(self.count, count, self._size(count - self.count))
        results = self._workers.results(self.cases.tallies, tasks)
        found = gathered([one for _ in steps(told, tasks) for one in next(results)])
        by_scramble = [[one for one in (*self.tallies, *found) if one.part.scramble == at] for at in range(SCRAMBLES)]
        self.tallies = [one for each in by_scramble for one in gathered(each)]

    def _size(self, points: int) -> int:
        """Return how many points of a scramble a task has, a power of two; several scrambles have fewer together."""
        wanted = min(_MOST, points * SCRAMBLES // (_TASKS * self._workers.count))
        return max(self.cases.least, min(points, 1 << max(0, wanted.bit_length() - 1)))
