"""From outputs back to inputs: the steps of every way, and what an input must be for a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.analysis.shapes.scales import Law, Scales, value_below
from engine.language.tree import Name
from engine.plan.cells import Cell
from engine.plan.outputs import Output
from engine.plan.plan import Numbers, Plan, Row

Values = Mapping[int, Numbers]
# So many rows are followed, once for each input.
_MOST_FOLLOWED: Final = 200_000


@dataclass(frozen=True, slots=True)
class Step:
    """A step back to an input: by what law, and which step follows, from 1; 0 where the input is reached."""

    row: Row
    law: Law
    following: int


class Goals:
    """The inputs that may be found, and the way from each output to each; what several ways share they have once."""

    def __init__(self, plan: Plan, inputs: Sequence[Row], outputs: Sequence[Output]) -> None:
        self.plan = plan
        # Of a large model those come into the list that matter most.
        feeding = plan.upstream(*[output.row.id for output in outputs])
        self.inputs = inputs[: max(1, _MOST_FOLLOWED // len(plan.rows))]
        self.steps: list[Step] = []
        self.longest = 1
        self._begins: dict[tuple[str, Cell], int] = {}
        known: dict[Step, int] = {}
        for row in self.inputs:
            scales = Scales(plan, row.id, feeding)
            for output in outputs:
                self._begins[row.id, output.cell] = self._place(row, scales.way(output.row.id), known)

    def begin(self, row: Row, output: Output) -> int:
        """Return the first step from an output to an input, from 1; 0 where there is no way back."""
        return self._begins[row.id, output.cell]

    def walk(self, begin: int) -> list[Step]:
        """Return the steps of a way, from the output on."""
        found = []
        while begin:
            found.append(self.steps[begin - 1])
            begin = found[-1].following
        return found

    def _place(self, row: Row, way: tuple[Law, ...] | None, known: dict[Step, int]) -> int:
        following = 0
        # What does not depend on the input is a line too, and is found to stay as it is.
        straight = Law(is_log=False, is_log_below=False, below=Name(row.id))
        for law in reversed((way or (straight,)) if way is not None else ()):
            step = Step(row, law, following)
            if step not in known:
                self.steps.append(step)
                known[step] = len(self.steps)
            following = known[step]
        self.longest = max(self.longest, len(way or ()))
        return following

    def below(self, step: Step, values: Values) -> float:
        """Return what a step leads to at the values of a case; NaN where that has none."""
        return value_below(self.plan, step.law.below, values)

    def back(self, begin: int, above: tuple[float, float], ends: tuple[Values, Values], target: float) -> list[float]:
        """Return what each step of a way needs for a target, the input last, from an output at both ends."""
        found = [target]
        for step in self.walk(begin):
            below = self.below(step, ends[0]), self.below(step, ends[1])
            found.append(step.law.back(above, below, found[-1]))
            above = below
        return found[1:]
