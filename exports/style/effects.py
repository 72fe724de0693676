"""What a change does: the outputs before and after in every scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, isfinite, log10
from typing import Any, Final

from engine.plan.cells import Cell
from engine.plan.outputs import outputs
from engine.problems import printable
from engine.versions.pair import Pair

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


def effects(pair: Pair) -> list[Effect]:
    """Return every output of the new version in every scenario that either has, and those that are there no more."""
    found: list[Effect] = []
    seen: set[Cell] = set()
    for output in outputs(pair.new):
        then = pair.before(output.cell)
        scale = None if then is None else pair.old.scale(then.id, pair.new, output.row.id)
        if then is not None:
            seen.add(then)
        for case in dict.fromkeys([*pair.now, *pair.then]):
            before = None
            if then is not None and scale is not None and case in pair.then:
                before = pair.then[case].at(then) * scale * output.row.unit.shown
            after = pair.now[case].at(output.cell) * output.row.unit.shown if case in pair.now else None
            name = output.name(pair.new)
            found.append(Effect(name, output.label, output.row.unit.text, case, before, after))
    kept = {pair.names.get(row.id, row.id) for row in pair.new.rows}
    for output in outputs(pair.old):
        # What is an output no more but still there has not gone.
        is_gone = output.row.id not in kept or any(name in pair.reshaped for name in output.row.over)
        if is_gone and output.cell not in seen:
            values = [(case, one.at(output.cell) * output.row.unit.shown) for case, one in pair.then.items()]
            name, label, unit = output.name(pair.old), output.label, output.row.unit.text
            found += [Effect(name, label, unit, case, value, None) for case, value in values]
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
    if value is None or value == 1:
        return ""
    if 0.5 <= value <= 2:  # noqa: PLR2004  # percents are read up to the double
        return f"  ({(value - 1) * 100:+.3g} %)"
    return f"  (x {value:.4g})"


def counted(count: int, one: str, several: str) -> str:
    """Return how many there are, with the words for one or for several."""
    return f"{count:,} {one if count == 1 else several}"
