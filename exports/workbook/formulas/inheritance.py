"""What a scenario's cell of Inputs takes over from the scenarios that it extends, as a formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.plan.plan import Case, Plan, Row

# A formula that is longer takes the value from where it is set today, whatever is typed into cells between.
_LONGEST: Final = 1_000
_Place = Callable[[Case], str]


@dataclass(frozen=True)
class Inheritance:
    """A cell of an input in all scenarios: `at` gives its address in one of them, and `factor` that of its factor."""

    plan: Plan
    row: Row
    number: int
    at: _Place
    factor: _Place

    def taken(self, case: Case) -> str:
        """Return what a cell comes to that its scenario does not set, without the equals sign."""
        line = self.plan.lineage(case)[1:]
        text = self._times(case, self.at(line[0]) if len(case.parents) == 1 else self._nearest(line))
        if len(text) > _LONGEST:
            text = self._times(case, self._written(line))
        if "*" in text and self.row.quantity is not None and self.row.quantity.whole:
            # Products of what has no last digit are not whole to the last one: 10 * 1.1.
            return f"ROUND({text},{2 if self.row.unit.percent else 0})"
        return text

    def _nearest(self, line: Sequence[Case]) -> str:
        """Return what several scenarios come to: the nearest where it has a value of its own, or else the others.

        A number that is typed into any of their cells is one of its own too.
        """
        nearest = line[0]
        cell = self.at(nearest)
        if nearest.sets(self.row.id, self.number) or self.plan.lineage(nearest) == list(line):
            return cell
        return f"IF({cell}={self.taken(nearest)},{self._times(nearest, self._nearest(line[1:]))},{cell})"

    def _written(self, line: Sequence[Case]) -> str:
        """Return what several scenarios come to as they are written, from the one that sets the value."""
        owner = next(place for place, case in enumerate(line) if case.is_base or case.sets(self.row.id, self.number))
        text = self.at(line[owner])
        for case in reversed(line[:owner]):
            text = self._times(case, text)
        return text

    def _times(self, case: Case, text: str) -> str:
        is_scaled = case.factor(self.row.id, self.number) is not None
        return f"{text}*{self.factor(case)}" if is_scaled else text
