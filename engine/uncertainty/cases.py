"""The cases of a simulation: the values of outputs and conditions at points of each scramble, and what is told of them.

They may be pickled: what is sent is the text of the model and what is asked of it, from which they are made again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.memory import keep_freed
from engine.plan.cells import Cell
from engine.plan.plan import Array, Plan
from engine.plan.selection import composed_case
from engine.uncertainty.cone import Cone
from engine.uncertainty.points import SCRAMBLES, Points
from engine.uncertainty.reasons import cell_values, reasons
from engine.uncertainty.sampling import sampling
from engine.uncertainty.statements.conditions import Condition
from engine.uncertainty.summaries.moments import LEAF
from engine.uncertainty.summaries.tallies import Part, Tally, Truths, joined, tally
from engine.work.workers import Threads

# So many numbers are held at once, and so many cases at most: more leave a processor's cache, and of fewer threads
# spend their time in waiting for each other between two steps.
_MOST_NUMBERS: Final = 16_000_000
BLOCK: Final = 16_384
# Values of inputs that are set by hand, in declared units: a number, or numbers along each dimension.
Settings = tuple[tuple[str, Any], ...]


class Asked(NamedTuple):
    """What is asked of a simulation: outputs, targets, and a condition for the cases that are counted."""

    outputs: tuple[Cell, ...]
    targets: tuple[Condition, ...] = ()
    given: Condition | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return all conditions; the last is the one for the cases that are counted, where there is one."""
        return self.targets if self.given is None else (*self.targets, self.given)

    @property
    def rows(self) -> list[str]:
        """Return the rows that are read, each once."""
        read = [name for one in self.conditions for name in one.rows]
        return list(dict.fromkeys([*[cell.id for cell in self.outputs], *read]))


class Computed(NamedTuple):
    """Outputs, (outputs, cases) in declared units, where conditions hold, which cases are counted, and why none is."""

    values: Array
    holds: Truths
    counted: Truths
    why: list[Counter[str]]


def block_size(cone: Cone, beside: int) -> int:
    """Return how many cases are computed at once, a power of two, with so many numbers a case beside the cone's."""
    size = sum(cone.plan.model.size(cone.plan.row(id_).over) for id_ in cone.ids) + beside
    return max(1, min(BLOCK, 1 << max(0, (_MOST_NUMBERS // size).bit_length() - 1)))


def parts_of(first: int, last: int, most: int) -> list[list[Part]]:
    """Return points `first` to before `last` of every scramble in blocks of at most so many, as parts of scrambles."""
    parts = [
        Part(scramble, at, min(at + most, last)) for scramble in range(SCRAMBLES) for at in range(first, last, most)
    ]
    together = max(1, most // (last - first))
    return [parts[at : at + together] for at in range(0, len(parts), together)]


class Cases:
    """What the draws of a scenario make of what is asked, with inputs set by hand: of any part of the points."""

    def __init__(self, plan: Plan, scenario: str | None, changes: Settings, asked: Asked, seed: int) -> None:
        keep_freed()
        self.plan, self.changes, self.asked, self.seed = plan, changes, asked, seed
        self.case = composed_case(plan, scenario)
        self.sampling = sampling(plan, self.case, [name for name, _ in changes])
        self.cone = Cone(plan, self.case.id, dict(changes), asked.rows, self.sampling.rows)
        self.points = Points(self.sampling.dimensions, seed)
        self._rows = {id_: self.cone.fixed(id_) for id_ in self.cone.drawn}
        self._most = block_size(self.cone, self.sampling.dimensions)
        # What is told of fewer is no range of its own.
        self.least = max(LEAF, self._most)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what they are made of again: plain values, and the plan as its text."""
        return Cases, (self.plan, self.case.id, self.changes, self.asked, self.seed)

    def tallies(self, parts: Sequence[Part]) -> list[Tally]:
        """Return what is told of parts, each from a multiple of its length on, a power of two of at least 64."""
        if len(parts) == 1 and parts[0].last - parts[0].first > self.least:
            scramble, first, last = parts[0]
            middle = (first + last) // 2
            (one,), (other,) = [self.tallies([Part(scramble, *ends)]) for ends in ((first, middle), (middle, last))]
            return [joined(one, other)]
        return [
            tally(part, own.values, own.holds, own.counted, own.why)
            for part, own in zip(parts, self._each(parts), strict=True)
        ]

    def _each(self, parts: Sequence[Part]) -> list[Computed]:
        """Return the cases of each of some parts, as many at a time as are fast."""
        blocks = [
            [Part(one.scramble, at, min(at + self._most, one.last)) for at in range(one.first, one.last, self._most)]
            for one in parts
        ]
        if len(parts) > 1 and all(len(one) == 1 for one in blocks):
            return self._split(parts)
        return [_beside([self.computed([block]) for block in one]) for one in blocks]

    def _split(self, parts: Sequence[Part]) -> list[Computed]:
        ends = np.cumsum([part.last - part.first for part in parts])[:-1]
        whole = self.computed(parts)
        values, holds = np.split(whole.values, ends, axis=-1), np.split(whole.holds, ends, axis=-1)
        each = zip(values, holds, np.split(whole.counted, ends), strict=True)
        # Why none is there is told of all together, and counted once.
        none: list[Counter[str]] = [Counter() for _ in whole.why]
        return [Computed(*one, none if number else whole.why) for number, one in enumerate(each)]

    def computed(self, parts: Sequence[Part], *, told: bool = True) -> Computed:
        """Return the cases of parts, one behind the other; without being `told` why some have no value, if need be."""
        each = [self.points.part(*part) for part in parts]
        points = each[0] if len(each) == 1 else np.concatenate(each, axis=1)
        cases = points.shape[1]
        computed = self.cone.values(self.sampling.inputs(points, self._rows), cases)
        found = [cell_values(self.plan, computed, cell, cases) for cell in self.asked.outputs]
        held = [one.holds(self.plan, computed, cases) for one in self.asked.conditions]
        holds = np.array(held, dtype=bool).reshape(len(held), cases)
        counted = holds[-1] if self.asked.given is not None else np.ones(cases, dtype=bool)
        why: list[Counter[str]] = []
        for cell, own in zip(self.asked.outputs, found, strict=True):
            without = ~np.isfinite(own) & counted
            why.append(reasons(self.plan, computed, cell, without) if told and np.any(without) else Counter())
        scales = np.array([[self.plan.row(cell.id).unit.scale] for cell in self.asked.outputs])
        with np.errstate(over="ignore"):
            return Computed(np.array(found).reshape(-1, cases) * scales, holds, counted, why)

    def all(self, count: int) -> Computed:
        """Return so many cases of each scramble, scramble by scramble, without why some have no value."""
        blocks = parts_of(0, count, self._most)
        return _beside(list(Threads().results(partial(self.computed, told=False), blocks)))


def _beside(blocks: Sequence[Computed]) -> Computed:
    """Return blocks of cases one behind the other."""
    if len(blocks) == 1:
        return blocks[0]
    values, holds, counted = [np.concatenate([one[place] for one in blocks], axis=-1) for place in range(3)]
    why = [sum(own, Counter[str]()) for own in zip(*[one.why for one in blocks], strict=True)]
    return Computed(values, holds, counted, why)


def put(into: NDArray[Any], parts: Sequence[Part], values: NDArray[Any]) -> None:
    """Put the values of parts, one behind the other, where they belong by scramble."""
    begin = 0
    for part in parts:
        end = begin + part.last - part.first
        into[part.scramble, part.first : part.last] = values[begin:end]
        begin = end
