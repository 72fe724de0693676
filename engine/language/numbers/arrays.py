"""The numbers behind formulas over arrays of cases: NaN where a case has no value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.language.finance import arrays as finance
from engine.language.numbers.rounding import rounded, same_digits

Array = NDArray[np.float64]
Values = Array | np.float64 | float | Any


_MOST_AT_ONCE: Final = 1_000_000

# How each function is written over arrays; the words stand for the helpers below, and for numpy's own functions.
ARRAYS: Final[Mapping[str, str]] = {
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "mul": "({0} * {1})",
    "div": "divide({0}, {1})",
    "pow": "power({0}, {1})",
    "neg": "(-{0})",
    "lt": "less({0}, {1})",
    "le": "negate(less({1}, {0}))",
    "gt": "less({1}, {0})",
    "ge": "negate(less({0}, {1}))",
    "eq": "alike({0}, {1})",
    "ne": "negate(alike({0}, {1}))",
    "and": "both({0}, {1})",
    "or": "either({0}, {1})",
    "not": "negate({0})",
    "if": "choose({0}, {1}, {2})",
    "min": "least({all})",
    "max": "most({all})",
    "round": "rounded({all})",
    "abs": "abs({0})",
    **{name: f"{name}({{all}})" for name in finance.FUNCTIONS},
    **{
        name: f"within(numpy.{word}, {{0}})"
        for name, word in {
            "sqrt": "sqrt", "exp": "exp", "log": "log", "log10": "log10", "log2": "log2",
            "floor": "floor", "ceil": "ceil",
            "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
            "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
        }.items()
    },
}  # fmt: skip


def finite(a: Values) -> Values:
    """Return the values, NaN for those that are not finite."""
    known = np.isfinite(a)
    # By its method: that is done half as soon again as numpy's function of all arrays and lists.
    return a if known.all() else np.where(known, a, np.nan)


def within(function: np.ufunc, a: Values) -> Values:
    """Return a function's values, NaN outside its domain."""
    return finite(function(finite(a)))


def divide(a: Values, b: Values) -> Values:
    """Return a / b; an overflow in b is not hidden."""
    b = finite(b)
    is_zero = np.equal(b, 0)
    return a / (np.where(is_zero, np.nan, b) if is_zero.any() else b)


def power(a: Values, b: Values) -> Values:
    """Return a ** b, NaN for a negative base with a broken exponent and for 0 ** 0, and where one of them is NaN."""
    if np.ndim(b) == 0 and 0 < b < np.inf:
        # numpy's own is NaN for a negative base with a broken exponent.
        return np.power(finite(a), finite(b))
    # numpy takes any number to the power of 0 for 1, and 1 to any power.
    has_none = ((a == 0) & (b <= 0)) | ((a < 0) & (b != np.floor(b))) | ~(np.isfinite(a) & np.isfinite(b))
    return np.where(has_none, np.nan, np.power(a, b))


def alike(a: Values, b: Values) -> Values:
    """Return 1 where two values are equal at 15 significant digits."""
    apart = abs(a - b)
    near = (apart <= 1e-14 * abs(a)) & (a != b)
    return np.where(np.isfinite(apart), _ties(a, b, near) if np.any(near) else a == b, np.nan)


def less(a: Values, b: Values) -> Values:
    """Return 1 where a < b at 15 significant digits."""
    return np.where(alike(a, b) == 0, a < b, alike(a, b) * 0)


def negate(a: Values) -> Values:
    """Return 1 where a is 0."""
    return np.where(np.isfinite(a), a == 0, np.nan)


def both(a: Values, b: Values) -> Values:
    """Return 1 where neither is 0."""
    return np.where(np.isfinite(a) & np.isfinite(b), (a != 0) & (b != 0), np.nan)


def either(a: Values, b: Values) -> Values:
    """Return 1 where one is not 0."""
    return np.where(np.isfinite(a) & np.isfinite(b), (a != 0) | (b != 0), np.nan)


def choose(test: Values, then: Values, otherwise: Values) -> Values:
    """Return `then` where the test is not 0, else `otherwise`; what is not chosen does not matter."""
    return np.where(np.isfinite(test), np.where(test != 0, then, otherwise), np.nan)


def least(*values: Values) -> Values:
    """Return the smallest values."""
    return np.minimum.reduce(np.broadcast_arrays(*[finite(value) for value in values]))


def most(*values: Values) -> Values:
    """Return the largest values."""
    return np.maximum.reduce(np.broadcast_arrays(*[finite(value) for value in values]))


def _ddb(cost: Values, salvage: Values, life: Values, period: Values) -> Values:
    """Return the depreciation of a period, 0 after the life."""
    return np.where((life > 0) & (less(life, period) == 1), 0.0, finance.ddb(cost, salvage, life, period))


def _finite_alone(function: Callable[..., Values]) -> Callable[..., Values]:
    return lambda *values: finite(function(*map(finite, values)))


def _ties(a: Values, b: Values, near: Values) -> Values:
    """Return where two values are equal, for those that are near each other by their decimal form."""
    equal, near = np.array(a == b), np.asarray(near)
    equal[near] = same_digits(*[np.broadcast_to(one, equal.shape)[near] for one in (a, b)])
    return equal


def swap(a: Values, order: tuple[int, ...]) -> Values:
    """Return an array with its last axes in another order; axes of cases stay in front."""
    extra = np.ndim(a) - len(order)
    return np.transpose(a, (*range(extra), *[extra + position for position in order]))


def spread(a: Values, shape: tuple[int, ...]) -> Values:
    """Return values repeated to a row's shape, behind whatever axis of cases they have."""
    if isinstance(a, np.ndarray) and a.shape[max(0, a.ndim - len(shape)) :] == shape:
        # What has the shape already is not to be written to either.
        found = a.view()
        found.flags.writeable = False
        return found
    return np.broadcast_to(a, np.broadcast_shapes(np.shape(a), shape))


def begun(given: Values, rest: Values, count: int, axis: int) -> Values:
    """Return the first `count` of one row's values along an axis from the end, and the rest of another's."""
    first = np.arange(np.shape(given)[axis]) < count
    return np.where(first.reshape((-1,) + (1,) * (-1 - axis)), given, rest)


def shift(a: Values, start: Values, lag: Values, axis: int) -> Values:
    """Return the values `lag` places before along an axis from the end, and `start` in the first places."""
    steps = int(lag)
    wide = np.broadcast_shapes(np.shape(a), np.shape(start))
    moved = np.roll(np.broadcast_to(a, wide), steps, axis)
    first = np.arange(wide[axis]) < steps
    return np.where(first.reshape((-1,) + (1,) * (-1 - axis)), start, moved)


def ahead(a: Values, end: Values, lag: Values, axis: int) -> Values:
    """Return the values `lag` places after along an axis from the end, and `end` in the last places."""
    turned = np.flip(end, axis) if np.ndim(end) >= -axis else end
    return np.flip(shift(np.flip(a, axis), turned, lag, axis), axis)


def kept(given: Values | None, cases: tuple[int, ...], shape: tuple[int, ...]) -> Values:
    """Return an array for a row that is filled in period by period, with what is given in it."""
    if given is None:
        return np.full((*cases, *shape), np.nan)
    return np.array(np.broadcast_to(given, (*cases, *shape)))


def stack(rows: tuple[Values, ...], axis: int) -> Values:
    """Return rows side by side along an axis from the end."""
    return np.stack(np.broadcast_arrays(*rows), axis=axis)


def total(a: Values, count: int) -> Values:
    """Return the sum over the last axes."""
    return np.sum(a, axis=tuple(range(-count, 0)))


def mean(a: Values, count: int) -> Values:
    """Return the mean over the last axes."""
    return np.mean(a, axis=tuple(range(-count, 0)))


def smallest(a: Values, count: int) -> Values:
    """Return the smallest value over the last axes."""
    return np.min(finite(a), axis=tuple(range(-count, 0)))


def largest(a: Values, count: int) -> Values:
    """Return the largest value over the last axes."""
    return np.max(finite(a), axis=tuple(range(-count, 0)))


def place_of(value: Values, members: NDArray[np.float64]) -> Values:
    """Return the index of each value among the ascending numbers of a dimension, -1 for none of them."""
    if np.any(members != np.floor(members)):
        # 0.3 - 0.1 is not 0.2 in its last bit.
        value = rounded(value, 10.0)
    position = np.clip(np.searchsorted(members, value), 0, len(members) - 1)
    return np.where(members[position] == value, position, -1)


def pick(a: Values, positions: Values) -> Values:
    """Return, from the last axis, the values at positions; NaN at position -1."""
    wide = np.broadcast_shapes(np.shape(a)[:-1], np.shape(positions))
    source = np.broadcast_to(a, (*wide, np.shape(a)[-1]))
    index = np.broadcast_to(positions, wide)[..., None].astype(int)
    return np.where(index[..., 0] < 0, np.nan, np.take_along_axis(source, index, -1)[..., 0])


def run(function: str, a: Values, first: Values, last: Values) -> Values:
    """Return an aggregate over a run of the last axis: NaN where an end is at index -1; an empty run has a sum only."""
    count = np.shape(a)[-1]
    wide = np.broadcast_shapes(np.shape(a)[:-1], np.shape(first), np.shape(last))
    lines = np.broadcast_to(a, (*wide, count)).reshape(-1, count)
    begins, ends = (np.broadcast_to(end, wide).reshape(-1, 1) for end in (first, last))
    # In pieces, since which members are inside is asked of every line: a long dimension would fill the memory.
    step = max(1, _MOST_AT_ONCE // count)
    pieces = [
        _run(function, lines[at : at + step], begins[at : at + step], ends[at : at + step])
        for at in range(0, len(lines), step)
    ]
    return np.concatenate(pieces).reshape(wide)


def _run(function: str, lines: Array, begins: Array, ends: Array) -> Values:
    inside = np.arange(lines.shape[-1])
    chosen = (inside >= begins) & (inside <= ends)
    match function:
        case "min":
            value = np.min(np.where(chosen, lines, np.inf), axis=-1)
        case "max":
            value = np.max(np.where(chosen, lines, -np.inf), axis=-1)
        case _:
            value = np.sum(np.where(chosen, lines, 0.0), axis=-1)
    if function == "mean":
        value = divide(value, np.sum(chosen, axis=-1))
    return np.where((begins[:, 0] < 0) | (ends[:, 0] < 0), np.nan, value)


HELPERS: Final[Mapping[str, Callable[..., Values]]] = {
    "finite": finite,
    "within": within,
    "divide": divide,
    "power": power,
    "alike": alike,
    "less": less,
    "negate": negate,
    "both": both,
    "either": either,
    "choose": choose,
    "least": least,
    "most": most,
    "rounded": rounded,
    "swap": swap,
    "spread": spread,
    "begun": begun,
    "shift": shift,
    "ahead": ahead,
    "stack": stack,
    "kept": kept,
    "total": total,
    "mean": mean,
    "smallest": smallest,
    "largest": largest,
    "place_of": place_of,
    "pick": pick,
    "run": run,
    **{name: _finite_alone(function) for name, function in {**finance.FUNCTIONS, "ddb": _ddb}.items()},
}
