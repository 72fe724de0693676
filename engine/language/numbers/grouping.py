"""Aggregates by group over arrays: the last axis is taken together as a row of codes says."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.language.numbers.arrays import Array, Values, finite

_ADDS: Final = frozenset({"sum", "mean", "count"})
_REDUCE: Final = {"min": np.minimum, "max": np.maximum}


def grouped(function: str, a: Values, codes: Values, groups: NDArray[np.float64]) -> Values:
    """Return values of shape ``(..., n)`` by group, ``(..., len(groups))``, where `codes` says whose each of n is.

    Codes are ``(n,)``, or have axes of cases in front as values have. NaN where a group has no member, but for sums
    and counts; NaN codes belong to none.
    """
    a, codes = np.asarray(a, dtype=np.float64), np.asarray(codes, dtype=np.float64)
    if codes.ndim == 1:
        return _alike(function, a, codes, groups)
    # A choice that differs from case to case groups each case by itself.
    codes = codes.reshape(*codes.shape[:-1], *(1,) * (a.ndim - codes.ndim), codes.shape[-1])
    wide = np.broadcast_shapes(a.shape, codes.shape)
    lines = np.broadcast_to(a, wide).reshape(-1, wide[-1])
    by_line = np.broadcast_to(codes, wide).reshape(-1, wide[-1])
    found = [_alike(function, line, own, groups) for line, own in zip(lines, by_line, strict=True)]
    return np.array(found).reshape(*wide[:-1], len(groups))


class _Segments(NamedTuple):
    """How members are put in the order of their groups: each group is a segment from its first to its last."""

    order: NDArray[np.intp] | None
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    sizes: NDArray[np.intp]
    is_whole: bool


@lru_cache(maxsize=128)
def _segments(codes: bytes, groups: bytes) -> _Segments:
    """Return the segments of codes; formulas group by the same few maps again and again."""
    own, asked = np.frombuffer(codes), np.frombuffer(groups)
    is_sorted = bool(np.all(own[:-1] <= own[1:]))
    order = None if is_sorted else np.argsort(own, kind="stable")
    ranked = own if order is None else own[order]
    first, last = np.searchsorted(ranked, asked, "left"), np.searchsorted(ranked, asked, "right")
    count = last - first
    follows = bool(np.all(first[1:] == last[:-1])) and len(own) > 0 and first[0] == 0 and last[-1] == len(own)
    return _Segments(order, first, last, count, follows and bool(np.all(count > 0)))


def _alike(function: str, a: Array, codes: Array, groups: NDArray[np.float64]) -> Array:
    order, first, last, count, is_whole = _segments(codes.tobytes(), np.asarray(groups, dtype=np.float64).tobytes())
    if function == "count":
        return np.broadcast_to(count.astype(np.float64), (*a.shape[:-1], len(groups)))
    values = a if order is None else a[..., order]
    add = _REDUCE.get(function, np.add)
    if is_whole and function not in {"first", "last"}:
        found = add.reduceat(values if function in _ADDS else finite(values), first, axis=-1)
        return found / count if function == "mean" else found
    # What is between segments is left out again, and a segment of none begins behind the end.
    values = np.concatenate([values, np.full((*a.shape[:-1], 1), np.nan)], axis=-1)
    if function == "first":
        found = values[..., first]
    elif function == "last":
        found = values[..., last - 1]
    else:
        ends = np.stack([first, last], axis=-1).ravel()
        found = add.reduceat(values if function in _ADDS else finite(values), ends, axis=-1)[..., ::2]
    if function in _ADDS:
        found = np.where(count == 0, 0.0, found)
    if function == "mean":
        with np.errstate(invalid="ignore", divide="ignore"):
            return found / np.where(count == 0, np.nan, count)
    return found if function in _ADDS else np.where(count == 0, np.nan, found)
