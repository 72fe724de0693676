"""What Inputs shows of how far an input may go: the ends of its range, and the bounds that cut off a swing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

from engine.model.dimensions import Grid, cell
from engine.plan.plan import Row

What = Literal["low", "high", "least", "most"]
# What stands at the head of their columns, and behind the label of a line of their own.
TITLES: Final[Mapping[What, str]] = {"low": "Low end", "high": "High end", "least": "At least", "most": "At most"}


def swings(row: Row) -> bool:
    """Return whether any cell of an input has no range, and so goes up and down by the swing."""
    quantity = row.quantity
    if quantity is None or quantity.choice:
        return False
    return any(cell(quantity.range, number) is None for number, is_set in enumerate(row.is_set) if is_set)


def settings(row: Row) -> list[What]:
    """Return what Inputs shows of an input: the ends that the text gives, and the bounds that a swing keeps to."""
    quantity = row.quantity
    if quantity is None or quantity.choice:
        return []
    found: list[What] = ["low", "high"] if quantity.range is not None else []
    if swings(row):
        found += ["least"] if quantity.min is not None else []
        found += ["most"] if quantity.max is not None else []
    return found


def is_once(row: Row, what: What) -> bool:
    """Return whether an end or a bound is one for all members of an input."""
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # inputs are quantities
    setting = {"least": quantity.min, "most": quantity.max}.get(what, quantity.range)
    return not isinstance(setting, Grid)


def has_end(row: Row, number: int) -> bool:
    """Return whether the text gives a range for a cell of an input."""
    return row.quantity is not None and cell(row.quantity.range, number) is not None


def bound_of(row: Row, what: What, number: int) -> float | None:
    """Return a bound of one cell of an input, as stored."""
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # inputs are quantities
    found: Decimal | None = cell(quantity.min if what == "least" else quantity.max, number)
    return None if found is None else float(found) / row.unit.scale
