"""Formulas in words, for readers who do not program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.language.functions import COMPARISONS, COUNT, FUNCTIONS, TIGHTEST
from engine.language.tree import ONE, Aggregate, Every, Member, Node, Pick, Previous, Run, Selector, fold
from engine.language.unparse import written_along, written_arguments
from engine.model.model import Quantity
from engine.plan.plan import GUESSES

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


def words(node: Node) -> str:
    """Return the formula for a reader, by the names of its quantities."""
    return fold(
        node, lambda number: (number.text, TIGHTEST), lambda id_: (id_, TIGHTEST), _in_words, _members_in_words
    )[0]


def formula_in_words(quantity: Quantity, tree: Node) -> str:
    """Return a quantity's formula for a reader; of an equation, what its value is chosen for."""
    return f"so that {words(tree)}" if quantity.is_equation else words(tree)


def _members_in_words(node: Aggregate | Previous | Pick) -> tuple[str, int]:
    match node:
        case Aggregate():
            return _aggregate_in_words(node), 0
        case Previous(argument=argument, start=start, lag=lag, ahead=ahead):
            one, far, edge = ("next", "later", "at last") if ahead else ("previous", "earlier", "at first")
            measured = _bracketed(argument)
            read = f"{one} {measured}" if lag == ONE else f"{measured} {_bracketed(lag)} periods {far}"
            return f"{read}, {edge} {_bracketed(start)}", 0
        case Pick(id=id_, selectors=selectors):
            return f"{id_}[{', '.join(map(_selector, selectors))}]", TIGHTEST


def _aggregate_in_words(node: Aggregate) -> str:
    """Return all that an aggregate says: what is taken, along what, by which groups and of which members."""
    if node.function in GUESSES:
        return f"{node.function.replace('_', ' ')} of {_bracketed(node.argument)}"
    arguments = written_arguments(node)
    if node.function == COUNT:
        said = COUNT
    elif len(arguments) == 1:
        said = f"{node.function} of {_bracketed(node.argument)}"
    else:
        said = f"{node.function}({', '.join(map(words, arguments))})"
    for word, names in zip(("over", "by"), written_along(node), strict=True):
        said += f" {word} {' and '.join(names)}" if names else ""
    said += f" where {words(node.where)}" if node.where is not None else ""
    return f"{said}, {node.ends} beyond its ends" if node.ends else said


def _bracketed(node: Node) -> str:
    text, binds = fold(
        node, lambda number: (number.text, TIGHTEST), lambda id_: (id_, TIGHTEST), _in_words, _members_in_words
    )
    return text if binds >= TIGHTEST else f"({text})"


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
        return f"{function}({', '.join(text for text, _ in arguments)})", TIGHTEST
    binds = FUNCTIONS[function].binds
    is_comparison = function in COMPARISONS
    right = binds + (function in {"sub", "div", "pow", "if"} or is_comparison)
    least = [binds + (function in {"pow", "if"} or is_comparison), right, right]
    texts = [text if inner >= need else f"({text})" for (text, inner), need in zip(arguments, least, strict=False)]
    return template.format(*texts), binds
