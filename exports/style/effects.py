"""What a change does: the outputs before and after in every scenario."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import ceil, isfinite, log10
from typing import Final

from engine.problems import printable
from engine.versions.effects import Effect
from exports.style.words import NARROW, WIDE

_DIGITS: Final = 6
_MOST_EFFECTS: Final = 40


def told(found: Sequence[Effect]) -> str:
    """Return the lines of the outputs that change."""
    moved = [effect for effect in found if not effect.is_none]
    if not moved:
        return "no output changes"
    lines = [counted(len(moved), "output changes", "outputs change, counted in every scenario")]
    wide = max(len(effect.label) for effect in moved[:_MOST_EFFECTS])
    scenarios = max(len(effect.case) for effect in moved[:_MOST_EFFECTS])
    for effect in moved[:_MOST_EFFECTS]:
        unit = "" if effect.unit == "1" else f" {effect.unit}"
        lines.append(
            f"  {effect.label.ljust(wide)}  {effect.case.ljust(scenarios)}  "
            f"{from_to(effect)}{unit}{ratio(effect.ratio)}"
        )
    if len(moved) > _MOST_EFFECTS:
        lines.append(f"  ... and {len(moved) - _MOST_EFFECTS:,} more: --json lists all")
    return "\n".join(printable(line) for line in lines)


def from_to(effect: Effect) -> str:
    """Return the numbers before and after, with an arrow."""
    return " -> ".join(numbers(effect))


def numbers(effect: Effect) -> tuple[str, str]:
    """Return the numbers before and after, at six digits, or at as many as show that they are not one."""
    digits = _DIGITS
    if effect.before is not None and effect.after is not None and not effect.is_none:
        change = abs(effect.after - effect.before) / max(abs(effect.after), abs(effect.before))
        digits = max(_DIGITS, ceil(-log10(change)) + 2) if isfinite(change) else _DIGITS
    return number(effect.before, digits), number(effect.after, digits)


def number(value: float | None, digits: int = _DIGITS) -> str:
    """Return a number at six digits, as a review shows it."""
    if value is None:
        return "none"
    short = f"{value:.{digits}g}"
    if not float(short) or NARROW <= abs(float(short)) < WIDE:
        whole, _, decimals = f"{Decimal(short):,f}".partition(".")
        return f"{whole}.{decimals}".rstrip("0").rstrip(".")
    return short.replace("e+", "E+").replace("e-", "E-")


def ratio(value: float | None) -> str:
    """Return how many times as large something is, or by how many percent it changed."""
    if value is None or value == 1:
        return ""
    if 0.5 <= value <= 2:  # noqa: PLR2004  # percents are read up to the double
        return f"  ({(value - 1) * 100:+.3g} %)"
    return f"  (x {value:.4g})"


def counted(count: int, one: str, several: str) -> str:
    """Return how many there are, with the words for one or for several."""
    return f"{count:,} {one if count == 1 else several}"
