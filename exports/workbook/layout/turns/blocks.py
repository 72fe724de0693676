"""The lines of cases that have the same rows: what is given first, then what is computed, then what watches bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    """The lines of cases with the same rows, as they stand below a heading on the first line of the sheet."""

    def __init__(self, layout: Layout, rows: Sequence[Row], watched: Sequence[Row]) -> None:
        self._layout = layout
        self.rows = rows
        self._blocks: dict[str, Block] = {}
        self._given: dict[str, Block] = {}
        self.lines = list(self._place(rows))
        self.guards = Guards(layout.plan, watched, len(self.lines) + 1)
        self.height = len(self.lines) + len(self.guards.lines) + 2

    @property
    def computed(self) -> Sequence[CaseLine]:
        """Return the lines of rows with formulas, which stand below those that are given; then the guards follow."""
        return [line for line in self.lines if not line.is_given]

    def at(self, header: int, base: RowPlaces | None = None) -> CaseLayout:
        """Return the places of the rows of a case below its heading, for its formulas; others are read in `base`."""
        return CaseLayout(base or self._layout, self._blocks, self._given, header - FIRST_ROW)

    def has(self, row: Row) -> bool:
        """Return whether a row has lines of its own."""
        return row.id in self._blocks or row.id in self._given

    def _place(self, rows: Sequence[Row]) -> Iterator[CaseLine]:
        number = FIRST_ROW + 1
        for is_given, found in ((True, [row for row in rows if row.value is not None]),
                                (False, [row for row in rows if row.is_computed])):  # fmt: skip
            for row in found:
                lines = lines_of(self._layout, row, number, is_given=is_given)
                (self._given if is_given and row.given else self._blocks)[row.id] = lines[0].block
                yield from lines
                number += len(lines)
