"""How much an aggregate takes of each member: its derivative by that member."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.language.numbers.along import flow_partials
from engine.plan.plan import Array

FLOWS: Final = frozenset({"npv", "xnpv", "irr", "xirr"})
Inside = NDArray[np.bool_]


def of_members(function: str, read: Array, inside: Inside, free: int) -> Array:
    """Return the derivative by each member; of several that are smallest or largest, equal parts.

    Members stand along the last `free` axes, and those that are `inside` are taken together.
    """
    axes = tuple(range(inside.ndim - free, inside.ndim))
    match function:
        case "mean":
            hit = inside
        case "min" | "max":
            worst = np.inf if function == "min" else -np.inf
            shown = np.where(inside, read, worst)
            reduce = np.min if function == "min" else np.max
            hit = inside & (shown == reduce(shown, axis=axes, keepdims=True))
        case "first":
            hit = inside & (np.cumsum(inside, axis=-1) == 1)
        case "last":
            hit = inside & (np.cumsum(inside[..., ::-1], axis=-1)[..., ::-1] == 1)
        case _:
            return inside.astype(np.float64)
    return np.asarray(hit / np.sum(hit, axis=axes, keepdims=True))


def of_flows(function: str, flows: Array, rate: Array, inside: Inside, starts: Array | None) -> Array:
    """Return the derivative of a present value, or of a rate of return, by each flow along the last axis.

    Flows that are not `inside`, which is so alike in all lines, are not read, and time counts from the first that is.
    """
    taken = np.flatnonzero(inside.reshape(-1, inside.shape[-1])[0])
    share = np.zeros(flows.shape)
    if starts is not None:
        starts = starts[..., taken]
        lines = starts.reshape(-1, len(taken))
        starts = lines[0] if np.all(lines == lines[0]) else starts
    share[..., taken] = flow_partials(function, flows[..., taken], rate, starts)
    return share
