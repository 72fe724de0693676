"""What the text of a unit may be, before pint reads it: bounded, and naming what it names."""

from __future__ import annotations

import re
from typing import Final

from engine.problems import Mistake

_LONGEST: Final = 200
_ALLOWED: Final = re.compile(r"[\w\s*/^().·%µΩ°+-]+")
# A name, and not the exponent of a number such as 1e-4.
NAME: Final = re.compile(r"(?!(?<=[\d.])[eE][-+]?\d)[^\W\d]\w*")
DIMENSION: Final = re.compile(r"\[[a-z][a-z0-9_]*\]")
# Powers that take forever to compute: a power of a power, a power of a bracket with a number in it, long exponents.
_EXPENSIVE: Final = re.compile(
    r"(\*\*|\^)\s*[-+(]?\s*[\w.]*\s*\)?\s*(\*\*|\^)|\)\s*(\*\*|\^)|(\*\*|\^)\s*[-+(\s]*\d{3,}|\d[eE][-+]?\d{3,}|\d{40,}"
)


class UnitError(Mistake):
    """A unit cannot be used: the message says why, the hint what to write."""


def refuse_text(text: str) -> None:
    """Raise UnitError for a text that is no unit, or whose powers would take forever to compute."""
    if not text or len(text) > _LONGEST or not _ALLOWED.fullmatch(text) or "//" in text or not text.isprintable():
        message = f"'{text[:40]}' is not a unit" if text else "the unit is empty"
        raise UnitError(message, 'write units as "TFLOP/s/GPU", "1" for a pure number, "percent" for a share')
    if _EXPENSIVE.search(text):
        message = f"the unit '{text[:40]}' has a power that is too large or not plain"
        raise UnitError(message, 'write powers as "m**2", with one small whole number')


def names_in(text: str) -> list[str]:
    """Return the names that a unit's text uses."""
    return NAME.findall(text)


def mentions(text: str, name: str) -> bool:
    """Return whether a unit's text uses a name, with a prefix or without: an oil_barrel is no barrel."""
    if DIMENSION.fullmatch(text):
        return False
    ends = (name, f"{name}s")
    return any(used.endswith(ends) and "_" not in used.removesuffix("s").removesuffix(name) for used in names_in(text))
