"""What a change does to the outputs, in every scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import isclose
from typing import Any, Final

from engine.plan.cells import Cell
from engine.plan.outputs import Output, headlines, outputs
from engine.plan.plan import Plan
from engine.versions.pair import Pair

_NOTHING: Final = 1e-12
_Value = float | str | None


@dataclass(frozen=True, slots=True)
class Effect:
    """An output in a scenario, before and after, in the unit declared; None where it does not exist there.

    Of a choice it is the member, by its new name: a text, or a number where members count.
    """

    name: str
    label: str
    unit: str
    case: str
    before: _Value
    after: _Value
    is_choice: bool = False

    @property
    def ratio(self) -> float | None:
        """Return after as a multiple of before; None where that says nothing."""
        if self.is_choice or not isinstance(self.before, float) or not isinstance(self.after, float):
            return None
        # Of less than nothing, a share has the wrong sign.
        return None if self.before <= 0 or self.after < 0 else self.after / self.before

    @property
    def is_none(self) -> bool:
        """Return whether nothing changed, but for the last digits."""
        if isinstance(self.before, float) and isinstance(self.after, float):
            return isclose(self.after, self.before, rel_tol=_NOTHING)
        return self.before == self.after

    def record(self) -> dict[str, Any]:
        """Return plain values."""
        return {"output": self.name, "label": self.label, "unit": self.unit, "scenario": self.case,
                "before": self.before, "after": self.after, "ratio": self.ratio}  # fmt: skip


def effects(pair: Pair) -> list[Effect]:
    """Return every output of the new version in every scenario that either has, and those that are there no more."""
    found: list[Effect] = []
    seen: set[Cell] = set()
    for output in outputs(pair.new):
        found += _of_cell(pair, output)
        if (then := pair.before(output.cell)) is not None:
            seen.add(then)
    kept, told = {pair.names.get(row.id, row.id) for row in pair.new.rows}, {row.id for row in headlines(pair.new)}
    for output in outputs(pair.old):
        if output.cell in seen:
            continue
        now = pair.after(output.cell)
        if now is not None and now.id in told:
            # The last period was another, and this one is there all the same.
            found += _of_cell(pair, Output.of(pair.new, now))
        elif now is None and (output.row.id not in kept or not pair.reshaped.isdisjoint(output.row.over)):
            # What is an output no more but still there has not gone.
            for case in pair.then:
                value = _value(pair, output.cell, case, output.row.unit.scale, is_old=True)
                found.append(_effect(pair.old, output, case, value, None))
    return found


def _of_cell(pair: Pair, output: Output) -> Iterator[Effect]:
    """Yield an output of the new version in every scenario that either has."""
    then = pair.before(output.cell)
    scale = None if then is None else pair.old.scale(then.id, pair.new, output.row.id)
    for case in dict.fromkeys([*pair.now, *pair.then]):
        before = after = None
        if then is not None and scale is not None and case in pair.then:
            before = _value(pair, then, case, scale * output.row.unit.scale, is_old=True)
        if case in pair.now:
            after = _value(pair, output.cell, case, output.row.unit.scale, is_old=False)
        yield _effect(pair.new, output, case, before, after)


def _effect(plan: Plan, output: Output, case: str, before: _Value, after: _Value) -> Effect:
    is_choice = plan.chosen_from(output.row) is not None
    return Effect(output.name(plan), output.label, output.row.unit.text, case, before, after, is_choice)


def _value(pair: Pair, cell: Cell, case: str, scale: float, *, is_old: bool) -> _Value:
    """Return what a version gives to a cell: a number times a scale, or of a choice the member by its new name."""
    results = (pair.then if is_old else pair.now)[case]
    quantity = results.plan.row(cell.id).quantity
    if quantity is None or not quantity.choice:
        return results.at(cell) * scale
    value = results.told(cell.id)[cell.number]
    return value if isinstance(value, float) else pair.chosen(quantity, Decimal(results.at(cell)), is_old=is_old)
