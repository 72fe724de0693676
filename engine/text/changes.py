"""Changes that are written where a scenario has a value: ``"+10%"`` or ``"x 1.1"``, told as the value they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, TypeGuard

# What to say of a tolerance in percent.
DIFFERENCE: Final = "it is how far the two sides may differ, as a number in the unit of the left one"
ENDS: Final = "its ends are values, in the unit of the value: write range = [low, high]"
_NUMBER: Final = r"\d+(?:\.\d+)?|\.\d+"
# As +10%, as *1.1 or 1.1x, and as +5; a sign of its own, as in -5, makes a value and no change.
_PERCENT: Final = re.compile(rf"([-+]?) ?({_NUMBER}) ?(?:%|percent|pct)")
_FACTOR: Final = re.compile(rf"[*x×] ?({_NUMBER})|({_NUMBER}) ?[*x×]", re.IGNORECASE)
_STEP: Final = re.compile(rf"\+ ?({_NUMBER})")


def factor_hint(text: str) -> str:
    """Return the factor to write for a change; '' for a text that is none."""
    factor = find_factor(text)
    return "" if factor is None else f"a factor multiplies the value: write {_plain(factor)}"


def find_factor(text: str) -> Decimal | None:
    """Return what a change multiplies by: 1.1 for ``"+10%"`` or ``"x 1.1"``; None for any other text."""
    text = text.strip()
    percent, factor = _PERCENT.fullmatch(text), _FACTOR.fullmatch(text)
    if factor:
        return Decimal(factor[1] or factor[2])
    if percent and percent[1]:
        return 1 + Decimal(f"{percent[1]}{percent[2]}") / 100
    return Decimal(percent[2]) / 100 if percent else None


def change_hint(text: str, base: Decimal | None, name: str, *, is_share: bool) -> str:
    """Return what to write for a change of a base value, by its name below `scale`; '' for a text that is no change."""
    hint = _replacement(text, base, is_share=is_share)
    factor = find_factor(text)
    is_plain = text.strip()[:1].isdigit() and not _FACTOR.fullmatch(text.strip())
    if not hint or factor is None or is_plain or (is_share and "%" in text):
        return hint
    return f"{hint}, or scale.{name} = {_plain(factor)}"


def range_hint(value: object, base: object, unit: object) -> str:
    """Return the two numbers that a range in percent means around a base value; '' for any other value."""
    ends = value if isinstance(value, list) else [f"-{value[1:]}", f"+{value[1:]}"] if _is_around(value) else []
    found = [_PERCENT.fullmatch(end.strip()) for end in ends if isinstance(end, str)]
    if not ends or len(found) != len(ends):
        return ""
    parts = [Decimal(f"{one[1]}{one[2]}") for one in found if one is not None]
    if len(parts) != len(ends):
        return ""
    is_share, is_around = unit in {"percent", "%"}, any(one[1] for one in found if one is not None)
    if is_around and isinstance(base, int | Decimal):
        around = _spelled([base * (1 + part / 100) for part in parts])
        points = f" for percentage points, or {around}" if is_share else ""
        return f"its ends are values: write {_spelled([base + part for part in parts]) if is_share else around}{points}"
    if not is_around and unit in {"percent", "%", "1"}:
        return f"its ends are values: write {_spelled([part if is_share else part / 100 for part in parts])}"
    return ENDS


def _is_around(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and re.fullmatch(rf"± ?({_NUMBER}) ?%", value) is not None


def _spelled(numbers: Sequence[Decimal]) -> str:
    return f"range = [{', '.join(map(_plain, sorted(numbers)))}]"


def _replacement(text: str, base: Decimal | None, *, is_share: bool) -> str:
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
