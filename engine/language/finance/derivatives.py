"""Derivatives of the functions of finance, written in the language itself, by each argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from engine.language.branches import substitute_all
from engine.language.parse import parse
from engine.language.tree import Node

# Of 1 + r there is no r left where it is small: there the quotient's series is exact to 1e-12.
_LOG: Final = "(log(1 + r) / r if abs(r) >= 0.0001 else 1 - r / 2 + r ** 2 / 3)"
# Where the payments are nearly the loan's parts, two terms of the rule cancel: there its series is exact to 1e-11.
_PMT_BY_RATE: Final = (
    "p * (n + 1) / (2 * n) * (1 + (n - 1) * r * (4 - 3 * r) / 12) if abs(r * n) < 0.001 else "
    "pmt(r, n, p) / r * (1 - n * pmt(r, n, 1) * (1 + r) ** (-n - 1))"
)
_PMT_BY_PERIODS: Final = f"-p * pmt(r, n, 1) ** 2 * (1 + r) ** -n * {_LOG}"
_NPER_BY_RATE: Final = (
    "p / m * (1 + p / m) / 2 + r * p / m * (1 + p / m) * (4 * p / m - 1) / 6 if abs(r * p / m) < 0.00001 else "
    f"(p / (m - p * r) - nper(r, m, p) / (1 + r)) / (r * {_LOG})"
)
# Of what is left before a period, and of its share: beyond a life of 2 there is one.
_LEFT: Final = "(1 - 2 / l) ** (k - 1)"


def _ddb(last: str, few: str, many: str) -> str:
    """Return a derivative of ddb: at a life of 2 at most, where the salvage value is reached, and before."""
    ends = f"({last}) if c * (1 - 2 / l) ** k < s else ({many})"
    return f"0 if k > l else ({few}) if l <= 2 else 0 if c * {_LEFT} <= s else {ends}"


# The names in each: the arguments in their order.
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "pmt": ("rnp", _PMT_BY_RATE, _PMT_BY_PERIODS, "pmt(r, n, 1)"),
    "ppmt": (
        "rknp",
        f"(1 + r) ** (k - 1 - n) * ({_PMT_BY_RATE}) + ppmt(r, k, n, p) * (k - 1 - n) / (1 + r)",
        f"ppmt(r, k, n, p) * r * {_LOG}",
        f"(1 + r) ** (k - 1 - n) * ({_PMT_BY_PERIODS}) - ppmt(r, k, n, p) * r * {_LOG}",
        "ppmt(r, k, n, 1)",
    ),
    "ipmt": (
        "rknp",
        f"(1 - (1 + r) ** (k - 1 - n)) * ({_PMT_BY_RATE}) - ppmt(r, k, n, p) * (k - 1 - n) / (1 + r)",
        f"-ppmt(r, k, n, p) * r * {_LOG}",
        f"(1 - (1 + r) ** (k - 1 - n)) * ({_PMT_BY_PERIODS}) + ppmt(r, k, n, p) * r * {_LOG}",
        "ipmt(r, k, n, 1)",
    ),
    "nper": ("rmp", _NPER_BY_RATE, f"-p / (m * (m - p * r) * {_LOG})", f"1 / ((m - p * r) * {_LOG})"),
    "sln": ("csl", "1 / l", "-1 / l", "-(c - s) / l ** 2"),
    "ddb": (
        "cslk",
        _ddb(_LEFT, "1 if k == 1 and c > s else 0", f"{_LEFT} * 2 / l"),
        _ddb("-1", "-1 if k == 1 and c > s else 0", "0"),
        _ddb(
            "c * (k - 1) * (1 - 2 / l) ** (k - 2) * 2 / l ** 2",
            "0",
            f"2 * c / l ** 2 * ((k - 1) * (1 - 2 / l) ** (k - 2) * 2 / l - {_LEFT})",
        ),
        _ddb(f"c * {_LEFT} * log(1 - 2 / l)", "0", f"c * {_LEFT} * 2 / l * log(1 - 2 / l)"),
    ),
}


def _derivative(names: str, text: str) -> Callable[..., Node]:
    return lambda *arguments: substitute_all(_tree(text), dict(zip(names, arguments, strict=True)))


@cache
def _tree(text: str) -> Node:
    return parse(text)


FINANCE: Final[Mapping[str, tuple[Callable[..., Node], ...]]] = {
    name: tuple([_derivative(names, text) for text in texts]) for name, (names, *texts) in _TEXTS.items()
}
