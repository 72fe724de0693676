"""Points that fill a cube evenly: 16 independent scrambles of Sobol's sequence (Owen 1998; Joe and Kuo 2008).

Point k of a scramble depends on the seed, the scramble, k and the number of dimensions alone: it is the same on every
machine, and however the work is split.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.plan.plan import Array
from engine.uncertainty.special import sobol_bits

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
        self._sequences: dict[int, Iterator[Array]] = {}
        self._lock = Lock()
        self._bits: dict[int, Bits] = {}
        self._tables: dict[int, Bits] = {}

    def part(self, scramble: int, first: int, last: int) -> Array:
        """Return points `first` to before `last` of a scramble, of shape (dimensions, points), above 0 and below 1."""
        # A block is no longer than what is asked for.
        length = min(_TABLE, 1 << max(0, last - 1).bit_length())
        points = np.empty((self.dimensions, last - first))
        for begin in range(first - first % length, last, length):
            block = self._block(scramble, begin, length)[:, max(first - begin, 0) : last - begin]
            own = points[:, max(begin - first, 0) :][:, : block.shape[1]]
            # Of signed numbers a double is made at once.
            np.multiply(block.view(np.int32), 2.0**-_BITS, out=own)
            np.maximum(own, _FIRST, out=own)
        return points

    def _block(self, scramble: int, begin: int, length: int) -> Bits:
        """Return a block of whole numbers of 30 bits that begins at a multiple of its length, a power of two.

        The sequence is linear in the bits of a point's number: where a bit is set, the same bits are turned in every
        point, those in which the point of that number alone is unlike the first one.
        """
        bits = self._turned(scramble, max(begin, length - 1).bit_length())
        table = self._tables.get(scramble)
        if table is None or table.shape[1] < length:
            table = bits[0][:, None]
            for bit in range(length.bit_length() - 1):
                table = np.concatenate([table, table ^ bits[bit + 1][:, None]], axis=1)
            if len(self._tables) * table.size < _MOST_KEPT:
                self._tables[scramble] = table
        set_bits = [bits[bit + 1] for bit in range(begin.bit_length()) if begin >> bit & 1]
        block = table[:, :length]
        return block ^ np.bitwise_xor.reduce(set_bits)[:, None] if set_bits else block

    def _turned(self, scramble: int, count: int) -> Bits:
        """Return the first point, and by bit of a point's number the bits that it turns, a line each."""
        known = self._bits.get(scramble)
        if known is None or len(known) <= count:
            # To scramble a sequence takes long, so that it goes on from where it is.
            with self._lock:
                known = self._more_bits(scramble, count + 1)
        return known

    def _more_bits(self, scramble: int, wanted: int) -> Bits:
        known = self._bits.get(scramble)
        if known is None:
            self._sequences[scramble] = sobol_bits(self.dimensions, [self._seed, scramble])
            known = _whole(next(self._sequences[scramble]))[None]
        more = [_whole(point) ^ known[0] for point in islice(self._sequences[scramble], max(0, wanted - len(known)))]
        self._bits[scramble] = np.concatenate([known, *[one[None] for one in more]])
        return self._bits[scramble]


def _whole(point: Array) -> Bits:
    return (point * 2.0**_BITS).astype(np.uint32)
