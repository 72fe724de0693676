"""Why a calculation has no value, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.plan.cells import Cell

_WORDS: Final = {
    "math domain error": "a function has no value there",
    "expected a positive input": "a logarithm needs a number above 0",
    "expected a nonnegative input": "a square root needs a number that is not negative",
}


class OutsideError(ValueError):
    """A member was computed that the dimension does not have, or it has no value; or a function along a row has none.

    `read` are the cells that such a member is computed from, with their numbers.
    """

    def __init__(self, message: str, hint: str = "", read: Mapping[Cell, float] | None = None) -> None:
        super().__init__(message)
        self.hint = hint
        self.read = read or {}


def reason_of(problem: Exception) -> str:
    """Return why a calculation has no value, in words."""
    match problem:
        case ZeroDivisionError():
            return "division by zero"
        case OverflowError():
            return "a part of it is too large"
    return _WORDS.get(str(problem), str(problem))
