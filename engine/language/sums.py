"""Aggregates over cells as formulas over these: what a reader sees who asks for the whole formula."""

from __future__ import annotations

from collections.abc import Sequence

from engine.language.tree import ONE, Call, Name, Node, Number


def written_out(function: str, cells: Sequence[Name]) -> Node:
    """Return a sum, a mean, the smallest or the largest of cells as a formula over them."""
    if function in {"min", "max"}:
        return Call(function, tuple(cells))
    total: Node = cells[0]
    for one in cells[1:]:
        total = Call("add", (total, one))
    count = len(cells)
    return Call("div", (total, Number(float(count), str(count)))) if function == "mean" else total


def discounted(flows: Sequence[Name], rate: Node, times: Sequence[float]) -> Node:
    """Return a present value as a sum over its flows, the first of which is not discounted."""
    growth = Call("add", (ONE, rate))
    total: Node = flows[0]
    for flow, time in zip(flows[1:], times[1:], strict=True):
        factor = growth if time == 1 else Call("pow", (growth, Number(time, f"{time:.15g}")))
        total = Call("add", (total, Call("div", (flow, factor))))
    return total
