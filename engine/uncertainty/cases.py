"""The cases of a simulation: so many points of each scramble, and the values of outputs and conditions over them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.plan.cells import Cell
from engine.plan.plan import Array
from engine.progress import steps
from engine.uncertainty.cone import Cone
from engine.uncertainty.figures import Truths
from engine.uncertainty.points import SCRAMBLES, Points
from engine.uncertainty.reasons import cell_values, reasons
from engine.uncertainty.sampling import Sampling
from engine.uncertainty.statements.conditions import Condition

WORKERS: Final = max(1, min(4, os.cpu_count() or 1))
# So many numbers are held at once, and so many cases at most: what fits into a processor's cache is fast.
_MOST_NUMBERS: Final = 16_000_000
BLOCK: Final = 8_192


class Asked(NamedTuple):
    """What is asked of a simulation: outputs, targets, and a condition for the cases that are counted."""

    outputs: tuple[Cell, ...]
    targets: tuple[Condition, ...] = ()
    given: Condition | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return all conditions; the last is the one for the cases that are counted, where there is one."""
        return self.targets if self.given is None else (*self.targets, self.given)


class Part(NamedTuple):
    """Points of a scramble."""

    scramble: int
    first: int
    last: int


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
    """The cases so far: so many points of each scramble, and the values of outputs and conditions over them."""

    def __init__(self, drawn: Sampling, cone: Cone, asked: Asked, seed: int, samples: int) -> None:
        self.plan, self.sampling, self.cone, self.asked = cone.plan, drawn, cone, asked
        self.points, self.seed, self.samples = Points(drawn.dimensions, seed), seed, samples
        self._rows = {id_: cone.fixed(id_) for id_ in cone.drawn}
        self._most = block_size(cone, drawn.dimensions)
        self.count = 0
        # Pages that nothing is written to take no memory.
        self._values = np.empty((len(asked.outputs), SCRAMBLES, samples // SCRAMBLES))
        self._holds = np.empty((len(asked.conditions), SCRAMBLES, samples // SCRAMBLES), dtype=bool)
        self.why: list[Counter[str]] = [Counter() for _ in asked.outputs]

    @property
    def values(self) -> Array:
        """Return the outputs in their declared units, of shape (outputs, scrambles, cases)."""
        return self._values[..., : self.count]

    @property
    def holds(self) -> Truths:
        """Return where conditions hold, of shape (conditions, scrambles, cases)."""
        return self._holds[..., : self.count]

    @property
    def among(self) -> Truths | None:
        """Return which cases are counted; None for all."""
        return self.holds[-1] if self.asked.given is not None else None

    def extend(self, count: int) -> None:
        """Compute points up to `count` of each scramble; an interrupt leaves what was known before."""
        why = [Counter(one) for one in self.why]
        told = f"{count * SCRAMBLES:,} of {self.samples:,} cases"
        with ThreadPoolExecutor(WORKERS) as pool:
            blocks = [pool.submit(self._block, parts) for parts in parts_of(self.count, count, self._most)]
            try:
                for block in steps(told, blocks):
                    for known, more in zip(why, block.result(), strict=True):
                        known.update(more)
            finally:
                pool.shutdown(cancel_futures=True)
        self.why, self.count = why, count

    def _block(self, parts: list[Part]) -> list[Counter[str]]:
        """Compute some cases, each into its place, and return why those of each output have no value."""
        each = [self.points.part(*part) for part in parts]
        points = each[0] if len(each) == 1 else np.concatenate(each, axis=1)
        cases = points.shape[1]
        computed = self.cone.values(self.sampling.inputs(points, self._rows), cases)
        found = [(cell, cell_values(self.plan, computed, cell, cases)) for cell in self.asked.outputs]
        held = [one.holds(self.plan, computed, cases) for one in self.asked.conditions]
        why: list[Counter[str]] = [Counter() for _ in found]
        counted = held[-1] if self.asked.given is not None else np.True_
        for number, (cell, own) in enumerate(found):
            without = ~np.isfinite(own) & counted
            if np.any(without):
                why[number] = reasons(self.plan, computed, cell, without)
            with np.errstate(over="ignore"):
                shown = own * self.plan.row(cell.id).unit.scale
            put(self._values[number], parts, shown)
        for number, one in enumerate(held):
            put(self._holds[number], parts, one)
        return why


def put(into: NDArray[Any], parts: Sequence[Part], values: NDArray[Any]) -> None:
    """Put the values of parts, one behind the other, where they belong by scramble."""
    begin = 0
    for part in parts:
        end = begin + part.last - part.first
        into[part.scramble, part.first : part.last] = values[begin:end]
        begin = end
