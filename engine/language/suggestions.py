"""What a person most likely meant where a formula cannot be read: the fix for each habit of other languages."""

from __future__ import annotations

import re
from typing import Final

from engine.language.functions import AGGREGATES, CALLABLE, PREV
from engine.problems import Mistake, did_you_mean

DEEPEST: Final = 100
_EQUALS_SIGN: Final = re.compile(r"(?<![<>=!])=(?!=)")
_QUOTED: Final = re.compile(r"\"[^\"\\]*\"|'[^'\\]*'")


class FormulaError(Mistake):
    """A formula cannot be read: the message says what stands there, the hint what to write."""


_ELSEWHERE: Final = {
    "if": "write a if test else b",
    "ln": "log is the natural logarithm",
    "int": "write floor(a)",
    "ceiling": "write ceil(a)",
    "roundup": "write ceil(a)",
    "rounddown": "write floor(a)",
    "power": "write a ** b",
    "and": "write a and b",
    "or": "write a or b",
    "not": "write not a",
    "average": "write (a + b) / 2, or mean(a, over=year)",
    "avg": "write (a + b) / 2, or mean(a, over=year)",
    "lag": "write prev(a, start)",
    "previous": "write prev(a, start)",
}


def function_hint(name: str) -> str:
    """Return which function was most likely meant."""
    known_names = [*CALLABLE, *(name for name in AGGREGATES if name not in CALLABLE), PREV]
    known = _ELSEWHERE.get(name.lower(), "")
    if name.lower() in known_names:
        known = f"functions are in lower case: {name.lower()}"
    return known or did_you_mean(name, known_names) or f"the functions are {', '.join(known_names)}"


def refuse_text(line: str) -> None:
    """Raise FormulaError for a character that is not in the language, and for brackets nested too deep."""
    line = _QUOTED.sub("_", line)
    if not line.isascii():
        odd = next(char for char in line if not char.isascii())
        meant = {"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "!=", "²": "**2"}.get(odd)
        message = f"the character {odd!r} is not in the language"
        raise FormulaError(message, f"write {meant}" if meant else "names are made of a-z, 0-9 and _")
    odd = next((char for char in line if char in "\"'`#$;?\\{}" or not char.isprintable()), "")
    if odd:
        message = f"the character {odd!r} is not in the language"
        hints = {
            "?": "write b if a else c",
            "#": "say it in 'note'",
            "$": "units stand in 'unit', and addresses of cells nowhere",
        }
        raise FormulaError(message, hints.get(odd, "formulas are made of names, numbers, operators and functions"))
    if line.count("(") + line.count("[") > DEEPEST and _bracket_depth(line) > DEEPEST:
        raise too_deep()


def _bracket_depth(line: str) -> int:
    depth = deepest = 0
    for char in line:
        if char in "([":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]":
            depth -= 1
    return deepest


def unreadable(line: str, problem: Exception) -> FormulaError:  # noqa: PLR0911  # one return a habit
    """Return what to say of a formula that Python's parser cannot read."""
    if not isinstance(problem, SyntaxError):
        return too_deep()
    if "<>" in line:
        return FormulaError("'<>' is not in the language", "write != for unequal")
    if re.search(r"\bthen\b", line):
        return FormulaError("'then' is not in the language", "write a if test else b")
    if re.search(r"\d\s*%", line):
        return FormulaError("'%' is not in the language", 'write 0.2, or make it a quantity with the unit "percent"')
    if line.startswith("="):
        return FormulaError("the formula begins with '='", "leave the first '=' out: this is not a cell")
    if "if " in line and " else " not in line:
        return FormulaError("'if' has no 'else'", "write a if test else b")
    if _EQUALS_SIGN.search(line):
        return FormulaError("'=' does not compare", "write == to compare two values")
    if line.count("(") != line.count(")"):
        return FormulaError(f"brackets do not pair: {line.count('(')} open, {line.count(')')} close")
    at = max((problem.offset or 1) - 1, 0)
    return FormulaError(f"the formula cannot be read at '{line[at : at + 20]}'", "an operator or a name may be missing")


def too_deep() -> FormulaError:
    """Return what to say of a formula with too many levels."""
    hint = "split it into quantities with names of their own; in a chain of sums, each term is a level"
    return FormulaError(f"the formula is nested more than {DEEPEST} deep", hint)
