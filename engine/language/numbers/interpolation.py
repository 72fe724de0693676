"""The place of a value among points that rise, as `lookup` and `step` need it; NaN where a case has no value."""

from __future__ import annotations

from typing import Final

import numpy as np

from engine.language.numbers.arrays import Array, Values, finite, less

_FEWEST: Final = {"step": 1, "lookup": 2}


def place(x: Values, points: Array, kind: str, ends: str) -> Values:
    """Return the place, from 0, of the last point that is not above x, as `<=` compares: at 15 significant digits.

    Points are ``(..., n)``. For a ``lookup``, which goes on to the next point, the place is at most n - 2, and NaN
    where x is above the last point; below the first it is NaN for a ``step`` too. Where ``ends`` is ``flat``, it is
    the first place or the last instead. NaN where the points do not rise, or are too few for the kind.
    """
    points, x = np.asarray(points, dtype=float), np.asarray(x, dtype=float)
    count = points.shape[-1]
    shape = np.broadcast_shapes(x.shape, points.shape[:-1])
    if count < _FEWEST[kind]:
        return np.full(shape, np.nan)[()]
    with np.errstate(invalid="ignore"):
        found = np.sum(points <= x[..., None], axis=-1) - 1
        # Where points rise, at most the next one is above x in a digit that is not compared.
        following = np.take_along_axis(
            np.broadcast_to(points, (*shape, count)), np.minimum(found + 1, count - 1)[..., None], -1
        )[..., 0]
        found = np.where((found + 1 < count) & (less(x, following) == 0), found + 1, found)
        is_below = found < 0
        is_above = (less(points[..., -1], x) != 0) & (kind == "lookup")
        is_none = np.isnan(finite(x)) | np.logical_not(_rise(points)) | ((ends != "flat") & (is_below | is_above))
        return np.where(is_none, np.nan, np.clip(found, 0, count - _FEWEST[kind]))[()]


def why_no_place(x: float, points: Array, kind: str, ends: str = "") -> str:
    """Return in words why x has no place among points, where the ends are not flat beyond them too; '' where it has."""
    points = np.asarray(points, dtype=float)
    return _why_no_points(x, points, kind) or ("" if ends == "flat" else _why_beyond(x, points, kind))


def _why_no_points(x: float, points: Array, kind: str) -> str:
    if not np.isfinite(x) or not np.all(np.isfinite(points)):
        return f"{'a point' if np.isfinite(x) else 'what is looked up'} has no value"
    if len(points) < _FEWEST[kind]:
        return "a lookup between points needs two points or more"
    if not _rise(points):
        at = int(np.argmax(less(points[:-1], points[1:]) != 1))
        return f"the points must rise, and {_number(points[at])} is followed by {_number(points[at + 1])}"
    return ""


def _why_beyond(x: float, points: Array, kind: str) -> str:
    if less(x, points[0]) == 1:
        return f"{_number(x)} is below the first point, {_number(points[0])}"
    if kind == "lookup" and less(points[-1], x) == 1:
        return f"{_number(x)} is above the last point, {_number(points[-1])}"
    return ""


def _rise(points: Array) -> Values:
    with np.errstate(invalid="ignore"):
        return np.all(less(points[..., :-1], points[..., 1:]) == 1, axis=-1) & np.all(np.isfinite(points), axis=-1)


def _number(value: float) -> str:
    return f"{value:.15g}"
