"""Expressions as Excel writes them, and the bounds of what it can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isnan
from typing import Final

from engine.language.tree import Aggregate, Node, Number, Pick, Previous, fold

# What a cell says whose formula has no value, where others go on from it.
NO_VALUE: Final = "no value"
LONGEST: Final = 8192
_SMALLEST_SPELLED_OUT: Final = 1e-9
DEEPEST: Final = 64

# How tightly Excel binds, loosest first. A power and a negation always stand in brackets: Excel reads -2^2 as 4 and
# 2^3^2 as 64, where an engineer reads -4 and 512.
_COMPARES, ADDS, MULTIPLIES, LEAF = 1, 2, 3, 9

_SAME_NAME: Final = (
    "min", "max", "abs", "sqrt", "exp", "log10", "round", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sln",
)  # fmt: skip

EXCEL: Final[Mapping[str, tuple[str, int]]] = {
    "add": ("{0}+{1}", ADDS),
    "sub": ("{0}-{1}", ADDS),
    "mul": ("{0}*{1}", MULTIPLIES),
    "div": ("{0}/{1}", MULTIPLIES),
    "pow": ("({0}^{1})", LEAF),
    "neg": ("(-{0})", LEAF),
    "lt": ("{0}<{1}", _COMPARES),
    "le": ("{0}<={1}", _COMPARES),
    "gt": ("{0}>{1}", _COMPARES),
    "ge": ("{0}>={1}", _COMPARES),
    "eq": ("{0}={1}", _COMPARES),
    "ne": ("{0}<>{1}", _COMPARES),
    "and": ("AND({all})", LEAF),
    "or": ("OR({all})", LEAF),
    "not": ("NOT({all})", LEAF),
    "if": ("IF({all})", LEAF),
    "log": ("LN({all})", LEAF),
    "log2": ("LOG({all},2)", LEAF),
    "floor": ("INT({all})", LEAF),
    "ceil": ("(-INT(-{0}))", LEAF),
    # What is received and what is paid back have one sign in the language, and opposite ones in Excel.
    **{name: (f"(-{name.upper()}({{all}}))", LEAF) for name in ("pmt", "ipmt", "ppmt")},
    "nper": ("NPER({0},-{1},{2})", LEAF),
    # After the life it is 0, which spreadsheets refuse; and a life of 0 or below stays an error.
    "ddb": ("IF({3}>{2},0/MAX({2},0),DDB({0},{1},{2},{3}))", LEAF),
    **{name: (f"{name.upper()}({{all}})", LEAF) for name in _SAME_NAME},
}


# How many functions nest in one that is spelled with its arguments in their places.
_LEVELS: Final = {"ceil": 1, "nper": 1, "ddb": 2}

Spelling = tuple[str, int, int]
Other = Callable[[Aggregate | Previous | Pick], Spelling]


class ExcelLimit(ValueError):  # noqa: N818  # reads as what it is
    """Excel cannot hold the formula: the message says which bound it breaks."""


def excel(node: Node, reference: Callable[[str], str], other: Other | None = None) -> tuple[str, int]:
    """Return the formula without its equals sign, and how deep its functions nest.

    Raises ExcelLimit where Excel could not hold it.
    """
    text, _, depth = spell(node, reference, other)
    # A reference that moves along a row is written as its distance, in about as many characters as the letters.
    if len(text) >= LONGEST:
        message = f"the formula has {len(text) + 1:,} characters in Excel, and {LONGEST:,} are the most"
        raise ExcelLimit(message)
    if depth > DEEPEST:
        message = f"the formula nests {depth} functions in Excel, and {DEEPEST} are the most"
        raise ExcelLimit(message)
    return text, depth


def spell(node: Node, reference: Callable[[str], str], other: Other | None = None) -> Spelling:
    """Return the formula, how tightly it binds, and how deep its functions nest; `other` spells other members."""
    if other is None:
        return fold(node, _number, lambda id_: (reference(id_), LEAF, 0), _call)
    return fold(node, _number, lambda id_: (reference(id_), LEAF, 0), _call, other)


def literal(value: float) -> str:
    """Return a number as Excel writes it in a formula; what is none is an error."""
    if isnan(value):
        return "NA()"
    if value == int(value) and abs(value) < 1e15:  # noqa: PLR2004
        return str(int(value))
    # HyperFormula reads no exponents, and few readers like them.
    return f"{Decimal(repr(value)):f}" if abs(value) >= _SMALLEST_SPELLED_OUT else repr(value).upper()


def _number(number: Number) -> Spelling:
    return literal(number.value), LEAF, 0


def _call(function: str, arguments: tuple[Spelling, ...]) -> Spelling:
    template, binds = EXCEL[function]
    depth = max(depth for _, _, depth in arguments)
    if "{all}" in template:
        every = [text for text, _, _ in arguments]
        if function == "round" and len(every) == 1:
            every.append("0")
        return template.format(all=",".join(every)), binds, depth + 1
    if function == "neg" and arguments[0][1] == MULTIPLIES and _begins_with_power(arguments[0][0]):
        # IronCalc reads -(a^2*b) without the brackets, as Excel never does: the power would take the sign with it.
        return f"(-1*{arguments[0][0]})", LEAF, depth
    # On the right of - and / an equal binding needs brackets; comparisons do not chain.
    tight_right = function in {"sub", "div"} or binds == _COMPARES
    least = [binds + (binds == _COMPARES), binds + tight_right]
    texts = [_inside(text, inner, _least(binds, least, index)) for index, (text, inner, _) in enumerate(arguments)]
    return template.format(*texts), binds, depth + _LEVELS.get(function, 0)


def _begins_with_power(text: str) -> bool:
    """Return whether a product begins with a power, which stands in brackets."""
    depth = 0
    for char in text if text.startswith("(") else "":
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return False
        if char == "^" and depth == 1:
            return True
    return False


def _least(binds: int, least: list[int], index: int) -> int:
    return LEAF if binds == LEAF else least[index]


def _inside(text: str, binds: int, least: int) -> str:
    return text if binds >= least else f"({text})"
