"""What a change does: the outputs before and after in every scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, isfinite, log10
from typing import Any, Final

from engine.evaluate import Results
from engine.problems import printable
from engine.rows import Plan
from exports.outputs import Output, outputs

_NOTHING: Final = 1e-12
_DIGITS: Final = 6
_MOST_EFFECTS: Final = 40
# Between these, numbers are told without an exponent.
_NARROW, _WIDE = 1e-4, 1e12


@dataclass(frozen=True, slots=True)
class Effect:
    """An output in a scenario, before and after, in the unit declared; None where it does not exist there."""

    name: str
    label: str
    unit: str
    case: str
    before: float | None
    after: float | None

    @property
    def ratio(self) -> float | None:
        """Return after as a multiple of before; None where that says nothing."""
        if self.before is None or self.after is None or self.before <= 0 or self.after < 0:
            # Of less than nothing, a share has the wrong sign.
            return None
        return self.after / self.before

    @property
    def is_none(self) -> bool:
        """Return whether nothing changed, but for the last digits."""
        if self.before is None or self.after is None:
            return self.before is self.after
        if not (isfinite(self.before) and isfinite(self.after)):
            return self.before == self.after
        return abs(self.after - self.before) <= _NOTHING * max(abs(self.before), abs(self.after))

    def record(self) -> dict[str, Any]:
        """Return plain values."""
        return {"output": self.name, "label": self.label, "unit": self.unit, "scenario": self.case,
                "before": self.before, "after": self.after, "ratio": self.ratio}  # fmt: skip


Solved = tuple[Plan, Mapping[str, Results]]
Called = Callable[[str, tuple[str, ...], tuple[str, ...]], str]


def effects(before: Solved, after: Solved, called: Called | None = None) -> list[Effect]:
    """Return every output of either model in every scenario that either has.

    `called` gives, of an id before with what it is over and a member, what the one after calls that.
    """
    old, new = _values(*before, called), _values(*after, None)
    found = []
    for key in dict.fromkeys([*new, *old]):
        name, case = key
        output, value = new.get(key) or old[key]
        unit = output.row.unit
        then = _in_unit(before[0], after[0], *old[key], new.get(key)) if key in old else None
        found.append(Effect(name, output.label, unit.text, case, then, value if key in new else None))
    return found


def _in_unit(old: Plan, new: Plan, output: Output, value: float, now: tuple[Output, float] | None) -> float:
    """Return an old value in the new unit, where that is one of the same kind."""
    if now is None or (output.row.unit == now[0].row.unit and old.model.units == new.model.units):
        return value
    before, after = output.row.unit, now[0].row.unit
    if old.units.dimension(before.atoms) != new.units.dimension(after.atoms):
        return value
    scale = float(old.units.factor(before.atoms) / new.units.factor(after.atoms))
    return value / before.shown * scale * after.shown


def _values(
    plan: Plan, results: Mapping[str, Results], called: Called | None
) -> dict[tuple[str, str], tuple[Output, float]]:
    found = {}
    for output in outputs(plan):
        name = called(output.row.id, output.row.over, output.member) if called else output.name(plan)
        for case, one in results.items():
            found[name, case] = output, one.at(output.cell) * output.row.unit.shown
    return found


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
    if not float(short) or _NARROW <= abs(float(short)) < _WIDE:
        whole, _, decimals = f"{Decimal(short):,f}".partition(".")
        return f"{whole}.{decimals}".rstrip("0").rstrip(".")
    return short.replace("e+", "E+").replace("e-", "E-")


def ratio(value: float | None) -> str:
    """Return how many times as large something is, or by how many percent it changed."""
    if value is None:
        return ""
    if 0.5 <= value <= 2:  # noqa: PLR2004  # percents are read up to the double
        return f"  ({(value - 1) * 100:+.3g} %)"
    return f"  (x {value:.4g})"


def counted(count: int, one: str, several: str) -> str:
    """Return how many there are, with the words for one or for several."""
    return f"{count:,} {one if count == 1 else several}"
