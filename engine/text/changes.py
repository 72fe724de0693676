"""Changes that are written where a scenario has a value: ``"+10%"`` or ``"x 1.1"``, told as the value they mean."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_NUMBER: Final = r"\d+(?:\.\d+)?|\.\d+"
# As +10%, as *1.1 or 1.1x, and as +5; a sign of its own, as in -5, makes a value and no change.
_PERCENT: Final = re.compile(rf"([-+]?) ?({_NUMBER}) ?(?:%|percent|pct)")
_FACTOR: Final = re.compile(rf"[*x×] ?({_NUMBER})|({_NUMBER}) ?[*x×]", re.IGNORECASE)
_STEP: Final = re.compile(rf"\+ ?({_NUMBER})")


def change_hint(text: str, base: Decimal | None, *, is_share: bool) -> str:
    """Return what to write for a change of a base value; '' for a text that is no change."""
    text = text.strip()
    percent, factor, step = _PERCENT.fullmatch(text), _FACTOR.fullmatch(text), _STEP.fullmatch(text)
    found = percent or factor or step
    if found is None or (percent and is_share and not percent[1]):
        return ""
    if base is None:
        return "a scenario replaces the value: write the number that it is then"
    if step:
        return f"a scenario replaces the value: write {_plain(base + Decimal(step[1]))}, or {step[1]} if that is it"
    if factor:
        return f"a scenario replaces the value: write {_plain(base * Decimal(factor[1] or factor[2]))}"
    assert percent is not None  # noqa: S101  # one of the three was found
    by = Decimal(f"{percent[1]}{percent[2]}")
    meant = _plain(base * (1 + by / 100))
    if is_share:
        return f"a scenario replaces the value: write {_plain(base + by)} for percentage points, or {meant}"
    if not percent[1]:
        meant = f"{_plain(base * by / 100)}, or {meant} for so much more"
    return f"a scenario replaces the value: write {meant}"


def _plain(number: Decimal) -> str:
    """Return a number without zeros at its end."""
    return f"{number.normalize():f}"
