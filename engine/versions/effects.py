"""What a change does to the outputs, in every scenario."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose
from typing import Any, Final

from engine.plan.cells import Cell
from engine.plan.outputs import outputs
from engine.versions.pair import Pair

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
        if self.before is None or self.after is None or self.before <= 0 or self.after < 0:
            # Of less than nothing, a share has the wrong sign.
            return None
        return self.after / self.before

    @property
    def is_none(self) -> bool:
        """Return whether nothing changed, but for the last digits."""
        if self.before is None or self.after is None:
            return self.before is self.after
        return isclose(self.after, self.before, rel_tol=_NOTHING)

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
                before = pair.then[case].at(then) * scale * output.row.unit.scale
            after = pair.now[case].at(output.cell) * output.row.unit.scale if case in pair.now else None
            name = output.name(pair.new)
            found.append(Effect(name, output.label, output.row.unit.text, case, before, after))
    kept = {pair.names.get(row.id, row.id) for row in pair.new.rows}
    for output in outputs(pair.old):
        # What is an output no more but still there has not gone.
        is_gone = output.row.id not in kept or any(name in pair.reshaped for name in output.row.over)
        if is_gone and output.cell not in seen:
            values = [(case, one.at(output.cell) * output.row.unit.scale) for case, one in pair.then.items()]
            name, label, unit = output.name(pair.old), output.label, output.row.unit.text
            found += [Effect(name, label, unit, case, value, None) for case, value in values]
    return found
