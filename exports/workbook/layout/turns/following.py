"""The rows that follow inputs, of those that feed results, and how many cells these take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from sys import maxsize

from engine.plan.plan import Plan, Row
from engine.plan.reading.users import users
from exports.workbook.layout.turns.blocks import cells_of


class Following:
    """What is computed again where inputs change: no more than what follows them."""

    def __init__(self, plan: Plan, rows: Sequence[Row]) -> None:
        self.cells: Mapping[str, int] = {row.id: cells_of(plan, row) for row in rows}
        feeding = plan.feeding(*self.cells)
        self._users = {id_: [one for one in users(plan).get(id_, ()) if one in feeding] for id_ in feeding}

    def count(self, inputs: Iterable[str], most: int = maxsize) -> tuple[set[str], int]:
        """Return the ids that follow inputs, with these, and their cells; beyond `most` no more are looked for."""
        found: set[str] = set()
        cells = 0
        waiting = list(inputs)
        while waiting and cells <= most:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                cells += self.cells.get(current, 0)
                waiting += self._users.get(current, ())
        return found, cells
