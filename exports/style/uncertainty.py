"""What an input may be, in words: its range, how that is filled, and what goes together with it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from engine.model.dimensions import cell
from engine.model.model import Model, Quantity
from engine.plan.drawn.correlations import pairs
from engine.plan.drawn.names import declared_draws

_MOST: Final = 6


def in_words(model: Model, quantity: Quantity, number: int = 0) -> str:
    """Return what one cell of an input may be: `range 3 to 6 (pert)`; '' where nothing says so."""
    weights, values = cell(quantity.weights, number), cell(quantity.values, number)
    if quantity.choice:
        found = zip(model.dimension[quantity.choice].members, weights or (), strict=False)
        return f"weights {_weighed([(member, weight) for member, weight in found if weight])}" if weights else ""
    if values is not None and weights is not None:
        return f"values {_weighed([(str(value), weight) for value, weight in zip(values, weights, strict=True)])}"
    ends = cell(quantity.range, number)
    return "" if ends is None else range_in_words(ends, quantity.distribution)


def range_in_words(ends: Sequence[Decimal], distribution: str) -> str:
    """Return a range, with its middle where it has one, and its distribution."""
    middle = "".join([f", middle {one}" for one in ends[1:-1]])
    return f"range {ends[0]} to {ends[-1]}{middle}{f' ({distribution})' if distribution else ''}"


def _weighed(weighed: Sequence[tuple[str, Decimal]]) -> str:
    shown = [f"{name} ({float(100 * weight):.4g} %)" for name, weight in weighed[:_MOST]]
    more = [f"and {len(weighed) - _MOST:,} more"] if len(weighed) > _MOST else []
    return ", ".join([*shown, *more])


def correlations_in_words(model: Model, quantity: Quantity, number: int = 0) -> list[str]:
    """Return what goes together with one cell of an input: `rank correlation -0.6 with demand`."""
    own = [name for name, (cells, _) in declared_draws(model, quantity).items() if number in cells]
    return [
        f"rank correlation {one.rank} with {second if first in own else first}"
        for one in model.correlations
        for first, second in pairs(model, one)
        if first in own or second in own
    ]
