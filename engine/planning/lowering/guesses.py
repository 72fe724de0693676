"""Where a spreadsheet begins to look for a rate, as parts of formulas: it tries rates, and finds none from far away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from engine.language.tree import ONE, Aggregate, Call, Name, Node
from engine.model.model import Quantity
from engine.units.unit import PURE, Atoms, Unit

# What makes a working row of a part of a formula, with its unit and what it says; and a row of a number.
AsRow = Callable[[Node, Atoms, str], Name]
AsConstant = Callable[[float, str], Name]
_RATES: Final = frozenset({"irr", "xirr"})
# Each halves what is left between the bounds: from a 64th of them spreadsheets found every one of some thousand rates.
_HALVINGS: Final = 6
_DAYS_A_YEAR: Final = 365.0
# Discounted at lower rates, flows of so many periods are no numbers any more.
_LEAST_GROWTH: Final = 1e-3
_LEAST_A_YEAR: Final = 1e-6
_MOST_DIGITS: Final = 100


def growth_bounds(node: Node, quantity: Quantity | None, unit: Unit, periods: int) -> tuple[float, float] | None:
    """Return 1 + the bounds of a rate that is the whole formula of a quantity; None without both."""
    if not isinstance(node, Aggregate) or node.function not in _RATES or quantity is None:
        return None
    if not isinstance(quantity.min, Decimal) or not isinstance(quantity.max, Decimal):
        return None
    low, high = (1 + float(end) / unit.scale for end in (quantity.min, quantity.max))
    if high <= 0:
        return None
    least = _LEAST_A_YEAR if node.function == "xirr" else max(_LEAST_GROWTH, 10.0 ** (-_MOST_DIGITS / periods))
    return float(f"{min(max(low, least), high):.15g}"), float(f"{high:.15g}")


def by_shape(node: Aggregate, row: AsRow, constant: AsConstant) -> Node:
    """Return the rate at which what is paid once becomes what is received once, as much later as the flows say."""
    multiple = row(replace(node, function="received_over_paid", parameters=()), PURE, "Received over paid, to guess")
    received, paid = (
        row(replace(node, function=f"mean_{what}"), PURE, f"Time to the mean {what}, to guess")
        for what in ("receipt", "payment")
    )
    time = Call("sub", (received, paid))
    unit = ONE if node.function == "irr" else constant(_DAYS_A_YEAR, "Days in a year of rates by date, in the guess")
    return _rate(Call("pow", (multiple, Call("div", (unit, time)))))


def between(node: Aggregate, bounds: tuple[float, float], row: AsRow, constant: AsConstant, atoms: Atoms) -> Node:
    """Return the middle of what is left between bounds after some halvings: where the flows' worth changes sign."""
    low, high = (constant(end, f"1 + {word} bound") for end, word in zip(bounds, ("lower", "upper"), strict=True))
    worth = replace(node, function=node.function.replace("irr", "npv"), parameters=(_rate(low), *node.parameters))
    first = row(worth, atoms, "Worth at the lower bound, to guess")
    growth: Node = low
    piece: Node = Call("div", (high, low))
    for number in range(1, _HALVINGS + 1):
        # Roots of roots, since a formula holds no number but the smallest.
        piece = row(Call("sqrt", (piece,)), PURE, f"One of {2**number} equal pieces between the bounds, to guess")
        nearer = replace(
            node,
            function="nearer_growth",
            parameters=(growth, Call("mul", (growth, piece)), first, *node.parameters),
        )
        growth = row(nearer, PURE, f"1 + rate tried, {number} of {_HALVINGS}, to guess")
    return _rate(Call("mul", (growth, Call("sqrt", (piece,)))))


def _rate(growth: Node) -> Node:
    return Call("sub", (growth, ONE))
