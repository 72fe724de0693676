"""What a change does: the outputs before and after in every scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from engine.evaluate import Results
from engine.rows import Plan
from exports.outputs import Output, outputs

_NOTHING: Final = 1e-12


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
        if self.before is None or self.after is None or not self.before or self.before * self.after < 0:
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


def effects(before: Solved, after: Solved) -> list[Effect]:
    """Return every output of either model in every scenario that either has."""
    old, new = _values(*before), _values(*after)
    found = []
    for key in dict.fromkeys([*new, *old]):
        name, case = key
        output, value = new.get(key) or old[key]
        unit = output.row.unit
        found.append(
            Effect(
                name, output.label, unit.text, case,
                old[key][1] if key in old else None, value if key in new else None,
            )
        )  # fmt: skip
    return found


def _values(plan: Plan, results: Mapping[str, Results]) -> dict[tuple[str, str], tuple[Output, float]]:
    return {
        (output.name(plan), case): (output, one.at(output.cell) * output.row.unit.shown)
        for case, one in results.items()
        for output in outputs(plan)
    }
