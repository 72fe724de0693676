"""The formula tree, kept as its author wrote it; the table of functions; and the fold behind every back end."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

MOST_ARGUMENTS: Final = 255

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Number:
    """A literal: its value, and the text that the author wrote."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A reference to a quantity or a constant by its id."""

    id: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or a function of the table, and its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Call


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table: how many arguments, and how the author writes it (operators have a symbol)."""

    least: int
    most: int
    symbol: str = ""
    meaning: str = ""


OPERATORS: Final[Mapping[str, Function]] = {
    "add": Function(2, 2, "+"),
    "sub": Function(2, 2, "-"),
    "mul": Function(2, 2, "*"),
    "div": Function(2, 2, "/"),
    "pow": Function(2, 2, "**"),
    "neg": Function(1, 1, "-"),
    "lt": Function(2, 2, "<"),
    "le": Function(2, 2, "<="),
    "gt": Function(2, 2, ">"),
    "ge": Function(2, 2, ">="),
    "eq": Function(2, 2, "=="),
    "ne": Function(2, 2, "!="),
    "and": Function(2, 2, "and"),
    "or": Function(2, 2, "or"),
    "not": Function(1, 1, "not"),
    "if": Function(3, 3, "if"),
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
}

FUNCTIONS: Final[Mapping[str, Function]] = {**OPERATORS, **CALLABLE}
COMPARISONS: Final = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
LOGIC: Final = COMPARISONS | {"and", "or", "not"}
# Words of the language that need dimensions: known, so that nobody takes one for a quantity.
NOT_YET: Final = frozenset({"sum", "mean", "prev", "first", "last"})


def fold(
    node: Node, number: Callable[[Number], T], name: Callable[[str], T], call: Callable[[str, tuple[T, ...]], T]
) -> T:
    """Return the tree's value under three functions, leaves first: what every back end is."""
    if type(node) is Call:
        return call(node.function, tuple([fold(argument, number, name, call) for argument in node.arguments]))
    return name(node.id) if type(node) is Name else number(node)  # type: ignore[arg-type]  # no third kind of leaf


def names(node: Node) -> tuple[str, ...]:
    """Return the ids that a formula uses, each once, in order of appearance."""
    found: dict[str, None] = {}
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if type(current) is Name:
            found[current.id] = None
        elif type(current) is Call:
            waiting += reversed(current.arguments)
    return tuple(found)


def text(node: Node) -> str:
    """Return the formula as an author would write it, with no more brackets than it needs."""
    return fold(node, _number_text, _name_text, _call_text)[0]


@cache
def name_problem(name: str) -> str:
    """Return why a name cannot be used in formulas, or an empty text."""
    if keyword.iskeyword(name):
        return "is a word of the formula language"
    if name in FUNCTIONS or name in NOT_YET:
        return "is the name of a function"
    return ""


# How tightly each operator binds in Python, loosest first; a function call and a leaf bind tightest.
_BINDS: Final[Mapping[str, int]] = {
    "if": 0, "or": 1, "and": 2, "not": 3,
    "lt": 4, "le": 4, "gt": 4, "ge": 4, "eq": 4, "ne": 4,
    "add": 5, "sub": 5, "mul": 6, "div": 6, "neg": 7, "pow": 8,
}  # fmt: skip
_LEAF: Final = 9
_Printed = tuple[str, int]


def _number_text(number: Number) -> _Printed:
    return number.text, _LEAF


def _name_text(name: str) -> _Printed:
    return name, _LEAF


def _call_text(function: str, arguments: tuple[_Printed, ...]) -> _Printed:
    binds = _BINDS.get(function)
    if binds is None:
        return f"{function}({', '.join(argument for argument, _ in arguments)})", _LEAF
    if function == "if":
        test, body, orelse = arguments
        return f"{_inside(body, 1)} if {_inside(test, 1)} else {_inside(orelse, 0)}", binds
    symbol = OPERATORS[function].symbol
    if function in {"neg", "not"}:
        return f"{symbol}{' ' if function == 'not' else ''}{_inside(arguments[0], binds)}", binds
    # Left-associative operators bracket an equal on the right; a power and a comparison on the left.
    tight_left = function == "pow" or function in COMPARISONS
    left, right = arguments
    left_text = _inside(left, binds + tight_left)
    right_text = _inside(right, 7 if function == "pow" else binds + 1)
    return f"{left_text} {symbol} {right_text}", binds


def _inside(printed: _Printed, least: int) -> str:
    written, binds = printed
    return written if binds >= least else f"({written})"
