"""Points that fill a cube evenly: 16 independent scrambles of Sobol's sequence (Owen 1998; Joe and Kuo 2008).

Point k of a scramble depends on the seed, the scramble, k and the number of dimensions alone: it is the same on every
machine, and however the work is split.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.plan.plan import Array
from engine.uncertainty.special import scrambled

SCRAMBLES: Final = 16
MOST_DRAWS: Final = 21_201
_BITS: Final = 30
# A coordinate of 0 has no quantile in an open tail; it counts as the middle of the first cell.
_FIRST: Final = 2.0 ** -(_BITS + 1)
_TABLE: Final = 4_096
_MOST_KEPT: Final = 4_000_000

Bits = NDArray[np.uint32]


class Points:
    """The points of one number of dimensions and a seed."""

    def __init__(self, dimensions: int, seed: int = 1) -> None:
        self.dimensions = dimensions
        self._seed = seed
        self._tables: dict[int, Bits] = {}

    def part(self, scramble: int, first: int, last: int) -> Array:
        """Return points `first` to before `last` of a scramble, of shape (dimensions, points), above 0 and below 1."""
        begins = range(first - first % _TABLE, last, _TABLE)
        blocks = [self._block(scramble, begin)[:, max(first - begin, 0) : last - begin] for begin in begins]
        whole = blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)
        points = whole.astype(np.float64) * 2.0**-_BITS
        points[points == 0] = _FIRST
        return points

    def _block(self, scramble: int, begin: int) -> Bits:
        """Return a block of whole numbers of 30 bits.

        The sequence is linear in the bits of a point's number: a block that begins at a multiple of its length, a power
        of two, is the first one with the bits of one point turned.
        """
        table = self._tables.get(scramble)
        if table is None:
            table = self._whole(scramble, 0, _TABLE)
            if len(self._tables) * table.size < _MOST_KEPT:
                self._tables[scramble] = table
        return table if not begin else table ^ (table[:, :1] ^ self._whole(scramble, begin, 1))

    def _whole(self, scramble: int, first: int, count: int) -> Bits:
        found = scrambled(self.dimensions, [self._seed, scramble], first, count)
        return np.ascontiguousarray((found * 2.0**_BITS).astype(np.uint32).T)
