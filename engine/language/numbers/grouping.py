"""Aggregates by group over arrays: the last axis is taken together as a row of codes says."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.language.numbers.arrays import Array, Values, finite

_ADDS: Final = frozenset({"sum", "mean", "count"})


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


def _alike(function: str, a: Array, codes: Array, groups: NDArray[np.float64]) -> Array:
    order = np.argsort(codes, kind="stable")
    first = np.searchsorted(codes[order], groups, "left")
    last = np.searchsorted(codes[order], groups, "right")
    count = last - first
    if function == "count":
        return np.broadcast_to(count.astype(np.float64), (*a.shape[:-1], len(groups)))
    # Each group is a segment from its first to its last; what is between segments is left out again.
    ends = np.stack([first, last], axis=-1).ravel()
    values = np.concatenate([a[..., order], np.full((*a.shape[:-1], 1), np.nan)], axis=-1)
    match function:
        case "first":
            found = values[..., first]
        case "last":
            found = values[..., last - 1]
        case "min" | "max":
            found = (np.minimum if function == "min" else np.maximum).reduceat(finite(values), ends, axis=-1)[..., ::2]
        case _:
            found = np.add.reduceat(values, ends, axis=-1)[..., ::2]
    if function in _ADDS:
        found = np.where(count == 0, 0.0, found)
    if function == "mean":
        with np.errstate(invalid="ignore", divide="ignore"):
            return found / np.where(count == 0, np.nan, count)
    return found if function in _ADDS else np.where(count == 0, np.nan, found)
