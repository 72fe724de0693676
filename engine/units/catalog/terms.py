"""A unit's text as a number and powers of names, where it is a plain product: ``USD/(GPU*h)``, ``60 s``, ``m**2``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

_TOKEN: Final = re.compile(
    r"\s*(?:\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\w)|[^\W\d]\w*|\*\*\s*-?[1-9]\d?(?![\w.])|[*/()])\s*"
)


@dataclass(slots=True)
class Terms:
    """A product: a number, and the power of each name in it."""

    number: Fraction = Fraction(1)
    powers: Counter[str] = field(default_factory=Counter)

    def multiply(self, other: Terms, exponent: int) -> None:
        """Multiply by another product, to a power."""
        self.number *= other.number**exponent
        for name, power in other.powers.items():
            self.powers[name] += power * exponent


def read_terms(text: str) -> Terms | None:
    """Return what a plain product says; None for any other text, which pint may understand."""
    plain = text.replace("^", "**")
    tokens = _TOKEN.findall(plain)
    if sum(map(len, tokens)) != len(plain):
        return None
    waiting = iter([*(token.strip() for token in tokens), ""])
    try:
        terms, after = _product(waiting)
    except (_NotPlainError, ZeroDivisionError):
        return None
    return None if after else terms


class _NotPlainError(Exception):
    pass


def _product(waiting: Iterator[str]) -> tuple[Terms, str]:
    """Return a product, and the sign that ends it: a bracket, or '' at the end of the text."""
    terms, after = _factor(next(waiting), waiting)
    if not terms.powers and after.isidentifier():
        other, after = _factor(after, waiting)  # a number before a unit is so many of it: 60 s
        terms.multiply(other, 1)
    while after in {"*", "/"}:
        sign = 1 if after == "*" else -1
        other, after = _factor(next(waiting), waiting)
        terms.multiply(other, sign)
    return terms, after


def _factor(token: str, waiting: Iterator[str]) -> tuple[Terms, str]:
    """Return a number, the power of a name or what stands in brackets, and the token behind it."""
    if token == "(":  # noqa: S105  # a bracket is no password  # noqa: S105  # it is a bracket
        inner, after = _product(waiting)
        if after != ")":
            raise _NotPlainError
        return inner, next(waiting)
    if token[:1].isdecimal():
        return Terms(Fraction(token)), next(waiting)
    if not token.isidentifier():
        raise _NotPlainError
    after = next(waiting)
    if not after.startswith("**"):
        return Terms(powers=Counter({token: 1})), after
    return Terms(powers=Counter({token: int(after.removeprefix("**"))})), next(waiting)
