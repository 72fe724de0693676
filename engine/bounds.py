"""What an input's value may be: its hard bounds, whole or not."""

from __future__ import annotations

from decimal import Decimal

from engine.model import Quantity


def breach(quantity: Quantity, value: Decimal | float) -> str:
    """Return which bound of the quantity a value in its declared unit breaks, or ''."""
    if quantity.min is not None and value < quantity.min:
        return f"is below min = {quantity.min}"
    if quantity.max is not None and value > quantity.max:
        return f"is above max = {quantity.max}"
    if quantity.whole and value != int(value):
        return "is not whole"
    return ""
