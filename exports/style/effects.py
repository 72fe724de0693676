"""What a change does, in words: the outputs before and after, and how far that is."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isfinite, log10
from typing import Final

from engine.problems import printable
from engine.versions.effects import Effect
from exports.style.words import and_more, counted, in_full, in_review, unit_suffix

_DIGITS: Final = 6
_MOST_EFFECTS: Final = 40


def list_effects(found: Sequence[Effect]) -> str:
    """Return the lines of the outputs that change."""
    moved = [effect for effect in found if not effect.is_none]
    if not moved:
        return "no output changes"
    lines = [counted(len(moved), "output changes", "outputs change, counted in every scenario")]
    wide = max(len(effect.label) for effect in moved[:_MOST_EFFECTS])
    scenarios = max(len(effect.case) for effect in moved[:_MOST_EFFECTS])
    lines += [
        f"  {effect.label.ljust(wide)}  {effect.case.ljust(scenarios)}  {from_to(effect)}"
        for effect in moved[:_MOST_EFFECTS]
    ]
    if len(moved) > _MOST_EFFECTS:
        lines.append(f"  {and_more(len(moved) - _MOST_EFFECTS)}")
    return "\n".join(printable(line) for line in lines)


def from_to(effect: Effect) -> str:
    """Return the numbers before and after, with an arrow between them, their unit, and how far that is."""
    return f"{' -> '.join(numbers(effect))}{unit_suffix(effect.unit)}{ratio(effect.ratio)}"


def numbers(effect: Effect) -> tuple[str, str]:
    """Return what stands before and after: numbers at six digits, or at as many as show that they differ; members."""
    digits = _DIGITS
    if isinstance(effect.before, float) and isinstance(effect.after, float) and not effect.is_none:
        change = abs(effect.after - effect.before) / max(abs(effect.after), abs(effect.before))
        digits = max(_DIGITS, ceil(-log10(change)) + 2) if isfinite(change) else _DIGITS
    before, after = (
        in_full(value)
        if isinstance(value, str) or (effect.is_choice and value is not None)
        else in_review(value, digits)
        for value in (effect.before, effect.after)
    )
    return before, after


def ratio(value: float | None) -> str:
    """Return how many times as large something is, or by how many percent it changed."""
    if value is None or value == 1:
        return ""
    if 0.5 <= value <= 2:  # noqa: PLR2004  # percents are read up to the double
        return f"  ({(value - 1) * 100:+.3g} %)"
    return f"  (x {value:.4g})"
