"""A formula as an author would write it, with no more brackets than it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.language.functions import COMPARISONS, OPERATORS, PREV
from engine.language.tree import ONE, Aggregate, Every, Member, Node, Number, Pick, Previous, Run, Selector, fold

# How tightly each operator binds in Python, loosest first; a function call and a leaf bind tightest.
_BINDS: Final[Mapping[str, int]] = {
    "if": 0, "or": 1, "and": 2, "not": 3,
    "lt": 4, "le": 4, "gt": 4, "ge": 4, "eq": 4, "ne": 4,
    "add": 5, "sub": 5, "mul": 6, "div": 6, "neg": 7, "pow": 8,
}  # fmt: skip
_LEAF: Final = 9
_Printed = tuple[str, int]


def text(node: Node) -> str:
    """Return the formula as an author would write it, with no more brackets than it needs."""
    return fold(node, _number_text, _name_text, _call_text, _other_text)[0]


def _number_text(number: Number) -> _Printed:
    return number.text, _LEAF


def _name_text(name: str) -> _Printed:
    return name, _LEAF


def _other_text(node: Aggregate | Previous | Pick) -> _Printed:
    match node:
        case Aggregate(function=function, argument=argument, over=over):
            return f"{function}({text(argument)}{_over_text(over)})", _LEAF
        case Previous(argument=argument, start=start, lag=lag):
            lagged = "" if lag == ONE else f", {text(lag)}"
            return f"{PREV}({text(argument)}, {text(start)}{lagged})", _LEAF
        case Pick(id=id_, selectors=selectors):
            return f"{id_}[{', '.join(map(selector_text, selectors))}]", _LEAF


def _over_text(over: tuple[str, ...]) -> str:
    if not over:
        return ""
    return f", over={over[0]}" if len(over) == 1 else f", over=[{', '.join(over)}]"


def selector_text(selector: Selector) -> str:
    """Return a selector as an author would write it between square brackets."""
    match selector:
        case Member(text=member, quoted=quoted):
            return f'"{member}"' if quoted else member
        case Every():
            return ":"
        case Run(first=first, last=last):
            ends = ["" if end is None else selector_text(end) for end in (first, last)]
            return ":".join(ends)
    return text(selector)


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
