"""Expressions as Excel writes them, and in words for a reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from engine.language.functions import COMPARISONS
from engine.language.tree import ONE, Aggregate, Every, Member, Node, Number, Pick, Previous, Run, Selector, fold
from engine.model.model import Quantity

LONGEST: Final = 8192
DEEPEST: Final = 64

# How tightly Excel binds, loosest first. A power and a negation always stand in brackets: Excel reads -2^2 as 4 and
# 2^3^2 as 64, where an engineer reads -4 and 512.
_COMPARES, ADDS, MULTIPLIES, LEAF = 1, 2, 3, 9

_SAME_NAME: Final = (
    "min", "max", "abs", "sqrt", "exp", "log10", "round", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
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
    **{name: (f"{name.upper()}({{all}})", LEAF) for name in _SAME_NAME},
}

WORDS: Final[Mapping[str, str]] = {
    "add": "{0} + {1}",
    "sub": "{0} − {1}",
    "mul": "{0} × {1}",
    "div": "{0} ÷ {1}",
    "pow": "{0} ^ {1}",
    "neg": "−{0}",
    "lt": "{0} < {1}",
    "le": "{0} ≤ {1}",
    "gt": "{0} > {1}",
    "ge": "{0} ≥ {1}",
    "eq": "{0} = {1}",
    "ne": "{0} ≠ {1}",
    "and": "{0} and {1}",
    "or": "{0} or {1}",
    "not": "not {0}",
    "if": "if {0} then {1}, else {2}",
}

Spelled = tuple[str, int, int]
Other = Callable[[Aggregate | Previous | Pick], Spelled]


class TooLong(ValueError):  # noqa: N818  # reads as what it is
    """Excel cannot hold the formula: the message says which bound it breaks."""


def excel(node: Node, reference: Callable[[str], str], other: Other | None = None) -> str:
    """Return the formula with its equals sign; raise TooLong where Excel could not hold it."""
    text, _, depth = spelled(node, reference, other)
    # A reference that moves along a row is written as its distance, in about as many characters as the letters.
    if len(text) >= LONGEST:
        message = f"the formula has {len(text) + 1:,} characters in Excel, and {LONGEST:,} are the most"
        raise TooLong(message)
    if depth > DEEPEST:
        message = f"the formula nests {depth} functions in Excel, and {DEEPEST} are the most"
        raise TooLong(message)
    return f"={text}"


def spelled(node: Node, reference: Callable[[str], str], other: Other | None = None) -> Spelled:
    """Return the formula, how tightly it binds, and how deep its functions nest; `other` spells other members."""
    if other is None:
        return fold(node, _number, lambda id_: (reference(id_), LEAF, 0), _call)
    return fold(node, _number, lambda id_: (reference(id_), LEAF, 0), _call, other)


def words(node: Node) -> str:
    """Return the formula for a reader, by the names of its quantities."""
    return fold(node, lambda number: (number.text, 9), lambda id_: (id_, 9), _in_words, _members_in_words)[0]


def told(quantity: Quantity, tree: Node) -> str:
    """Return a quantity's formula for a reader; of an equation, what its value is chosen for."""
    return f"so that {words(tree)}" if quantity.is_equation else words(tree)


def literal(value: float) -> str:
    """Return a number as Excel writes it in a formula."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value).upper()  # noqa: PLR2004


def _number(number: Number) -> Spelled:
    return literal(number.value), LEAF, 0


def _call(function: str, arguments: tuple[Spelled, ...]) -> Spelled:
    template, binds = EXCEL[function]
    depth = max(depth for _, _, depth in arguments)
    if "{all}" in template:
        every = [text for text, _, _ in arguments]
        if function == "round" and len(every) == 1:
            every.append("0")
        return template.format(all=",".join(every)), binds, depth + 1
    # On the right of - and / an equal binding needs brackets; comparisons do not chain.
    tight_right = function in {"sub", "div"} or binds == _COMPARES
    least = [binds + (binds == _COMPARES), binds + tight_right]
    texts = [_inside(text, inner, _least(binds, least, place)) for place, (text, inner, _) in enumerate(arguments)]
    return template.format(*texts), binds, depth + (function == "ceil")


def _least(binds: int, least: list[int], place: int) -> int:
    return LEAF if binds == LEAF else least[place]


def _inside(text: str, binds: int, least: int) -> str:
    return text if binds >= least else f"({text})"


_READS: Final = {
    "if": 0,
    "or": 1,
    "and": 2,
    "not": 3,
    **dict.fromkeys(COMPARISONS, 4),
    "add": 5,
    "sub": 5,
    "mul": 6,
    "div": 6,
    "neg": 7,
    "pow": 8,
}


def _members_in_words(node: Aggregate | Previous | Pick) -> tuple[str, int]:
    match node:
        case Aggregate(function=function, argument=argument, over=over):
            along = f" over {' and '.join(over)}" if over else ""
            return f"{function} of {_bracketed(argument)}{along}", 0
        case Previous(argument=argument, start=start, lag=lag):
            back = "previous" if lag == ONE else f"{_bracketed(lag)} periods earlier"
            order = (back, _bracketed(argument)) if back == "previous" else (_bracketed(argument), back)
            return f"{' '.join(order)}, at first {_bracketed(start)}", 0
        case Pick(id=id_, selectors=selectors):
            return f"{id_}[{', '.join(map(_selector, selectors))}]", 9


def _bracketed(node: Node) -> str:
    text, binds = fold(node, lambda number: (number.text, 9), lambda id_: (id_, 9), _in_words, _members_in_words)
    return text if binds >= 9 else f"({text})"  # noqa: PLR2004  # a name, a number or a function


def _selector(selector: Selector) -> str:
    match selector:
        case Member(text=member):
            return member
        case Every():
            return "all"
        case Run(first=first, last=last):
            ends = [word if end is None else _selector(end) for end, word in ((first, "the first"), (last, "the last"))]
            return " to ".join(ends)
    return words(selector)


def _in_words(function: str, arguments: tuple[tuple[str, int], ...]) -> tuple[str, int]:
    template = WORDS.get(function)
    if template is None:
        return f"{function}({', '.join(text for text, _ in arguments)})", 9
    binds = _READS[function]
    right = binds + (function in {"sub", "div", "pow", "if"} or binds == 4)  # noqa: PLR2004  # comparisons
    least = [binds + (function in {"pow", "if"} or binds == 4), right, right]  # noqa: PLR2004
    texts = [text if inner >= need else f"({text})" for (text, inner), need in zip(arguments, least, strict=False)]
    return template.format(*texts), binds
