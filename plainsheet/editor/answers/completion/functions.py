"""How each function of formulas is called: its arguments by name, and what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.language.functions import CALLABLE, COUNT, DAYS, GROUPED, KNOWN, ROW_FUNCTIONS, SHIFTS, Function
from engine.language.hints.finance import signature

_KEYWORDS: Final = ("over", "by", "where", "ends")
_ROUND: Final = "round"
_BACK, _AHEAD = SHIFTS
_SHIFTED: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    _BACK: (("x", "start", "n"), "the value in the period before, or n before; start where there is none"),
    _AHEAD: (("x", "end", "n"), "the value in the period after, or n after; end where there is none"),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """A way to call a function: its arguments in order, what may be given by name behind them, and what it gives."""

    name: str
    arguments: tuple[str, ...]
    keywords: tuple[str, ...]
    meaning: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return all that may stand between the brackets, as it is written."""
        return (*self.arguments, *[f"{one}=" for one in self.keywords])

    @property
    def label(self) -> str:
        """Return the call as it is written: ``sum(x, over=, by=, where=)``."""
        return f"{self.name}({', '.join(self.parameters)})"

    @property
    def text(self) -> str:
        """Return the call and what it gives, in Markdown."""
        return f"`{self.label}`: {self.meaning}"


def _signatures(name: str) -> Iterator[Signature]:
    if name in CALLABLE:
        meaning = CALLABLE[name].meaning.partition(": ")[0]
        yield Signature(name, _arguments(name, CALLABLE[name]), (), meaning)
    if name in ROW_FUNCTIONS:
        row = ROW_FUNCTIONS[name]
        yield Signature(name, row.arguments, _ordered(row.keywords), row.meaning)
    if name in _SHIFTED:
        arguments, meaning = _SHIFTED[name]
        yield Signature(name, arguments, ("over",), meaning)
    if name == COUNT:
        yield Signature(name, (), _ordered(GROUPED), "how many members there are, or for how many a condition holds")
    if name == DAYS:
        yield Signature(name, ("calendar",), (), "the length of each period of a calendar")


def _arguments(name: str, row: Function) -> tuple[str, ...]:
    if written := signature(name):
        return tuple(written.partition("(")[2].rstrip(")").split(", "))
    if name == _ROUND:
        return ("x", "digits")
    return ("x",) if row.most == 1 else ("a", "b", "...")


def _ordered(keywords: frozenset[str]) -> tuple[str, ...]:
    return tuple([one for one in _KEYWORDS if one in keywords])


SIGNATURES: Final[Mapping[str, tuple[Signature, ...]]] = {name: tuple(_signatures(name)) for name in KNOWN}
