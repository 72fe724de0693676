"""The lines of a case: what is given first, then what is computed, then what watches bounds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.language.tree import Aggregate, Name, Node, Number, Pick, Previous, nodes
from engine.plan.plan import Plan, Row
from exports.workbook.layout.geometry import FIRST_ROW, Block
from exports.workbook.layout.guards import Guards
from exports.workbook.layout.rows import CaseLayout, Layout, RowPlaces

# A longer formula counts as several cells: so 200,000 of them have 17 million letters, of the 24 that a reader takes.
LETTERS_OF_A_CELL: Final = 85
# About how many letters a part of a formula takes; of a call the operator, or the name with its brackets.
_LETTERS: Final = {Name: 13, Number: 2, Pick: 16, Aggregate: 26, Previous: 40}
_LETTERS_OF_A_CALL: Final = 3


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a block of a case: members of a row, or of the values that a row begins with."""

    row: Row
    block: Block
    indices: tuple[int, ...]
    is_given: bool = False


def lines_of(layout: Layout, row: Row, number: int, *, is_given: bool) -> list[CaseLine]:
    """Return the lines of a row in a case, from a line of Cases on."""
    block = layout.block_from(row, "Cases", number)
    return [CaseLine(row, block, indices, is_given) for indices in block.each]


def cells_of(plan: Plan, row: Row) -> int:
    """Return how many cells a row takes in a case, a long formula counted as several."""
    trees = [plan.row(part).expression for part in row.parts] or [row.expression]
    letters = max([letters_of(tree) for tree in trees if tree is not None], default=0)
    cells = plan.model.size(row.over)
    return max(cells, cells * letters // LETTERS_OF_A_CELL)


def letters_of(tree: Node) -> int:
    """Return about how many letters a formula has in Excel."""
    return sum(_LETTERS.get(type(node), _LETTERS_OF_A_CALL) for node in nodes(tree))


class CaseBlock:
    """The lines of cases as they stand below a heading on the first line of the sheet, each with how far below."""

    def __init__(
        self, layout: Layout, given: Sequence[Row], computed: Sequence[Row], only: Collection[str] | None = None
    ) -> None:
        """Place the rows; of these `only` those with some ids are computed again, and the lines of all others are free.

        So each row stands as far below the heading in all cases, and what finds rows by that finds them in any.
        """
        self._layout = layout
        self.only = only
        self._blocks: dict[str, Block] = {}
        self._given: dict[str, Block] = {}
        placed = [*self._place(given, FIRST_ROW + 1, is_given=True)]
        placed += self._place(computed, FIRST_ROW + 1 + len(placed), is_given=False)
        self.guards = Guards(layout.plan, computed, len(placed) + 1)
        self.height = len(placed) + len(self.guards.lines) + 2
        self.lines = [(at, line) for at, line in enumerate(placed, 1) if only is None or line.row.id in only]
        if only is not None:
            self._blocks = {id_: block for id_, block in self._blocks.items() if id_ in only}
            self._given = {id_: block for id_, block in self._given.items() if id_ in only}

    @property
    def computed(self) -> Sequence[CaseLine]:
        """Return the lines of rows with formulas, which stand below those that are given; then the guards follow."""
        return [line for _, line in self.lines if not line.is_given]

    def at(self, header: int, base: RowPlaces | None = None) -> CaseLayout:
        """Return the places of the rows of a case below its heading, for its formulas; others are read in `base`."""
        return CaseLayout(base or self._layout, self._blocks, self._given, header - FIRST_ROW)

    def has(self, row: Row) -> bool:
        """Return whether a row has lines of its own."""
        return row.id in self._blocks or row.id in self._given

    @classmethod
    def of(cls, layout: Layout, rows: Sequence[Row], only: Collection[str] | None = None) -> CaseBlock:
        """Return the lines of rows: of inputs, and of what others begin with, and then of results."""
        given, computed = [row for row in rows if row.value is not None], [row for row in rows if row.is_computed]
        return cls(layout, given, computed, only)

    def _place(self, rows: Sequence[Row], number: int, *, is_given: bool) -> Iterator[CaseLine]:
        for row in rows:
            lines = lines_of(self._layout, row, number, is_given=is_given)
            (self._given if is_given and row.given else self._blocks)[row.id] = lines[0].block
            yield from lines
            number += len(lines)
