"""The table of functions and operators: how many arguments each takes, and what it gives."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

MOST_ARGUMENTS: Final = 255
TIGHTEST: Final = 9


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table: how many arguments, how the author writes it, and how tightly it binds in Python.

    Operators have a symbol; a call binds as tightly as a name or a number, which is `TIGHTEST`.
    """

    least: int
    most: int
    symbol: str = ""
    meaning: str = ""
    binds: int = TIGHTEST

    @property
    def arity(self) -> str:
        """Return how many arguments it takes, in words."""
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


OPERATORS: Final[Mapping[str, Function]] = {
    "add": Function(2, 2, "+", binds=5),
    "sub": Function(2, 2, "-", binds=5),
    "mul": Function(2, 2, "*", binds=6),
    "div": Function(2, 2, "/", binds=6),
    "pow": Function(2, 2, "**", binds=8),
    "neg": Function(1, 1, "-", binds=7),
    "lt": Function(2, 2, "<", binds=4),
    "le": Function(2, 2, "<=", binds=4),
    "gt": Function(2, 2, ">", binds=4),
    "ge": Function(2, 2, ">=", binds=4),
    "eq": Function(2, 2, "==", binds=4),
    "ne": Function(2, 2, "!=", binds=4),
    "and": Function(2, 2, "and", binds=2),
    "or": Function(2, 2, "or", binds=1),
    "not": Function(1, 1, "not", binds=3),
    "if": Function(3, 3, "if", binds=0),
}

CALLABLE: Final[Mapping[str, Function]] = {
    "min": Function(1, MOST_ARGUMENTS, meaning="the smallest of its arguments"),
    "max": Function(1, MOST_ARGUMENTS, meaning="the largest of its arguments"),
    "abs": Function(1, 1, meaning="the value without its sign"),
    "sqrt": Function(1, 1, meaning="the square root, of the unit too"),
    "exp": Function(1, 1, meaning="e to the power of a pure number"),
    "log": Function(1, 1, meaning="the natural logarithm of a pure number"),
    "log10": Function(1, 1, meaning="the logarithm to base 10"),
    "log2": Function(1, 1, meaning="the logarithm to base 2"),
    "round": Function(1, 2, meaning="to the nearest whole number, or to a number of digits; half away from zero"),
    "floor": Function(1, 1, meaning="the next whole number below"),
    "ceil": Function(1, 1, meaning="the next whole number above"),
    "sin": Function(1, 1, meaning="the sine of an angle"),
    "cos": Function(1, 1, meaning="the cosine of an angle"),
    "tan": Function(1, 1, meaning="the tangent of an angle"),
    "asin": Function(1, 1, meaning="the angle, in radians, with this sine"),
    "acos": Function(1, 1, meaning="the angle, in radians, with this cosine"),
    "atan": Function(1, 1, meaning="the angle, in radians, with this tangent"),
    "sinh": Function(1, 1, meaning="the hyperbolic sine"),
    "cosh": Function(1, 1, meaning="the hyperbolic cosine"),
    "tanh": Function(1, 1, meaning="the hyperbolic tangent"),
    "asinh": Function(1, 1, meaning="the inverse hyperbolic sine"),
    "acosh": Function(1, 1, meaning="the inverse hyperbolic cosine"),
    "atanh": Function(1, 1, meaning="the inverse hyperbolic tangent"),
    "pmt": Function(3, 3, meaning="the payment a period that pays a loan off: pmt(rate, periods, present)"),
    "ipmt": Function(4, 4, meaning="the interest in a payment: ipmt(rate, period, periods, present)"),
    "ppmt": Function(4, 4, meaning="what a payment pays back: ppmt(rate, period, periods, present)"),
    "nper": Function(3, 3, meaning="the periods that pay a loan off: nper(rate, payment, present)"),
    "sln": Function(3, 3, meaning="the straight-line depreciation a period: sln(cost, salvage, life)"),
    "ddb": Function(4, 4, meaning="the double-declining depreciation of a period: ddb(cost, salvage, life, period)"),
}

FUNCTIONS: Final[Mapping[str, Function]] = {**OPERATORS, **CALLABLE}
COMPARISONS: Final = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
# What has no value for some numbers, beside a quotient and a power.
PARTIAL: Final = frozenset({
    "sqrt", "log", "log10", "log2", "asin", "acos", "acosh", "atanh", "pmt", "ipmt", "ppmt", "nper", "sln", "ddb",
})  # fmt: skip
LOGIC: Final = COMPARISONS | {"and", "or", "not"}
AGGREGATES: Final[Mapping[str, str]] = {
    "sum": "the sum over the members of a dimension",
    "mean": "the mean over the members",
    "min": "the smallest of the members",
    "max": "the largest of the members",
    "first": "the value of the first member",
    "last": "the value of the last member",
}


@dataclass(frozen=True, slots=True)
class RowFunction:
    """A function that uses up a dimension of a row: what it is called with, and which of these is the row."""

    arguments: tuple[str, ...]
    row: int
    meaning: str
    keywords: frozenset[str] = frozenset({"over"})

    @property
    def usage(self) -> str:
        """Return its arguments as an author writes them."""
        return ", ".join(self.arguments)


GROUPED: Final = frozenset({"over", "by", "where"})
_CURVE: Final = frozenset({"over", "ends"})
ROW_FUNCTIONS: Final[Mapping[str, RowFunction]] = {
    **{name: RowFunction(("x",), 0, meaning, GROUPED) for name, meaning in AGGREGATES.items()},
    "rollup": RowFunction(("x",), 0, "a quantity taken together along time as it declares", frozenset({"by"})),
    "cumsum": RowFunction(("x",), 0, "the running total"),
    "npv": RowFunction(("rate", "flows"), 1, "the present value of flows, the first at time 0"),
    "irr": RowFunction(("flows",), 0, "the rate a period at which flows are worth nothing"),
    "xnpv": RowFunction(("rate", "flows"), 1, "the present value of flows along a calendar, at a rate a year"),
    "xirr": RowFunction(("flows",), 0, "the rate a year at which flows along a calendar are worth nothing"),
    "lookup": RowFunction(("x", "at", "values"), 1, "the value at x, linear between points", _CURVE),
    "step": RowFunction(("x", "at", "values"), 1, "the value of the last point not above x", _CURVE),
}
COUNT: Final = "count"
DAYS: Final = "days"
# What reads other periods: `prev` looks back, `next` ahead.
SHIFTS: Final = ("prev", "next")
# A name before a bracket is a function; these came when models had quantities and dimensions of such names.
ALSO_NAMES: Final = frozenset({
    "pmt", "ipmt", "ppmt", "nper", "sln", "ddb", "npv", "irr", "xnpv", "xirr", "lookup", "step", "count", "cumsum",
    "rollup", "next", "days",
})  # fmt: skip
# All that may stand before a bracket.
KNOWN: Final = tuple(dict.fromkeys([*CALLABLE, *AGGREGATES, *ROW_FUNCTIONS, COUNT, DAYS, *SHIFTS]))
# Where the function that a spreadsheet has of a name means something else.
UNLIKE: Final[Mapping[str, str]] = {
    "npv": "its first flow is at time 0, which a spreadsheet's NPV discounts by a period",
    "lookup": 'lookup(x, at, values) goes along a curve; members are picked in brackets, as in price["H100"]',
    "count": "count(where=test), or count(over=year), counts members",
    "days": "days(month) is each period's length",
    "log": "log is the natural logarithm, log(x) / log(10) the one with base 10",
}


@cache
def name_problem(name: str) -> str:
    """Return why a name cannot be used in formulas, or an empty text."""
    if keyword.iskeyword(name):
        return "is a word of the formula language"
    if name not in ALSO_NAMES and (name in FUNCTIONS or name in AGGREGATES or name == SHIFTS[0]):
        return "is the name of a function"
    return ""
