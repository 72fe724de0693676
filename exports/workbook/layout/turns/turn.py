"""One case: what changes in it, what its rows are then, and the lines that they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.plan.plan import Case, Numbers, Row
from exports.workbook.layout.inputs.ranges import End
from exports.workbook.layout.turns.blocks import CaseBlock

# An end of a range, or the place, from 0, of a member of a choice.
Step = End | int


@dataclass(frozen=True, slots=True)
class Turn:
    """One case: a scenario, or the live one with all members of an input at one end, or at one member of a choice.

    Or a mixture of two scenarios, or two inputs at once, by its place among these. `values` are those of the rows that
    feed the outputs, by their index in the plan; `block` is where those stand that are computed again.
    """

    label: str
    values: Mapping[int, Numbers]
    block: CaseBlock
    scenario: Case | None = None
    row: Row | None = None
    end: Step = "low"
    mixture: int | None = None
    crossed: int | None = None
    is_goal: bool = False

    @property
    def is_bounded(self) -> bool:
        """Return whether a result that is out of its bounds has no value here; in a scenario it is shown."""
        return self.row is not None or self.crossed is not None or self.is_goal
