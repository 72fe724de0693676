"""What people write of loans and depreciation from the habit of Excel and numpy-financial, and how it is said here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.language.functions import CALLABLE

LIBRARIES: Final = frozenset({"npf", "numpy_financial"})
_LOANS: Final = frozenset({"pmt", "ipmt", "ppmt", "nper"})
_ZEROS: Final = frozenset({"0", "0.0", "False", "'end'", '"end"'})


def call_hint(name: str) -> str:
    """Return how a function is called, and of one whose signs are not Excel's that they differ."""
    signs = "; what is received and what is paid are both above 0, unlike in Excel" if name in _LOANS else ""
    return f"{signature(name) or name}{signs}"


def arguments_hint(name: str, given: Sequence[str]) -> str:
    """Return what to do about a call with more or fewer arguments than a function takes."""
    row = CALLABLE[name]
    extra = [one.strip().partition("=")[2].strip() or one.strip() for one in given[row.most :]]
    if name in _LOANS and extra:
        if all(one in _ZEROS for one in extra):
            return f"leave the last out: {name}({', '.join(given[: row.most])})"
        if name == "pmt":
            return _payment(given, extra)
        return "loans here end at 0, and are paid at the end of each period: write others as formulas"
    if name == "ddb" and extra:
        return "the factor is 2: leave it out, or write another declining balance as a formula"
    return row.meaning and f"{name} gives {row.meaning}"


def plain_call(name: str) -> str:
    """Return how a function is called."""
    return signature(name) or (f"{name}(a)" if CALLABLE[name].most == 1 else f"{name}(a, b)")


def signature(name: str) -> str:
    """Return a call with the names of the arguments, '' for a function without such."""
    return CALLABLE[name].meaning.partition(": ")[2] if name in CALLABLE else ""


def _payment(given: Sequence[str], extra: Sequence[str]) -> str:
    """Return a payment toward a value at the end, or at the beginning of periods, in the sign of the habit."""
    rate, periods = (one if one.isidentifier() else f"({one})" for one in given[:2])
    sign, end = ("-", extra[0][1:]) if extra[0].startswith("-") else ("+", extra[0])
    left = "" if end in _ZEROS else f" {sign} {end} / (1 + {rate}) ** {periods}"
    begin = "" if len(extra) == 1 or extra[1] in _ZEROS else f" / (1 + {rate})"
    return f"write pmt({', '.join(given[:3])}{left}){begin}"
