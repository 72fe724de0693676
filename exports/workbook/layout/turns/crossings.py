"""Two inputs at once: a square of cases from the low end of each one's range over what it is now to the high end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.plan.evaluate import Results
from engine.plan.outputs import Output
from engine.plan.plan import Array, Row
from exports.workbook.layout.choices import is_choice
from exports.workbook.layout.turning import shaped_ends

# How many places there are along each side: the first for which there is room.
_SIDES: Final = (5, 3)
NAMES: Final = {-1.0: "low end", -0.5: "half way to it", 0.0: "as it is", 0.5: "half way to the other", 1.0: "high end"}


@dataclass(frozen=True)
class Crossing:
    """A square of cases: which inputs can be chosen, and of these the two that are chosen when it is made.

    `shares` say how far along each side it is from the present value, 0, to the low end, -1, or to the high one, 1.
    """

    inputs: tuple[Row, ...]
    chosen: tuple[Row, Row]
    shares: tuple[float, ...]

    @property
    def side(self) -> int:
        """Return how many places there are along a side."""
        return len(self.shares)

    def changes(self, results: Results) -> dict[str, Array]:
        """Return what both inputs are in every case, in their declared units: line by line, to the right."""
        across, down = (self._along(results, row) for row in self.chosen)
        return {
            self.chosen[0].id: np.concatenate([across] * self.side),
            self.chosen[1].id: np.repeat(down, self.side, axis=0),
        }

    def _along(self, results: Results, row: Row) -> Array:
        low, high = shaped_ends(results, row)
        live = np.asarray(results[row.id])
        found = np.array([(1 - abs(one)) * live + max(one, 0) * high + max(-one, 0) * low for one in self.shares])
        # Half of one goes away from 0, as in spreadsheets.
        return np.trunc(found + np.copysign(0.5, found)) if row.quantity is not None and row.quantity.whole else found


def crossing_of(varied: Sequence[Row], output: Output, results: Results, room: int) -> Crossing | None:
    """Return the largest square for which there is room, of the inputs that matter most to an output; None for none.

    `results` are those of the first scenario, so that a workbook is the same whichever is live.
    """
    inputs = [row for row in varied if not is_choice(row)]
    side = next((one for one in _SIDES if one**2 <= room), 0)
    if len(inputs) < 2 or not side:  # noqa: PLR2004  # two are crossed
        return None
    feeding = results.plan.upstream(output.row.id)
    first, second, *_ = sorted(inputs, key=lambda row: (row.id not in feeding, not _is_inside(results, row)))
    return Crossing(tuple(inputs), (first, second), tuple(np.linspace(-1, 1, side).tolist()))


def _is_inside(results: Results, row: Row) -> bool:
    """Return whether an input is one number that goes both up and down."""
    low, high = shaped_ends(results, row)
    return not row.over and bool(low < results[row.id] < high)
