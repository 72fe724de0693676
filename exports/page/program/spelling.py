"""How JavaScript writes each function of formulas; the words are those of ``scripts/numbers.js``.

A value that there is none of is NaN, which every function passes on; what could hide an overflow asks for finite
numbers, as the engine does over arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MATH: Final = (
    "sqrt", "log", "log10", "log2", "floor", "ceil", "sin", "cos", "tan", "asin", "acos", "sinh", "cosh", "asinh",
    "acosh", "atanh", "abs",
)  # fmt: skip

JAVASCRIPT: Final[Mapping[str, str]] = {
    "add": "({0}+{1})",
    "sub": "({0}-{1})",
    "mul": "({0}*{1})",
    "div": "divide({0},{1})",
    "pow": "power({0},{1})",
    "neg": "(-{0})",
    "lt": "less({0},{1})",
    "le": "negate(less({1},{0}))",
    "gt": "less({1},{0})",
    "ge": "negate(less({0},{1}))",
    "eq": "same({0},{1})",
    "ne": "negate(same({0},{1}))",
    "and": "both({0},{1})",
    "or": "either({0},{1})",
    "not": "negate({0})",
    "if": "choose({0},{1},{2})",
    "min": "least({all})",
    "max": "most({all})",
    "round": "round({all})",
    **{name: f"Math.{name}({{0}})" for name in _MATH},
    # These turn an infinity into a number.
    **{name: f"Math.{name}(finite({{0}}))" for name in ("exp", "atan", "tanh")},
    **{name: f"{name}({{all}})" for name in ("pmt", "ipmt", "ppmt", "nper", "sln", "ddb")},
}

# Over members: the function takes how many there are, and a function of the place of one.
OVER_MEMBERS: Final[Mapping[str, str]] = {
    name: name
    for name in (
        "npv", "irr", "xnpv", "xirr", "npv_by_rate", "xnpv_by_rate", "place_step", "place_lookup",
    )
} | {"sum": "sum", "mean": "mean", "min": "minimum", "max": "maximum", "count": "count"}  # fmt: skip


def literal(value: float) -> str:
    """Return a number as JavaScript writes it."""
    if value != value:  # noqa: PLR0124  # what has no value
        return "NaN"
    if value in {float("inf"), float("-inf")}:
        return "Infinity" if value > 0 else "-Infinity"
    text = repr(float(value)).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text
